//! A session that locks while somebody types loses nothing: the posted form waits behind the unlock page.

use std::sync::Arc;
use std::time::Duration;

use crate::harness::HandClock;
use crate::harness::browser::{Browser, Page};
use crate::harness::flows::On;
use crate::harness::server::Server;
use reqwest::StatusCode;

const EMAIL: &str = "sato@office.example";
const PASSWORD: &str = "a long sentence that nobody else says";

/// Somebody at the page of the own account, and the clock that locks the session.
async fn at_the_own_account() -> (Server, Arc<HandClock>, Browser, Page) {
    let clock = HandClock::new();
    let server = Server::at(On::Sqlite, clock.clone(), |_| {}).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    let page = browser.get("/me").await;
    assert_eq!(page.status, StatusCode::OK);
    clock.forward(Duration::from_secs(11 * 60));
    (server, clock, browser, page)
}

#[actix_web::test]
async fn what_was_typed_is_posted_after_the_unlocking() {
    let (_server, _clock, mut browser, page) = at_the_own_account().await;
    let typed = [("name", "佐藤 <華子>"), ("phone", "03-0000-0001"), ("language", "ja")];
    let locked = browser.post(&page, "/me/profile", &typed).await;
    assert_eq!(locked.status, StatusCode::FORBIDDEN);
    assert!(locked.html.contains("入力した内容は残っています"), "{}", locked.html);

    let refused = browser.post(&locked, "/unlock", &[("password", "wrong")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let english = browser.post(&refused, "/unlock", &[("lang", "en")]).await;
    assert!(english.html.contains("What you entered is kept"), "the language switch keeps it too");

    let unlocked = browser.post(&english, "/unlock", &[("password", PASSWORD)]).await;
    assert_eq!(unlocked.status, StatusCode::OK);
    assert!(!unlocked.html.contains(PASSWORD));
    let saved = browser.post(&unlocked, "/me/profile", &[]).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, "/me?done=saved"));
    let page = browser.get("/me").await;
    assert!(page.html.contains("佐藤 &#60;華子&#62;") && page.html.contains("03-0000-0001"), "{}", page.html);
}

#[actix_web::test]
async fn a_form_with_secrets_or_from_elsewhere_does_not_wait() {
    let (_server, clock, mut browser, page) = at_the_own_account().await;
    let forged = Page { html: page.html.replace("name=\"csrf\" value=\"", "name=\"csrf\" value=\"x"), ..page };
    let answer = browser.post(&forged, "/me/profile", &[("name", "x")]).await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/unlock?next=/me"));

    let unlock = browser.get("/unlock?next=/me").await;
    let answer = browser.post(&unlock, "/unlock", &[("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/me"), "nothing waits");
    let page = browser.get("/me/password").await;
    clock.forward(Duration::from_secs(11 * 60));
    let secret = [("current", PASSWORD), ("new", "another sentence of mine"), ("again", "another sentence of mine")];
    let answer = browser.post(&page, "/me/password", &secret).await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/unlock?next=/me"));
}
