//! Approval by a second person: what waits for one does not leave without it, as nothing else than what was approved, and
//! nobody approves the own.

use std::time::Duration;

use crate::harness::clamd::{Clamd, Line, drafted, look, office as scanning_office};
use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::error::{FieldFlaw, FileFlaw, Problem};
use kakitome::model::{
    AccountId, Approval, ApprovalId, ApprovalReason, ApprovalState, Delivery, DeliveryId, DeliveryState, Deputy,
    EndReason, Language, LetterKind, Limits, Passphrase, Role, TransferId, TransferState,
};
use kakitome::staff::permit::Approver;
use kakitome::staff::register::{Change, change};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{deputy, own_sessions, password, policy, register, session, sign_in};
use kakitome::store::approvals::{self, Decider};
use kakitome::store::{Tx, deliveries, deputies, transfers};
use kakitome::transfer::approve::{self, Answer, answer};
use kakitome::transfer::numbers::Issued;
use kakitome::transfer::{inspect, recall, seal};

const HOUR: Duration = Duration::from_secs(3600);

on_both! {
    what_must_be_approved_leaves_when_it_is_and_not_before
    nobody_approves_the_own
    a_no_ends_it_and_says_why
    what_nobody_decides_is_not_sent
    what_was_taken_back_is_not_approved
    of_two_answers_one_counts
    each_reason_is_given_where_it_is_due
    without_an_approver_nothing_is_sealed
    an_approver_opens_the_files_until_it_is_decided
    a_download_under_way_ends_with_the_right_to_it
    who_has_no_right_any_more_opens_nothing_also_before_the_sweep
    a_deputys_list_is_cut_among_what_is_the_deputys
    the_table_refuses_what_a_flow_would_forget
    an_administrator_names_the_deputy_of_somebody_else_and_never_himself
}

async fn set(office: &Office, name: &str, value: u64) {
    let changes = [(name.to_owned(), Some(value))].into();
    policy::change(office.gateway(), &Registrar::console(), changes).await.unwrap();
}

/// Somebody who approves, signed in.
async fn approver(office: &Office, email: &str, roles: Vec<Role>) -> Approver {
    let new = register::NewAccount {
        email: email.into(),
        name: "田中 一".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles,
    };
    let issued = register::add(office.gateway(), new, &Registrar::console()).await.unwrap();
    let once = Passphrase::new(issued.one_time_password.as_str().to_owned());
    let gateway = office.gateway();
    let began = sign_in::sign_in(gateway, email, once.clone(), &Visitor::default()).await.unwrap();
    let person = session::by_cookie(gateway, &began.cookie, &Visitor::default()).await.unwrap().newcomer().unwrap();
    let chosen = Passphrase::new(crate::harness::flows::PASSWORD.into());
    password::change(gateway, &person, once, chosen, &Visitor::default()).await.unwrap();
    session::by_cookie(gateway, &began.cookie, &Visitor::default()).await.unwrap().approver().unwrap()
}

async fn sealed(office: &Office, emails: &[&str]) -> (TransferId, Vec<Issued>) {
    let id = office.draft().await;
    office.add_file(id, "決算書.pdf", b"%PDF-1.7 what was entrusted").await;
    for email in emails {
        office.add_recipient(id, email).await;
    }
    let issued = seal::send(office.gateway(), &office.sender, id).await.unwrap();
    (id, issued)
}

async fn questions(office: &Office, id: TransferId) -> Vec<Approval> {
    office.gateway().store.read(move |tx| approvals::of_transfer(tx, id)).await.unwrap()
}

async fn say(office: &Office, by: &Approver, id: TransferId, what: Answer) -> kakitome::error::Result<()> {
    let all = questions(office, id).await.into_iter().map(|question| question.id).collect();
    answer(office.gateway(), by, id, all, what).await
}

fn links(office: &Office) -> usize {
    office.mails().iter().filter(|mail| mail.contains("/r/") && mail.contains('#')).count()
}

async fn state(office: &Office, id: TransferId) -> TransferState {
    office.gateway().store.read(move |tx| kakitome::store::transfers::get(tx, id)).await.unwrap().state
}

