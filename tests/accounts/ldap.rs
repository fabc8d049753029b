//! Signing in with the password of a real directory: Debian's slapd over TLS with a private authority.

use std::time::Duration;

use crate::harness::authority::Authority;
use crate::harness::directory::{BASE, Slapd};
use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::problem;
use kakitome::config::{Admission, Ldap, StaffRole};
use kakitome::error::{Problem, Result};
use kakitome::model::{Account, AccountId, Factor, Language, Passphrase, Role};
use kakitome::staff::permit::SignedIn;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{register, session, sign_in};
use kakitome::store::{accounts, identities};

const HANAKO: &str = "hanako@office.example";
const RIGHT: &str = "the password in the directory";

async fn slapd_with_hanako() -> Slapd {
    let slapd = Slapd::start().await;
    slapd.person("hanako", HANAKO, RIGHT);
    slapd
}

async fn office(settings: Ldap) -> Office {
    Office::with(On::Sqlite, |config| config.sign_in.ldap = settings).await
}

async fn add(office: &Office, email: &str, roles: Vec<Role>) -> register::Issued {
    let new = register::NewAccount {
        email: email.into(),
        name: "高橋 花子".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles,
    };
    register::add(office.gateway(), new, &kakitome::staff::registrar::Registrar::console()).await.unwrap()
}

async fn enter(office: &Office, email: &str, password: &str) -> Result<session::Session> {
    let visitor = Visitor::from(crate::harness::flows::SOURCE);
    sign_in::sign_in(office.gateway(), email, Passphrase::new(password.into()), &visitor).await
}

async fn signed_in(office: &Office, session: &session::Session) -> Result<SignedIn> {
    session::by_cookie(office.gateway(), &session.cookie, &Visitor::default()).await
}

async fn account(office: &Office, id: AccountId) -> Account {
    office.gateway().store.read(move |tx| accounts::get(tx, id)).await.unwrap()
}

#[actix_web::test]
async fn who_is_in_the_register_signs_in_with_the_directorys_password() {
    let slapd = slapd_with_hanako().await;
    let office = office(slapd.settings()).await;
    let issued = add(&office, HANAKO, vec![Role::Sender]).await;
    let id = issued.account.id;

    let session = enter(&office, " Hanako@office.example ", RIGHT).await.unwrap();
    assert_eq!(session.account.id, id);
    let hanako = signed_in(&office, &session).await.unwrap();
    assert_eq!(hanako.proofs().factors(), [Factor::Directory]);
    assert!(hanako.person().is_ok(), "the initial password need not be changed: nobody will use it");
    let initial = enter(&office, HANAKO, &issued.one_time_password).await;
    assert_eq!(problem(initial), Problem::WrongPassword, "it went with the first sign-in elsewhere");

    let tied = office.gateway().store.read(move |tx| identities::of_account(tx, id)).await.unwrap();
    assert_eq!(tied.len(), 1);
    assert_eq!(tied[0].0, format!("ldap:{BASE}"));
    assert_eq!(tied[0].1.len(), 36, "entryUUID, not the place in the tree: {}", tied[0].1);
    enter(&office, HANAKO, RIGHT).await.unwrap();

    // Renamed, with another address: still the same person.
    slapd.add(&format!(
        "dn: uid=hanako,ou=people,{BASE}\nchangetype: modify\nreplace: mail\nmail: tanaka@office.example\n"
    ));
    assert_eq!(enter(&office, "tanaka@office.example", RIGHT).await.unwrap().account.id, id);
}

#[actix_web::test]
async fn an_idle_session_is_unlocked_by_the_directory() {
    let slapd = slapd_with_hanako().await;
    slapd.person("jiro", "jiro@office.example", "the password of Jiro");
    let office = office(slapd.settings()).await;
    add(&office, HANAKO, vec![Role::Sender]).await;
    let session = enter(&office, HANAKO, RIGHT).await.unwrap();
    office.clock.forward(Duration::from_secs(11 * 60));
    assert_eq!(problem(signed_in(&office, &session).await.map(drop)), Problem::SessionLocked);

    for wrong in ["wrong", "", "the password of Jiro"] {
        let running = session::running(office.gateway(), &session.cookie).await.unwrap();
        let password = Passphrase::new(wrong.into());
        let proved = sign_in::prove(office.gateway(), &running, password, &Visitor::default()).await;
        assert_eq!(problem(proved), Problem::WrongPassword, "{wrong:?}");
    }
    let running = session::running(office.gateway(), &session.cookie).await.unwrap();
    let right = Passphrase::new(RIGHT.into());
    sign_in::prove(office.gateway(), &running, right, &Visitor::default()).await.unwrap();
    signed_in(&office, &session).await.unwrap().person().unwrap().require_fresh(office.gateway()).unwrap();
}

