//! From where staff may come: by listener, by role, and for how long a source that guesses is turned away.

use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::On;
use crate::harness::server::Server;
use crate::harness::{HandClock, problem};
use kakitome::config::{AllowList, Config};
use kakitome::error::Problem;
use kakitome::model::{Passphrase, Scope};
use kakitome::staff::sign_in;
use kakitome::staff::visitor::Visitor;
use reqwest::StatusCode;

const EMAIL: &str = "sato@office.example";
const PASSWORD: &str = "a long sentence that nobody else says";
/// In the office's network, at the administrators' desks, and elsewhere.
const OFFICE: &str = "10.2.0.7";
const ADMINS: &str = "10.1.0.7";
const ELSEWHERE: &str = "198.51.100.9";

fn list(networks: &[&str]) -> AllowList {
    AllowList(networks.iter().map(|text| text.parse().unwrap()).collect())
}

/// A proxy stands before it, as a range.
fn behind_a_proxy(config: &mut Config) {
    config.server.trusted_proxies = list(&["127.0.0.0/8"]).0;
}

async fn status(server: &Server, url: &str, source: &str) -> StatusCode {
    let asked = server.client.get(url).header("X-Forwarded-For", source).bearer_auth(&server.token);
    asked.send().await.unwrap().status()
}

#[actix_web::test]
async fn a_listeners_staff_comes_from_its_networks_and_recipients_from_everywhere() {
    let server = Server::with(On::Sqlite, |config| {
        behind_a_proxy(config);
        config.sign_in.networks.staff = list(&["10.0.0.0/8", "2001:db8::/32"]);
        config.sign_in.networks.admin = list(&["10.1.0.0/16"]);
    })
    .await;
    let (base, admin) = (&server.base, &server.admin_base());
    for path in ["/", "/sign-in", "/me", "/transfers", "/api/v1/me", "/api/v1/transfers"] {
        let url = format!("{base}{path}");
        assert_eq!(status(&server, &url, ELSEWHERE).await, StatusCode::FORBIDDEN, "{path}");
    }
    let me = format!("{base}/api/v1/me");
    for source in [OFFICE, ADMINS, "::ffff:10.9.9.9", "2001:db8::1"] {
        assert_eq!(status(&server, &me, source).await, StatusCode::OK, "{source}");
    }
    let refused = server.client.get(&me).header("X-Forwarded-For", ELSEWHERE).send().await.unwrap();
    assert_eq!(refused.json::<serde_json::Value>().await.unwrap()["code"], "network-refused");
    for path in ["/r", "/r/abcd1234", "/.well-known/security.txt", "/api/v1/openapi.json"] {
        assert_eq!(status(&server, &format!("{base}{path}"), ELSEWHERE).await, StatusCode::OK, "{path}");
    }
    for (source, wanted) in
        [(ELSEWHERE, StatusCode::FORBIDDEN), (OFFICE, StatusCode::FORBIDDEN), (ADMINS, StatusCode::OK)]
    {
        assert_eq!(status(&server, &format!("{admin}/sign-in"), source).await, wanted, "{source}");
    }
    for path in ["/livez", "/readyz", "/metrics"] {
        assert_eq!(status(&server, &format!("{admin}{path}"), ELSEWHERE).await, StatusCode::OK, "{path}");
    }
}

#[actix_web::test]
async fn a_role_does_not_exist_outside_its_networks() {
    let server = Server::with(On::Sqlite, |config| {
        behind_a_proxy(config);
        config.sign_in.networks.sender = list(&["10.0.0.0/8"]);
        config.sign_in.networks.administrator = list(&["10.1.0.0/16"]);
    })
    .await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.move_to(ADMINS);
    browser.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    for (source, transfers, office) in
        [(ADMINS, 200, 200), (OFFICE, 200, 403), (ELSEWHERE, 403, 403), (ADMINS, 200, 200)]
    {
        browser.move_to(source);
        assert_eq!(browser.get("/transfers").await.status.as_u16(), transfers, "transfers from {source}");
        assert_eq!(browser.get("/office").await.status.as_u16(), office, "the office from {source}");
    }
    browser.move_to(OFFICE);
    assert!(!browser.get("/transfers").await.html.contains("href=\"/office\""), "nor does the menu offer it");
    // Signing in works, and then nothing: what is refused is the role, not the person.
    let mut abroad = Browser::new(&server.client, &server.base);
    abroad.move_to(ELSEWHERE);
    assert_eq!(abroad.sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    let page = abroad.get("/me").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.html.contains("このネットワークからは使えません"), "{}", page.html);
}