async fn what_must_be_approved_leaves_when_it_is_and_not_before(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    set(&office, "hold_minutes", 10).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let (id, issued) = sealed(&office, &["suzuki@aozora.example", "oka@kitayama.example"]).await;
    assert_eq!(issued.len(), 2, "the numbers are shown once, at sealing");
    office.clock.forward(HOUR);
    office.deliver_mails().await;
    assert_eq!(links(&office), 0);
    let told = office.mails().iter().filter(|mail| mail.contains("tanaka@office.example")).count();
    assert_eq!(told, 1, "the approver is told once for the transfer");

    let tanaka = again(&office, &tanaka).await;
    say(&office, &tanaka, id, Answer::Give).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(links(&office), 0, "then it is held");
    office.clock.forward(Duration::from_secs(601));
    office.deliver_mails().await;
    assert_eq!(links(&office), 2);
    assert_eq!(state(&office, id).await, TransferState::Dispatched);
    let events = office.events(id).await;
    let at = |word: &str| events.iter().position(|event| event == word).unwrap();
    assert!(at("approval_asked") < at("approval_given") && at("approval_given") < at("dispatched"), "{events:?}");
    office.check_invariants().await;
}

/// The same person, whose session was not idle.
async fn again(office: &Office, approver: &Approver) -> Approver {
    let email = approver.account().email.clone();
    let chosen = Passphrase::new(crate::harness::flows::PASSWORD.into());
    let began = sign_in::sign_in(office.gateway(), &email, chosen, &Visitor::default()).await.unwrap();
    session::by_cookie(office.gateway(), &began.cookie, &Visitor::default()).await.unwrap().approver().unwrap()
}

async fn nobody_approves_the_own(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let roles = vec![Role::Administrator, Role::Sender, Role::Approver];
    let me = office.sender.account().id;
    register::set_roles(office.gateway(), office.sender.account(), roles, &Registrar::console()).await.unwrap();
    let began = office.sign_in().await;
    let both = began.signed_in().clone().approver().unwrap();
    let office = Office { sender: began, ..office };
    let (id, _) = sealed(&office, &["suzuki@aozora.example"]).await;
    assert_eq!(problem(say(&office, &both, id, Answer::Give).await), Problem::NotFound);
    assert!(approve::waiting(office.gateway(), &both).await.unwrap().is_empty());
    // Nor by handing it over first.
    let to = tanaka.account().id;
    let hand_over = move |tx: &mut Tx| {
        assert!(transfers::hand_over(tx, id, (me, to))?);
        approvals::set_owner(tx, id, to)
    };
    office.gateway().store.write(hand_over).await.unwrap();
    assert_eq!(problem(say(&office, &both, id, Answer::Give).await), Problem::NotFound);
    assert!(approve::waiting(office.gateway(), &both).await.unwrap().is_empty());
    // And where a flow forgot to ask, the database refuses.
    let question = questions(&office, id).await.remove(0);
    let now = office.gateway().now();
    let by_hand = office
        .gateway()
        .store
        .write(move |tx| {
            let me = Decider { account: me, on_behalf_of: None };
            approvals::decide(tx, question.id, ApprovalState::Given, Some(me), now)
        })
        .await;
    assert!(by_hand.is_err());
    office.deliver_mails().await;
    assert_eq!(links(&office), 0);
}

async fn a_no_ends_it_and_says_why(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let (id, issued) = sealed(&office, &["suzuki@aozora.example"]).await;
    let without = say(&office, &tanaka, id, Answer::Refuse("  ".into())).await;
    assert_eq!(problem(without), Problem::Field { field: "reason", flaw: FieldFlaw::Missing });
    say(&office, &tanaka, id, Answer::Refuse("宛先の会社が違います".into())).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(links(&office), 0);
    let told = office.mails().into_iter().find(|mail| mail.contains("承認されませんでした"));
    assert!(told.is_some_and(|mail| mail.contains("sato@office.example")));
    assert!(matches!(state(&office, id).await, TransferState::Shredded | TransferState::Finished));
    let delivery = issued[0].delivery.id;
    let delivery = office.gateway().store.read(move |tx| kakitome::store::deliveries::get(tx, delivery)).await.unwrap();
    assert_eq!((delivery.state, delivery.end_reason), (DeliveryState::Recalled, Some(EndReason::Refused)));
    assert_eq!(problem(say(&office, &tanaka, id, Answer::Give).await), ended(ApprovalState::Withdrawn));
    office.check_invariants().await;
}

