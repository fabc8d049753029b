//! A sealing passphrase: whoever signs in elsewhere gets an account key, and with it new numbers for own transfers.

use std::time::Duration;

use crate::harness::directory::Slapd;
use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::config::{Admission, StaffRole};
use kakitome::error::{Error, PasswordFlaw, Problem, Result};
use kakitome::model::Passphrase;
use kakitome::staff::permit::{Person, SignedIn};
use kakitome::staff::sealing::{self, Sealing};
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{session, sign_in};
use kakitome::transfer::reissue::reissue;

const HANAKO: &str = "hanako@office.example";
const RIGHT: &str = "the password in the directory";
const SEAL: &str = "four words in a row";

/// An office whose directory knows Hanako; she gets an account at her first sign-in.
async fn office() -> (Slapd, Office) {
    let slapd = Slapd::start().await;
    slapd.person("hanako", HANAKO, RIGHT);
    let mut settings = slapd.settings();
    (settings.admission, settings.default_roles) = (Admission::JustInTime, vec![StaffRole::Sender]);
    let office = Office::with(On::Sqlite, |config| config.sign_in.ldap = settings).await;
    (slapd, office)
}

fn secret(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

/// A session of Hanako: its cookie.
async fn enter(office: &Office) -> String {
    let session = sign_in::sign_in(office.gateway(), HANAKO, secret(RIGHT), &Visitor::default()).await.unwrap();
    session.cookie.to_string()
}

async fn hanako(office: &Office, cookie: &str) -> SignedIn {
    session::by_cookie(office.gateway(), cookie, &Visitor::default()).await.unwrap()
}

async fn person(office: &Office, cookie: &str) -> Person {
    hanako(office, cookie).await.person().unwrap()
}

async fn state(office: &Office, cookie: &str) -> Sealing {
    sealing::state(office.gateway(), &person(office, cookie).await).await.unwrap()
}

async fn open(office: &Office, cookie: &str, passphrase: &str) -> Result<()> {
    sealing::open(office.gateway(), &person(office, cookie).await, secret(passphrase), &Visitor::default()).await
}

#[actix_web::test]
async fn with_a_passphrase_new_numbers_are_issued_again_and_again() {
    let (_slapd, mut office) = office().await;
    let cookie = enter(&office).await;
    assert_eq!(state(&office, &cookie).await, Sealing::Unset);
    sealing::set(office.gateway(), &person(&office, &cookie).await, secret(SEAL)).await.unwrap();
    assert_eq!(state(&office, &cookie).await, Sealing::Open, "the session carries the key at once");

    office.sender = hanako(&office, &cookie).await.sender().unwrap();
    let (_, sent) = office.send(&[("a.pdf", b"content")], &["suzuki@aozora.example"]).await;
    let delivery = office.delivery(&sent[0]).await;
    reissue(office.gateway(), &office.sender, &delivery).await.unwrap();

    let later = enter(&office).await;
    office.sender = hanako(&office, &later).await.sender().unwrap();
    assert_eq!(state(&office, &later).await, Sealing::Closed);
    assert_eq!(problem(reissue(office.gateway(), &office.sender, &delivery).await), Problem::AccountKeyNeeded);
    assert_eq!(problem(open(&office, &later, "four wrong words here").await), Problem::WrongPassword);
    open(&office, &later, SEAL).await.unwrap();
    office.sender = hanako(&office, &later).await.sender().unwrap();
    reissue(office.gateway(), &office.sender, &delivery).await.unwrap();
    office.check_invariants().await;
}

#[actix_web::test]
async fn the_key_moves_to_another_passphrase_and_closes_with_the_lock() {
    let (_slapd, office) = office().await;
    let cookie = enter(&office).await;
    let own = person(&office, &cookie).await;
    sealing::set(office.gateway(), &own, secret(SEAL)).await.unwrap();
    let before = hanako(&office, &cookie).await.account_key(&office.gateway().store).await.unwrap();

    let change = async |current: &str, new: &str| {
        let own = person(&office, &cookie).await;
        sealing::change(office.gateway(), &own, secret(current), secret(new), &Visitor::default()).await
    };
    assert_eq!(problem(change("four wrong words here", "Mondays smell of fresh tatami").await), Problem::WrongPassword);
    assert_eq!(problem(change(SEAL, SEAL).await), Problem::PasswordRefused(PasswordFlaw::Same));
    change(SEAL, "Mondays smell of fresh tatami").await.unwrap();
    let after = hanako(&office, &cookie).await.account_key(&office.gateway().store).await.unwrap();
    assert_eq!(before.recipient().to_string(), after.recipient().to_string(), "the same key");

    office.clock.forward(Duration::from_secs(11 * 60));
    let locked = session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await;
    assert_eq!(problem(locked.map(drop)), Problem::SessionLocked);
    let running = session::running(office.gateway(), &cookie).await.unwrap();
    sign_in::prove(office.gateway(), &running, secret(RIGHT), &Visitor::default()).await.unwrap();
    assert_eq!(state(&office, &cookie).await, Sealing::Closed, "the directory's password opens no key");
    assert_eq!(problem(open(&office, &cookie, SEAL).await), Problem::WrongPassword, "the old one is void");
    open(&office, &cookie, "Mondays smell of fresh tatami").await.unwrap();
    office.check_invariants().await;
}

#[actix_web::test]
async fn what_does_not_fit_is_refused() {
    let (_slapd, office) = office().await;
    let cookie = enter(&office).await;
    let own = person(&office, &cookie).await;
    let set = async |own: &Person, passphrase: &str| sealing::set(office.gateway(), own, secret(passphrase)).await;
    let short = set(&own, "fourteen chars").await;
    assert_eq!(problem(short), Problem::PasswordRefused(PasswordFlaw::TooShort { minimum: 15 }));
    let named = set(&own, "hanako and four words").await;
    assert_eq!(problem(named), Problem::PasswordRefused(PasswordFlaw::ContainsName));
    assert_eq!(problem(open(&office, &cookie, SEAL).await), Problem::Forbidden, "there is none yet");
    let chief = office.sender.signed_in().clone().person().unwrap();
    assert_eq!(problem(set(&chief, SEAL).await), Problem::Forbidden, "a password protects that key");

    set(&own, SEAL).await.unwrap();
    assert_eq!(problem(set(&own, "another four words here").await), Problem::Forbidden, "nobody's key is replaced");
    for _ in 0..5 {
        assert_eq!(problem(open(&office, &cookie, "four wrong words here").await), Problem::WrongPassword);
    }
    let tired = open(&office, &cookie, "four wrong words here").await;
    assert!(matches!(tired, Err(Error::Problem(Problem::SlowDown { .. } | Problem::WrongPassword))));
    let tired = open(&office, &cookie, SEAL).await;
    assert!(matches!(tired, Err(Error::Problem(Problem::SlowDown { .. }))), "guessing is slow");
    office.clock.forward(Duration::from_secs(5 * 60));
    person(&office, &cookie).await;
    office.clock.forward(Duration::from_secs(6 * 60));
    let own = person(&office, &cookie).await;
    let (new, visitor) = (secret("five other words"), Visitor::default());
    let stale = sealing::change(office.gateway(), &own, secret(SEAL), new, &visitor).await;
    assert_eq!(problem(stale), Problem::ConfirmationNeeded);
}
