//! Looking costs nothing: GET, HEAD, prefetch, empty and wrong posts consume nothing and change nothing.

use crate::harness::flows::On;
use crate::harness::server::Server;
use reqwest::Method;
use serde_json::{Value, json};

/// What a scanner must not move.
async fn standing(server: &Server, transfer: &str) -> Value {
    let delivery = server.get(&format!("/transfers/{transfer}")).await["deliveries"][0].clone();
    json!([delivery["state"], delivery["wrong"], delivery["openings"], delivery["opened_at"], delivery["retrieved_at"]])
}

#[actix_web::test]
async fn scanners_and_prefetchers_consume_nothing() {
    let server = Server::start(On::Sqlite).await;
    let sent = server.send(&[("memo.txt", b"hello".to_vec())]).await;
    crate::harness::flows::until("the mail is accepted", || async {
        (standing(&server, &sent.transfer).await[0] == "offered").then_some(())
    })
    .await;
    let before = standing(&server, &sent.transfer).await;
    let derived = server.running.gateway.openings.derivations();
    let page = format!("/r/{}", sent.public_id);
    for path in ["", "/files", "/files/1", "/all.zip", "/open", "/look", "/done"] {
        for prefix in ["", "/api/v1"] {
            let url = format!("{}{prefix}{page}{path}", server.base);
            for method in [Method::GET, Method::HEAD] {
                let request = server.client.request(method, &url).header("Sec-Purpose", "prefetch");
                let answer = request.header("Purpose", "prefetch").send().await.unwrap();
                assert!(!answer.status().is_server_error(), "{url}: {}", answer.status());
            }
            let wrong = format!("{{\"secret\":\"{}\",\"number\":\"\"}}", sent.code);
            for body in ["", "{}", "[]", "secret=&number=", "\u{0}", &wrong] {
                let post = server.client.post(&url).header("Content-Type", "application/json").body(body.to_owned());
                let answer = post.send().await.unwrap();
                assert!(!answer.status().is_server_error(), "{url} {body:?}: {}", answer.status());
            }
        }
    }
    assert_eq!(standing(&server, &sent.transfer).await, before);
    assert_eq!(server.running.gateway.openings.derivations(), derived, "no scrypt was run");
    server.open(&sent).await;
}

/// Two hundred in the long form, of every kind that is seen in the wild.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_gateway_that_runs_scripts_and_presses_buttons_consumes_nothing() {
    let server = Server::start(On::Sqlite).await;
    let sent = server.send(&[("memo.txt", b"hello".to_vec())]).await;
    let before = standing(&server, &sent.transfer).await;
    let derived = server.running.gateway.openings.derivations();
    let scans = crate::harness::rounds(20, 200);
    let page = format!("{}/r/{}", server.base, sent.public_id);
    for _ in 0..scans {
        for (method, header) in [(Method::GET, "Accept"), (Method::HEAD, "Accept"), (Method::GET, "Sec-Purpose")] {
            let answer = server.client.request(method, &page).header(header, "prefetch").send().await.unwrap();
            assert!(answer.status().is_success());
        }
    }
    let environment = [
        ("KAKITOME_URL", server.base.clone()),
        ("KAKITOME_ID", sent.public_id.clone()),
        ("KAKITOME_CODE", sent.code.clone()),
        ("KAKITOME_SCANS", scans.to_string()),
    ];
    crate::harness::story::play("scan.mjs", &environment).await;
    assert_eq!(standing(&server, &sent.transfer).await, before);
    assert_eq!(server.running.gateway.openings.derivations(), derived, "no scrypt was run");

    let mut browser = crate::harness::browser::Browser::new(&server.client, &server.base);
    browser.first_sign_in("sato@office.example", &server.one_time_password, "a long sentence that nobody says").await;
    let timeline = browser.get(&format!("/transfers/{}", sent.transfer)).await.html;
    assert!(timeline.contains("リンクが開かれました（メールの自動検査の可能性があります）"), "{timeline}");
    server.open(&sent).await;
}