fn ended(state: ApprovalState) -> Problem {
    Problem::ApprovalEnded { state: state.word() }
}

async fn what_nobody_decides_is_not_sent(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    set(&office, "approval_hours", 2).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let (id, _) = sealed(&office, &["suzuki@aozora.example"]).await;
    approve::lapse(office.gateway()).await.unwrap();
    assert_eq!(state(&office, id).await, TransferState::Sealed);
    office.clock.forward(HOUR * 2);
    let late = again(&office, &tanaka).await;
    assert_eq!(problem(say(&office, &late, id, Answer::Give).await), ended(ApprovalState::Lapsed));
    approve::lapse(office.gateway()).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(links(&office), 0);
    assert_eq!(questions(&office, id).await[0].state, ApprovalState::Lapsed);
    assert!(office.mails().iter().any(|mail| mail.contains("期限までに承認されませんでした")));
    office.check_invariants().await;
}

async fn what_was_taken_back_is_not_approved(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let (id, _) = sealed(&office, &["suzuki@aozora.example"]).await;
    recall::recall(office.gateway(), &office.sender, id, "").await.unwrap();
    assert_eq!(questions(&office, id).await[0].state, ApprovalState::Withdrawn);
    assert_eq!(problem(say(&office, &tanaka, id, Answer::Give).await), ended(ApprovalState::Withdrawn));
    office.deliver_mails().await;
    assert_eq!(links(&office), 0);
}

async fn of_two_answers_one_counts(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let kimura = approver(&office, "kimura@office.example", vec![Role::Approver]).await;
    for _ in 0..crate::harness::rounds(3, 50) {
        let (id, _) = sealed(&office, &["suzuki@aozora.example"]).await;
        let (yes, no) = tokio::join!(
            say(&office, &tanaka, id, Answer::Give),
            say(&office, &kimura, id, Answer::Refuse("違います".into()))
        );
        assert!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
        let before = links(&office);
        office.deliver_mails().await;
        assert_eq!(links(&office) - before, usize::from(yes.is_ok()));
    }
    office.check_invariants().await;
}

async fn each_reason_is_given_where_it_is_due(on: On) {
    let office = Office::new(on).await;
    let _tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let (first, _) = sealed(&office, &["suzuki@aozora.example"]).await;
    office.deliver_mails().await;
    assert!(questions(&office, first).await.is_empty());

    set(&office, "approve_new_domains", 1).await;
    let (id, _) = sealed(&office, &["oka@aozora.example", "hayashi@midori.example"]).await;
    let asked = questions(&office, id).await;
    assert_eq!(asked.len(), 1, "the other one is at a domain that was sent to");
    assert_eq!(
        (asked[0].email.as_str(), asked[0].reasons.as_slice()),
        ("hayashi@midori.example", [ApprovalReason::NewDomain].as_slice())
    );
    office.deliver_mails().await;
    assert_eq!(links(&office), 2, "who needs no approval does not wait for who does");

    set(&office, "approve_recipients", 1).await;
    set(&office, "approve_bytes", 10).await;
    let limits = Limits { needs_approval: true, ..Limits::default() };
    let wanted = Change { limits: Some(limits), ..Change::default() };
    change(office.gateway(), &Registrar::console(), office.sender.account().id, wanted).await.unwrap();
    let (id, _) = sealed(&office, &["oka@aozora.example", "suzuki@aozora.example"]).await;
    use ApprovalReason::{Account, Recipients, Size};
    for question in questions(&office, id).await {
        assert_eq!(question.reasons, [Account, Recipients, Size]);
    }
}

async fn without_an_approver_nothing_is_sealed(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let id = office.draft().await;
    office.add_file(id, "a.pdf", b"%PDF").await;
    office.add_recipient(id, "suzuki@aozora.example").await;
    let refused = seal::send(office.gateway(), &office.sender, id).await;
    assert_eq!(problem(refused), Problem::ApprovalNeeded);
    assert_eq!(state(&office, id).await, TransferState::Draft);
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let leaves = kakitome::model::Leaving::Recall;
    register::stop(office.gateway(), tanaka.account(), leaves, &Registrar::console()).await.unwrap();
    let refused = seal::send(office.gateway(), &office.sender, id).await;
    assert_eq!(problem(refused), Problem::ApprovalNeeded, "a stopped one is none");
    approver(&office, "kimura@office.example", vec![Role::Approver]).await;
    seal::send(office.gateway(), &office.sender, id).await.unwrap();
}

