//! Joining by invitation: a mailed secret sets the first password, once, in time, and for nobody else.

use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::directory::Slapd;
use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::problem;
use crate::harness::rows::{count, events};
use crate::harness::server::Server;
use crate::harness::story::play;
use kakitome::config::{Admission, StaffRole};
use kakitome::crypt::{generate_token, invitation_code, parse_invitation_code};
use kakitome::error::{PasswordFlaw, Problem, Result};
use kakitome::model::{Account, AccountState, Language, Leaving, Passphrase, Role, Token, Validity};
use kakitome::staff::register::{Change, NewAccount};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{invitation, register, session, sign_in};
use kakitome::transfer::dispatch;
use reqwest::StatusCode;

const TANAKA: &str = "tanaka@office.example";
const HOURS: u64 = 3600;

fn new(email: &str) -> NewAccount {
    NewAccount {
        email: email.into(),
        name: "田中 直子".into(),
        department: "経理".into(),
        phone: "03-1234-5678".into(),
        language: Language::Ja,
        roles: vec![Role::Sender],
    }
}

async fn invite(office: &Office) -> Account {
    invitation::add(office.gateway(), new(TANAKA), &Registrar::console()).await.unwrap()
}

/// The secrets in the mails that have left, in their order.
async fn secrets(office: &Office) -> Vec<Token> {
    office.deliver_mails().await;
    let mails = office.mails();
    let codes = mails.iter().filter_map(|mail| mail.split("/join#").nth(1));
    codes.map(|rest| parse_invitation_code(&rest[..52]).unwrap()).collect()
}

async fn secret(office: &Office) -> Token {
    secrets(office).await.pop().expect("a mail with an invitation")
}

async fn accept(office: &Office, secret: &Token, password: &str) -> Result<Account> {
    invitation::accept(office.gateway(), secret, Passphrase::new(password.into()), &Visitor::default()).await
}

async fn enter(office: &Office, password: &str) -> Result<()> {
    let given = Passphrase::new(password.into());
    sign_in::sign_in(office.gateway(), TANAKA, given, &Visitor::default()).await.map(drop)
}

async fn state(office: &Office) -> AccountState {
    register::find(office.gateway(), TANAKA).await.unwrap().state
}

async fn is_over(office: &Office, secret: &Token) {
    assert_eq!(problem(invitation::look(office.gateway(), secret).await), Problem::InvitationOver);
    assert_eq!(problem(accept(office, secret, PASSWORD).await), Problem::InvitationOver);
}

async fn from_mail_to_first_sign_in(on: On) {
    let office = Office::new(on).await;
    let invited = invite(&office).await;
    assert_eq!(invited.state, AccountState::Invited);
    assert_eq!(count(&office, "letters", "kind = 'invitation' AND secret_sealed IS NOT NULL"), 1);
    let secret = secret(&office).await;
    assert_eq!(count(&office, "letters", "secret_sealed IS NOT NULL"), 0, "what has left is not kept");
    assert_eq!(problem(enter(&office, PASSWORD).await), Problem::WrongPassword, "invited, and nothing more");
    assert_eq!(problem(enter(&office, "").await), Problem::WrongPassword);

    let seen = invitation::look(office.gateway(), &secret).await.unwrap();
    assert_eq!((seen.account.name.as_str(), seen.account.email.as_str()), ("田中 直子", TANAKA));
    let short = problem(accept(&office, &secret, "short").await);
    assert!(matches!(short, Problem::PasswordRefused(PasswordFlaw::TooShort { .. })), "{short:?}");
    let named = problem(accept(&office, &secret, "tanaka tanaka tanaka").await);
    assert_eq!(named, Problem::PasswordRefused(PasswordFlaw::ContainsName));
    assert_eq!(state(&office).await, AccountState::Invited, "a refused password uses nothing up");

    let joined = accept(&office, &secret, PASSWORD).await.unwrap();
    assert_eq!((joined.state, joined.must_change_password), (AccountState::Active, false));
    assert!(joined.recipient_key.is_some(), "an account key came with the password");
    assert_eq!((events(&office, "account_invited"), events(&office, "account_joined")), (1, 1));
    assert_eq!(count(&office, "invitations", "1 = 1"), 0);
    let session = sign_in::sign_in(office.gateway(), TANAKA, Passphrase::new(PASSWORD.into()), &Visitor::default())
        .await
        .unwrap();
    let signed_in = session::by_cookie(office.gateway(), &session.cookie, &Visitor::default()).await.unwrap();
    signed_in.clone().sender().expect("nothing has to be changed first");
    signed_in.account_key(&office.gateway().store).await.expect("the password opens the account key");
    is_over(&office, &secret).await;
    office.check_invariants().await;
}