#[actix_web::test]
async fn whatever_is_wrong_gets_the_same_answer() {
    let slapd = slapd_with_hanako().await;
    slapd.person("one", "shared@office.example", RIGHT);
    slapd.person("two", "shared@office.example", RIGHT);
    let settings =
        Ldap { default_roles: vec![StaffRole::Sender], admission: Admission::JustInTime, ..slapd.settings() };
    let office = office(settings).await;
    for (email, password) in [
        (HANAKO, "wrong"),
        (HANAKO, ""),
        ("nobody@office.example", RIGHT),
        ("nobody@office.example", ""),
        ("*", RIGHT),
        ("*)(mail=*", RIGHT),
        ("hanako@office.example)(uid=*", RIGHT),
        ("hana*", RIGHT),
        ("\\2a", RIGHT),
        ("hanako@office.example\0", RIGHT),
        ("", RIGHT),
        ("shared@office.example", RIGHT),
    ] {
        let refused = enter(&office, email, password).await.err().map(|error| error.to_string());
        assert_eq!(refused, Some(Problem::WrongPassword.to_string()), "{email:?} {password:?}");
    }
    assert_eq!(enter(&office, HANAKO, RIGHT).await.unwrap().account.email, HANAKO, "the one that is right");
    assert_eq!(register::list(office.gateway()).await.unwrap().len(), 2, "nobody else got an account");
}

#[actix_web::test]
async fn guessing_at_the_directory_is_slow_too() {
    let slapd = slapd_with_hanako().await;
    let office = office(slapd.settings()).await;
    add(&office, HANAKO, vec![Role::Sender]).await;
    for _ in 0..6 {
        assert_eq!(problem(enter(&office, HANAKO, "wrong").await), Problem::WrongPassword);
    }
    assert!(matches!(problem(enter(&office, HANAKO, RIGHT).await), Problem::SlowDown { .. }));
    office.clock.forward(Duration::from_secs(10));
    enter(&office, HANAKO, RIGHT).await.unwrap();
}

#[actix_web::test]
async fn a_password_that_was_chosen_here_is_the_only_one() {
    let slapd = slapd_with_hanako().await;
    slapd.person("sato", "sato@office.example", RIGHT);
    let settings = Ldap { filter: "(|(mail={email})(uid={email}))".into(), ..slapd.settings() };
    let office = office(settings).await;
    assert_eq!(problem(enter(&office, "sato@office.example", RIGHT).await), Problem::WrongPassword);
    assert_eq!(problem(enter(&office, "sato", RIGHT).await), Problem::WrongPassword, "nor by another name");
    enter(&office, "sato@office.example", PASSWORD).await.unwrap();
}

#[actix_web::test]
async fn a_directory_that_is_down_is_told_to_everybody_alike() {
    let mut slapd = slapd_with_hanako().await;
    let office = office(slapd.settings()).await;
    add(&office, HANAKO, vec![Role::Sender]).await;
    slapd.stop();
    for email in [HANAKO, "nobody@office.example", "sato@office.example"] {
        assert_eq!(problem(enter(&office, email, RIGHT).await), Problem::ProviderUnavailable, "{email}");
    }
    enter(&office, "sato@office.example", PASSWORD).await.unwrap();
    slapd.begin().await;
    enter(&office, HANAKO, RIGHT).await.unwrap();
}

#[actix_web::test]
async fn the_line_is_protected_or_not_used() {
    let slapd = slapd_with_hanako().await;
    let stranger = Authority::new();
    let start_tls =
        || Ldap { url: format!("ldap://127.0.0.1:{}", slapd.plain_port), start_tls: true, ..slapd.settings() };
    std::fs::write(slapd.place().join("wrong"), "wrong").unwrap();
    let wrong_password = Some(slapd.place().join("wrong"));
    for (case, settings, works) in [
        ("StartTLS", start_tls(), true),
        ("StartTLS, another authority", Ldap { ca_file: Some(stranger.authority_file()), ..start_tls() }, false),
        ("another authority", Ldap { ca_file: Some(stranger.authority_file()), ..slapd.settings() }, false),
        ("the system's authorities", Ldap { ca_file: None, ..slapd.settings() }, false),
        ("no TLS", Ldap { url: format!("ldaps://127.0.0.1:{}", slapd.plain_port), ..slapd.settings() }, false),
        ("searcher refused", Ldap { bind_password_file: wrong_password, ..slapd.settings() }, false),
    ] {
        let office = office(settings).await;
        add(&office, HANAKO, vec![Role::Sender]).await;
        match enter(&office, HANAKO, RIGHT).await {
            Ok(_) => assert!(works, "{case}"),
            refused => {
                assert_eq!(problem(refused), Problem::ProviderUnavailable, "{case}");
                assert!(!works, "{case}");
            }
        }
    }
}

