//! Passkeys: an exchange serves once, for one account and purpose; what a passkey opens; what ends with it.

use std::time::Duration;

use crate::harness::HandClock;
use crate::harness::browser::{Browser, Page};
use crate::harness::flows::{Office, On, PASSWORD, SOURCE};
use crate::harness::problem;
use crate::harness::server::Server;
use kakitome::error::{Problem, Result};
use kakitome::model::{
    AccountId, AccountState, Combination, Factor, Passphrase, PasswordProfile, PasswordRules, PrfOutput, Role,
    SignInRules,
};
use kakitome::staff::passkey::{self, Answered, Begun, New};
use kakitome::staff::permit::{Newcomer, Person};
use kakitome::staff::session::Session;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{register, session, sign_in};
use kakitome::store::{accounts, guesses, passkeys, settings};
use kakitome::transfer::reissue::reissue;
use reqwest::StatusCode;
use serde_json::{Value, json};
use webauthn_authenticator_rs::AuthenticatorBackend;
use webauthn_authenticator_rs::softpasskey::SoftPasskey;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential, Url};

const MINUTE: Duration = Duration::from_secs(60);
const OUTPUT: [u8; 32] = [7; 32];

on_both! {
    a_passkey_opens_the_account_key
    an_exchange_serves_once
}

/// An authenticator of one person. It keeps no passkeys itself, as real ones do: whose they are is noted beside it.
struct Authenticator {
    soft: SoftPasskey,
    handle: Vec<u8>,
    ids: Vec<Vec<u8>>,
    prf: Option<[u8; 32]>,
}

impl Authenticator {
    fn of(office: &Office, prf: Option<[u8; 32]>) -> Self {
        Self::of_account(office.sender.account().id, prf)
    }

    fn of_account(id: AccountId, prf: Option<[u8; 32]>) -> Self {
        let handle = id.uuid().as_bytes().to_vec();
        Self { soft: SoftPasskey::new(true), handle, ids: Vec::new(), prf }
    }

    fn origin() -> Url {
        Url::parse("https://localhost:8443").unwrap()
    }

    fn output(&self) -> Option<PrfOutput> {
        self.prf.map(PrfOutput::new)
    }

    fn make(&mut self, begun: Begun) -> Answered<RegisterPublicKeyCredential> {
        let mut options = begun.options;
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        options["authenticatorSelection"]["requireResidentKey"] = false.into();
        let options = serde_json::from_value(options).unwrap();
        let answer = self.soft.perform_register(Self::origin(), options, 1000).unwrap();
        self.ids.push(answer.raw_id.clone());
        Answered { token: begun.token.to_string(), answer, prf: self.output() }
    }

    fn show(&mut self, begun: Begun) -> Answered<PublicKeyCredential> {
        let mut options = begun.options;
        assert_eq!(options["userVerification"], "required");
        let own = self.ids.iter().map(|id| json!({"type": "public-key", "id": encoded(id)}));
        options["allowCredentials"] = own.collect();
        let options = serde_json::from_value(options).unwrap();
        let mut answer = self.soft.perform_auth(Self::origin(), options, 1000).unwrap();
        answer.response.user_handle = Some(self.handle.clone());
        Answered { token: begun.token.to_string(), answer, prf: self.output() }
    }
}

fn encoded(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}

fn here() -> Visitor {
    Visitor::from(SOURCE)
}

async fn by_password(office: &Office) -> String {
    let email = &office.sender.account().email;
    let session = sign_in::sign_in(office.gateway(), email, Passphrase::new(PASSWORD.into()), &here()).await.unwrap();
    session.cookie.to_string()
}

async fn newcomer(office: &Office, cookie: &str) -> Newcomer {
    session::by_cookie(office.gateway(), cookie, &here()).await.unwrap().newcomer().unwrap()
}

async fn person(office: &Office, cookie: &str) -> Person {
    session::by_cookie(office.gateway(), cookie, &here()).await.unwrap().person().unwrap()
}

