//! Approval as a state machine: whatever happens in whatever order, and at once, no link leaves for a manifest, a recipient and
//! an expiry that no answer covers. And what was changed behind the product's back after an approval does not leave either.

use std::collections::HashSet;
use std::time::Duration;

use crate::harness::flows::{Office, On, PASSWORD};
use crate::harness::{problem, rounds, rows};
use kakitome::error::Problem;
use kakitome::model::{
    AccountId, Approval, ApprovalId, ApprovalState, Language, Passphrase, Role, TransferId, TransferState,
};
use kakitome::staff::permit::Approver;
use kakitome::staff::registrar::Registrar;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{password, policy, register, session, sign_in};
use kakitome::store::{approvals, deliveries, transfers};
use kakitome::transfer::approve::{self, Answer, answer};
use kakitome::transfer::confirm::Confirmation;
use kakitome::transfer::{dispatch, expire, extend, inspect, recall, release, resend, seal, widen};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const APPROVERS: [&str; 2] = ["tanaka@office.example", "kimura@office.example"];
const HOUR: Duration = Duration::from_secs(3600);

on_both! {
    no_link_leaves_that_no_answer_covers
    another_manifest_recipient_or_expiry_does_not_leave
    an_approval_after_a_recall_is_none
    of_two_approvers_at_once_one_decides
    the_database_refuses_who_approves_the_own
    what_a_refusal_or_a_recall_races_with_leaves_or_does_not
}

async fn set(office: &Office, name: &str, value: u64) {
    let changes = [(name.to_owned(), Some(value))].into();
    policy::change(office.gateway(), &Registrar::console(), changes).await.unwrap();
}

async fn add_approver(office: &Office, email: &str) {
    let new = register::NewAccount {
        email: email.into(),
        name: "田中 一".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles: vec![Role::Approver],
    };
    let gateway = office.gateway();
    let issued = register::add(gateway, new, &Registrar::console()).await.unwrap();
    let once = Passphrase::new(issued.one_time_password.as_str().to_owned());
    let began = sign_in::sign_in(gateway, email, once.clone(), &Visitor::default()).await.unwrap();
    let person = session::by_cookie(gateway, &began.cookie, &Visitor::default()).await.unwrap().newcomer().unwrap();
    password::change(gateway, &person, once, Passphrase::new(PASSWORD.into()), &Visitor::default()).await.unwrap();
}

async fn approver(office: &Office, email: &str) -> Approver {
    let gateway = office.gateway();
    let began = sign_in::sign_in(gateway, email, Passphrase::new(PASSWORD.into()), &Visitor::default()).await.unwrap();
    session::by_cookie(gateway, &began.cookie, &Visitor::default()).await.unwrap().approver().unwrap()
}

/// An office where everything is approved, with two approvers.
async fn office(on: On, hold_minutes: u64) -> Office {
    let office = Office::new(on).await;
    for email in APPROVERS {
        add_approver(&office, email).await;
    }
    set(&office, "approve_always", 1).await;
    set(&office, "hold_minutes", hold_minutes).await;
    set(&office, "approval_hours", 6).await;
    office
}

async fn sealed(office: &Office, emails: &[String]) -> TransferId {
    let id = office.draft().await;
    office.add_file(id, "決算書.pdf", b"%PDF-1.7 what was entrusted").await;
    for email in emails {
        office.add_recipient(id, email).await;
    }
    seal::send(office.gateway(), &office.sender, id).await.unwrap();
    id
}

async fn questions(office: &Office, id: TransferId) -> Vec<Approval> {
    office.gateway().store.read(move |tx| approvals::of_transfer(tx, id)).await.unwrap()
}

async fn open(office: &Office, id: TransferId) -> Vec<ApprovalId> {
    let all = questions(office, id).await;
    all.into_iter().filter(|one| one.state == ApprovalState::Asked).map(|one| one.id).collect()
}

fn links(office: &Office) -> Vec<String> {
    office.mails().into_iter().filter(|mail| mail.contains("/r/") && mail.contains('#')).collect()
}

/// What the test itself knows of mails: those that were looked at, and what was wrong with them.
#[derive(Default)]
struct Watch {
    read: HashSet<std::path::PathBuf>,
    seen: HashSet<String>,
}

