//! Staff: signing in, locking, and that a right ends with what it came from.

use std::time::Duration;

use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::problem;
use kakitome::error::{Error, PasswordFlaw, Problem};
use kakitome::model::{Account, Language, Passphrase, Role, Scope};
use kakitome::staff::permit::Newcomer;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{password, register, session, sign_in, tokens};
use kakitome::transfer::draft;
use kakitome::transfer::reissue::reissue;

const MINUTE: Duration = Duration::from_secs(60);
const EMAIL: &str = "sato@office.example";
const OTHER: &str = "another long enough passphrase";

on_both! {
    many_guesses_at_once_are_no_way_round_the_wait
    a_sign_in_under_way_does_not_outlive_a_reset
    two_administrators_cannot_stop_each_other_at_once
}

fn secret(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

async fn sign_in_as(office: &Office, email: &str, password: &str) -> kakitome::error::Result<String> {
    let session = sign_in::sign_in(office.gateway(), email, secret(password), &Visitor::default()).await?;
    Ok(session.cookie.as_str().to_owned())
}

async fn person(office: &Office, cookie: &str) -> Newcomer {
    session::by_cookie(office.gateway(), cookie, &Visitor::default()).await.unwrap().newcomer().unwrap()
}

async fn unlock(office: &Office, cookie: &str, password: &str) -> kakitome::error::Result<()> {
    let running = session::running(office.gateway(), cookie).await?;
    sign_in::prove(office.gateway(), &running, secret(password), &Visitor::default()).await
}

async fn cookie_problem(office: &Office, cookie: &str) -> Problem {
    problem(session::by_cookie(office.gateway(), cookie, &Visitor::default()).await.map(drop))
}

fn account(office: &Office) -> Account {
    office.sender.account().clone()
}

async fn add(office: &Office, email: &str, roles: Vec<Role>) -> register::Issued {
    let new = register::NewAccount {
        email: email.into(),
        name: "高橋 次郎".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles,
    };
    register::add(office.gateway(), new, &kakitome::staff::registrar::Registrar::console()).await.unwrap()
}

#[actix_web::test]
async fn an_initial_password_must_be_changed_before_anything_else() {
    let office = Office::new(On::Sqlite).await;
    let issued = add(&office, "Takahashi@Office.example", vec![Role::Sender]).await;
    let once = issued.one_time_password.as_str();
    let cookie = sign_in_as(&office, "takahashi@office.example", once).await.unwrap();
    let signed_in = session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap();
    assert_eq!(problem(signed_in.clone().sender().map(drop)), Problem::PasswordChangeNeeded);
    assert_eq!(problem(signed_in.clone().watcher().map(drop)), Problem::PasswordChangeNeeded);
    assert_eq!(problem(signed_in.administrator().map(drop)), Problem::Forbidden);
    let person = person(&office, &cookie).await;
    let change = |current: &str, new: &str| {
        let (current, new) = (secret(current), secret(new));
        let (gateway, person) = (office.gateway(), &person);
        async move { password::change(gateway, person, current, new, &Visitor::default()).await }
    };
    let short = problem(change(once, "short").await);
    assert!(matches!(short, Problem::PasswordRefused(PasswordFlaw::TooShort { .. })));
    assert_eq!(problem(change(once, once).await), Problem::PasswordRefused(PasswordFlaw::Same));
    let named = problem(change(once, "takahashi takahashi").await);
    assert_eq!(named, Problem::PasswordRefused(PasswordFlaw::ContainsName));
    assert_eq!(problem(change(OTHER, PASSWORD).await), Problem::WrongPassword);
    change(once, OTHER).await.unwrap();
    session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap().sender().unwrap();
    let reused = sign_in_as(&office, "takahashi@office.example", once).await;
    assert_eq!(problem(reused), Problem::WrongPassword);
    let taken = register::NewAccount {
        email: "TAKAHASHI@office.example".into(),
        name: "x".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles: vec![Role::Sender],
    };
    assert_eq!(
        problem(
            register::add(office.gateway(), taken, &kakitome::staff::registrar::Registrar::console()).await.map(drop)
        ),
        Problem::AddressTaken
    );
}

#[actix_web::test]
async fn unknown_stopped_and_wrong_get_the_same_answer() {
    let office = Office::new(On::Sqlite).await;
    let issued = add(&office, "stopped@office.example", vec![Role::Sender]).await;
    register::stop(
        office.gateway(),
        &issued.account,
        kakitome::model::Leaving::Keep,
        &kakitome::staff::registrar::Registrar::console(),
    )
    .await
    .unwrap();
    let right_but_stopped = sign_in_as(&office, "stopped@office.example", &issued.one_time_password).await;
    assert_eq!(problem(right_but_stopped), Problem::WrongPassword);
    assert_eq!(problem(sign_in_as(&office, "nobody@office.example", PASSWORD).await), Problem::WrongPassword);
    assert_eq!(problem(sign_in_as(&office, EMAIL, "wrong").await), Problem::WrongPassword);
    sign_in_as(&office, "  SATO@office.example ", PASSWORD).await.unwrap();
    register::resume(office.gateway(), &issued.account, &kakitome::staff::registrar::Registrar::console())
        .await
        .unwrap();
    sign_in_as(&office, "stopped@office.example", &issued.one_time_password).await.unwrap();
}

#[actix_web::test]
async fn failures_in_a_row_slow_the_next_try_down_and_success_forgets_them() {
    let office = Office::new(On::Sqlite).await;
    for _ in 0..6 {
        assert_eq!(problem(sign_in_as(&office, EMAIL, "wrong").await), Problem::WrongPassword);
    }
    let slow = problem(sign_in_as(&office, EMAIL, PASSWORD).await);
    assert!(matches!(slow, Problem::SlowDown { seconds: 9..=11 }), "{slow:?}: the right password waits as well");
    office.clock.forward(Duration::from_secs(11));
    assert_eq!(problem(sign_in_as(&office, EMAIL, "wrong").await), Problem::WrongPassword);
    assert!(matches!(problem(sign_in_as(&office, EMAIL, PASSWORD).await), Problem::SlowDown { seconds: 18..=21 }));
    office.clock.forward(Duration::from_secs(21));
    sign_in_as(&office, EMAIL, PASSWORD).await.unwrap();
    for _ in 0..5 {
        assert_eq!(problem(sign_in_as(&office, EMAIL, "wrong").await), Problem::WrongPassword);
    }
    sign_in_as(&office, EMAIL, PASSWORD).await.unwrap();
}

async fn many_guesses_at_once_are_no_way_round_the_wait(on: On) {
    let office = Office::new(on).await;
    let guesses: Vec<_> = (0..30)
        .map(|_| {
            let gateway = office.gateway().clone();
            tokio::spawn(async move {
                sign_in::sign_in(&gateway, EMAIL, secret("wrong"), &Visitor::default()).await.map(drop)
            })
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        match problem(guess.await.unwrap()) {
            Problem::WrongPassword => looked_at += 1,
            Problem::SlowDown { .. } => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(looked_at, 6, "five free ones and the one that begins the wait");
}

#[actix_web::test]
async fn an_idle_session_locks_and_goes_on_under_the_same_cookie() {
    let office = Office::new(On::Sqlite).await;
    let cookie = sign_in_as(&office, EMAIL, PASSWORD).await.unwrap();
    let (_, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    office.clock.forward(9 * MINUTE);
    session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap();
    let before = session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap();
    office.clock.forward(10 * MINUTE);
    assert_eq!(cookie_problem(&office, &cookie).await, Problem::SessionLocked);
    let keyless = problem(before.account_key(&office.gateway().store).await.map(drop));
    assert_eq!(keyless, Problem::AccountKeyNeeded, "locking destroys the key, also for who holds the old value");
    let wrong = unlock(&office, &cookie, "wrong").await;
    assert_eq!(problem(wrong), Problem::WrongPassword);
    assert_eq!(cookie_problem(&office, &cookie).await, Problem::SessionLocked);
    unlock(&office, &cookie, PASSWORD).await.unwrap();
    let sender = session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap().sender().unwrap();
    let delivery = office.delivery(&sent[0]).await;
    reissue(office.gateway(), &sender, &delivery).await.expect("the unlocked session holds the account key again");
    for _ in 0..80 {
        office.clock.forward(9 * MINUTE);
        if session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.is_err() {
            break;
        }
    }
    assert_eq!(cookie_problem(&office, &cookie).await, Problem::SignInNeeded, "after twelve hours it is over");
    assert_eq!(problem(unlock(&office, &cookie, PASSWORD).await), Problem::SignInNeeded);
    office.check_invariants().await;
}

/// Whoever sits down at a desk that was left unlocked finds a session that works, but not for this.
#[actix_web::test]
async fn a_new_number_and_a_token_want_a_fresh_proof() {
    let office = Office::new(On::Sqlite).await;
    let (_, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let cookie = sign_in_as(&office, EMAIL, PASSWORD).await.unwrap();
    let sender = || async {
        session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap().sender().unwrap()
    };
    office.clock.forward(9 * MINUTE);
    let delivery = office.delivery(&sent[0]).await;
    reissue(office.gateway(), &sender().await, &delivery).await.expect("proven nine minutes ago");
    office.clock.forward(2 * MINUTE);
    let stale = sender().await;
    let delivery = office.delivery(&sent[0]).await;
    let refused = reissue(office.gateway(), &stale, &delivery).await;
    assert_eq!(problem(refused.map(drop)), Problem::ConfirmationNeeded);
    let own = stale.signed_in().clone().person().unwrap();
    let made = tokens::make(office.gateway(), &own, "t", Scope::Send, 1).await;
    assert_eq!(problem(made.map(drop)), Problem::ConfirmationNeeded);
    draft::begin(office.gateway(), &stale, draft::Options::default(), None).await.expect("the rest goes on");
    assert_eq!(problem(unlock(&office, &cookie, "wrong").await), Problem::WrongPassword);
    unlock(&office, &cookie, PASSWORD).await.unwrap();
    reissue(office.gateway(), &sender().await, &delivery).await.expect("confirmed");
    tokens::make(office.gateway(), &sender().await.signed_in().clone().person().unwrap(), "t", Scope::Send, 1)
        .await
        .unwrap();
}

#[actix_web::test]
async fn a_session_locked_for_half_a_day_cannot_be_unlocked() {
    let office = Office::new(On::Sqlite).await;
    let cookie = sign_in_as(&office, EMAIL, PASSWORD).await.unwrap();
    office.clock.forward(11 * MINUTE);
    assert_eq!(cookie_problem(&office, &cookie).await, Problem::SessionLocked);
    office.clock.forward(12 * 60 * MINUTE);
    let late = unlock(&office, &cookie, PASSWORD).await;
    assert_eq!(problem(late), Problem::SignInNeeded);
}

/// What ends sessions and tokens, ends both at once.
#[actix_web::test]
async fn stop_roles_reset_and_a_new_password_end_sessions_and_tokens() {
    let office = Office::new(On::Sqlite).await;
    add(&office, "second@office.example", vec![Role::Administrator]).await;
    let account = account(&office);
    for change in ["stop", "roles", "reset", "password"] {
        let cookie = sign_in_as(&office, EMAIL, PASSWORD).await.unwrap();
        let own = person(&office, &cookie).await;
        let token = tokens::make(office.gateway(), &own, "script", Scope::Send, 30).await.unwrap();
        let bearer = session::by_bearer(office.gateway(), &token.text, &Visitor::default()).await.unwrap();
        bearer.account_key(&office.gateway().store).await.expect("a person's token carries the account key");
        let elsewhere = sign_in_as(&office, EMAIL, PASSWORD).await.unwrap();
        match change {
            "stop" => register::stop(
                office.gateway(),
                &account,
                kakitome::model::Leaving::Keep,
                &kakitome::staff::registrar::Registrar::console(),
            )
            .await
            .unwrap(),
            "roles" => register::set_roles(
                office.gateway(),
                &account,
                vec![Role::Sender],
                &kakitome::staff::registrar::Registrar::console(),
            )
            .await
            .unwrap(),
            "reset" => {
                let issued =
                    register::reset(office.gateway(), &account, &kakitome::staff::registrar::Registrar::console())
                        .await
                        .unwrap();
                assert_eq!(problem(sign_in_as(&office, EMAIL, PASSWORD).await), Problem::WrongPassword);
                let first = sign_in_as(&office, EMAIL, &issued.one_time_password).await.unwrap();
                let own = person(&office, &first).await;
                let once = secret(&issued.one_time_password);
                password::change(office.gateway(), &own, once, secret(PASSWORD), &Visitor::default()).await.unwrap();
            }
            _ => {
                let own = person(&office, &elsewhere).await;
                password::change(office.gateway(), &own, secret(PASSWORD), secret(OTHER), &Visitor::default())
                    .await
                    .unwrap();
                session::by_cookie(office.gateway(), &elsewhere, &Visitor::default())
                    .await
                    .expect("the session that changed it goes on");
            }
        }
        assert_eq!(cookie_problem(&office, &cookie).await, Problem::SignInNeeded, "{change}");
        let dead = session::by_bearer(office.gateway(), &token.text, &Visitor::default()).await.map(drop);
        assert_eq!(problem(dead), Problem::SignInNeeded, "{change}");
        let keyless = problem(bearer.account_key(&office.gateway().store).await.map(drop));
        assert_eq!(keyless, Problem::AccountKeyNeeded, "{change}: the sealed key is shredded");
        if change == "stop" {
            assert_eq!(problem(sign_in_as(&office, EMAIL, PASSWORD).await), Problem::WrongPassword);
            register::resume(office.gateway(), &account, &kakitome::staff::registrar::Registrar::console())
                .await
                .unwrap();
            assert_eq!(cookie_problem(&office, &cookie).await, Problem::SignInNeeded, "resuming revives nothing");
        }
    }
    office.check_invariants().await;
}

/// The password is checked outside of any transaction: what changes meanwhile must win.
async fn a_sign_in_under_way_does_not_outlive_a_reset(on: On) {
    let office = Office::new(on).await;
    let account = account(&office);
    let before = office.gateway().passwords.taken();
    let gateway = office.gateway().clone();
    let signing_in =
        tokio::spawn(async move { sign_in::sign_in(&gateway, EMAIL, secret(PASSWORD), &Visitor::default()).await });
    crate::harness::flows::until("the password is being checked", || async {
        (office.gateway().passwords.taken() > before).then_some(())
    })
    .await;
    let credentials = kakitome::store::accounts::Credentials {
        password_hash: kakitome::crypt::dummy_hash().to_owned(),
        account_key: None,
        recipient_key: None,
        must_change_password: true,
        one_time_until: None,
    };
    let (id, now) = (account.id, office.gateway().now());
    let changed =
        office.gateway().store.write(move |tx| kakitome::store::accounts::set_credentials(tx, id, &credentials, now));
    changed.await.unwrap();
    assert_eq!(problem(signing_in.await.unwrap().map(drop)), Problem::WrongPassword);
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let office = Office::new(On::Sqlite).await;
    let account = account(&office);
    let stopped = register::stop(
        office.gateway(),
        &account,
        kakitome::model::Leaving::Keep,
        &kakitome::staff::registrar::Registrar::console(),
    )
    .await;
    assert_eq!(problem(stopped), Problem::LastAdministrator);
    let roles = register::set_roles(
        office.gateway(),
        &account,
        vec![Role::Sender],
        &kakitome::staff::registrar::Registrar::console(),
    )
    .await;
    assert_eq!(problem(roles), Problem::LastAdministrator);
    assert!(office.sender.account().has(Role::Administrator));
    office.sign_in().await;
    let none =
        register::set_roles(office.gateway(), &account, vec![], &kakitome::staff::registrar::Registrar::console())
            .await;
    assert!(matches!(none, Err(Error::Problem(Problem::Field { .. }))));
}

async fn two_administrators_cannot_stop_each_other_at_once(on: On) {
    let office = Office::new(on).await;
    let second = add(&office, "second@office.example", vec![Role::Administrator]).await.account;
    let first = account(&office);
    for _ in 0..crate::harness::rounds(10, 200) {
        let stop = |account: Account| {
            let gateway = office.gateway().clone();
            tokio::spawn(async move {
                register::stop(
                    &gateway,
                    &account,
                    kakitome::model::Leaving::Keep,
                    &kakitome::staff::registrar::Registrar::console(),
                )
                .await
            })
        };
        let (one, two) = (stop(first.clone()), stop(second.clone()));
        let ended = [one.await.unwrap(), two.await.unwrap()].iter().filter(|done| done.is_ok()).count();
        assert!(ended <= 1, "nobody is left to manage accounts");
        for account in [&first, &second] {
            register::resume(office.gateway(), account, &kakitome::staff::registrar::Registrar::console())
                .await
                .unwrap();
        }
    }
}

#[actix_web::test]
async fn a_token_does_what_its_scope_says_and_no_more() {
    let office = Office::new(On::Sqlite).await;
    let cookie = sign_in_as(&office, EMAIL, PASSWORD).await.unwrap();
    let own = person(&office, &cookie).await;
    let may = |scope| {
        let (gateway, own) = (office.gateway(), &own);
        async move {
            let made = tokens::make(gateway, own, "t", scope, 30).await?;
            let signed_in = session::by_bearer(gateway, &made.text, &Visitor::default()).await.unwrap();
            assert!(signed_in.clone().person().is_err(), "a token is no person");
            let rights = [
                signed_in.clone().sender().is_ok(),
                signed_in.clone().watcher().is_ok(),
                signed_in.administrator().is_ok(),
            ];
            Ok::<_, Error>(rights)
        }
    };
    assert_eq!(may(Scope::Send).await.unwrap(), [true, true, false]);
    assert_eq!(may(Scope::Read).await.unwrap(), [false, true, false]);
    assert_eq!(may(Scope::Admin).await.unwrap(), [false, false, true]);
    assert_eq!(problem(may(Scope::Audit).await), Problem::Forbidden, "not an auditor");
    for days in [0, 367] {
        assert!(matches!(
            tokens::make(office.gateway(), &own, "t", Scope::Send, days).await,
            Err(Error::Problem(Problem::Field { field: "days", .. }))
        ));
    }
    let made = tokens::make(office.gateway(), &own, "t", Scope::Send, 1).await.unwrap();
    office.clock.forward(Duration::from_secs(24 * 3600));
    assert_eq!(
        problem(session::by_bearer(office.gateway(), &made.text, &Visitor::default()).await.map(drop)),
        Problem::SignInNeeded
    );
    assert_eq!(
        problem(session::by_bearer(office.gateway(), "kkt_zzz", &Visitor::default()).await.map(drop)),
        Problem::SignInNeeded
    );
}

/// Without the account key a sender may recall, but make no new number.
#[actix_web::test]
async fn what_needs_the_account_key_is_refused_without_it() {
    let office = Office::new(On::Sqlite).await;
    let (_, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let delivery = office.delivery(&sent[0]).await;
    let account = account(&office);
    let made = tokens::make_at_console(office.gateway(), &account, "cron", Scope::Send, 30).await.unwrap();
    let sender = session::by_bearer(office.gateway(), &made.text, &Visitor::default()).await.unwrap().sender().unwrap();
    let refused = reissue(office.gateway(), &sender, &delivery).await;
    assert_eq!(problem(refused.map(drop)), Problem::AccountKeyNeeded);
    draft::begin(office.gateway(), &sender, draft::Options::default(), None).await.unwrap();

    let issued =
        register::reset(office.gateway(), &account, &kakitome::staff::registrar::Registrar::console()).await.unwrap();
    let cookie = sign_in_as(&office, EMAIL, &issued.one_time_password).await.unwrap();
    let own = person(&office, &cookie).await;
    password::change(office.gateway(), &own, secret(&issued.one_time_password), secret(OTHER), &Visitor::default())
        .await
        .unwrap();
    let sender = session::by_cookie(office.gateway(), &cookie, &Visitor::default()).await.unwrap().sender().unwrap();
    let refused = reissue(office.gateway(), &sender, &delivery).await;
    assert_eq!(problem(refused.map(drop)), Problem::AccountKeyNeeded, "a reset account has another key");
    office.open(&sent[0]).await.expect("the old number goes on working");
}