async fn add(office: &Office, cookie: &str, authenticator: &mut Authenticator) -> Result<bool> {
    let own = newcomer(office, cookie).await;
    let begun = passkey::begin_adding(office.gateway(), &own).await?;
    let new = New { name: "Firefox, Windows 10".into(), answered: authenticator.make(begun) };
    passkey::add(office.gateway(), &own, new, &here()).await
}

async fn enter(office: &Office, authenticator: &mut Authenticator) -> Result<Session> {
    let begun = passkey::begin_proving(office.gateway(), None).await?;
    passkey::sign_in(office.gateway(), authenticator.show(begun), &here()).await
}

async fn prove(office: &Office, cookie: &str, authenticator: &mut Authenticator) -> Result<()> {
    let running = session::running(office.gateway(), cookie).await?;
    let begun = passkey::begin_proving(office.gateway(), Some(&running)).await?;
    passkey::prove(office.gateway(), &running, authenticator.show(begun), &here()).await
}

async fn a_passkey_opens_the_account_key(on: On) {
    let office = Office::new(on).await;
    let mut authenticator = Authenticator::of(&office, Some(OUTPUT));
    assert!(add(&office, &by_password(&office).await, &mut authenticator).await.unwrap());
    let (_, sent) = office.send(&[("a.txt", b"a")], &["suzuki@aozora.example"]).await;
    let session = enter(&office, &mut authenticator).await.unwrap();
    let sender = person(&office, &session.cookie).await.signed_in().sender().unwrap();
    let again = reissue(office.gateway(), &sender, &sent[0].issued.delivery).await.unwrap();
    assert_ne!(again.number.expose(), sent[0].issued.number.expose());

    office.clock.forward(11 * MINUTE);
    let locked = session::by_cookie(office.gateway(), &session.cookie, &here()).await.map(drop);
    assert_eq!(problem(locked), Problem::SessionLocked);
    prove(&office, &session.cookie, &mut authenticator).await.unwrap();
    let sender = person(&office, &session.cookie).await.signed_in().sender().unwrap();
    reissue(office.gateway(), &sender, &sent[0].issued.delivery).await.unwrap();
    office.check_invariants().await;
}

async fn an_exchange_serves_once(on: On) {
    let office = Office::new(on).await;
    let mut authenticator = Authenticator::of(&office, None);
    let cookie = by_password(&office).await;
    add(&office, &cookie, &mut authenticator).await.unwrap();
    let gateway = office.gateway();
    let other = office.again().await;

    let answered = authenticator.show(passkey::begin_proving(gateway, None).await.unwrap());
    let replay = |token: String| Answered { token, answer: answered.answer.clone(), prf: None };
    passkey::sign_in(gateway, replay(answered.token.clone()), &here()).await.unwrap();
    for node in [gateway, &other.gateway] {
        let again = passkey::sign_in(node, replay(answered.token.clone()), &here()).await;
        assert_eq!(problem(again), Problem::PasskeyRefused);
    }
    let fresh = passkey::begin_proving(gateway, None).await.unwrap();
    let swapped = passkey::sign_in(gateway, replay(fresh.token.to_string()), &here()).await;
    assert_eq!(problem(swapped), Problem::PasskeyRefused, "an answer to another question");

    let elsewhere = authenticator.show(passkey::begin_proving(&other.gateway, None).await.unwrap());
    passkey::sign_in(gateway, elsewhere, &here()).await.expect("begun at another node");
    let late = authenticator.show(passkey::begin_proving(gateway, None).await.unwrap());
    office.clock.forward(5 * MINUTE);
    assert_eq!(problem(passkey::sign_in(gateway, late, &here()).await), Problem::PasskeyRefused);
}

#[actix_web::test]
async fn an_exchange_is_for_one_account_and_purpose() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    let colleague = Office::add_sender(gateway, "ito@office.example", "伊藤 三郎").await;
    let colleague = colleague.signed_in().clone().newcomer().unwrap();
    let own = newcomer(&office, &by_password(&office).await).await;
    let mut authenticator = Authenticator::of(&office, None);

    let begun = passkey::begin_adding(gateway, &own).await.unwrap();
    let new = New { name: "x".into(), answered: authenticator.make(begun) };
    assert_eq!(problem(passkey::add(gateway, &colleague, new, &here()).await), Problem::PasskeyRefused);
    let begun = passkey::begin_proving(gateway, None).await.unwrap();
    let mut answered = authenticator.make(passkey::begin_adding(gateway, &own).await.unwrap());
    answered.token = begun.token.to_string();
    let new = New { name: "x".into(), answered };
    assert_eq!(problem(passkey::add(gateway, &own, new, &here()).await), Problem::PasskeyRefused);
    assert!(passkey::own(gateway, &own).await.unwrap().is_empty());
}