#[actix_web::test]
async fn groups_give_roles_and_take_them() {
    let slapd = slapd_with_hanako().await;
    slapd.group("senders", &["hanako"]);
    slapd.group("administrators", &["hanako"]);
    let mut settings = Ldap { admission: Admission::JustInTime, ..slapd.settings() };
    settings.roles.insert(format!("CN=senders,{BASE}"), StaffRole::Sender);
    settings.roles.insert(format!("cn=administrators,{BASE}"), StaffRole::Administrator);
    let office = office(settings).await;

    let first = enter(&office, HANAKO, RIGHT).await.unwrap();
    assert_eq!(first.account.roles, [Role::Sender, Role::Administrator]);
    assert_eq!(first.account.name, "鈴木 花子", "as the directory has it");
    signed_in(&office, &first).await.unwrap().administrator().unwrap();

    slapd.add(&format!("dn: cn=administrators,{BASE}\nchangetype: delete\n"));
    let second = enter(&office, HANAKO, RIGHT).await.unwrap();
    assert_eq!(
        problem(signed_in(&office, &first).await.map(drop)),
        Problem::SignInNeeded,
        "granted under other rights"
    );
    assert_eq!(problem(signed_in(&office, &second).await.unwrap().administrator().map(drop)), Problem::Forbidden);
    signed_in(&office, &second).await.unwrap().sender().unwrap();

    slapd.add(&format!("dn: cn=senders,{BASE}\nchangetype: delete\n"));
    assert_eq!(problem(enter(&office, HANAKO, RIGHT).await), Problem::NotAdmitted, "no group, no role");
}

#[actix_web::test]
async fn the_last_administrator_keeps_the_role() {
    let slapd = slapd_with_hanako().await;
    slapd.group("senders", &["hanako"]);
    let mut settings = slapd.settings();
    settings.roles.insert(format!("cn=senders,{BASE}"), StaffRole::Sender);
    let office = office(settings).await;
    let hanako = add(&office, HANAKO, vec![Role::Administrator]).await.account;
    register::stop(
        office.gateway(),
        office.sender.account(),
        kakitome::model::Leaving::Keep,
        &kakitome::staff::registrar::Registrar::console(),
    )
    .await
    .unwrap();

    enter(&office, HANAKO, RIGHT).await.unwrap();
    assert_eq!(account(&office, hanako.id).await.roles, [Role::Administrator]);
    register::resume(office.gateway(), office.sender.account(), &kakitome::staff::registrar::Registrar::console())
        .await
        .unwrap();
    enter(&office, HANAKO, RIGHT).await.unwrap();
    assert_eq!(account(&office, hanako.id).await.roles, [Role::Sender]);
}

#[actix_web::test]
async fn who_is_not_in_the_register_or_stopped_is_not_admitted() {
    let slapd = slapd_with_hanako().await;
    let office = office(slapd.settings()).await;
    assert_eq!(problem(enter(&office, HANAKO, RIGHT).await), Problem::NotAdmitted);
    let hanako = add(&office, HANAKO, vec![Role::Sender]).await.account;
    let session = enter(&office, HANAKO, RIGHT).await.unwrap();
    register::stop(
        office.gateway(),
        &hanako,
        kakitome::model::Leaving::Keep,
        &kakitome::staff::registrar::Registrar::console(),
    )
    .await
    .unwrap();
    assert_eq!(problem(signed_in(&office, &session).await.map(drop)), Problem::SignInNeeded);
    assert_eq!(problem(enter(&office, HANAKO, RIGHT).await), Problem::NotAdmitted);
}

#[actix_web::test]
async fn an_address_that_passed_to_another_person_does_not_bring_the_account_along() {
    let slapd = slapd_with_hanako().await;
    let office = office(slapd.settings()).await;
    add(&office, HANAKO, vec![Role::Sender]).await;
    enter(&office, HANAKO, RIGHT).await.unwrap();
    slapd.add(&format!("dn: uid=hanako,ou=people,{BASE}\nchangetype: delete\n"));
    slapd.person("hanako2", HANAKO, "another person's password");
    assert_eq!(problem(enter(&office, HANAKO, "another person's password").await), Problem::NotAdmitted);
}