async fn wrong_late_and_replaced_secrets_are_all_over(on: On) {
    let office = Office::new(on).await;
    let invited = invite(&office).await;
    is_over(&office, &generate_token(&mut rand::rng())).await;
    let first = secret(&office).await;
    office.clock.forward(Duration::from_secs(1));
    invitation::resend(office.gateway(), invited.id, &Registrar::console()).await.unwrap();
    is_over(&office, &first).await;
    let second = secrets(&office).await.into_iter().find(|one| one.expose() != first.expose()).expect("another secret");
    invitation::look(office.gateway(), &second).await.unwrap();
    office.clock.forward(Duration::from_secs(72 * HOURS));
    is_over(&office, &second).await;
    // It stays in the register as what it is.
    let until = invitation::of(office.gateway(), invited.id).await.unwrap().expect("still listed");
    assert!(until <= office.gateway().now());
    assert_eq!(state(&office).await, AccountState::Invited);
    invitation::resend(office.gateway(), invited.id, &Registrar::console()).await.unwrap();
    let all = secrets(&office).await;
    let earlier = [first, second];
    let third = all.into_iter().find(|one| earlier.iter().all(|old| old.expose() != one.expose())).unwrap();
    accept(&office, &third, PASSWORD).await.unwrap();
    let again = problem(invitation::resend(office.gateway(), invited.id, &Registrar::console()).await);
    assert_eq!(again, Problem::WrongState { state: "active" });
}

async fn a_corrected_address_voids_the_mail_to_the_wrong_one(on: On) {
    let office = Office::new(on).await;
    let invited = invite(&office).await;
    let misdirected = secret(&office).await;
    let right = register::Change { email: Some("tanaka.minoru@office.example".into()), ..register::Change::default() };
    register::change(office.gateway(), &Registrar::console(), invited.id, right).await.unwrap();
    is_over(&office, &misdirected).await;
    assert_eq!(invitation::of(office.gateway(), invited.id).await.unwrap(), None);
}

async fn of_two_who_follow_it_at_once_one_wins(on: On) {
    let office = Office::new(on).await;
    invite(&office).await;
    let secret = secret(&office).await;
    let other = "another sentence of several words";
    let (one, two) = tokio::join!(accept(&office, &secret, PASSWORD), accept(&office, &secret, other));
    let won = if one.is_ok() { PASSWORD } else { other };
    let lost = if one.is_ok() { other } else { PASSWORD };
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|won| **won).count(), 1);
    assert_eq!(problem(if one.is_ok() { two } else { one }), Problem::InvitationOver);
    enter(&office, won).await.unwrap();
    assert_eq!(problem(enter(&office, lost).await), Problem::WrongPassword);
    assert_eq!(events(&office, "account_joined"), 1);
}

async fn whoever_is_stopped_or_reset_meanwhile_is_not_invited_any_more(on: On) {
    let office = Office::new(on).await;
    let invited = invite(&office).await;
    let secret_of_stopped = secret(&office).await;
    register::stop(office.gateway(), &invited, Leaving::Keep, &Registrar::console()).await.unwrap();
    is_over(&office, &secret_of_stopped).await;
    let stopped = problem(invitation::resend(office.gateway(), invited.id, &Registrar::console()).await);
    assert_eq!(stopped, Problem::WrongState { state: "stopped" });
    register::resume(office.gateway(), &invited, &Registrar::console()).await.unwrap();
    is_over(&office, &secret_of_stopped).await;

    let other = invitation::add(office.gateway(), new("ito@office.example"), &Registrar::console()).await.unwrap();
    let all = secrets(&office).await;
    let theirs = all.into_iter().find(|one| one.expose() != secret_of_stopped.expose()).unwrap();
    let issued = register::reset(office.gateway(), &other, &Registrar::console()).await.unwrap();
    assert_eq!(issued.account.state, AccountState::Active);
    is_over(&office, &theirs).await;
}