impl Watch {
    /// The links that came since it was looked last.
    fn fresh(&mut self, office: &Office) -> Vec<String> {
        let new = std::fs::read_dir(office.directory.path().join("data/mail/new")).unwrap();
        let paths: Vec<_> = new.map(|entry| entry.unwrap().path()).filter(|path| !self.read.contains(path)).collect();
        self.read.extend(paths.iter().cloned());
        let mails = paths.iter().map(|path| crate::harness::decode_mail(&std::fs::read(path).unwrap()));
        mails.filter(|mail| mail.contains("/r/") && mail.contains('#')).collect()
    }

    /// Lets one mail after the other leave. Each link must be covered, in this moment, by an answer that was given by somebody
    /// else than the sender: the comparison is the test's own.
    async fn deliver(&mut self, office: &Office) -> Vec<String> {
        let mut wrong = Vec::new();
        loop {
            let moved = dispatch::deliver_next(office.gateway(), &*office.app.mailer).await.unwrap();
            for mail in self.fresh(office) {
                let short = mail.split("/r/").nth(1).unwrap().split('#').next().unwrap().to_owned();
                if self.seen.insert(short.clone()) {
                    wrong.extend(self.uncovered(office, &short, &mail).await);
                }
            }
            if !moved {
                return wrong;
            }
        }
    }

    async fn uncovered(&self, office: &Office, short: &str, mail: &str) -> Option<String> {
        let name = short.to_owned();
        let (delivery, transfer, answers) = office
            .gateway()
            .store
            .read(move |tx| {
                let delivery = deliveries::by_public_id(tx, &name)?.expect("a delivery that a mail was about");
                let transfer = transfers::get(tx, delivery.transfer)?;
                let answers = approvals::of_delivery(tx, delivery.id)?;
                Ok((delivery, transfer, answers))
            })
            .await
            .unwrap();
        let (hash, until) = (transfer.manifest.as_ref().unwrap().hash, transfer.expires_at.unwrap());
        let covered = answers.iter().any(|one| {
            one.state == ApprovalState::Given
                && one.manifest_hash == hash
                && mail.contains(&one.email)
                && one.email == delivery.recipient.email
                && until <= one.latest_expiry
                && one.decided_by.is_some_and(|by| by != transfer.owner)
        });
        (!covered).then(|| format!("a link left to {} that no answer covers: {answers:?}", delivery.recipient.email))
    }
}

/// The world that random steps are taken in.
struct Walk {
    office: Office,
    approvers: Vec<Approver>,
    transfers: Vec<TransferId>,
    rng: StdRng,
    round: u32,
    did: Vec<&'static str>,
}

impl Walk {
    fn any(&mut self) -> Option<TransferId> {
        (!self.transfers.is_empty()).then(|| self.transfers[self.rng.random_range(0..self.transfers.len())])
    }

    async fn renew(&mut self) {
        self.office.sender = self.office.sign_in().await;
        self.approvers = vec![approver(&self.office, APPROVERS[0]).await, approver(&self.office, APPROVERS[1]).await];
    }

    async fn delivery(&mut self, id: TransferId) -> Option<kakitome::model::Delivery> {
        let all = self.office.gateway().store.read(move |tx| deliveries::of_transfer(tx, id)).await.unwrap();
        (!all.is_empty()).then(|| all[self.rng.random_range(0..all.len())].clone())
    }

