//! Signing in at a real OpenID provider: npm oidc-provider, which asks for PKCE.

use std::sync::Arc;
use std::time::Duration;

use crate::harness::HandClock;
use crate::harness::authority::Authority;
use crate::harness::browser::{Browser, Page};
use crate::harness::flows::On;
use crate::harness::provider::{Abroad, Provider};
use crate::harness::server::Server;
use crate::harness::story::play;
use kakitome::config::{Admission, Oidc, StaffRole};
use kakitome::model::{Account, Language, Role};
use kakitome::staff::register;
use kakitome::store::{accounts, identities};
use reqwest::StatusCode;
use serde_json::json;

const HANAKO: &str = "hanako@office.example";
const TICKET: &str = "__Host-kakitome-oidc";
const SESSION: &str = "__Host-kakitome";
const START: &str = "/sign-in/with/portal?next=/me";

struct House {
    provider: Provider,
    server: Server,
    clock: Arc<HandClock>,
}

impl House {
    async fn new(change: impl FnOnce(&mut Oidc)) -> Self {
        Self::with(false, change).await
    }

    async fn with(short: bool, change: impl FnOnce(&mut Oidc)) -> Self {
        let port = crate::harness::free_port();
        let provider = Provider::saying(&format!("https://localhost:{port}"), "portal", short);
        provider.knows("hanako", json!({"email": HANAKO, "email_verified": true, "name": "鈴木 花子"}));
        let clock = HandClock::new();
        let configure = |config: &mut _| provider.configure(config, port, change);
        let server = Server::at(On::Sqlite, clock.clone(), configure).await;
        Self { provider, server, clock }
    }

    async fn add(&self, email: &str) -> Account {
        let new = register::NewAccount {
            email: email.into(),
            name: "鈴木 花子".into(),
            department: String::new(),
            phone: String::new(),
            language: Language::Ja,
            roles: vec![Role::Sender],
        };
        register::add(&self.server.running.gateway, new, &kakitome::staff::registrar::Registrar::console())
            .await
            .unwrap()
            .account
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.server.client, &self.server.base)
    }

    /// The whole way in this browser, as `login`.
    async fn enter(&self, browser: &mut Browser, login: &str) -> Page {
        self.way(browser, &mut self.provider.browser(), START, login).await
    }

    async fn way(&self, browser: &mut Browser, abroad: &mut Abroad, start: &str, login: &str) -> Page {
        let left = browser.get(start).await;
        assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.html);
        let back = abroad.sign_in(&left.location, login).await;
        browser.get(&back).await
    }

    async fn account(&self, email: &str) -> Option<Account> {
        let email = email.to_owned();
        self.server.running.gateway.store.read(move |tx| accounts::by_email(tx, &email)).await.unwrap()
    }
}

#[track_caller]
fn entered(page: &Page) {
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/me"), "{}", page.html);
}

#[track_caller]
fn refused(page: &Page, status: StatusCode, words: &str) {
    assert_eq!(page.status, status, "{}", page.html);
    assert!(page.html.contains(words), "{}", page.html);
}

const REFUSED: &str = "確認できませんでした";
const NOT_ADMITTED: &str = "利用者として登録されていません";

#[actix_web::test]
async fn who_is_in_the_register_signs_in_by_a_verified_address() {
    let house = House::new(|_| {}).await;
    let hanako = house.add(HANAKO).await;
    let mut browser = house.browser();
    let page = browser.get("/sign-in?next=/me").await;
    assert!(page.html.contains("href=\"/sign-in/with/portal?next=/me\"") && page.html.contains("社内ポータル"));
    let left = browser.get(START).await;
    assert!(left.location.contains("code_challenge_method=S256") && left.location.contains("nonce="));
    assert!(!left.location.contains("prompt="), "whoever is signed in there need not do it again");
    entered(&house.enter(&mut browser, "hanako").await);
    let me = browser.get("/me").await;
    assert!(me.status == StatusCode::OK && me.html.contains(HANAKO), "no password has to be changed first");

    // Another address there: still the same person here.
    house.provider.knows("hanako", json!({"email": "tanaka@office.example", "email_verified": false}));
    entered(&house.enter(&mut house.browser(), "hanako").await);
    let id = hanako.id;
    let tied = house.server.running.gateway.store.read(move |tx| identities::of_account(tx, id)).await.unwrap();
    assert_eq!(tied, [(house.provider.issuer(), "hanako".to_owned())]);
}

