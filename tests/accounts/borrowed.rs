//! What somebody keeps who saw a password on its way, sat at a desk, or came from elsewhere: nothing.

use std::time::Duration;

use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::problem;
use kakitome::crypt::{parse_cookie, token_hash, totp_code};
use kakitome::error::Problem;
use kakitome::model::{
    Combination, Passphrase, PasswordProfile, PasswordRules, Role, Scope, SignInRules, Time, Token, TotpSecret,
};
use kakitome::staff::permit::{SignedIn, Standing};
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{password, register, second_factor, session, sign_in, tokens};
use kakitome::store::{devices, settings, totps};

const EMAIL: &str = "sato@office.example";

fn secret(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

/// A session, and the token that makes its browser a known one.
async fn enter(office: &Office, email: &str, password: &str, visitor: &Visitor) -> (String, Option<Token>) {
    let session = sign_in::sign_in(office.gateway(), email, secret(password), visitor).await.unwrap();
    let device = session.device.as_ref().and_then(|text| parse_cookie(text));
    (session.cookie.as_str().to_owned(), device)
}

async fn by(office: &Office, cookie: &str, visitor: &Visitor) -> SignedIn {
    session::by_cookie(office.gateway(), cookie, visitor).await.unwrap()
}

/// Sets up an app in this session.
async fn set_up_an_app(office: &Office, cookie: &str) -> TotpSecret {
    let newcomer = by(office, cookie, &Visitor::default()).await.newcomer().unwrap();
    second_factor::begin(office.gateway(), &newcomer).await.unwrap();
    let id = newcomer.account.id;
    let app = office.gateway().store.read(move |tx| totps::of_account(tx, id)).await.unwrap().unwrap();
    let bytes = office.gateway().store.keys().custody.open(app.pending().unwrap()).unwrap();
    let app = TotpSecret::new(bytes.as_slice().try_into().unwrap());
    let code = secret(&totp_code(&app, office.gateway().now()).unwrap());
    second_factor::confirm(office.gateway(), &newcomer, &code, &Visitor::default()).await.unwrap();
    office.clock.forward(Duration::from_secs(30));
    app
}

async fn is_known(office: &Office, device: &Token) -> bool {
    let (hash, id) = (token_hash(device), office.sender.account().id);
    office.gateway().store.read(move |tx| devices::is_known(tx, &hash, id)).await.unwrap()
}

#[actix_web::test]
async fn a_password_that_an_administrator_made_adds_no_factor() {
    let office = Office::new(On::Sqlite).await;
    let reset =
        register::reset(office.gateway(), office.sender.account(), &kakitome::staff::registrar::Registrar::console())
            .await
            .unwrap();
    let here = Visitor::default();
    let (cookie, _) = enter(&office, EMAIL, &reset.one_time_password, &here).await;
    let newcomer = by(&office, &cookie, &here).await.newcomer().unwrap();
    let planted = second_factor::begin(office.gateway(), &newcomer).await;
    assert_eq!(problem(planted), Problem::PasswordChangeNeeded);
    let once = secret(&reset.one_time_password);
    password::change(office.gateway(), &newcomer, once, secret(PASSWORD), &here).await.unwrap();
    set_up_an_app(&office, &cookie).await;
}

#[actix_web::test]
async fn a_strict_role_is_proven_where_it_does_not_exist_too() {
    let office = Office::with(On::Sqlite, |config| {
        config.sign_in.networks.administrator.0 = vec!["192.0.2.0/24".parse().unwrap()];
    })
    .await;
    let mut rules = SignInRules::new(PasswordRules::of(PasswordProfile::Nist));
    rules.combinations.insert(Role::Administrator, vec![Combination::PasswordTotp]);
    let write = move |tx: &mut kakitome::store::Tx| settings::set_sign_in(tx, Some(&rules), Time::from_millis(0));
    office.gateway().store.write(write).await.unwrap();
    let elsewhere = Visitor::from("203.0.113.5".parse::<std::net::IpAddr>().unwrap());
    let (cookie, _) = enter(&office, EMAIL, PASSWORD, &elsewhere).await;
    let signed_in = by(&office, &cookie, &elsewhere).await;
    assert!(!signed_in.account.has(Role::Administrator), "not from there");
    assert_eq!(signed_in.standing(), Standing::Enrolment, "a password does not do, although it does for a sender");
    assert_eq!(problem(signed_in.person().map(drop)), Problem::EnrolmentNeeded);
}

#[actix_web::test]
async fn a_password_alone_makes_no_browser_known_and_a_new_one_forgets_them() {
    let office = Office::new(On::Sqlite).await;
    let here = Visitor::default();
    let (cookie, first) = enter(&office, EMAIL, PASSWORD, &here).await;
    let first = first.unwrap();
    assert!(is_known(&office, &first).await, "no app is set up: the password is all there is");
    let app = set_up_an_app(&office, &cookie).await;

    let (half, second) = enter(&office, EMAIL, PASSWORD, &here).await;
    let second = second.unwrap();
    assert!(!is_known(&office, &second).await);
    let there = Visitor { device: Some(second.clone()), ..Visitor::default() };
    let code = secret(&totp_code(&app, office.gateway().now()).unwrap());
    second_factor::prove(office.gateway(), &by(&office, &half, &there).await, &code, &there).await.unwrap();
    assert!(is_known(&office, &second).await, "the code makes it known");

    let newcomer = by(&office, &half, &there).await.newcomer().unwrap();
    let new = secret("Mondays smell of fresh tatami");
    password::change(office.gateway(), &newcomer, secret(PASSWORD), new, &there).await.unwrap();
    assert!(is_known(&office, &second).await, "where it was changed");
    assert!(!is_known(&office, &first).await, "whoever knew the old one starts as a stranger");
}

#[actix_web::test]
async fn what_a_lost_app_made_ends_with_it() {
    let office = Office::new(On::Sqlite).await;
    let here = Visitor::default();
    let (cookie, _) = enter(&office, EMAIL, PASSWORD, &here).await;
    set_up_an_app(&office, &cookie).await;
    let person = by(&office, &cookie, &here).await.person().unwrap();
    let made = tokens::make(office.gateway(), &person, "t", Scope::Send, 30).await.unwrap();
    session::by_bearer(office.gateway(), &made.text, &here).await.unwrap();
    second_factor::remove(office.gateway(), &person).await.unwrap();
    assert_eq!(problem(session::by_bearer(office.gateway(), &made.text, &here).await.map(drop)), Problem::SignInNeeded);
    by(&office, &cookie, &here).await.person().expect("this session goes on");
}