/// Signatures that came after sealing know one of the files: nobody gets it, however often it is asked for.
#[actix_web::test]
async fn what_is_found_when_an_approver_looks_is_refused_every_time() {
    const CONTENT: &[u8] = b"known to be malware from tomorrow on";
    let mut clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.signatures("27600/Mon Nov 23 01:00:00 2026");
    let office = scanning_office(On::Sqlite, &line.address).await;
    set(&office, "approve_always", 1).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let (id, _) = drafted(&office, CONTENT).await;
    look(&office).await;
    seal::send(office.gateway(), &office.sender, id).await.unwrap();
    inspect::open(office.gateway(), &tanaka, id, 0).await.unwrap();

    clamd.learn("Of-Tomorrow", CONTENT);
    clamd.stop();
    clamd.begin().await;
    line.signatures("27601/Mon Nov 23 02:00:00 2026");
    for _ in 0..3 {
        let opened = inspect::open(office.gateway(), &tanaka, id, 0).await.map(drop);
        assert_eq!(problem(opened), Problem::FileRefused { name: "a.dat".into(), because: FileFlaw::Infected });
    }
}

async fn an_approver_opens_the_files_until_it_is_decided(on: On) {
    use futures_util::TryStreamExt;
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let kimura: AccountId = approver(&office, "kimura@office.example", vec![Role::Approver]).await.account().id;
    let (id, _) = sealed(&office, &["suzuki@aozora.example"]).await;
    let waiting = inspect::waiting(office.gateway(), &tanaka, id).await.unwrap();
    assert_eq!((waiting.files[0].name.as_str(), waiting.can_open), ("決算書.pdf", true));
    assert_eq!(waiting.deliveries[0].recipient.email, "suzuki@aozora.example");
    let inspected = inspect::open(office.gateway(), &tanaka, id, 0).await.unwrap();
    let size = inspected.file.size;
    let bytes: Vec<_> = inspected.read(office.gateway(), 0..size).try_collect().await.unwrap();
    assert_eq!(bytes.concat(), b"%PDF-1.7 what was entrusted");
    assert!(office.events(id).await.contains(&"file_inspected".to_owned()));
    say(&office, &tanaka, id, Answer::Give).await.unwrap();
    assert_eq!(problem(inspect::open(office.gateway(), &tanaka, id, 0).await.map(drop)), Problem::NotFound);
    let slot = office.gateway().store.read(move |tx| kakitome::store::slots::of_account(tx, id, kimura)).await.unwrap();
    assert!(slot.is_none(), "every approver's slot is gone");
    let told = LetterKind::Approved;
    office.deliver_mails().await;
    assert!(office.mails().iter().any(|mail| mail.contains("承認されました")), "{told}");
    office.check_invariants().await;
}

/// The first piece of a file that waits, and the stream that goes on.
async fn flowing(office: &Office, by: &Approver, id: TransferId) -> Flowing {
    use futures_util::StreamExt;
    let inspected = inspect::open(office.gateway(), by, id, 0).await.unwrap();
    let size = inspected.file.size;
    let mut stream = inspected.read(office.gateway(), 0..size);
    stream.next().await.unwrap().unwrap();
    stream
}

type Flowing = futures_util::stream::BoxStream<'static, kakitome::error::Result<bytes::Bytes>>;

