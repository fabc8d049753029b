//! Rights end when they are ended: what revokes a session, a token, a role or a password runs while others sign in and
//! work, and nobody succeeds after the commit of the change (SR10).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::{problem, rounds};
use kakitome::error::{Error, Problem};
use kakitome::gateway::Gateway;
use kakitome::model::{Account, Combination, Language, Passphrase, Role, Scope};
use kakitome::staff::permit::SignedIn;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{own_sessions, password, register, rules, session, sign_in, tokens};
use kakitome::transfer::{draft, seal};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const EMAIL: &str = "hayashi@office.example";

on_both! {
    nobody_succeeds_after_the_commit_of_a_change
    a_send_under_way_ends_with_the_account
}

fn secret(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

/// Something that lets its bearer in.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Pass {
    Cookie(String),
    Token(String),
}

impl Pass {
    async fn enter(&self, gateway: &Gateway) -> kakitome::error::Result<SignedIn> {
        match self {
            Self::Cookie(cookie) => session::by_cookie(gateway, cookie, &Visitor::default()).await,
            Self::Token(text) => session::by_bearer(gateway, text, &Visitor::default()).await,
        }
    }
}

/// What the test knows to be true: which passes are alive, and when the others died.
#[derive(Default)]
struct Known {
    alive: Vec<Pass>,
    dead_since: HashMap<Pass, u64>,
}

/// Counts commits of changes; requests note the count at their beginning.
struct World {
    gateway: Arc<Gateway>,
    commits: AtomicU64,
    known: Mutex<Known>,
    successes: Mutex<Vec<(Pass, u64, &'static str)>>,
    over: AtomicBool,
}

impl World {
    /// The change has been committed: these passes are dead for whoever begins from now on.
    fn killed(&self, dead: impl Fn(&Pass) -> bool) {
        let at = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        let mut known = self.known.lock().unwrap();
        let (gone, left): (Vec<_>, Vec<_>) = known.alive.drain(..).partition(|pass| dead(pass));
        known.alive = left;
        known.dead_since.extend(gone.into_iter().map(|pass| (pass, at)));
    }

    fn born(&self, pass: Pass) {
        self.known.lock().unwrap().alive.push(pass);
    }

    fn any(&self, rng: &mut StdRng) -> Option<Pass> {
        let known = self.known.lock().unwrap();
        let all: Vec<_> = known.alive.iter().chain(known.dead_since.keys()).cloned().collect();
        (!all.is_empty()).then(|| all[rng.random_range(0..all.len())].clone())
    }

    /// One request by any pass, dead or alive: reads, and writes.
    async fn request(&self, rng: &mut StdRng) {
        let Some(pass) = self.any(rng) else { return tokio::task::yield_now().await };
        let began = self.commits.load(Ordering::SeqCst);
        let Ok(signed_in) = pass.enter(&self.gateway).await else { return };
        self.note(&pass, began, "entered");
        if let Ok(sender) = signed_in.sender()
            && draft::begin(&self.gateway, &sender, draft::Options::default(), None).await.is_ok()
        {
            self.note(&pass, began, "made a draft");
        }
    }

    fn note(&self, pass: &Pass, began: u64, what: &'static str) {
        self.successes.lock().unwrap().push((pass.clone(), began, what));
    }

    fn violations(&self) -> Vec<String> {
        let known = self.known.lock().unwrap();
        let successes = self.successes.lock().unwrap();
        assert!(!successes.is_empty(), "nobody ever got in: nothing was tested");
        let late = successes.iter().filter_map(|(pass, began, what)| {
            let dead = known.dead_since.get(pass)?;
            (began >= dead).then(|| format!("{what} begun at {began} with a pass that died at {dead}"))
        });
        late.collect()
    }
}

/// The one who changes things, one change after the other.
struct Changer {
    office: Office,
    world: Arc<World>,
    account: Account,
    password: String,
    stopped: bool,
    round: u32,
}

impl Changer {
    fn gateway(&self) -> &Arc<Gateway> {
        self.office.gateway()
    }