#[actix_web::test]
async fn what_a_short_token_leaves_out_is_asked_for() {
    let house = House::with(true, |_| {}).await;
    house.add(HANAKO).await;
    entered(&house.enter(&mut house.browser(), "hanako").await);
}

#[actix_web::test]
async fn nobody_gets_in_whom_the_register_does_not_know() {
    let house = House::new(|_| {}).await;
    refused(&house.enter(&mut house.browser(), "hanako").await, StatusCode::FORBIDDEN, NOT_ADMITTED);
    house.add("jiro@office.example").await;
    for claims in [
        json!({"email": "jiro@office.example", "email_verified": false}),
        json!({"email": "jiro@office.example"}),
        json!({}),
    ] {
        house.provider.knows("jiro", claims.clone());
        let page = house.enter(&mut house.browser(), "jiro").await;
        refused(&page, StatusCode::FORBIDDEN, NOT_ADMITTED);
    }
    let jiro = house.account("jiro@office.example").await.unwrap();
    let id = jiro.id;
    let tied = house.server.running.gateway.store.read(move |tx| identities::of_account(tx, id)).await.unwrap();
    assert!(tied.is_empty(), "an unverified address ties nobody");

    house.provider.knows("jiro", json!({"email": "jiro@office.example", "email_verified": true}));
    entered(&house.enter(&mut house.browser(), "jiro").await);
    register::stop(
        &house.server.running.gateway,
        &jiro,
        kakitome::model::Leaving::Keep,
        &kakitome::staff::registrar::Registrar::console(),
    )
    .await
    .unwrap();
    refused(&house.enter(&mut house.browser(), "jiro").await, StatusCode::FORBIDDEN, NOT_ADMITTED);
}

#[actix_web::test]
async fn an_account_is_made_just_in_time_and_its_roles_follow_the_claims() {
    let house = House::new(|provider| {
        provider.admission = Admission::JustInTime;
        provider.roles_claim = Some("groups".into());
        provider.roles.insert("staff".into(), StaffRole::Sender);
        provider.roles.insert("chiefs".into(), StaffRole::Administrator);
    })
    .await;
    let claims =
        |groups: &[&str]| json!({"email": HANAKO, "email_verified": true, "name": "鈴木 花子", "groups": groups});
    house.provider.knows("hanako", claims(&["visitors"]));
    refused(&house.enter(&mut house.browser(), "hanako").await, StatusCode::FORBIDDEN, NOT_ADMITTED);
    assert!(house.account(HANAKO).await.is_none(), "without a role no account");

    house.provider.knows("hanako", claims(&["visitors", "staff", "chiefs"]));
    let mut first = house.browser();
    entered(&house.enter(&mut first, "hanako").await);
    let made = house.account(HANAKO).await.unwrap();
    assert_eq!((made.name.as_str(), made.roles), ("鈴木 花子", vec![Role::Sender, Role::Administrator]));
    assert_eq!(first.get("/me").await.status, StatusCode::OK);

    house.provider.knows("hanako", claims(&["staff"]));
    entered(&house.enter(&mut house.browser(), "hanako").await);
    assert_eq!(house.account(HANAKO).await.unwrap().roles, [Role::Sender]);
    let over = first.get("/me").await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED, "the old session ended with the old roles");
}