#[actix_web::test]
async fn a_passkey_proves_its_owner_and_nobody_else() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    let mut authenticator = Authenticator::of(&office, None);
    let cookie = by_password(&office).await;
    add(&office, &cookie, &mut authenticator).await.unwrap();
    let colleague = Office::add_sender(gateway, "ito@office.example", "伊藤 三郎").await;
    let email = &colleague.account().email;
    let theirs = sign_in::sign_in(gateway, email, Passphrase::new(PASSWORD.into()), &here()).await.unwrap();
    assert_eq!(problem(prove(&office, &theirs.cookie, &mut authenticator).await), Problem::PasskeyRefused);

    let own = authenticator.handle.clone();
    authenticator.handle = colleague.account().id.uuid().as_bytes().to_vec();
    assert_eq!(problem(enter(&office, &mut authenticator).await), Problem::PasskeyRefused, "names another owner");
    authenticator.handle = own;
    let failing = gateway.store.read(|tx| guesses::failing(tx, "192.0.2.7")).await.unwrap();
    assert_eq!(failing.failures, 2, "both were noted");

    let mut unknown = Authenticator::of(&office, None);
    let begun = passkey::begin_adding(gateway, &newcomer(&office, &cookie).await).await.unwrap();
    unknown.make(begun);
    assert_eq!(problem(enter(&office, &mut unknown).await), Problem::PasskeyRefused);

    let account = office.sender.account().id;
    let set = move |state| {
        move |tx: &mut kakitome::store::Tx| {
            let entry = kakitome::model::Account { state, ..accounts::get(tx, account)? };
            accounts::set_entry(tx, &entry, kakitome::model::Time::from_millis(i64::MAX))
        }
    };
    let second = vec![Role::Administrator, Role::Sender];
    register::set_roles(gateway, colleague.account(), second, &kakitome::staff::registrar::Registrar::console())
        .await
        .unwrap();
    gateway.store.write(set(AccountState::Stopped)).await.unwrap();
    assert_eq!(problem(enter(&office, &mut authenticator).await), Problem::PasskeyRefused, "a stopped account");
    gateway.store.write(set(AccountState::Active)).await.unwrap();
    enter(&office, &mut authenticator).await.unwrap();
}

#[actix_web::test]
async fn a_counter_that_goes_back_is_refused() {
    let office = Office::new(On::Sqlite).await;
    let mut authenticator = Authenticator::of(&office, None);
    add(&office, &by_password(&office).await, &mut authenticator).await.unwrap();
    enter(&office, &mut authenticator).await.unwrap();
    let (account, now) = (office.sender.account().id, office.gateway().now());
    let ahead = move |tx: &mut kakitome::store::Tx| {
        let row = passkeys::of_account(tx, account)?.remove(0);
        let mut public: serde_json::Value = serde_json::from_str(&row.public).unwrap();
        public["cred"]["counter"] = 1000.into();
        passkeys::used(tx, row.id, &public.to_string(), now)
    };
    office.gateway().store.write(ahead).await.unwrap();
    assert_eq!(problem(enter(&office, &mut authenticator).await), Problem::PasskeyRefused);
    let failing = office.gateway().store.read(|tx| guesses::failing(tx, "192.0.2.7")).await.unwrap();
    assert_eq!(failing.failures, 1);
}