#[actix_web::test]
async fn who_narrows_the_roles_of_an_account_alters_nothing_stored() {
    let server = Server::with(On::Sqlite, |config| {
        behind_a_proxy(config);
        config.sign_in.networks.administrator = list(&["10.1.0.0/16"]);
    })
    .await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.move_to(OFFICE);
    browser.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    let page = browser.get("/me").await;
    let typed = [("name", "佐藤 華子"), ("phone", ""), ("language", "ja")];
    assert_eq!(browser.post(&page, "/me/profile", &typed).await.status, StatusCode::SEE_OTHER);
    browser.move_to(ADMINS);
    assert_eq!(browser.get("/office").await.status, StatusCode::OK);
}

#[actix_web::test]
async fn a_guessing_source_is_turned_away_for_a_while_and_nobody_else() {
    let clock = HandClock::new();
    let server = Server::at(On::Sqlite, clock.clone(), behind_a_proxy).await;
    let mut known = Browser::new(&server.client, &server.base);
    known.move_to(ELSEWHERE);
    known.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;

    let gateway = &server.running.gateway;
    let guess = |n: u32| async move {
        let visitor = Visitor::from(ELSEWHERE.parse::<std::net::IpAddr>().unwrap());
        problem(
            sign_in::sign_in(gateway, &format!("n{n}@office.example"), Passphrase::new("wrong".into()), &visitor).await,
        )
    };
    for n in 0..30 {
        assert_eq!(guess(n).await, Problem::WrongPassword, "guess {n}");
    }
    assert!(matches!(guess(30).await, Problem::SourceBanned { seconds } if (1790..=1801).contains(&seconds)));

    let mut stranger = Browser::new(&server.client, &server.base);
    stranger.move_to(ELSEWHERE);
    let banned = stranger.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(banned.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = banned.headers["Retry-After"].to_str().unwrap().parse().unwrap();
    assert!((1790..=1801).contains(&wait), "{wait}");
    assert_eq!(known.sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER, "a known browser goes on");
    stranger.move_to("198.51.100.10");
    assert_eq!(stranger.sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER, "the neighbour is somebody else");

    clock.forward(Duration::from_secs(31 * 60));
    let mut later = Browser::new(&server.client, &server.base);
    later.move_to(ELSEWHERE);
    assert_eq!(later.sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER, "it ends by itself");
}

#[actix_web::test]
async fn a_token_is_bound_to_the_networks_of_its_holders_roles() {
    let server = Server::with(On::Sqlite, |config| {
        behind_a_proxy(config);
        config.sign_in.networks.sender = list(&["10.0.0.0/8"]);
    })
    .await;
    let issued = server.account("all@office.example", kakitome::model::Role::ALL).await;
    let token = server.token_of(&issued, Scope::Read).await;
    let own = format!("{}/api/v1/me", server.base);
    assert_eq!(status(&server, &own, OFFICE).await, StatusCode::OK, "a sender and administrator");
    assert_eq!(status(&server, &own, ELSEWHERE).await, StatusCode::OK, "an administrator still");
    let transfers = format!("{}/api/v1/transfers", server.base);
    let ask = |source| server.client.get(&transfers).bearer_auth(&token).header("X-Forwarded-For", source).send();
    assert_eq!(ask(OFFICE).await.unwrap().status(), StatusCode::OK);
    let elsewhere = ask(ELSEWHERE).await.unwrap();
    assert_eq!(elsewhere.status(), StatusCode::FORBIDDEN);
    assert_eq!(elsewhere.json::<serde_json::Value>().await.unwrap()["code"], "forbidden", "other roles are left");
}