async fn an_invitation_keeps_to_the_validity_of_its_account(on: On) {
    let office = Office::new(on).await;
    let invited = invite(&office).await;
    let secret = secret(&office).await;
    let now = office.gateway().now();
    let day = Duration::from_secs(24 * HOURS);
    let validity = Validity { from: Some(now + day), until: Some(now + day * 2) };
    let change = Change { validity: Some(validity), ..Change::default() };
    register::change(office.gateway(), &Registrar::console(), invited.id, change).await.unwrap();
    accept(&office, &secret, PASSWORD).await.unwrap();
    assert_eq!(problem(enter(&office, PASSWORD).await), Problem::WrongPassword, "not before its time");
    office.clock.forward(day);
    enter(&office, PASSWORD).await.unwrap();

    let other = invitation::add(office.gateway(), new("ito@office.example"), &Registrar::console()).await.unwrap();
    let ends = Validity { from: None, until: Some(office.gateway().now() + day) };
    let change = Change { validity: Some(ends), ..Change::default() };
    register::change(office.gateway(), &Registrar::console(), other.id, change).await.unwrap();
    let all = secrets(&office).await;
    let theirs = all.into_iter().find(|one| one.expose() != secret.expose()).unwrap();
    invitation::look(office.gateway(), &theirs).await.unwrap();
    office.clock.forward(day);
    is_over(&office, &theirs).await;
}

async fn a_mail_that_did_not_leave_in_time_is_withdrawn(on: On) {
    let office = Office::new(on).await;
    let invited = invite(&office).await;
    office.clock.forward(Duration::from_secs(1));
    invitation::resend(office.gateway(), invited.id, &Registrar::console()).await.unwrap();
    assert_eq!(secrets(&office).await.len(), 1, "the first one would have led nowhere");
    assert_eq!(count(&office, "letters", "kind = 'invitation' AND state = 'withdrawn'"), 1);
    office.clock.forward(Duration::from_secs(1));
    invitation::resend(office.gateway(), invited.id, &Registrar::console()).await.unwrap();
    office.clock.forward(Duration::from_secs(100 * HOURS));
    assert!(!dispatch::deliver_next(office.gateway(), &*office.app.mailer).await.unwrap());
    assert_eq!(count(&office, "letters", "secret_sealed IS NOT NULL"), 0);
}

on_both! {
    from_mail_to_first_sign_in
    wrong_late_and_replaced_secrets_are_all_over
    a_corrected_address_voids_the_mail_to_the_wrong_one
    of_two_who_follow_it_at_once_one_wins
    whoever_is_stopped_or_reset_meanwhile_is_not_invited_any_more
    an_invitation_keeps_to_the_validity_of_its_account
    a_mail_that_did_not_leave_in_time_is_withdrawn
}

