//! The office: asked once of the first administrator, shown everywhere at once, fixed by the configuration where it says so.

use crate::harness::browser::Browser;
use crate::harness::flows::On;
use crate::harness::server::Server;
use kakitome::model::{Office, Scope};
use kakitome::staff::{office, tokens};
use reqwest::StatusCode;

const EMAIL: &str = "sato@office.example";
const PASSWORD: &str = "a long sentence that nobody else says";
const TYPED: [(&str, &str); 6] = [
    ("office_name", "山田会計事務所"),
    ("phone", "03-1234-5000"),
    ("hours", "平日 9:00〜17:30"),
    ("address", "東京都千代田区"),
    ("default_language", "en"),
    ("time_zone", "Asia/Tokyo"),
];

/// The texts of every mail that was handed over.
fn mails(server: &Server) -> Vec<String> {
    let new = std::fs::read_dir(server.directory.path().join("data/mail/new")).unwrap().flatten();
    new.map(|entry| crate::harness::decode_mail(&std::fs::read(entry.path()).unwrap())).collect()
}

async fn the_first_administrator_is_asked_and_it_shows_at_once(on: On) {
    let mut server = Server::start(on).await;
    let mut browser = Browser::new(&server.client, &server.base);
    let changed = browser.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    assert_eq!(changed.location, "/me/second-factor?next=/office", "a second factor is offered first");
    let welcome = browser.get("/office").await;
    assert!(welcome.html.contains("ようこそ"), "{}", welcome.html);

    let pale = browser.post(&welcome, "/office", &[&TYPED[..], &[("colour", "#ff9900")]].concat()).await;
    assert_eq!(pale.status, StatusCode::UNPROCESSABLE_ENTITY);
    let near = pale.html.split("type=\"color\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
    let near = near.split('"').next().unwrap().to_owned();
    assert!(near != "#ff9900" && pale.html.contains("山田会計事務所"), "what was typed is kept");
    let saved = browser.post(&pale, "/office", &[&TYPED[..], &[("colour", near.as_str())]].concat()).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, "/"), "{}", saved.html);

    let page = browser.get("/r").await;
    let style = page.html.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(page.html.contains("山田会計事務所") && style.contains(near.trim_start_matches('#')), "{}", page.html);
    let sheet = browser.get(style).await;
    assert!(sheet.status == StatusCode::OK && sheet.html.contains(&format!("--key:{near}")));
    assert!(browser.get("/office").await.html.contains("事務所の表示"), "asked once");
    // Who changes the password ends the tokens made before.
    let account = kakitome::staff::register::find(&server.running.gateway, EMAIL).await.unwrap();
    let made = tokens::make_at_console(&server.running.gateway, &account, "test", Scope::Send, 1).await.unwrap();
    server.token = made.text.as_str().to_owned();
    server.send(&[("memo.txt", b"hello".to_vec())]).await;
    assert!(mails(&server).iter().any(|mail| mail.contains("山田会計事務所") && mail.contains("東京都千代田区")));

    let gateway = &server.running.gateway;
    let stored = gateway.store.read(kakitome::store::office::get).await.unwrap().unwrap();
    assert_eq!(stored, gateway.office());
    if matches!(on, On::Sqlite) {
        let database = server.directory.path().join("data/kakitome.sqlite");
        let leaves = crate::harness::disk::sqlite(
            &database,
            "select cast(leaf as text) from events where event = 'office_changed'",
        );
        let leaf: serde_json::Value = serde_json::from_str(&leaves[0]).unwrap();
        assert_eq!((leaves.len(), &leaf["actor"]["by"]), (1, &"account".into()), "{leaf}");
    }
}

async fn another_node_sees_a_change_with_its_next_sweep(on: On) {
    let server = Server::start(on).await;
    let gateway = &server.running.gateway;
    let changed = Office { name: "移転後の事務所".into(), ..Office::default() };
    gateway
        .store
        .write({
            let changed = changed.clone();
            move |tx| kakitome::store::office::set(tx, &changed)
        })
        .await
        .unwrap();
    assert!(!gateway.office.is_set(), "nobody reads the database for a page");
    office::refresh(gateway).await.unwrap();
    assert_eq!(gateway.office(), changed);
}

on_both! {
    the_first_administrator_is_asked_and_it_shows_at_once
    another_node_sees_a_change_with_its_next_sweep
}

#[actix_web::test]
async fn what_the_configuration_fixes_stays() {
    let server = Server::with(On::Sqlite, |config| {
        config.office.name = Some("本店".into());
        config.office.colour = "#0b6b3a".parse().ok();
    })
    .await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    let page = browser.get("/office").await;
    assert!(page.html.contains("設定ファイルで決められている項目") && !page.html.contains("name=\"office_name\""));
    let typed = [&TYPED[..], &[("colour", "#7a1f5c")]].concat();
    assert_eq!(browser.post(&page, "/office", &typed).await.status, StatusCode::SEE_OTHER);
    let office = server.running.gateway.office();
    assert_eq!((office.name.as_str(), office.phone.as_str()), ("本店", "03-1234-5000"));
    assert_eq!(office.colour, "#0b6b3a".parse().ok());
}

#[actix_web::test]
async fn only_administrators_change_the_office() {
    let server = Server::start(On::Sqlite).await;
    let new = kakitome::staff::register::NewAccount {
        email: "hanako@office.example".into(),
        name: "花子".into(),
        department: String::new(),
        phone: String::new(),
        language: kakitome::model::Language::Ja,
        roles: vec![kakitome::model::Role::Sender],
    };
    let actor = &kakitome::staff::registrar::Registrar::console();
    let issued = kakitome::staff::register::add(&server.running.gateway, new, actor).await.unwrap();
    let mut browser = Browser::new(&server.client, &server.base);
    let changed = browser.first_sign_in("hanako@office.example", &issued.one_time_password, PASSWORD).await;
    assert_eq!(changed.location, "/me/second-factor?next=/", "not asked");
    let refused = browser.get("/office").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let me = browser.get("/me").await;
    let forced =
        crate::harness::browser::Page { html: me.html.replace("action=\"/me/profile\"", "action=\"/office\""), ..me };
    assert_eq!(browser.post(&forced, "/office", &TYPED).await.status, StatusCode::FORBIDDEN);
    assert!(!server.running.gateway.office.is_set());
}

#[actix_web::test]
async fn a_logo_is_served_by_its_hash_and_cannot_do_anything() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("logo");
    std::fs::write(&file, "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>").unwrap();
    let server = Server::with(On::Sqlite, |config| config.office.logo_file = Some(file)).await;
    let page = server.client.get(format!("{}/r", server.base)).send().await.unwrap().text().await.unwrap();
    let image = page.split("<img src=\"").nth(1).unwrap();
    assert!(image.contains("alt=\"Kakitome\""), "{image}");
    let answer =
        server.client.get(format!("{}{}", server.base, image.split('"').next().unwrap())).send().await.unwrap();
    assert_eq!(answer.headers()["Content-Type"], "image/svg+xml");
    assert_eq!(answer.headers()["Content-Security-Policy"], "sandbox; default-src 'none'");
    assert_eq!(answer.headers()["X-Content-Type-Options"], "nosniff");
}
