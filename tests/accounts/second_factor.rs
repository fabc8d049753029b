//! The app for codes: set up, asked for, never taken twice; recovery codes; and what a session may do that has not shown one.

use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::problem;
use crate::harness::server::Server;
use kakitome::crypt::totp_code;
use kakitome::error::{Problem, Result};
use kakitome::model::{
    AccountId, Combination, Factor, Passphrase, PasswordProfile, PasswordRules, Role, SignInRules, Time, TotpSecret,
};
use kakitome::staff::permit::{Newcomer, SignedIn, Standing};
use kakitome::staff::second_factor::{self, Codes};
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{register, session, sign_in};
use kakitome::store::{accounts, settings, totps};
use reqwest::StatusCode;

const SECOND: Duration = Duration::from_secs(1);
const EMAIL: &str = "sato@office.example";

on_both! {
    a_code_at_two_doors_opens_one
    a_recovery_code_at_two_doors_opens_one
    an_app_is_set_up_asked_for_and_given_up
}

fn secret(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

/// A session with its cookie.
struct Door {
    cookie: String,
}

impl Door {
    async fn new(office: &Office) -> Self {
        let visitor = Visitor::default();
        let session = sign_in::sign_in(office.gateway(), EMAIL, secret(PASSWORD), &visitor).await.unwrap();
        Self { cookie: session.cookie.as_str().to_owned() }
    }

    async fn signed_in(&self, office: &Office) -> SignedIn {
        session::by_cookie(office.gateway(), &self.cookie, &Visitor::default()).await.unwrap()
    }

    async fn standing(&self, office: &Office) -> Standing {
        self.signed_in(office).await.standing()
    }

    async fn newcomer(&self, office: &Office) -> Newcomer {
        self.signed_in(office).await.newcomer().unwrap()
    }

    async fn show(&self, office: &Office, code: &str) -> Result<()> {
        second_factor::prove(office.gateway(), &self.signed_in(office).await, &secret(code), &Visitor::default()).await
    }

    async fn recover(&self, office: &Office, code: &str) -> Result<()> {
        second_factor::recover(office.gateway(), &self.signed_in(office).await, &secret(code), &Visitor::default())
            .await
    }
}

/// The secret as the app has it.
async fn app(office: &Office, id: AccountId) -> TotpSecret {
    let app = office.gateway().store.read(move |tx| totps::of_account(tx, id)).await.unwrap().unwrap();
    let sealed = app.pending().or(app.confirmed()).unwrap();
    let bytes = office.gateway().store.keys().custody.open(sealed).unwrap();
    TotpSecret::new(bytes.as_slice().try_into().unwrap())
}

fn code_at(secret: &TotpSecret, at: Time) -> String {
    totp_code(secret, at).unwrap().to_string()
}

/// An office whose owner has set up an app; its clock stands five seconds into a step.
async fn enrolled(on: On) -> (Office, TotpSecret, Codes) {
    let office = Office::new(on).await;
    let door = Door::new(&office).await;
    let newcomer = door.newcomer(&office).await;
    second_factor::begin(office.gateway(), &newcomer).await.unwrap();
    let secret_of_app = app(&office, newcomer.account.id).await;
    let now = office.gateway().now().millis();
    office.clock.forward(Duration::from_millis((35_000 - now % 30_000) as u64));
    let code = secret(&code_at(&secret_of_app, office.gateway().now()));
    let codes = second_factor::confirm(office.gateway(), &newcomer, &code, &Visitor::default()).await.unwrap();
    office.clock.forward(30 * SECOND);
    (office, secret_of_app, codes)
}

async fn set(office: &Office, combinations: &[Combination]) {
    let mut rules = SignInRules::new(PasswordRules::of(PasswordProfile::Nist));
    for role in [Role::Sender, Role::Administrator] {
        rules.combinations.insert(role, combinations.to_vec());
    }
    let write = move |tx: &mut kakitome::store::Tx| settings::set_sign_in(tx, Some(&rules), Time::from_millis(0));
    office.gateway().store.write(write).await.unwrap();
}

async fn an_app_is_set_up_asked_for_and_given_up(on: On) {
    let (office, app, codes) = enrolled(on).await;
    assert_eq!(codes.len(), 10);
    let door = Door::new(&office).await;
    let half = door.signed_in(&office).await;
    assert_eq!(half.standing(), Standing::SecondStep);
    assert_eq!(problem(half.clone().sender().map(drop)), Problem::SecondStepNeeded);
    assert_eq!(problem(half.clone().person().map(drop)), Problem::SecondStepNeeded);
    assert_eq!(problem(half.newcomer().map(drop)), Problem::SecondStepNeeded, "nor may it set up an app of its own");
    door.show(&office, &code_at(&app, office.gateway().now())).await.unwrap();
    let whole = door.signed_in(&office).await;
    assert_eq!(whole.standing(), Standing::Ready);
    whole.account_key(&office.gateway().store).await.expect("the key of the password is still carried");
    let person = whole.person().unwrap();
    second_factor::remove(office.gateway(), &person).await.unwrap();
    assert_eq!(Door::new(&office).await.standing(&office).await, Standing::Ready);
    assert_eq!(problem(door.recover(&office, &codes[0]).await), Problem::WrongCode, "the codes went with the app");
    office.check_invariants().await;
}

#[actix_web::test]
async fn no_code_is_taken_twice_and_none_that_is_older() {
    let (office, app, _) = enrolled(On::Sqlite).await;
    let now = office.gateway().now();
    let (before, present, next) =
        (code_at(&app, now - 30 * SECOND), code_at(&app, now), code_at(&app, now + 30 * SECOND));
    let door = Door::new(&office).await;
    assert_eq!(problem(door.show(&office, &before).await), Problem::WrongCode, "used up by the enrolment");
    door.show(&office, &present).await.unwrap();
    let other = Door::new(&office).await;
    assert_eq!(problem(other.show(&office, &present).await), Problem::WrongCode, "a replay");
    other.show(&office, &next).await.expect("a phone may be half a minute ahead");
    let third = Door::new(&office).await;
    office.clock.forward(30 * SECOND);
    assert_eq!(problem(third.show(&office, &next).await), Problem::WrongCode, "used up already");
    office.clock.forward(30 * SECOND);
    assert_eq!(problem(third.show(&office, &present).await), Problem::WrongCode, "older than the last one");
    third.show(&office, &code_at(&app, office.gateway().now())).await.unwrap();
    assert_eq!(third.standing(&office).await, Standing::Ready);
}

#[actix_web::test]
async fn a_clock_set_back_takes_no_used_code() {
    let (office, app, codes) = enrolled(On::Sqlite).await;
    let code = code_at(&app, office.gateway().now());
    Door::new(&office).await.show(&office, &code).await.unwrap();
    office.clock.back(20 * SECOND);
    let door = Door::new(&office).await;
    assert_eq!(problem(door.show(&office, &code).await), Problem::WrongCode);
    office.clock.back(60 * SECOND);
    let earlier = code_at(&app, office.gateway().now());
    assert_eq!(problem(door.show(&office, &earlier).await), Problem::WrongCode);
    door.recover(&office, &codes[3]).await.expect("a recovery code knows no clock");
}

async fn a_code_at_two_doors_opens_one(on: On) {
    let (office, app, _) = enrolled(on).await;
    let (one, two) = (Door::new(&office).await, Door::new(&office).await);
    let code = code_at(&app, office.gateway().now());
    let (first, second) = tokio::join!(one.show(&office, &code), two.show(&office, &code));
    assert_eq!([&first, &second].iter().filter(|shown| shown.is_ok()).count(), 1);
    assert_eq!(problem(if first.is_ok() { second } else { first }), Problem::WrongCode);
}

async fn a_recovery_code_at_two_doors_opens_one(on: On) {
    let (office, _, codes) = enrolled(on).await;
    let (one, two) = (Door::new(&office).await, Door::new(&office).await);
    let typed = codes[0].to_uppercase().replace('-', " ");
    let (first, second) = tokio::join!(one.recover(&office, &typed), two.recover(&office, &codes[0]));
    assert_eq!([&first, &second].iter().filter(|shown| shown.is_ok()).count(), 1);
    let opened = if first.is_ok() { &one } else { &two };
    let signed_in = opened.signed_in(&office).await;
    assert_eq!(signed_in.standing(), Standing::Ready);
    assert!(signed_in.proofs().has(Factor::RecoveryCode));
    let person = signed_in.person().unwrap();
    assert_eq!(second_factor::state(office.gateway(), &person.clone().into()).await.unwrap().codes_left, 9);
    let renewed = second_factor::renew_codes(office.gateway(), &person).await.unwrap();
    let third = Door::new(&office).await;
    assert_eq!(problem(third.recover(&office, &codes[1]).await), Problem::WrongCode, "the old ones are void");
    third.recover(&office, &renewed[1]).await.unwrap();
}

#[actix_web::test]
async fn guessing_codes_is_slow_and_only_for_who_has_the_password() {
    let (office, app, codes) = enrolled(On::Sqlite).await;
    let wrong = |n: u32| format!("{n:06}");
    let mut tried = 0;
    // A new sign-in for each guess makes a known browser each time; that is no new lane.
    for n in 0..40 {
        let door = Door::new(&office).await;
        match problem(door.show(&office, &wrong(n)).await) {
            Problem::WrongCode => tried += 1,
            Problem::SlowDown { seconds } if seconds < 600 => {
                office.clock.forward(seconds * SECOND);
            }
            Problem::SlowDown { .. } => break,
            other => panic!("{other}"),
        }
    }
    assert_eq!(tried, 10, "then a quarter of an hour");
    let door = Door::new(&office).await;
    let right = code_at(&app, office.gateway().now());
    assert!(matches!(problem(door.show(&office, &right).await), Problem::SlowDown { .. }), "the right one waits too");
    door.recover(&office, &codes[0]).await.expect("the owner's recovery code is not held up");
    assert_eq!(door.standing(&office).await, Standing::Ready);
    Door::new(&office).await.show(&office, &right).await.expect("and ends the wait");
}

#[actix_web::test]
async fn rules_that_demand_an_app_lead_to_setting_it_up() {
    let office = Office::new(On::Sqlite).await;
    set(&office, &[Combination::PasswordTotp, Combination::Passkey]).await;
    let door = Door::new(&office).await;
    let signed_in = door.signed_in(&office).await;
    assert_eq!(signed_in.standing(), Standing::Enrolment);
    assert_eq!(problem(signed_in.clone().sender().map(drop)), Problem::EnrolmentNeeded);
    let newcomer = signed_in.newcomer().unwrap();
    second_factor::begin(office.gateway(), &newcomer).await.unwrap();
    assert_eq!(door.standing(&office).await, Standing::Enrolment, "begun is not shown");
    let app = app(&office, newcomer.account.id).await;
    let visitor = Visitor::default();
    let wrong = second_factor::confirm(office.gateway(), &newcomer, &secret("000000"), &visitor).await;
    assert_eq!(problem(wrong.map(drop)), Problem::WrongCode);
    let code = secret(&code_at(&app, office.gateway().now()));
    second_factor::confirm(office.gateway(), &newcomer, &code, &visitor).await.unwrap();
    assert_eq!(door.standing(&office).await, Standing::Ready);
    let person = door.signed_in(&office).await.person().unwrap();
    assert_eq!(problem(second_factor::remove(office.gateway(), &person).await), Problem::WouldShutOut);
    assert!(!second_factor::state(office.gateway(), &newcomer).await.unwrap().removable);
    // A new phone takes the place of the old one, which works until then.
    second_factor::begin(office.gateway(), &newcomer).await.unwrap();
    office.clock.forward(30 * SECOND);
    Door::new(&office).await.show(&office, &code_at(&app, office.gateway().now())).await.unwrap();
    let next = self::app(&office, newcomer.account.id).await;
    let code = secret(&code_at(&next, office.gateway().now()));
    second_factor::confirm(office.gateway(), &newcomer, &code, &visitor).await.unwrap();
    office.clock.forward(60 * SECOND);
    let now = office.gateway().now();
    let door = Door::new(&office).await;
    assert_eq!(problem(door.show(&office, &code_at(&app, now)).await), Problem::WrongCode);
    door.show(&office, &code_at(&next, now)).await.unwrap();
}

#[actix_web::test]
async fn an_unattended_desk_changes_no_second_factor() {
    let (office, app, _) = enrolled(On::Sqlite).await;
    let door = Door::new(&office).await;
    door.show(&office, &code_at(&app, office.gateway().now())).await.unwrap();
    office.clock.forward(Duration::from_secs(6 * 60));
    door.signed_in(&office).await;
    office.clock.forward(Duration::from_secs(5 * 60));
    let person = door.signed_in(&office).await.person().unwrap();
    let newcomer = Newcomer::from(person.clone());
    let gateway = office.gateway();
    assert_eq!(problem(second_factor::begin(gateway, &newcomer).await), Problem::ConfirmationNeeded);
    assert_eq!(problem(second_factor::shown(gateway, &newcomer).await.map(drop)), Problem::ConfirmationNeeded);
    assert_eq!(problem(second_factor::renew_codes(gateway, &person).await.map(drop)), Problem::ConfirmationNeeded);
    assert_eq!(problem(second_factor::remove(gateway, &person).await), Problem::ConfirmationNeeded);
}

#[actix_web::test]
async fn an_idle_session_is_not_unlocked_by_a_code() {
    let (office, app, _) = enrolled(On::Sqlite).await;
    let door = Door::new(&office).await;
    let before = door.signed_in(&office).await;
    office.clock.forward(Duration::from_secs(11 * 60));
    let locked = session::by_cookie(office.gateway(), &door.cookie, &Visitor::default()).await.map(drop);
    assert_eq!(problem(locked), Problem::SessionLocked);
    let code = secret(&code_at(&app, office.gateway().now()));
    let shown = second_factor::prove(office.gateway(), &before, &code, &Visitor::default()).await;
    assert_eq!(problem(shown), Problem::SignInNeeded);
}

#[actix_web::test]
async fn a_reset_takes_the_app_and_its_codes() {
    let (office, _, codes) = enrolled(On::Sqlite).await;
    let account = office.gateway().store.read(|tx| accounts::by_email(tx, EMAIL)).await.unwrap().unwrap();
    let issued =
        register::reset(office.gateway(), &account, &kakitome::staff::registrar::Registrar::console()).await.unwrap();
    let once = secret(&issued.one_time_password);
    let session = sign_in::sign_in(office.gateway(), EMAIL, once, &Visitor::default()).await.unwrap();
    let signed_in = session::by_cookie(office.gateway(), &session.cookie, &Visitor::default()).await.unwrap();
    assert_eq!(signed_in.standing(), Standing::PasswordChange);
    let recovered = second_factor::recover(office.gateway(), &signed_in, &secret(&codes[0]), &Visitor::default()).await;
    assert_eq!(problem(recovered), Problem::WrongCode);
}

/// The secret as the page spells it out for typing.
fn secret_on(html: &str) -> TotpSecret {
    let text = html.split("id=\"app-secret\"").nth(1).unwrap().split('>').nth(1).unwrap().split('<').next().unwrap();
    let bytes = data_encoding::BASE32_NOPAD.decode(text.replace(' ', "").as_bytes()).unwrap();
    TotpSecret::new(bytes.try_into().unwrap())
}

#[actix_web::test]
async fn a_session_without_its_second_step_gets_nothing_from_pages_and_interface() {
    let server = Server::start(On::Sqlite).await;
    let mut browser = Browser::new(&server.client, &server.base);
    let offered = browser.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    assert_eq!(offered.location, "/me/second-factor?next=/office");
    let page = browser.get(&offered.location).await;
    assert!(page.html.contains("あとで"), "{}", page.html);
    let begun = browser.post(&page, "/me/second-factor/app", &[]).await;
    assert_eq!(begun.location, "/me/second-factor/app?next=/office");
    let page = browser.get(&begun.location).await;
    assert!(page.html.contains("<svg class=\"qr\" role=\"img\""), "{}", page.html);
    let app = secret_on(&page.html);
    let now = || server.running.gateway.now();
    let wrong = browser.post(&page, "/me/second-factor/app/confirm", &[("totp", "12345")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("コード"), "{}", wrong.html);
    let code = code_at(&app, now());
    let codes = browser.post(&page, "/me/second-factor/app/confirm", &[("totp", &code)]).await;
    assert_eq!(codes.status, StatusCode::OK);
    assert_eq!(codes.html.matches("<li><code>").count(), 20, "ten on the screen, ten on the sheet");
    let again = browser.get("/me/second-factor").await;
    assert!(!again.html.contains("<li><code>"), "shown once");

    let mut other = Browser::new(&server.client, &server.base);
    let page = other.get("/sign-in").await;
    other.post(&page, "/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    for path in ["/me", "/me/second-factor", "/me/second-factor/app", "/me/password", "/send", "/transfers", "/office"]
    {
        let sent_on = other.get(path).await;
        assert!(
            sent_on.location.starts_with("/sign-in/second?next="),
            "{path}: {} {}",
            sent_on.status,
            sent_on.location
        );
    }
    for path in ["/api/v1/transfers", "/api/v1/me"] {
        let refused = other.get(path).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}: {}", refused.html);
    }
    let page = other.get("/sign-in/second?next=/transfers").await;
    assert!(page.html.contains("one-time-code") && page.html.contains("inputmode=\"numeric\""));
    let replay = other.post(&page, "/sign-in/second", &[("totp", &code)]).await;
    assert_eq!(replay.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", replay.html);
    let recovery = codes.html.split("<li><code>").nth(1).unwrap().split('<').next().unwrap();
    let through = other.post(&page, "/sign-in/second", &[("recovery", recovery)]).await;
    assert_eq!(through.location, "/me/second-factor?recovered=1&next=/transfers");
    let left = other.get(&through.location).await;
    assert!(left.html.contains("残りは 9 個"), "{}", left.html);
    assert_eq!(other.get("/transfers").await.status, StatusCode::OK);
    assert_eq!(other.get("/sign-in/second?next=/transfers").await.location, "/transfers", "nothing is due any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_set_up_and_asked_for_in_a_browser() {
    let server = Server::start(On::Sqlite).await;
    crate::harness::story::play_sender(&server, "totp.mjs").await;
}