/// As a recipient's stream: it asks every two seconds of real time, so that a slow reader is cut off no later. The streams wait
/// together.
async fn a_download_under_way_ends_with_the_right_to_it(on: On) {
    use futures_util::{StreamExt, TryStreamExt};
    let office = Office::new(on).await;
    let gateway = office.gateway();
    set(&office, "approve_always", 1).await;
    set(&office, "approval_hours", 2).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let (kimura, hayashi, mori) = (
        approver(&office, "kimura@office.example", vec![Role::Approver]).await,
        approver(&office, "hayashi@office.example", vec![Role::Approver]).await,
        approver(&office, "mori@office.example", vec![Role::Approver]).await,
    );
    let big = vec![7u8; 6 * 1024 * 1024];
    let wait = async || {
        let id = office.draft().await;
        office.add_file(id, "big.bin", &big).await;
        office.add_recipient(id, "suzuki@aozora.example").await;
        seal::send(gateway, &office.sender, id).await.unwrap();
        id
    };
    let (refused, recalled, withdrawn, open) = (wait().await, wait().await, wait().await, wait().await);
    let mut streams: Vec<(&str, Flowing, Problem)> = Vec::new();
    for (why, by, id, problem) in [
        ("answered", &tanaka, refused, Problem::NotFound),
        ("taken back", &tanaka, recalled, Problem::NotFound),
        ("its one recipient taken back", &tanaka, withdrawn, Problem::NotFound),
        ("the account stopped", &kimura, open, Problem::SignInNeeded),
        ("the role taken away", &hayashi, open, Problem::SignInNeeded),
        ("signed out", &mori, open, Problem::SignInNeeded),
    ] {
        streams.push((why, flowing(&office, by, id).await, problem));
    }
    let mut untouched = flowing(&office, &tanaka, open).await;
    say(&office, &tanaka, refused, Answer::Refuse("違います".into())).await.unwrap();
    recall::recall(gateway, &office.sender, recalled, "").await.unwrap();
    let delivery = questions(&office, withdrawn).await.remove(0).delivery;
    let delivery = gateway.store.read(move |tx| kakitome::store::deliveries::get(tx, delivery)).await.unwrap();
    recall::recall_delivery(gateway, &office.sender, &delivery, "").await.unwrap();
    register::stop(gateway, kimura.account(), kakitome::model::Leaving::Recall, &Registrar::console()).await.unwrap();
    register::set_roles(gateway, hayashi.account(), vec![Role::Sender], &Registrar::console()).await.unwrap();
    let mori = mori.signed_in().clone().person().unwrap();
    let here = own_sessions::list(gateway, &mori).await.unwrap().into_iter().find(|one| one.own).unwrap();
    own_sessions::end(gateway, &mori, Some(here.id)).await.unwrap();
    let asked_again = tokio::time::Instant::now() + Duration::from_millis(2100);
    tokio::time::sleep_until(asked_again).await;
    for (why, mut stream, expected) in streams {
        let next = stream.next().await.unwrap_or_else(|| panic!("{why}: an end with an error, not a quiet one"));
        assert_eq!(problem(next), expected, "{why}");
    }
    let (size, rest) = (big.len(), untouched.next().await.unwrap().unwrap());
    let rest = rest.len() + untouched.try_fold(0, async |sum, bytes| Ok(sum + bytes.len())).await.unwrap();
    assert!((size - 1_000_000..size).contains(&rest), "whoever has the right gets everything: {rest}");
    for id in [refused, recalled, withdrawn] {
        assert!(!office.events(id).await.contains(&"tamper_suspected".to_owned()), "what was taken back is no alarm");
    }
    // By the clock, also before the sweep comes by.
    let mut lapsed = flowing(&office, &tanaka, open).await;
    office.clock.forward(HOUR * 2);
    let asked_again = tokio::time::Instant::now() + Duration::from_millis(2100);
    tokio::time::sleep_until(asked_again).await;
    assert_eq!(problem(lapsed.next().await.unwrap()), Problem::NotFound);
    assert_eq!(questions(&office, open).await[0].state, ApprovalState::Asked, "nobody has swept");
    office.check_invariants().await;
}

async fn who_has_no_right_any_more_opens_nothing_also_before_the_sweep(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    set(&office, "approval_hours", 2).await;
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await;
    let (id, _) = sealed(&office, &["suzuki@aozora.example"]).await;
    inspect::open(office.gateway(), &tanaka, id, 0).await.unwrap();
    office.clock.forward(HOUR * 2);
    let tanaka = again(&office, &tanaka).await;
    assert_eq!(problem(inspect::open(office.gateway(), &tanaka, id, 0).await.map(drop)), Problem::NotFound);
    assert_eq!(problem(inspect::waiting(office.gateway(), &tanaka, id).await.map(drop)), Problem::NotFound);
}