#[actix_web::test]
async fn without_an_output_a_passkey_signs_in_and_opens_nothing() {
    let office = Office::new(On::Sqlite).await;
    let mut plain = Authenticator::of(&office, None);
    assert!(!add(&office, &by_password(&office).await, &mut plain).await.unwrap());
    let session = enter(&office, &mut plain).await.unwrap();
    let signed_in = person(&office, &session.cookie).await.signed_in();
    assert_eq!(problem(signed_in.account_key(&office.gateway().store).await), Problem::AccountKeyNeeded);

    // Whoever is signed in without the key gets it into no passkey of his.
    let mut able = Authenticator::of(&office, Some(OUTPUT));
    assert!(!add(&office, &session.cookie, &mut able).await.unwrap());
    let mut own = Authenticator::of(&office, Some(OUTPUT));
    assert!(add(&office, &by_password(&office).await, &mut own).await.unwrap());
    own.prf = Some([8; 32]);
    let session = enter(&office, &mut own).await.unwrap();
    let signed_in = person(&office, &session.cookie).await.signed_in();
    assert_eq!(
        problem(signed_in.account_key(&office.gateway().store).await),
        Problem::AccountKeyNeeded,
        "forged output"
    );
}

#[actix_web::test]
async fn an_account_without_a_key_gets_one_with_its_first_passkey() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    let cookie = by_password(&office).await;
    let (id, own) = (office.sender.account().id, person(&office, &cookie).await);
    gateway.store.write(move |tx| accounts::forget_account_key(tx, id)).await.unwrap();
    let key = own.signed_in().account_key(&gateway.store).await.unwrap();
    let mut authenticator = Authenticator::of(&office, Some(OUTPUT));
    assert!(add(&office, &cookie, &mut authenticator).await.unwrap());
    let account = gateway.store.read(move |tx| accounts::get(tx, id)).await.unwrap();
    assert_eq!(account.recipient_key, Some(key.recipient().to_string()), "the key that the session still carries");
    let session = enter(&office, &mut authenticator).await.unwrap();
    let opened = person(&office, &session.cookie).await.signed_in().account_key(&gateway.store).await.unwrap();
    assert_eq!(opened.to_bytes(), key.to_bytes());

    let listed = passkey::own(gateway, &newcomer(&office, &session.cookie).await).await.unwrap();
    passkey::remove(gateway, &person(&office, &session.cookie).await, listed[0].id).await.unwrap();
    let account = gateway.store.read(move |tx| accounts::get(tx, id)).await.unwrap();
    assert_eq!(account.recipient_key, None, "nothing is left that opens it");
}

#[actix_web::test]
async fn removing_ends_what_it_began_but_shuts_nobody_out() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    let mut authenticator = Authenticator::of(&office, None);
    let cookie = by_password(&office).await;
    add(&office, &cookie, &mut authenticator).await.unwrap();
    let begun_by_it = enter(&office, &mut authenticator).await.unwrap();
    let id = passkey::own(gateway, &newcomer(&office, &cookie).await).await.unwrap()[0].id;

    let mut rules = SignInRules::new(PasswordRules::of(PasswordProfile::Nist));
    for role in [Role::Sender, Role::Administrator] {
        rules.combinations.insert(role, vec![Combination::Passkey]);
    }
    let now = gateway.now();
    let strict = rules.clone();
    gateway.store.write(move |tx| settings::set_sign_in(tx, Some(&strict), now)).await.unwrap();
    let refused = passkey::remove(gateway, &person(&office, &cookie).await, id).await;
    assert_eq!(problem(refused), Problem::WouldShutOut);
    gateway.store.write(move |tx| settings::set_sign_in(tx, None, now)).await.unwrap();

    for _ in 0..2 {
        office.clock.forward(6 * MINUTE);
        person(&office, &cookie).await;
    }
    let stale = passkey::remove(gateway, &person(&office, &cookie).await, id).await;
    assert_eq!(problem(stale), Problem::ConfirmationNeeded);
    prove(&office, &cookie, &mut authenticator).await.unwrap();
    passkey::remove(gateway, &person(&office, &cookie).await, id).await.unwrap();
    let ended = session::by_cookie(gateway, &begun_by_it.cookie, &here()).await.map(drop);
    assert_eq!(problem(ended), Problem::SignInNeeded);
    assert_eq!(problem(enter(&office, &mut authenticator).await), Problem::PasskeyRefused);
    assert_eq!(person(&office, &cookie).await.signed_in().proofs().factors(), [Factor::Password, Factor::Passkey]);
}