    /// One step; what is refused is refused.
    async fn step(&mut self) {
        self.round += 1;
        let name = format!("r{}@d{}.example", self.round, self.round % 3);
        let which = self.rng.random_range(0..13);
        let Some(id) = self.any().filter(|_| which > 0) else {
            self.did.push("seal");
            let two = [name.clone(), format!("x{name}")];
            let id = sealed(&self.office, &two[..self.rng.random_range(1..3)]).await;
            return self.transfers.push(id);
        };
        let (gateway, sender) = (self.office.gateway().clone(), self.office.sender.clone());
        let (one, other) = (self.approvers[0].clone(), self.approvers[1].clone());
        let asked = open(&self.office, id).await;
        let no = || Answer::Refuse("違います".into());
        match which {
            1 | 2 => {
                self.did.push("approve");
                drop(answer(&gateway, &one, id, asked, Answer::Give).await);
            }
            3 => {
                self.did.push("refuse");
                drop(answer(&gateway, &other, id, asked, no()).await);
            }
            4 => {
                self.did.push("two at once");
                let (yes, no) = tokio::join!(
                    answer(&gateway, &one, id, asked.clone(), Answer::Give),
                    answer(&gateway, &other, id, asked, no())
                );
                assert!(yes.is_err() || no.is_err(), "one question, two answers");
            }
            5 => {
                self.did.push("recall");
                let (_, _) = tokio::join!(
                    recall::recall(&gateway, &sender, id, ""),
                    answer(&gateway, &one, id, asked, Answer::Give)
                );
            }
            6 => {
                self.did.push("add");
                drop(widen::add(&gateway, &sender, id, Office::recipient(&name), Confirmation::NOTHING).await);
            }
            7 => {
                self.did.push("correct");
                if let Some(delivery) = self.delivery(id).await {
                    drop(
                        widen::correct(&gateway, &sender, &delivery, Office::recipient(&name), Confirmation::NOTHING)
                            .await,
                    );
                }
            }
            8 => {
                self.did.push("extend");
                let hours = self.rng.random_range(200..400);
                drop(extend::extend(&gateway, &sender, id, hours).await);
            }
            9 => {
                self.did.push("resend");
                if let Some(delivery) = self.delivery(id).await {
                    drop(resend::resend(&gateway, &sender, &delivery).await);
                }
            }
            10 => {
                self.did.push("release");
                drop(release::release(&gateway, &sender, id).await);
            }
            11 => {
                self.did.push("forward");
                let by = HOUR * self.rng.random_range(1..9);
                self.office.clock.forward(by);
                approve::lapse(&gateway).await.unwrap();
                expire::sweep(&gateway, gateway.now()).await.unwrap();
                self.renew().await;
            }
            _ => {
                self.did.push("back");
                self.office.clock.back(Duration::from_secs(1800));
            }
        }
    }
}