/// Makes `deputy` the deputy of these approvers for a month.
async fn stand_in(office: &Office, deputy: AccountId, principals: &[AccountId]) {
    let (now, principals) = (office.gateway().now(), principals.to_vec());
    let set = move |tx: &mut Tx| {
        principals.iter().try_for_each(|account| {
            let until_at = now + Duration::from_secs(30 * 24 * 3600);
            deputies::set(tx, &Deputy { account: *account, deputy, from_at: now, until_at })
        })
    };
    office.gateway().store.write(set).await.unwrap();
}

async fn a_deputys_list_is_cut_among_what_is_the_deputys(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let (tanaka, kimura) = (
        approver(&office, "tanaka@office.example", vec![Role::Approver, Role::Sender]).await.account().id,
        approver(&office, "kimura@office.example", vec![Role::Approver]).await.account().id,
    );
    let hayashi = approver(&office, "hayashi@office.example", vec![Role::Approver]).await;
    register::set_roles(office.gateway(), hayashi.account(), vec![Role::Sender], &Registrar::console()).await.unwrap();
    stand_in(&office, hayashi.account().id, &[tanaka]).await;
    let hayashi = again(&office, &hayashi).await;
    let (id, issued) = sealed(&office, &["suzuki@aozora.example"]).await;
    let (delivery, question) = (issued[0].delivery.clone(), questions(&office, id).await.remove(0));
    // More than a list shows, all asked by the one whom the deputy stands for, and all of them to lapse earlier.
    let others = move |tx: &mut Tx| {
        for n in 0..210_u32 {
            let other = Delivery {
                id: DeliveryId::new(question.asked_at),
                public_id: format!("other{n}"),
                reference: format!("K-0000-{n:04}"),
                position: 1000 + i32::try_from(n).unwrap(),
                ..delivery.clone()
            };
            deliveries::insert(tx, &other)?;
            let about = Approval {
                id: ApprovalId::new(question.asked_at),
                delivery: other.id,
                owner: tanaka,
                asked_by: if n % 2 == 0 { tanaka } else { kimura },
                decide_by: question.decide_by - HOUR,
                ..question.clone()
            };
            approvals::insert(tx, &about)?;
        }
        Ok(())
    };
    office.gateway().store.write(others).await.unwrap();
    let seen = async || {
        let all = approve::waiting(office.gateway(), &hayashi).await.unwrap();
        (all.len(), all.iter().any(|one| one.owner == office.sender.account().id))
    };
    assert_eq!(seen().await, (1, true), "and it is on the list");
    assert_eq!(approve::lists(office.gateway(), &hayashi).await.unwrap().waiting.len(), 1);
    // As the deputy of both: what the one asked, the other may decide about, unless both have a part in it.
    stand_in(&office, hayashi.account().id, &[tanaka, kimura]).await;
    assert_eq!(seen().await, (106, true));
    // As the deputy of three nothing is left out but the own.
    let mori = approver(&office, "mori@office.example", vec![Role::Approver]).await.account().id;
    stand_in(&office, hayashi.account().id, &[tanaka, kimura, mori]).await;
    assert_eq!(seen().await.0, 200);
}

/// Whoever has a part in a question decides about it neither himself nor through a deputy, whatever the code above the database
/// does: each constraint of the tables alone.
async fn the_table_refuses_what_a_flow_would_forget(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let asker = office.sender.account().id;
    let owner = approver(&office, "tanaka@office.example", vec![Role::Approver, Role::Sender]).await.account().id;
    let third = approver(&office, "kimura@office.example", vec![Role::Approver]).await.account().id;
    let other = approver(&office, "mori@office.example", vec![Role::Approver]).await.account().id;
    let (id, _) = sealed(&office, &["suzuki@aozora.example"]).await;
    office.gateway().store.write(move |tx: &mut Tx| approvals::set_owner(tx, id, owner)).await.unwrap();
    let question = questions(&office, id).await.remove(0);
    assert_eq!(question.parties(), [owner, asker]);
    let decides = async |account, on_behalf_of| {
        let (now, by) = (office.gateway().now(), Decider { account, on_behalf_of });
        let write = move |tx: &mut Tx| approvals::decide(tx, question.id, ApprovalState::Given, Some(by), now);
        office.gateway().store.write(write).await
    };
    for (who, account, on_behalf_of) in [
        ("whose it is", owner, None),
        ("who asked", asker, None),
        ("a deputy of whose it is", third, Some(owner)),
        ("a deputy of who asked", third, Some(asker)),
    ] {
        assert!(decides(account, on_behalf_of).await.is_err(), "the table let it be decided by {who}");
    }
    let now = office.gateway().now();
    let own = Deputy { account: third, deputy: third, from_at: now, until_at: now + HOUR };
    let own = office.gateway().store.write(move |tx: &mut Tx| deputies::set(tx, &own)).await;
    assert!(own.is_err(), "the table let somebody be the own deputy");
    assert!(decides(third, Some(other)).await.unwrap(), "everybody else decides");
}