    async fn sign_in(&mut self) {
        let signed_in = sign_in::sign_in(self.gateway(), EMAIL, secret(&self.password), &Visitor::default()).await;
        match signed_in {
            Ok(session) => {
                assert!(!self.stopped, "a stopped account signed in");
                self.world.born(Pass::Cookie(session.cookie.as_str().to_owned()));
            }
            Err(error) => {
                assert!(self.stopped, "{error}");
                assert!(matches!(error, Error::Problem(Problem::WrongPassword)));
                self.office.clock.forward(std::time::Duration::from_secs(3600));
            }
        }
    }

    async fn make_token(&self) {
        let made = tokens::make_at_console(self.gateway(), &self.account, "t", Scope::Send, 1).await.unwrap();
        if !self.stopped {
            self.world.born(Pass::Token(made.text.as_str().to_owned()));
        }
    }

    /// A living cookie that may act, if there is one.
    async fn person(&self) -> Option<(String, SignedIn)> {
        let alive = self.world.known.lock().unwrap().alive.clone();
        for pass in alive {
            if let Pass::Cookie(cookie) = &pass
                && let Ok(signed_in) = pass.enter(self.gateway()).await
            {
                return Some((cookie.clone(), signed_in));
            }
        }
        None
    }

    async fn change_password(&mut self) {
        let Some((cookie, signed_in)) = self.person().await else { return };
        let new = format!("a long enough passphrase, number {}", self.round);
        let newcomer = signed_in.newcomer().unwrap();
        let current = secret(&self.password);
        password::change(self.gateway(), &newcomer, current, secret(&new), &Visitor::default()).await.unwrap();
        self.world.killed(|pass| *pass != Pass::Cookie(cookie.clone()));
        self.password = new;
    }

    async fn end_others(&self) {
        let Some((cookie, signed_in)) = self.person().await else { return };
        let Ok(person) = signed_in.person() else { return };
        own_sessions::end(self.gateway(), &person, None).await.unwrap();
        self.world.killed(|pass| matches!(pass, Pass::Cookie(other) if *other != cookie));
    }

    async fn sign_out(&self) {
        let Some((cookie, _)) = self.person().await else { return };
        session::sign_out(self.gateway(), &cookie).await.unwrap();
        self.world.killed(|pass| *pass == Pass::Cookie(cookie.clone()));
    }

    async fn change_roles(&self) {
        let roles = if self.round.is_multiple_of(2) { vec![Role::Sender] } else { vec![Role::Sender, Role::Auditor] };
        register::set_roles(self.gateway(), &self.account, roles, &kakitome::staff::registrar::Registrar::console())
            .await
            .unwrap();
        self.world.killed(|_| true);
    }

    async fn stop_or_resume(&mut self) {
        if self.stopped {
            register::resume(self.gateway(), &self.account, &kakitome::staff::registrar::Registrar::console())
                .await
                .unwrap();
        } else {
            register::stop(
                self.gateway(),
                &self.account,
                kakitome::model::Leaving::Keep,
                &kakitome::staff::registrar::Registrar::console(),
            )
            .await
            .unwrap();
            self.world.killed(|_| true);
        }
        self.stopped = !self.stopped;
    }

    async fn reset(&mut self) {
        let issued = register::reset(self.gateway(), &self.account, &kakitome::staff::registrar::Registrar::console())
            .await
            .unwrap();
        self.world.killed(|_| true);
        self.password = issued.one_time_password.as_str().to_owned();
    }