#[actix_web::test]
async fn threads_that_do_not_fit_lead_nowhere() {
    let house = House::new(|_| {}).await;
    house.add(HANAKO).await;
    let mut abroad = house.provider.browser();
    let begin = async |browser: &mut Browser, abroad: &mut Abroad| {
        let left = browser.get(START).await;
        abroad.sign_in(&left.location, "hanako").await
    };

    let mut browser = house.browser();
    let back = begin(&mut browser, &mut abroad).await;
    let page = house.browser().get(&back).await;
    refused(&page, StatusCode::FORBIDDEN, REFUSED);

    let other_state = back.replace("state=", "state=x");
    refused(&browser.get(&other_state).await, StatusCode::FORBIDDEN, REFUSED);

    // The right answer with the thread of another start: its state does not fit; with the state its nonce and verifier.
    let mut crossed = house.browser();
    crossed.get(START).await;
    let ticket = crossed.cookie(TICKET).unwrap().to_owned();
    let back = begin(&mut browser, &mut abroad).await;
    refused(&crossed.get(&back).await, StatusCode::FORBIDDEN, REFUSED);
    let mut victim = house.browser();
    let left = victim.get(START).await;
    let state = left.location.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let injected = format!("/sign-in/with/portal/callback?code={code}&state={state}");
    refused(&victim.get(&injected).await, StatusCode::FORBIDDEN, REFUSED);

    let mut tampered = house.browser();
    let back = begin(&mut tampered, &mut abroad).await;
    let mut text = tampered.cookie(TICKET).unwrap().to_owned();
    let last = text.pop().unwrap();
    text.push(if last == 'A' { 'B' } else { 'A' });
    for bad in [text.as_str(), ticket.as_str(), "", "x"] {
        tampered.set_cookie(TICKET, bad);
        refused(&tampered.get(&back).await, StatusCode::FORBIDDEN, REFUSED);
    }

    let mut late = house.browser();
    let back = begin(&mut late, &mut abroad).await;
    house.clock.forward(Duration::from_secs(10 * 60));
    refused(&late.get(&back).await, StatusCode::FORBIDDEN, REFUSED);
}

#[actix_web::test]
async fn a_code_works_once() {
    let house = House::new(|_| {}).await;
    house.add(HANAKO).await;
    let mut browser = house.browser();
    let left = browser.get(START).await;
    let ticket = browser.cookie(TICKET).unwrap().to_owned();
    let back = house.provider.browser().sign_in(&left.location, "hanako").await;
    entered(&browser.get(&back).await);
    assert_eq!(browser.cookie(TICKET), Some(""), "the ticket is for one return");
    let mut thief = house.browser();
    thief.set_cookie(TICKET, &ticket);
    refused(&thief.get(&back).await, StatusCode::FORBIDDEN, REFUSED);
}

#[actix_web::test]
async fn a_locked_session_is_unlocked_at_the_provider_by_its_owner_only() {
    let house = House::new(|_| {}).await;
    house.add(HANAKO).await;
    house.add("jiro@office.example").await;
    house.provider.knows("jiro", json!({"email": "jiro@office.example", "email_verified": true}));
    let (mut browser, mut abroad) = (house.browser(), house.provider.browser());
    entered(&house.way(&mut browser, &mut abroad, START, "hanako").await);
    let page = browser.get("/me").await;
    house.clock.forward(Duration::from_secs(11 * 60));
    assert_eq!(browser.get("/me").await.location, "/unlock?next=/me");
    let unlock = browser.get("/unlock?next=/me").await;
    assert!(!unlock.html.contains("type=\"password\""), "there is no password here");
    let start = "/sign-in/with/portal?next=/me&for=session";
    assert!(unlock.html.contains("href=\"/sign-in/with/portal?next=/me&amp;for=session\""), "{}", unlock.html);

    let left = browser.get(start).await;
    assert!(left.location.contains("prompt=login") && left.location.contains("max_age=0"), "{}", left.location);
    let other = house.way(&mut browser, &mut house.provider.browser(), start, "jiro").await;
    refused(&other, StatusCode::FORBIDDEN, REFUSED);
    assert_eq!(browser.get("/me").await.location, "/unlock?next=/me", "somebody else unlocks nothing");

    // What the provider remembers of an earlier sign-in is no proof of who sits here now.
    let left = browser.get(start).await;
    let lenient = left.location.replace("prompt=login", "x=y").replace("max_age=0", "z=y");
    house.provider.forward(Duration::from_secs(60));
    let back = abroad.sign_in(&lenient, "hanako").await;
    refused(&browser.get(&back).await, StatusCode::FORBIDDEN, REFUSED);

    // A form waits meanwhile; the sign-in is in another tab.
    let held = browser.post(&page, "/me/profile", &[("name", "鈴木 華子"), ("language", "ja")]).await;
    refused(&held, StatusCode::FORBIDDEN, "別のタブ");
    let early = browser.post(&held, "/unlock", &[("elsewhere", "1")]).await;
    refused(&early, StatusCode::FORBIDDEN, "別のタブ");
    entered(&house.way(&mut browser, &mut abroad, start, "hanako").await);
    let onward = browser.post(&early, "/unlock", &[("elsewhere", "1")]).await;
    let saved = browser.post(&onward, "/me/profile", &[]).await;
    assert_eq!(saved.location, "/me?done=saved", "{}", onward.html);
}