/// What a page's script does: a JSON body, and the anti-forgery value of the page in a header.
async fn script(server: &Server, browser: &Browser, csrf: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let request = server.client.post(format!("{}{path}", server.base)).json(&body);
    let request = request.header("Cookie", browser.cookies()).header("X-CSRF-Token", csrf);
    let answer = request.header("Accept-Language", "ja").send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

fn begun(answer: Value) -> Begun {
    let token = answer["token"].as_str().unwrap().to_owned().into();
    Begun { token, options: answer["options"].clone() }
}

fn csrf_of(page: &Page, action: &str) -> String {
    page.hidden(action).into_iter().find(|(name, _)| name == "csrf").unwrap().1
}

#[actix_web::test]
async fn a_form_that_waits_goes_on_after_a_passkey() {
    let clock = HandClock::new();
    let server = Server::at(On::Sqlite, clock.clone(), |_| {}).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in("sato@office.example", &server.one_time_password, PASSWORD).await;
    let me = browser.get("/me").await;
    let csrf = csrf_of(&me, "/me/profile");
    let account = server.running.gateway.store.read(|tx| accounts::by_email(tx, "sato@office.example")).await.unwrap();
    let mut authenticator = Authenticator::of_account(account.unwrap().id, Some(OUTPUT));

    let (status, answer) = script(&server, &browser, "forged", "/me/new-passkey/options", json!({})).await;
    assert_eq!((status, answer["code"].as_str()), (StatusCode::FORBIDDEN, Some("forged")));
    let (_, answer) = script(&server, &browser, &csrf, "/me/new-passkey/options", json!({})).await;
    let made = authenticator.make(begun(answer));
    let body = json!({"token": made.token, "credential": made.answer, "name": "電話", "prf": encoded(&OUTPUT)});
    let (status, answer) = script(&server, &browser, &csrf, "/me/new-passkey", body).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({"opens_key": true})));

    clock.forward(11 * MINUTE);
    let locked = browser.post(&me, "/me/profile", &[("name", "佐藤 華子"), ("language", "ja")]).await;
    let (status, answer) = script(&server, &browser, &csrf, "/session", json!({})).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{answer}");
    let (_, answer) = script(&server, &browser, &csrf, "/confirm/passkey/options", json!({})).await;
    let shown = authenticator.show(begun(answer));
    let body =
        json!({"token": shown.token, "credential": shown.answer, "prf": encoded(&OUTPUT), "next": "//evil.example"});
    let (status, answer) = script(&server, &browser, &csrf, "/confirm/passkey", body.clone()).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({"next": "/"})));
    let (status, answer) = script(&server, &browser, &csrf, "/confirm/passkey", body).await;
    assert_eq!(
        (status, answer["title"].as_str()),
        (StatusCode::FORBIDDEN, Some("このパスキーでは確認できませんでした"))
    );

    let unlocked = browser.post(&locked, "/unlock", &[("password", "")]).await;
    assert_eq!(unlocked.status, StatusCode::OK, "nothing more has to be typed");
    let saved = browser.post(&unlocked, "/me/profile", &[]).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, "/me?done=saved"));
}

#[actix_web::test]
async fn the_own_sessions_are_listed_and_ended_without_scripts() {
    let server = Server::start(On::Sqlite).await;
    let mut here = Browser::new(&server.client, &server.base);
    here.first_sign_in("sato@office.example", &server.one_time_password, PASSWORD).await;
    let mut there = Browser::new(&server.client, &server.base);
    there.sign_in("sato@office.example", PASSWORD).await;
    let me = here.get("/me").await;
    assert_eq!(me.html.matches("<li class=\"card row\" id=\"session-").count(), 2);
    assert_eq!(me.html.matches("この端末").count(), 1);
    let ended = here.post(&me, "/me/sessions/others/end", &[]).await;
    assert_eq!(ended.location, "/me?done=sessions_ended");
    assert!(!there.get("/me").await.html.contains("/me/profile"), "signed out");
    let me = here.get("/me").await;
    assert!(me.html.contains("/me/profile") && !me.html.contains("/me/sessions/others/end"));
}
