//! The account register: whatever anybody does, an administrator is left, nobody raises the own rights, who was stopped does
//! nothing any more, and the log alone tells the register.

use std::time::Duration;

use crate::harness::flows::{Office, On};
use crate::harness::{problem, rounds};
use kakitome::error::{Error, Problem};
use kakitome::gateway::Gateway;
use kakitome::model::{
    Account, AccountId, AccountState, Actor, Entry, Event, EventKind, Language, Leaving, Limits, Role, Scope, Time,
    Validity,
};
use kakitome::staff::permit::SignedIn;
use kakitome::staff::register::{self, Change, Disagreement, NewAccount};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{session, tokens};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

on_both! {
    the_register_is_told_by_the_log
    of_two_who_stop_each_other_one_stays
    a_register_that_was_touched_is_noticed
}

fn new(email: &str, roles: &[Role]) -> NewAccount {
    NewAccount {
        email: email.into(),
        name: "林 三郎".into(),
        department: "経理".into(),
        phone: "03-1234-5678".into(),
        language: Language::Ja,
        roles: roles.to_vec(),
    }
}

async fn agrees(gateway: &Gateway) {
    assert_eq!(register::compare(gateway).await.unwrap(), [], "register and log");
}

/// Somebody who acts by an API token, which takes no key derivation.
async fn token(gateway: &Gateway, account: &Account, scope: Scope) -> Option<String> {
    let made = tokens::make_at_console(gateway, account, "test", scope, 90).await.ok()?;
    Some(made.text.to_string())
}

async fn enter(gateway: &Gateway, token: &str) -> kakitome::error::Result<SignedIn> {
    session::by_bearer(gateway, token, &Visitor::default()).await
}

async fn the_register_is_told_by_the_log(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let console = Registrar::console();
    let began = gateway.now();
    let account =
        register::add(gateway, new("hayashi@office.example", &[Role::Sender]), &console).await.unwrap().account;
    let id = account.id;
    agrees(gateway).await;
    office.clock.forward(Duration::from_secs(3600));
    let until = Some(gateway.now() + Duration::from_secs(90 * 24 * 3600));
    let everything = Change {
        email: Some("Saburo@Office.example".into()),
        name: Some("林 三郎（旧姓 森）".into()),
        phone: Some(String::new()),
        department: Some("総務".into()),
        language: Some(Language::En),
        roles: Some(vec![Role::Auditor, Role::Sender, Role::Sender]),
        validity: Some(Validity { from: None, until }),
        limits: Some(Limits {
            most_bytes: Some(1_000_000),
            most_recipients: Some(2),
            most_keep_hours: Some(48),
            domains: vec!["@Aozora.example".into(), "aozora.example".into(), "midori.example".into()],
            needs_approval: true,
        }),
        successor: Some(Some(office.sender.account().id)),
    };
    let why = console.clone().because("4月の異動").unwrap();
    let changed = register::change(gateway, &why, id, everything).await.unwrap();
    assert_eq!(changed.email, "saburo@office.example");
    assert_eq!(changed.roles, [Role::Sender, Role::Auditor], "each once, in order");
    assert_eq!(changed.limits.domains, ["aozora.example", "midori.example"]);
    agrees(gateway).await;
    // A clock that goes back between two changes changes nothing about which one is later.
    office.clock.back(Duration::from_secs(1800));
    let back = Change { department: Some("経理".into()), ..Change::default() };
    register::change(gateway, &console, id, back).await.unwrap();
    agrees(gateway).await;
    register::stop(gateway, &changed, Leaving::Keep, &console).await.unwrap();
    register::stop(gateway, &changed, Leaving::Keep, &console).await.unwrap();
    agrees(gateway).await;
    register::resume(gateway, &changed, &console).await.unwrap();
    agrees(gateway).await;
    let before = register::as_of(gateway, began).await.unwrap();
    assert!(!before.contains_key(&id) && before.len() == 1, "the register of an earlier day");
    let stored = register::get(gateway, id).await.unwrap();
    let now = register::as_of(gateway, Time::from_millis(i64::MAX)).await.unwrap();
    assert_eq!((now[&id].email.as_str(), now[&id].department.as_str()), (stored.email.as_str(), "経理"));
}

async fn a_register_that_was_touched_is_noticed(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let account = register::add(gateway, new("hayashi@office.example", &[Role::Sender]), &Registrar::console()).await;
    let account = account.unwrap().account;
    let raised = Account { roles: Role::ALL.to_vec(), ..account.clone() };
    let now = gateway.now();
    gateway.store.write(move |tx| kakitome::store::accounts::set_entry(tx, &raised, now)).await.unwrap();
    assert_eq!(register::compare(gateway).await.unwrap(), [(account.id, Disagreement::Different)]);
}

