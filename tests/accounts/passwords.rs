//! Passwords of staff: history, age and its reminders, what a reset means, and a suggestion that is kept nowhere.
//! The policy's own rules are tested one by one in `staff/strength`.

use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::problem;
use crate::harness::server::Server;
use kakitome::error::{PasswordFlaw, Problem, Result};
use kakitome::model::{Account, Passphrase, PasswordProfile, PasswordRules, SignInRules};
use kakitome::staff::permit::Standing;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{password, register, reminders, session, sign_in};
use kakitome::store::{accounts, settings};
use reqwest::StatusCode;

const DAY: Duration = Duration::from_secs(24 * 3600);
const EMAIL: &str = "sato@office.example";
/// Passwords that the guideline takes, and that are not like each other.
const OWN: [&str; 4] =
    ["Violet 7 mangos! at noon", "Quick+3 rowing boats sing", "Under 9 lamps; a cello", "Frosty_5 keys & no door"];

on_both! {
    a_password_of_the_history_does_not_come_back
    each_reminder_is_mailed_once
    nodes_that_look_at_once_remind_once
}

fn secret(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

fn guideline(history: u32) -> SignInRules {
    SignInRules::new(PasswordRules { history, ..PasswordRules::of(PasswordProfile::JpGuideline) })
}

async fn set(office: &Office, rules: SignInRules) {
    let write = move |tx: &mut kakitome::store::Tx| {
        settings::set_sign_in(tx, Some(&rules), kakitome::model::Time::from_millis(0))
    };
    office.gateway().store.write(write).await.unwrap();
}

async fn sign_in_with(office: &Office, password: &str) -> Result<String> {
    let session = sign_in::sign_in(office.gateway(), EMAIL, secret(password), &Visitor::default()).await?;
    Ok(session.cookie.as_str().to_owned())
}

async fn change(office: &Office, present: &str, new: &str) -> Result<()> {
    let cookie = sign_in_with(office, present).await?;
    let newcomer =
        session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap().newcomer().unwrap();
    password::change(office.gateway(), &newcomer, secret(present), secret(new), &Visitor::default()).await
}

async fn account(office: &Office) -> Account {
    office.gateway().store.read(|tx| accounts::by_email(tx, EMAIL)).await.unwrap().unwrap()
}

async fn a_password_of_the_history_does_not_come_back(on: On) {
    let office = Office::new(on).await;
    set(&office, guideline(2)).await;
    change(&office, PASSWORD, OWN[0]).await.unwrap();
    change(&office, OWN[0], OWN[1]).await.unwrap();
    change(&office, OWN[1], OWN[2]).await.unwrap();
    let reused = Problem::PasswordRefused(PasswordFlaw::Reused { history: 2 });
    for old in [OWN[0], OWN[1]] {
        assert_eq!(problem(change(&office, OWN[2], old).await), reused, "{old}");
    }
    // A refused old password was no wrong one: seven of them slow nobody down.
    for _ in 0..7 {
        assert_eq!(problem(change(&office, OWN[2], OWN[1]).await), reused);
    }
    change(&office, OWN[2], OWN[3]).await.unwrap();
    change(&office, OWN[3], OWN[0]).await.expect("the third before the present one is forgotten");
    // The reset of a forgotten password keeps the forgotten one from coming back.
    let issued =
        register::reset(office.gateway(), &account(&office).await, &kakitome::staff::registrar::Registrar::console())
            .await
            .unwrap();
    assert_eq!(problem(change(&office, &issued.one_time_password, OWN[0]).await), reused);
    change(&office, &issued.one_time_password, OWN[1]).await.unwrap();
    set(&office, guideline(0)).await;
    change(&office, OWN[1], OWN[2]).await.unwrap();
    change(&office, OWN[2], OWN[1]).await.expect("without a history every password may come back");
}

#[actix_web::test]
async fn a_wrong_present_password_learns_nothing_of_the_history() {
    let office = Office::new(On::Sqlite).await;
    set(&office, guideline(12)).await;
    change(&office, PASSWORD, OWN[0]).await.unwrap();
    change(&office, OWN[0], OWN[1]).await.unwrap();
    let cookie = sign_in_with(&office, OWN[1]).await.unwrap();
    let newcomer =
        session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap().newcomer().unwrap();
    let visitor = Visitor::default();
    let guess = password::change(office.gateway(), &newcomer, secret("wrong"), secret(OWN[0]), &visitor).await;
    assert_eq!(problem(guess), Problem::WrongPassword);
}

#[actix_web::test]
async fn an_aged_password_is_changed_before_anything_else() {
    let office = Office::new(On::Sqlite).await;
    set(&office, guideline(12)).await;
    office.clock.forward(89 * DAY);
    let standing = async |office: &Office| {
        let cookie = sign_in_with(office, PASSWORD).await.unwrap();
        session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap().standing()
    };
    assert_eq!(standing(&office).await, Standing::Ready);
    office.clock.forward(DAY);
    assert_eq!(standing(&office).await, Standing::PasswordChange);
    change(&office, PASSWORD, OWN[0]).await.unwrap();
    let cookie = sign_in_with(&office, OWN[0]).await.unwrap();
    session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap().sender().unwrap();
}

async fn swept(office: &Office) -> usize {
    let queued = reminders::sweep(office.gateway()).await.unwrap();
    office.deliver_mails().await;
    queued
}

async fn each_reminder_is_mailed_once(on: On) {
    let office = Office::new(on).await;
    set(&office, guideline(12)).await;
    office.clock.forward(75 * DAY);
    assert_eq!(swept(&office).await, 0);
    for (days, wanted) in [(1, 1), (1, 0), (6, 1), (1, 0), (5, 1), (0, 0)] {
        office.clock.forward(days * DAY);
        assert_eq!((swept(&office).await, swept(&office).await), (wanted, 0), "{days} more days");
    }
    assert_eq!(office.mails().len(), 3);
    let mail = office.mails().remove(0);
    assert!(mail.contains("パスワードの変更期限") && mail.contains("2027年2月21日"), "{mail}");
    assert!(mail.contains("To: ") && mail.contains(EMAIL) && !mail.contains('#'), "{mail}");
    office.clock.back(10 * DAY);
    assert_eq!(swept(&office).await, 0, "a clock set back reminds nobody again");
    office.clock.forward(30 * DAY);
    assert_eq!(swept(&office).await, 0, "too late to be reminded");
    change(&office, PASSWORD, OWN[0]).await.unwrap();
    office.clock.forward(89 * DAY);
    assert_eq!(swept(&office).await, 1, "a jump over several reminds once, of the nearest");
    assert_eq!(swept(&office).await, 0);
    office.check_invariants().await;
}

async fn nodes_that_look_at_once_remind_once(on: On) {
    let office = Office::new(on).await;
    set(&office, guideline(12)).await;
    office.clock.forward(80 * DAY);
    let other = office.again().await;
    let (one, two) = tokio::join!(reminders::sweep(office.gateway()), reminders::sweep(&other.gateway));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
}

#[actix_web::test]
async fn a_reminder_that_came_too_late_is_withdrawn() {
    let office = Office::new(On::Sqlite).await;
    set(&office, guideline(12)).await;
    office.clock.forward(80 * DAY);
    assert_eq!(reminders::sweep(office.gateway()).await.unwrap(), 1);
    change(&office, PASSWORD, OWN[0]).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(office.mails(), Vec::<String>::new());
}

#[actix_web::test]
async fn only_who_has_an_ageing_password_of_his_own_is_reminded() {
    let office = Office::new(On::Sqlite).await;
    office.clock.forward(80 * DAY);
    assert_eq!(swept(&office).await, 0, "nist knows no age");
    set(&office, guideline(12)).await;
    let issued =
        register::reset(office.gateway(), &account(&office).await, &kakitome::staff::registrar::Registrar::console())
            .await
            .unwrap();
    office.clock.forward(80 * DAY);
    assert_eq!(swept(&office).await, 0, "an initial password has its own limit");
    assert_eq!(problem(change(&office, &issued.one_time_password, OWN[0]).await), Problem::WrongPassword);
}

async fn signed_in(server: &Server, one_time: &str, password: &str) -> Browser {
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in(EMAIL, one_time, password).await;
    browser
}

#[actix_web::test]
async fn the_page_says_the_rules_and_suggests_a_fresh_passphrase() {
    let server = Server::start(On::Sqlite).await;
    let mut browser = signed_in(&server, &server.one_time_password, PASSWORD).await;
    let suggestion = |html: &str| {
        let after = html.split("id=\"suggestion\"").nth(1).unwrap().split('>').nth(1).unwrap();
        after.split('<').next().unwrap().to_owned()
    };
    let page = browser.get("/me/password").await;
    assert!(page.html.contains("15 文字以上") && !page.html.contains("大文字"), "{}", page.html);
    let first = suggestion(&page.html);
    let second = suggestion(&browser.get("/me/password").await.html);
    assert_ne!(first, second, "each answer has its own");
    let gateway = &server.running.gateway;
    let write = |tx: &mut kakitome::store::Tx| {
        settings::set_sign_in(tx, Some(&guideline(12)), kakitome::model::Time::from_millis(0))
    };
    gateway.store.write(write).await.unwrap();
    let page = browser.get("/me/password").await;
    for rule in ["8 文字以上", "大文字", "12 個", "90 日ごと"] {
        assert!(page.html.contains(rule), "{rule}");
    }
    let suggested = suggestion(&page.html);
    let typed = [("current", PASSWORD), ("new", suggested.as_str()), ("again", suggested.as_str())];
    let changed = browser.post(&page, "/me/password", &typed).await;
    assert_eq!((changed.status, changed.location.as_str()), (StatusCode::SEE_OTHER, "/office"));
}

#[actix_web::test]
async fn after_a_reset_the_page_tells_what_became_of_the_key() {
    let server = Server::start(On::Sqlite).await;
    server.send(&[("memo.txt", b"hello".to_vec())]).await;
    let gateway = &server.running.gateway;
    let found = gateway.store.read(|tx| accounts::by_email(tx, EMAIL)).await.unwrap().unwrap();
    let issued = register::reset(gateway, &found, &kakitome::staff::registrar::Registrar::console()).await.unwrap();
    let mut browser = Browser::new(&server.client, &server.base);
    let page = browser.get("/sign-in").await;
    let typed = [("email", EMAIL), ("password", issued.one_time_password.as_str())];
    browser.post(&page, "/sign-in", &typed).await;
    let page = browser.get("/me/password").await;
    assert!(page.html.contains("前の鍵は失われ") && page.html.contains("送付中：1 件"), "{}", page.html);
    let renewed = async || {
        let found = gateway.store.read(|tx| accounts::by_email(tx, EMAIL)).await.unwrap().unwrap();
        found.key_renewed_at
    };
    assert!(renewed().await.is_some(), "looking acknowledges nothing");
    let one_time = issued.one_time_password.as_str();
    browser.post(&page, "/me/password", &[("current", one_time), ("new", OWN[0]), ("again", OWN[0])]).await;
    assert!(renewed().await.is_none());
    assert!(!browser.get("/me/password").await.html.contains("前の鍵は失われ"));
}