    async fn one_change(&mut self, rng: &mut StdRng) {
        self.round += 1;
        match rng.random_range(0..10) {
            0..3 => self.sign_in().await,
            3 => self.make_token().await,
            4 => self.change_password().await,
            5 => self.end_others().await,
            6 => self.sign_out().await,
            7 => self.change_roles().await,
            8 => self.stop_or_resume().await,
            _ => self.reset().await,
        }
    }
}

async fn nobody_succeeds_after_the_commit_of_a_change(on: On) {
    let office = Office::new(on).await;
    let new = register::NewAccount {
        email: EMAIL.into(),
        name: "林 実".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles: vec![Role::Sender],
    };
    let issued = register::add(office.gateway(), new, &kakitome::staff::registrar::Registrar::console()).await.unwrap();
    let world = Arc::new(World {
        gateway: office.gateway().clone(),
        commits: AtomicU64::new(0),
        known: Mutex::default(),
        successes: Mutex::default(),
        over: AtomicBool::new(false),
    });
    let requests: Vec<_> = (0..4)
        .map(|n| {
            let world = world.clone();
            tokio::spawn(async move {
                let mut rng = StdRng::seed_from_u64(n);
                while !world.over.load(Ordering::SeqCst) {
                    world.request(&mut rng).await;
                }
            })
        })
        .collect();
    let password = issued.one_time_password.as_str().to_owned();
    let mut changer =
        Changer { office, world: world.clone(), account: issued.account, password, stopped: false, round: 0 };
    let mut rng = StdRng::seed_from_u64(4);
    changer.sign_in().await;
    changer.make_token().await;
    changer.change_password().await;
    for _ in 0..rounds(30, 600) {
        changer.one_change(&mut rng).await;
    }
    world.over.store(true, Ordering::SeqCst);
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(world.violations(), Vec::<String>::new());
    let dead: Vec<_> = world.known.lock().unwrap().dead_since.keys().cloned().collect();
    for pass in &dead {
        assert_eq!(problem(pass.enter(&world.gateway).await.map(drop)), Problem::SignInNeeded);
    }
    changer.office.check_invariants().await;
}

/// Sealing takes a key derivation for each recipient: long enough for an account to be stopped meanwhile.
async fn a_send_under_way_ends_with_the_account(on: On) {
    let office = Office::new(on).await;
    let sender = Office::add_sender(office.gateway(), EMAIL, "林 実").await;
    let office = Office { sender, ..office };
    let id = office.draft().await;
    office.add_file(id, "memo.txt", b"hello").await;
    office.add_recipient(id, "suzuki@aozora.example").await;
    let before = office.gateway().openings.derivations();
    let (gateway, sender) = (office.gateway().clone(), office.sender.clone());
    let sent = actix_web::rt::spawn(async move { seal::send(&gateway, &sender, id).await });
    crate::harness::flows::until("a number is being sealed", || async {
        (office.gateway().openings.derivations() > before).then_some(())
    })
    .await;
    register::stop(
        office.gateway(),
        office.sender.account(),
        kakitome::model::Leaving::Keep,
        &kakitome::staff::registrar::Registrar::console(),
    )
    .await
    .unwrap();
    assert_eq!(problem(sent.await.unwrap().map(drop)), Problem::SignInNeeded, "stopped while it was being sealed");
    office.deliver_mails().await;
    assert!(office.mails().is_empty(), "nothing has left");
    office.check_invariants().await;
}

async fn enter(office: &Office, email: &str) -> Pass {
    let password = secret(PASSWORD);
    let session = sign_in::sign_in(office.gateway(), email, password, &Visitor::default()).await.unwrap();
    Pass::Cookie(session.cookie.as_str().to_owned())
}

/// Tightened rules are no new session: the one that runs is measured by them at its next request.
#[actix_web::test]
async fn tightened_rules_count_from_the_next_request_on() {
    let office = Office::new(On::Sqlite).await;
    let gateway = office.gateway();
    Office::add_sender(gateway, EMAIL, "林 実").await;
    let pass = enter(&office, EMAIL).await;
    pass.enter(gateway).await.unwrap().sender().unwrap();
    let administrator = office.sender.signed_in().clone().administrator().unwrap();
    let mut strict = rules::read(gateway).await.unwrap();
    strict.combinations.insert(Role::Sender, vec![Combination::Passkey]);
    let shut_out = rules::set(gateway, &administrator, strict.clone()).await;
    assert_eq!(problem(shut_out), Problem::WouldShutOut, "this administrator is a sender too, without a passkey");
    // One who sends nothing can.
    let only = vec![Role::Administrator];
    register::set_roles(gateway, administrator.account(), only, &kakitome::staff::registrar::Registrar::console())
        .await
        .unwrap();
    let pass_of_administrator = enter(&office, "sato@office.example").await;
    let administrator = pass_of_administrator.enter(gateway).await.unwrap().administrator().unwrap();
    rules::set(gateway, &administrator, strict).await.unwrap();
    let refused = pass.enter(gateway).await.unwrap().sender();
    assert_eq!(problem(refused.map(drop)), Problem::EnrolmentNeeded);
    rules::reset(gateway).await.unwrap();
    pass.enter(gateway).await.unwrap().sender().unwrap();
}