async fn of_two_who_stop_each_other_one_stays(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let colleague =
        register::add(gateway, new("tanaka@office.example", &[Role::Administrator]), &Registrar::console()).await;
    let colleague = colleague.unwrap().account;
    let first = office.sender.account().clone();
    for _ in 0..rounds(20, 300) {
        let mut permits = Vec::new();
        for (actor, subject) in [(&first, &colleague), (&colleague, &first)] {
            let text = token(gateway, actor, Scope::Admin).await.unwrap();
            permits.push((enter(gateway, &text).await.unwrap().administrator().unwrap(), subject.clone()));
        }
        let mut ends = Vec::new();
        for (administrator, subject) in permits {
            let gateway = gateway.clone();
            ends.push(tokio::spawn(async move {
                let registrar = Registrar::administrator(&gateway, &administrator, "退職").unwrap();
                register::stop(&gateway, &subject, Leaving::Keep, &registrar).await
            }));
        }
        let mut done = 0;
        for end in ends {
            match end.await.unwrap() {
                Ok(()) => done += 1,
                // Who was stopped first can stop nobody any more.
                Err(Error::Problem(Problem::SignInNeeded | Problem::LastAdministrator)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(done, 1);
        for account in [&first, &colleague] {
            register::resume(gateway, account, &Registrar::console()).await.unwrap();
        }
        agrees(gateway).await;
    }
}

#[actix_web::test]
async fn nobody_changes_the_own_rights() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    let own = office.sender.account().clone();
    register::add(gateway, new("tanaka@office.example", &[Role::Administrator]), &Registrar::console()).await.unwrap();
    let text = token(gateway, &own, Scope::Admin).await.unwrap();
    let administrator = enter(gateway, &text).await.unwrap().administrator().unwrap();
    assert_eq!(
        problem(Registrar::administrator(gateway, &administrator, " \n").map(drop)),
        Problem::Field { field: "reason", flaw: kakitome::error::FieldFlaw::Missing }
    );
    let registrar = Registrar::administrator(gateway, &administrator, "兼務").unwrap();
    let all = Change { roles: Some(Role::ALL.to_vec()), ..Change::default() };
    assert_eq!(problem(register::change(gateway, &registrar, own.id, all).await), Problem::OwnAccount);
    let fewer = Change { roles: Some(vec![Role::Administrator]), ..Change::default() };
    assert_eq!(problem(register::change(gateway, &registrar, own.id, fewer).await), Problem::OwnAccount);
    let stop = register::stop(gateway, &own, Leaving::Keep, &registrar).await;
    assert_eq!(problem(stop), Problem::OwnAccount);
    let reset = register::reset(gateway, &own, &registrar).await;
    assert_eq!(problem(reset.map(drop)), Problem::Forbidden, "a program gets nobody's password");
    assert_eq!(register::get(gateway, own.id).await.unwrap().roles, own.roles);
}

#[actix_web::test]
async fn an_administrator_who_will_end_does_not_count() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    let console = Registrar::console();
    let own = office.sender.account().clone();
    let tomorrow = Some(gateway.now() + Duration::from_secs(24 * 3600));
    let ends = |until| Change { validity: Some(Validity { from: None, until }), ..Change::default() };
    let refused = register::change(gateway, &console, own.id, ends(tomorrow)).await;
    assert_eq!(problem(refused), Problem::LastAdministrator);
    let other = register::add(gateway, new("tanaka@office.example", &[Role::Administrator]), &console).await.unwrap();
    register::change(gateway, &console, other.account.id, ends(tomorrow)).await.unwrap();
    let stopped = register::stop(gateway, &own, Leaving::Keep, &console).await;
    assert_eq!(problem(stopped), Problem::LastAdministrator, "the other one ends tomorrow");
    let later = Change { validity: Some(Validity { from: tomorrow, until: None }), ..Change::default() };
    register::change(gateway, &console, other.account.id, later).await.unwrap();
    let stopped = register::stop(gateway, &own, Leaving::Keep, &console).await;
    assert_eq!(problem(stopped), Problem::LastAdministrator, "the other one begins tomorrow");
}

#[actix_web::test]
async fn validity_is_asked_at_each_request_and_ends_by_itself() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    let console = Registrar::console();
    let account = register::add(gateway, new("haken@office.example", &[Role::Sender]), &console).await.unwrap().account;
    let (begins, ends) = (gateway.now() + Duration::from_secs(3600), gateway.now() + Duration::from_secs(7200));
    let validity = Validity { from: Some(begins), until: Some(ends) };
    let change = Change { validity: Some(validity), ..Change::default() };
    let account = register::change(gateway, &console, account.id, change).await.unwrap();
    let text = token(gateway, &account, Scope::Send).await.unwrap();
    assert_eq!(problem(enter(gateway, &text).await.map(drop)), Problem::SignInNeeded, "not yet");
    office.clock.forward(Duration::from_secs(3600));
    assert!(enter(gateway, &text).await.is_ok());
    office.clock.forward(Duration::from_secs(3600));
    assert_eq!(problem(enter(gateway, &text).await.map(drop)), Problem::SignInNeeded, "no longer");
    assert_eq!(register::get(gateway, account.id).await.unwrap().state, AccountState::Active);
    assert_eq!(register::sweep(gateway).await.unwrap(), 1);
    assert_eq!(register::get(gateway, account.id).await.unwrap().state, AccountState::Stopped);
    assert_eq!(register::sweep(gateway).await.unwrap(), 0, "once");
    register::resume(gateway, &account, &console).await.unwrap();
    assert_eq!(register::sweep(gateway).await.unwrap(), 0, "who was taken back has no end that is over");
    assert!(register::get(gateway, account.id).await.unwrap().may_act(gateway.now()));
    agrees(gateway).await;
    let backwards = Change { validity: Some(Validity { from: Some(ends), until: Some(begins) }), ..Change::default() };
    let field = Problem::Field { field: "valid_until", flaw: kakitome::error::FieldFlaw::Malformed };
    assert_eq!(problem(register::change(gateway, &console, account.id, backwards).await), field);
}