#[actix_web::test]
async fn a_proof_is_of_the_session_that_asked_for_it() {
    let house = House::new(|_| {}).await;
    house.add(HANAKO).await;
    let (mut browser, mut abroad) = (house.browser(), house.provider.browser());
    entered(&house.enter(&mut browser, "hanako").await);
    let left = browser.get("/sign-in/with/portal?next=/me&for=session").await;
    let back = abroad.sign_in(&left.location, "hanako").await;
    let ticket = browser.cookie(TICKET).unwrap().to_owned();
    let mut other = house.browser();
    entered(&house.enter(&mut other, "hanako").await);
    other.set_cookie(TICKET, &ticket);
    let page = other.get(&back).await;
    assert_eq!(page.location, "/me", "asked to sign in where it needs that; nothing was proven");
    assert!(other.cookie(SESSION).is_some_and(|own| Some(own) != browser.cookie(SESSION)));
}

#[actix_web::test]
async fn a_provider_that_is_down_or_has_new_keys() {
    let mut house = House::new(|_| {}).await;
    house.add(HANAKO).await;
    entered(&house.enter(&mut house.browser(), "hanako").await);
    house.provider.stop();
    house.provider.begin();
    entered(&house.enter(&mut house.browser(), "hanako").await);

    let mut browser = house.browser();
    let left = browser.get(START).await;
    let back = house.provider.browser().sign_in(&left.location, "hanako").await;
    house.provider.stop();
    refused(&browser.get(&back).await, StatusCode::SERVICE_UNAVAILABLE, "接続できません");
    let page = browser.get("/sign-in").await;
    let one_time = house.server.one_time_password.clone();
    let typed = [("email", "sato@office.example"), ("password", one_time.as_str())];
    assert_eq!(browser.post(&page, "/sign-in", &typed).await.location, "/me/password", "a password works on");
}

#[actix_web::test]
async fn a_provider_that_cannot_be_trusted_is_not_asked() {
    let stranger = Authority::new();
    for change in [
        (|provider, stranger| provider.ca_file = Some(stranger.authority_file())) as fn(&mut Oidc, &Authority),
        |provider, _| provider.ca_file = None,
        |provider, _| provider.issuer = provider.issuer.replace("localhost", "127.0.0.1"),
    ] {
        let house = House::new(|provider| change(provider, &stranger)).await;
        let page = house.browser().get(START).await;
        refused(&page, StatusCode::SERVICE_UNAVAILABLE, "接続できません");
    }
    let house = House::new(|_| {}).await;
    assert_eq!(house.browser().get("/sign-in/with/elsewhere").await.status, StatusCode::NOT_FOUND);
    let head = house.server.client.head(format!("{}/sign-in/with/portal/callback", house.server.base)).send().await;
    assert_eq!(head.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED, "only GET uses up a code");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_at_the_provider_and_confirms_there() {
    let port = crate::harness::free_port();
    let provider = Provider::start(&format!("https://localhost:{port}"), "portal");
    provider.knows("hanako", json!({"email": HANAKO, "email_verified": true, "name": "鈴木 花子"}));
    let server = Server::with(On::Sqlite, |config| {
        provider.configure(config, port, |provider| {
            (provider.admission, provider.default_roles) = (Admission::JustInTime, vec![StaffRole::Sender]);
        });
        config.policy.idle_lock_minutes = 1;
    })
    .await;
    play("provider.mjs", &[("KAKITOME_URL", server.base.clone()), ("KAKITOME_LOGIN", "hanako".into())]).await;
    server.check_invariants().await;
}