async fn an_administrator_names_the_deputy_of_somebody_else_and_never_himself(on: On) {
    let office = Office::new(on).await;
    set(&office, "approve_always", 1).await;
    let gateway = office.gateway();
    let tanaka = approver(&office, "tanaka@office.example", vec![Role::Approver]).await.account().id;
    let kimura = approver(&office, "kimura@office.example", vec![Role::Approver]).await;
    register::set_roles(gateway, kimura.account(), vec![Role::Sender], &Registrar::console()).await.unwrap();
    let sato = office.sender.account().clone();
    let administrator = office.sender.signed_in().clone().administrator().unwrap();
    let why = || Registrar::administrator(gateway, &administrator, "入院のため").unwrap();
    let now = gateway.now();
    let period = (now, now + HOUR * 48);
    let name = async |of, email: &str, period| deputy::name_for(gateway, &why(), of, email, period).await;
    let flawed = |flaw| Problem::Field { field: "deputy", flaw };
    assert_eq!(problem(name(tanaka, &sato.email, period).await), Problem::OwnAccount, "oneself is none");
    assert_eq!(problem(name(sato.id, "kimura@office.example", period).await), Problem::OwnAccount);
    assert_eq!(problem(name(tanaka, "tanaka@office.example", period).await), flawed(FieldFlaw::Malformed));
    assert_eq!(problem(name(tanaka, " ", period).await), flawed(FieldFlaw::Missing));
    let of_nobody = name(kimura.account().id, "tanaka@office.example", period).await;
    assert_eq!(problem(of_nobody), flawed(FieldFlaw::NotOffered), "who approves nothing has no deputy");
    for wrong in [(now, now), (now + HOUR, now), (now, now + HOUR * 24 * 93)] {
        let refused = name(tanaka, "kimura@office.example", wrong).await;
        assert!(matches!(problem(refused), Problem::Field { field: "until", .. }));
    }
    assert!(deputy::of_account(gateway, tanaka).await.unwrap().is_none());
    name(tanaka, "Kimura@office.example", period).await.unwrap();
    let named = deputy::of_account(gateway, tanaka).await.unwrap().unwrap();
    assert_eq!((named.account.id, named.until_at), (kimura.account().id, period.1));
    let said = gateway.store.read(|tx| kakitome::store::events::of_words(tx, &["deputy_named"], 10)).await.unwrap();
    assert!(String::from_utf8_lossy(&said[0].leaf).contains(&sato.id.to_string()), "who did it");
    assert!(said[0].values.contains(&("reason".into(), "入院のため".into())), "{:?}", said[0].values);
    // The deputy decides, for the one who is away.
    let (id, _) = sealed(&office, &["suzuki@aozora.example"]).await;
    let kimura = again(&office, &kimura).await;
    say(&office, &kimura, id, Answer::Give).await.unwrap();
    assert_eq!(questions(&office, id).await[0].on_behalf_of, Some(tanaka));
    // At the console even an administrator who sends can be named: about the own he decides nothing.
    deputy::name_for(gateway, &Registrar::console(), tanaka, &sato.email, period).await.unwrap();
    let both = office.sign_in().await.signed_in().clone().approver().unwrap();
    let (own, _) = sealed(&office, &["oka@aozora.example"]).await;
    assert_eq!(problem(say(&office, &both, own, Answer::Give).await), Problem::NotFound);
    assert!(approve::waiting(gateway, &both).await.unwrap().is_empty());
    deputy::withdraw_for(gateway, &why(), tanaka).await.unwrap();
    assert_eq!(problem(deputy::withdraw_for(gateway, &why(), tanaka).await), Problem::NotFound);
    assert!(office.sign_in().await.signed_in().clone().approver().is_err());
    office.check_invariants().await;
}