/// Whoever was invited comes, without the key derivations of a first password.
async fn comes(gateway: &Gateway, invited: Account) {
    let now = gateway.now();
    let come = move |tx: &mut kakitome::store::Tx| {
        let entry = Account { state: AccountState::Active, ..invited };
        kakitome::store::accounts::set_entry(tx, &entry, now)?;
        let event = Event::new(EventKind::AccountJoined { entry: Entry::of(&entry) }, now, Actor::Account(entry.id));
        tx.record(&Entry::private(&entry).into_iter().fold(event.account(entry.id), Event::with))
    };
    gateway.store.write(come).await.unwrap();
}

/// What somebody tries. People are named by their place in the order of joining.
#[derive(Clone, Debug)]
enum Step {
    Join { actor: usize, roles: Vec<Role> },
    SetRoles { actor: usize, subject: usize, roles: Vec<Role> },
    SetValidity { actor: usize, subject: usize, from: Option<u32>, until: Option<u32> },
    SetLimits { actor: usize, subject: usize, bytes: Option<i64> },
    Stop { actor: usize, subject: usize },
    Resume { actor: usize, subject: usize },
    Wait { hours: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let person = 0_usize..6;
    let hours = || proptest::option::weighted(0.5, 1_u32..100);
    let roles = || proptest::sample::subsequence(Role::ALL.to_vec(), 1..=4);
    let step = prop_oneof![
        (person.clone(), roles()).prop_map(|(actor, roles)| Step::Join { actor, roles }),
        (person.clone(), person.clone(), roles()).prop_map(|(actor, subject, roles)| Step::SetRoles {
            actor,
            subject,
            roles
        }),
        (person.clone(), person.clone(), hours(), hours())
            .prop_map(|(actor, subject, from, until)| Step::SetValidity { actor, subject, from, until }),
        (person.clone(), person.clone(), proptest::option::of(1_i64..1000))
            .prop_map(|(actor, subject, bytes)| Step::SetLimits { actor, subject, bytes }),
        (person.clone(), person.clone()).prop_map(|(actor, subject)| Step::Stop { actor, subject }),
        (person.clone(), person).prop_map(|(actor, subject)| Step::Resume { actor, subject }),
        (1_u32..60).prop_map(|hours| Step::Wait { hours }),
    ];
    proptest::collection::vec(step, 1..30)
}

/// The office in the middle of a sequence.
struct House {
    office: Office,
    people: Vec<AccountId>,
    /// Every token that was ever made, with the roles that its owner had.
    tokens: Vec<(AccountId, Vec<Role>, String)>,
}

impl House {
    async fn account(&self, place: usize) -> Account {
        let id = self.people[place % self.people.len()];
        register::get(self.office.gateway(), id).await.unwrap()
    }