#[actix_web::test]
async fn whoever_is_invited_may_come_in_by_the_directory() {
    let slapd = Slapd::start().await;
    slapd.person("tanaka", TANAKA, "the password in the directory");
    let mut settings = slapd.settings();
    (settings.admission, settings.default_roles) = (Admission::JustInTime, vec![StaffRole::Sender]);
    let office = Office::with(On::Sqlite, |config| config.sign_in.ldap = settings).await;
    let invited = invite(&office).await;
    let secret = secret(&office).await;
    assert_eq!(problem(enter(&office, "a guess").await), Problem::WrongPassword);
    assert_eq!(state(&office).await, AccountState::Invited);
    enter(&office, "the password in the directory").await.unwrap();
    let account = register::find(office.gateway(), TANAKA).await.unwrap();
    assert_eq!((account.id, account.state), (invited.id, AccountState::Active), "the account that was invited");
    assert_eq!(events(&office, "account_joined"), 1);
    is_over(&office, &secret).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_leads_from_the_code_to_the_sign_in() {
    let server = Server::start(On::Sqlite).await;
    let gateway = server.running.gateway.clone();
    invitation::add(&gateway, new(TANAKA), &Registrar::console()).await.unwrap();
    let code = server.invitation_code().await;
    let mut browser = Browser::new(&server.client, &server.base);
    let page = browser.get("/join").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.html.contains("田中"), "the page says nothing of any invitation");

    for (typed, status, said) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY, "招待コードを入力してください"),
        (&code[..40], StatusCode::UNPROCESSABLE_ENTITY, "招待コード"),
        ("招待", StatusCode::UNPROCESSABLE_ENTITY, "招待コード"),
        (&invitation_code(&generate_token(&mut rand::rng())), StatusCode::GONE, "この招待は使えません"),
    ] {
        let refused = browser.post(&page, "/join/look", &[("secret", typed)]).await;
        assert_eq!(refused.status, status, "{typed}: {}", refused.html);
        assert!(refused.html.contains(said), "{typed}: {}", refused.html);
    }

    let spaced: String =
        code.as_bytes().chunks(4).map(|group| format!("{} ", std::str::from_utf8(group).unwrap())).collect();
    let seen = browser.post(&page, "/join/look", &[("secret", &spaced)]).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.html.contains("田中 直子") && seen.html.contains(TANAKA), "{}", seen.html);
    let english = browser.post(&seen, "/join/look", &[("lang", "en")]).await;
    assert!(english.html.contains("This account is ready for you"), "{}", english.html);
    let differs = browser.post(&seen, "/join", &[("new", PASSWORD), ("again", "x")]).await;
    assert_eq!(differs.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(differs.html.contains("id=\"again-error\"") && !differs.html.contains(PASSWORD));
    let short = browser.post(&differs, "/join", &[("new", "x"), ("again", "x")]).await;
    assert!(short.html.contains("id=\"new-error\""), "{}", short.html);
    let done = browser.post(&short, "/join", &[("new", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?done=joined"));
    assert!(browser.get("/sign-in?done=joined").await.html.contains("id=\"password\""));
    let entered = browser.sign_in(TANAKA, PASSWORD).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.html);

    let over = browser.post(&page, "/join/look", &[("secret", &code)]).await;
    assert_eq!(over.status, StatusCode::GONE);
    assert!(!over.html.contains("田中"), "an invitation that is over shows nobody");
    let twice = browser.post(&short, "/join", &[("new", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(twice.status, StatusCode::GONE);
    assert!(!twice.html.contains("田中"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_comes_in_on_a_phone() {
    let server = Server::start(On::Sqlite).await;
    for (language, email, name) in
        [(Language::Ja, TANAKA, "田中 直子"), (Language::En, "smith@office.example", "Jane Smith")]
    {
        let invited = NewAccount { language, name: name.into(), ..new(email) };
        invitation::add(&server.running.gateway, invited, &Registrar::console()).await.unwrap();
        let environment = [
            ("KAKITOME_URL", server.base.clone()),
            ("KAKITOME_MAILDIR", server.directory.path().join("data/mail").display().to_string()),
            ("KAKITOME_EMAIL", email.to_owned()),
            ("KAKITOME_LANGUAGE", language.word().to_owned()),
        ];
        play("join.mjs", &environment).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_a_mail_gateway_tore_from_its_fragment_is_put_into_the_form() {
    let server = Server::start(On::Sqlite).await;
    let mut browser = Browser::new(&server.client, &server.base);
    for mark in ["%23", "%2523"] {
        let page = browser.get(&format!("/join{mark}k7q2m9d4")).await;
        assert_eq!(page.status, StatusCode::OK, "{mark}");
        assert!(page.html.contains("value=\"k7q2m9d4\""), "{mark}: {}", page.html);
    }
    assert_eq!(browser.get("/joiner").await.status, StatusCode::NOT_FOUND);
    let forged = server.client.post(format!("{}/join/look", server.base)).body("secret=x");
    let forged = forged.header("Content-Type", "application/x-www-form-urlencoded").send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
}