async fn no_link_leaves_that_no_answer_covers(on: On) {
    let office = office(on, 5).await;
    let seed = std::env::var("KAKITOME_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(7);
    let mut walk = Walk {
        office,
        approvers: Vec::new(),
        transfers: Vec::new(),
        rng: StdRng::seed_from_u64(seed),
        round: 0,
        did: Vec::new(),
    };
    walk.renew().await;
    let mut watch = Watch::default();
    for _ in 0..rounds(50, 1500) {
        walk.step().await;
        let wrong = watch.deliver(&walk.office).await;
        assert!(wrong.is_empty(), "seed {seed}, after {:?}: {wrong:#?}", walk.did);
    }
    walk.office.clock.forward(Duration::from_secs(600));
    walk.renew().await;
    let wrong = watch.deliver(&walk.office).await;
    assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
    assert!(!watch.seen.is_empty(), "seed {seed}: nothing ever left: nothing was tested");
    walk.office.check_invariants().await;
}

async fn another_manifest_recipient_or_expiry_does_not_leave(on: On) {
    let office = office(on, 0).await;
    let tanaka = approver(&office, APPROVERS[0]).await;
    let other_hash = match on {
        On::Sqlite => "UPDATE transfers SET manifest_hash = zeroblob(32)",
        On::Postgres => "UPDATE transfers SET manifest_hash = decode(repeat('00', 32), 'hex')",
    };
    let changes = [
        ("file", other_hash.to_owned(), "id"),
        ("recipient", "UPDATE deliveries SET email = 'someone@else.example'".to_owned(), "transfer_id"),
        ("expiry", "UPDATE transfers SET expires_at = expires_at + 1".to_owned(), "id"),
    ];
    for (what, change, key) in changes {
        let id = sealed(&office, &[format!("{what}@aozora.example")]).await;
        answer(office.gateway(), &tanaka, id, open(&office, id).await, Answer::Give).await.unwrap();
        rows::run(&office, &format!("{change} WHERE {key} = '{id}'"));
        office.deliver_mails().await;
        assert!(links(&office).is_empty(), "the {what} was changed after the approval, and it left");
        assert!(office.events(id).await.contains(&"mail_withheld".to_owned()), "{what}");
    }
}

async fn an_approval_after_a_recall_is_none(on: On) {
    let office = office(on, 0).await;
    let tanaka = approver(&office, APPROVERS[0]).await;
    let id = sealed(&office, &["a@aozora.example".into(), "b@aozora.example".into()]).await;
    let asked = open(&office, id).await;
    let first = office.gateway().store.read(move |tx| deliveries::of_transfer(tx, id)).await.unwrap().remove(0);
    recall::recall_delivery(office.gateway(), &office.sender, &first, "").await.unwrap();
    let late = answer(office.gateway(), &tanaka, id, asked.clone(), Answer::Give).await;
    let withdrawn = Problem::ApprovalEnded { state: ApprovalState::Withdrawn.word() };
    assert_eq!(problem(late), withdrawn, "all that was read, or nothing");
    assert_eq!(open(&office, id).await.len(), 1, "the other question is as it was");
    recall::recall(office.gateway(), &office.sender, id, "").await.unwrap();
    assert_eq!(problem(answer(office.gateway(), &tanaka, id, asked, Answer::Give).await), withdrawn);
    office.deliver_mails().await;
    assert!(links(&office).is_empty());
    office.check_invariants().await;
}

async fn of_two_approvers_at_once_one_decides(on: On) {
    let office = office(on, 0).await;
    let (tanaka, kimura) = (approver(&office, APPROVERS[0]).await, approver(&office, APPROVERS[1]).await);
    for round in 0..rounds(4, 60) {
        let id = sealed(&office, &[format!("r{round}@aozora.example")]).await;
        let asked = open(&office, id).await;
        let (one, other) = tokio::join!(
            answer(office.gateway(), &tanaka, id, asked.clone(), Answer::Give),
            answer(office.gateway(), &kimura, id, asked, Answer::Give)
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let given = questions(&office, id).await.remove(0);
        let who = if one.is_ok() { &tanaka } else { &kimura };
        assert_eq!(given.decided_by, Some(who.account().id));
        let said = office.events(id).await.iter().filter(|word| *word == "approval_given").count();
        assert_eq!(said, 1, "one answer, one entry");
    }
}

async fn the_database_refuses_who_approves_the_own(on: On) {
    let office = office(on, 0).await;
    let me: AccountId = office.sender.account().id;
    let id = sealed(&office, &["a@aozora.example".into()]).await;
    let question = questions(&office, id).await.remove(0).id;
    let now = office.gateway().now();
    let other = approver(&office, APPROVERS[0]).await.account().id;
    for by in [(me, None), (other, Some(me))] {
        let decider = approvals::Decider { account: by.0, on_behalf_of: by.1 };
        let by_hand = move |tx: &mut kakitome::store::Tx| {
            approvals::decide(tx, question, ApprovalState::Given, Some(decider), now)
        };
        assert!(office.gateway().store.write(by_hand).await.is_err(), "{by:?}");
    }
    assert_eq!(questions(&office, id).await[0].state, ApprovalState::Asked);
}

/// A recall, a refusal of more time and the outbox at the same moment: whatever wins, nothing leaves that is not covered, and
/// what ended stays ended.
async fn what_a_refusal_or_a_recall_races_with_leaves_or_does_not(on: On) {
    let office = office(on, 0).await;
    let tanaka = approver(&office, APPROVERS[0]).await;
    let mut watch = Watch::default();
    for round in 0..rounds(4, 60) {
        let id = sealed(&office, &[format!("r{round}@aozora.example")]).await;
        let asked = open(&office, id).await;
        let (answered, recalled, delivered) = tokio::join!(
            answer(office.gateway(), &tanaka, id, asked, Answer::Give),
            recall::recall(office.gateway(), &office.sender, id, ""),
            dispatch::deliver_next(office.gateway(), &*office.app.mailer)
        );
        recalled.unwrap();
        delivered.unwrap();
        let wrong = watch.deliver(&office).await;
        assert!(wrong.is_empty(), "{wrong:#?}");
        let seen = inspect::waiting(office.gateway(), &tanaka, id).await;
        assert_eq!(problem(seen.map(drop)), Problem::NotFound, "{answered:?}");
        let state = office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap().state;
        assert!(matches!(state, TransferState::Finished | TransferState::Shredded), "{state}");
    }
    office.check_invariants().await;
}