    /// Acts as somebody, with whatever rights that person has now.
    async fn take(&mut self, step: &Step) {
        let gateway = self.office.gateway().clone();
        let (Step::Join { actor, .. }
        | Step::SetRoles { actor, .. }
        | Step::SetValidity { actor, .. }
        | Step::SetLimits { actor, .. }
        | Step::Stop { actor, .. }
        | Step::Resume { actor, .. }) = step
        else {
            let Step::Wait { hours } = step else { return };
            self.office.clock.forward(Duration::from_secs(u64::from(*hours) * 3600));
            register::sweep(&gateway).await.unwrap();
            return;
        };
        let actor = self.account(*actor).await;
        for scope in [Scope::Admin, Scope::Send] {
            if let Some(text) = token(&gateway, &actor, scope).await {
                self.tokens.push((actor.id, actor.roles.clone(), text));
            }
        }
        let may = actor.may_act(gateway.now()) && actor.has(Role::Administrator);
        let before = register::as_of(&gateway, Time::from_millis(i64::MAX)).await.unwrap();
        let Some(text) = self.tokens.iter().rev().find(|(id, _, _)| *id == actor.id).map(|(_, _, text)| text.clone())
        else {
            assert!(!may, "an administrator gets a token");
            return;
        };
        let admin = token(&gateway, &actor, Scope::Admin).await.unwrap_or(text);
        let permit = enter(&gateway, &admin).await.and_then(SignedIn::administrator);
        assert_eq!(permit.is_ok(), may, "{step:?} by {:?} {:?}", actor.state, actor.roles);
        let Ok(administrator) = permit else { return };
        let registrar = Registrar::administrator(&gateway, &administrator, "棚卸し").unwrap();
        let outcome = self.change(&gateway, step, &registrar).await;
        match outcome {
            Ok(()) | Err(Error::Problem(Problem::LastAdministrator | Problem::OwnAccount | Problem::Field { .. })) => {}
            Err(error) => panic!("{step:?}: {error}"),
        }
        let after = register::as_of(&gateway, Time::from_millis(i64::MAX)).await.unwrap();
        assert_eq!(before.get(&actor.id), after.get(&actor.id), "nobody changes the own entry: {step:?}");
    }

    async fn change(&mut self, gateway: &Gateway, step: &Step, registrar: &Registrar) -> kakitome::error::Result<()> {
        let now = gateway.now();
        let after = |hours: u32| now + Duration::from_secs(u64::from(hours) * 3600);
        match step {
            Step::Join { roles, .. } => {
                let email = format!("staff{}@office.example", self.people.len());
                let entry = kakitome::staff::invitation::add(gateway, new(&email, roles), registrar).await?;
                self.people.push(entry.id);
                comes(gateway, entry).await;
                Ok(())
            }
            Step::SetRoles { subject, roles, .. } => {
                let subject = self.account(*subject).await;
                register::set_roles(gateway, &subject, roles.clone(), registrar).await
            }
            Step::SetValidity { subject, from, until, .. } => {
                let validity = Validity { from: from.map(after), until: until.map(after) };
                let change = Change { validity: Some(validity), ..Change::default() };
                register::change(gateway, registrar, self.account(*subject).await.id, change).await.map(drop)
            }
            Step::SetLimits { subject, bytes, .. } => {
                let limits = Limits { most_bytes: *bytes, ..Limits::default() };
                let change = Change { limits: Some(limits), ..Change::default() };
                register::change(gateway, registrar, self.account(*subject).await.id, change).await.map(drop)
            }
            Step::Stop { subject, .. } => {
                register::stop(gateway, &self.account(*subject).await, Leaving::Keep, registrar).await
            }
            Step::Resume { subject, .. } => register::resume(gateway, &self.account(*subject).await, registrar).await,
            Step::Wait { .. } => Ok(()),
        }
    }

    async fn check(&self) {
        let gateway = self.office.gateway();
        let (now, accounts) = (gateway.now(), register::list(gateway).await.unwrap());
        assert!(accounts.iter().any(|account| account.administers_for_good(now)), "an administrator is left");
        for (id, roles, text) in &self.tokens {
            let owner = accounts.iter().find(|account| account.id == *id).unwrap();
            let enters = enter(gateway, text).await.is_ok();
            assert!(!enters || owner.may_act(now), "who was stopped or is over does nothing any more");
            assert!(!enters || owner.roles == *roles, "what was granted under other rights has ended");
        }
        agrees(gateway).await;
    }
}

#[test]
fn whatever_anybody_does_an_administrator_is_left_and_nobody_rises_alone() {
    let cases = rounds(24, 2000);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&steps(), |steps| {
        actix_web::rt::System::new().block_on(async {
            let office = Office::new(On::Sqlite).await;
            let first = office.sender.account().id;
            let mut house = House { office, people: vec![first], tokens: Vec::new() };
            for step in &steps {
                house.take(step).await;
                house.check().await;
            }
        });
        Ok(())
    });
    outcome.unwrap();
}
