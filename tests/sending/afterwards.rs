//! After sending: another link, one more recipient, a corrected address, a later expiry. What widens passes approval again;
//! what is replaced is void.

use std::time::Duration;

use crate::harness::flows::{Office, On, Sent};
use crate::harness::problem;
use kakitome::error::Problem;
use kakitome::model::{ApprovalState, EndReason, Language, Passphrase, Role, TransferId, TransferState};
use kakitome::staff::permit::Approver;
use kakitome::staff::registrar::Registrar;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{password, policy, register, session, sign_in};
use kakitome::store::{approvals, deliveries, transfers};
use kakitome::transfer::approve::{Answer, answer};
use kakitome::transfer::confirm::Confirmation;
use kakitome::transfer::extend::{Extended, extend, lets_look};
use kakitome::transfer::numbers::Issued;
use kakitome::transfer::{inspect, look, resend, retrieve, widen};

const SUZUKI: &str = "suzuki@aozora.example";

on_both! {
    a_new_link_voids_the_old_one_and_its_number
    one_more_recipient_gets_everything_and_takes_nothing_from_the_others
    a_corrected_address_voids_the_wrong_one
    what_widens_is_approved_again
    whoever_is_asked_later_opens_the_files_too
    without_the_key_a_later_expiry_is_asked_for_and_nobody_looks_inside
    a_later_expiry_waits_for_its_approval
    an_extension_that_is_asked_for_outlives_what_is_widened_meanwhile
    what_has_ended_is_not_widened
}

async fn set(office: &Office, name: &str, value: u64) {
    let changes = [(name.to_owned(), Some(value))].into();
    policy::change(office.gateway(), &Registrar::console(), changes).await.unwrap();
}

async fn approver(office: &Office) -> Approver {
    let email = "tanaka@office.example";
    let new = register::NewAccount {
        email: email.into(),
        name: "田中 一".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles: vec![Role::Approver],
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

fn taken(office: &Office, issued: Issued) -> Sent {
    let secret = office.link_secret(&issued.delivery.public_id);
    Sent { issued, secret }
}

async fn a_new_link_voids_the_old_one_and_its_number(on: On) {
    let office = Office::new(on).await;
    let (_, mut sent) = office.send(&[("a.pdf", b"%PDF-1.7 entrusted")], &[SUZUKI]).await;
    let old = sent.remove(0);
    let opened = office.open(&old).await.unwrap();
    let issued = resend::resend(office.gateway(), &office.sender, &old.issued.delivery).await.unwrap();
    assert_eq!(problem(office.opened(&old, &opened).await.map(drop)), Problem::UnlockNeeded, "the session ended");
    let replaced = Problem::LinkReplaced { reference: old.issued.delivery.reference.clone() };
    assert_eq!(problem(office.open(&old).await.map(drop)), replaced);
    office.deliver_mails().await;
    let new = taken(&office, issued);
    assert_ne!(new.issued.delivery.public_id, old.issued.delivery.public_id);
    assert_eq!(
        new.issued.delivery.reference, old.issued.delivery.reference,
        "the same delivery, by the same reference"
    );
    let mixed = Sent { issued: new.issued.clone(), secret: old.secret.clone() };
    assert_eq!(problem(office.open(&mixed).await.map(drop)), Problem::NotFound, "the old secret under the new id");
    let opened = office.open(&new).await.unwrap();
    let delivery = office.opened(&new, &opened).await.unwrap();
    assert_eq!(office.fetch(&delivery, retrieve::Asked::File(0)).await.unwrap(), b"%PDF-1.7 entrusted");
    let gone = look::look(office.gateway(), &old.secret, Some(&old.issued.delivery.public_id), None).await;
    assert_eq!(problem(gone.map(drop)), replaced, "who has the old secret is told");
    office.check_invariants().await;
}

async fn one_more_recipient_gets_everything_and_takes_nothing_from_the_others(on: On) {
    let office = Office::new(on).await;
    let (id, mut sent) = office.send(&[("a.pdf", b"%PDF-1.7 entrusted")], &[SUZUKI]).await;
    let first = sent.remove(0);
    let oka = Office::recipient("oka@kitayama.example");
    let again = widen::add(
        office.gateway(),
        &office.sender,
        id,
        Office::recipient("SUZUKI@aozora.example"),
        Confirmation::NOTHING,
    )
    .await;
    assert!(matches!(problem(again.map(drop)), Problem::Field { field: "email", .. }));
    let issued = widen::add(office.gateway(), &office.sender, id, oka, Confirmation::NOTHING).await.unwrap();
    office.deliver_mails().await;
    for one in [first, taken(&office, issued)] {
        let opened = office.open(&one).await.unwrap();
        let delivery = office.opened(&one, &opened).await.unwrap();
        assert_eq!(office.fetch(&delivery, retrieve::Asked::File(0)).await.unwrap(), b"%PDF-1.7 entrusted");
    }
    office.check_invariants().await;
}

async fn a_corrected_address_voids_the_wrong_one(on: On) {
    let office = Office::new(on).await;
    let (id, mut sent) = office.send(&[("a.pdf", b"%PDF")], &["suzuki@aozora-inc.example"]).await;
    let wrong = sent.remove(0);
    let right = Office::recipient(SUZUKI);
    let issued = widen::correct(office.gateway(), &office.sender, &wrong.issued.delivery, right, Confirmation::NOTHING)
        .await
        .unwrap();
    office.deliver_mails().await;
    assert!(office.open(&wrong).await.is_err());
    let right = taken(&office, issued);
    office.open(&right).await.unwrap();
    let (wrong, transfer) = {
        let delivery = wrong.issued.delivery.id;
        let read = move |tx: &mut kakitome::store::Tx| Ok((deliveries::get(tx, delivery)?, transfers::get(tx, id)?));
        office.gateway().store.read(read).await.unwrap()
    };
    assert_eq!(wrong.end_reason, Some(EndReason::Corrected));
    assert_eq!(transfer.state, TransferState::Dispatched, "the transfer goes on");
    office.check_invariants().await;
}

async fn what_widens_is_approved_again(on: On) {
    let office = Office::new(on).await;
    let tanaka = approver(&office).await;
    let (id, _) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    set(&office, "approve_always", 1).await;
    let oka = Office::recipient("oka@kitayama.example");
    widen::add(office.gateway(), &office.sender, id, oka, Confirmation::NOTHING).await.unwrap();
    let links =
        |office: &Office| office.mails().iter().filter(|mail| mail.contains("/r/") && mail.contains('#')).count();
    office.deliver_mails().await;
    assert_eq!(links(&office), 1);
    let asked = office.gateway().store.read(move |tx| approvals::of_transfer(tx, id)).await.unwrap();
    assert_eq!(asked.len(), 1);
    answer(office.gateway(), &tanaka, id, vec![asked[0].id], Answer::Give).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(links(&office), 2);
}

async fn a_later_expiry_waits_for_its_approval(on: On) {
    let office = Office::new(on).await;
    let tanaka = approver(&office).await;
    set(&office, "approve_always", 1).await;
    let id = office.draft().await;
    office.add_file(id, "a.pdf", b"%PDF").await;
    office.add_recipient(id, SUZUKI).await;
    kakitome::transfer::seal::send(office.gateway(), &office.sender, id).await.unwrap();
    let ask = async |what: Answer| {
        let all = office.gateway().store.read(move |tx| approvals::of_transfer(tx, id)).await.unwrap();
        let open = all.iter().filter(|one| one.state == ApprovalState::Asked).map(|one| one.id).collect();
        answer(office.gateway(), &tanaka, id, open, what).await.unwrap();
    };
    ask(Answer::Give).await;
    office.deliver_mails().await;
    let expiry = async || {
        let read = move |tx: &mut kakitome::store::Tx| transfers::get(tx, id);
        office.gateway().store.read(read).await.unwrap().expires_at.unwrap()
    };
    let first = expiry().await;
    assert!(matches!(extend(office.gateway(), &office.sender, id, 240).await.unwrap(), Extended::Asked(_)));
    assert_eq!(expiry().await, first, "until it is approved");
    ask(Answer::Refuse("長すぎます".into())).await;
    assert_eq!(expiry().await, first);
    assert_eq!(
        office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap().state,
        TransferState::Dispatched,
        "a no to more takes nothing back"
    );
    let again = extend(office.gateway(), &office.sender, id, 240).await.unwrap();
    let Extended::Asked(wanted) = again else { panic!("{again:?}") };
    ask(Answer::Give).await;
    assert_eq!(expiry().await, wanted);
    assert!(
        matches!(extend(office.gateway(), &office.sender, id, 24).await.unwrap(), Extended::Until(_)),
        "an earlier one is covered"
    );
    office.check_invariants().await;
}

/// An extension that waits for its answer is one for whoever is added, or put right, meanwhile: one yes grants all of it.
async fn an_extension_that_is_asked_for_outlives_what_is_widened_meanwhile(on: On) {
    let office = Office::new(on).await;
    let tanaka = approver(&office).await;
    let (id, mut sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI, "mori@kitayama.example"]).await;
    set(&office, "approve_always", 1).await;
    let oka = Office::recipient("oka@kitayama.example");
    widen::add(office.gateway(), &office.sender, id, oka, Confirmation::NOTHING).await.unwrap();
    say(&office, &tanaka, id, Answer::Give).await;
    let wanted = async |hours| match extend(office.gateway(), &office.sender, id, hours).await.unwrap() {
        Extended::Asked(wanted) => wanted,
        other => panic!("{other:?}"),
    };
    let expiry = async || {
        let read = move |tx: &mut kakitome::store::Tx| transfers::get(tx, id);
        office.gateway().store.read(read).await.unwrap().expires_at.unwrap()
    };
    let first = wanted(240).await;
    let hara = Office::recipient("hara@kitayama.example");
    widen::add(office.gateway(), &office.sender, id, hara, Confirmation::NOTHING).await.unwrap();
    say(&office, &tanaka, id, Answer::Give).await;
    assert_eq!(expiry().await, first);
    let second = wanted(264).await;
    let wrong = sent.remove(0).issued.delivery;
    let right = Office::recipient("ichida@kitayama.example");
    widen::correct(office.gateway(), &office.sender, &wrong, right, Confirmation::NOTHING).await.unwrap();
    say(&office, &tanaka, id, Answer::Give).await;
    assert_eq!(expiry().await, second);
    office.deliver_mails().await;
    office.check_invariants().await;
}

async fn what_has_ended_is_not_widened(on: On) {
    let office = Office::new(on).await;
    let (id, mut sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    let delivery = sent.remove(0).issued.delivery;
    office.clock.forward(Duration::from_secs(1));
    kakitome::transfer::recall::recall(office.gateway(), &office.sender, id, "").await.unwrap();
    let oka = || Office::recipient("oka@kitayama.example");
    let added = widen::add(office.gateway(), &office.sender, id, oka(), Confirmation::NOTHING).await;
    assert!(matches!(problem(added.map(drop)), Problem::WrongState { .. }));
    let corrected = widen::correct(office.gateway(), &office.sender, &delivery, oka(), Confirmation::NOTHING).await;
    assert!(matches!(problem(corrected.map(drop)), Problem::DeliveryEnded { .. }));
    let again = resend::resend(office.gateway(), &office.sender, &delivery).await;
    assert!(matches!(problem(again.map(drop)), Problem::DeliveryEnded { .. }));
}

/// Whether this approver can open the first file, and reads what was entrusted.
async fn reads(office: &Office, by: &Approver, id: TransferId) -> bool {
    use futures_util::TryStreamExt;
    let waiting = inspect::waiting(office.gateway(), by, id).await.unwrap();
    let opened = match inspect::open(office.gateway(), by, id, 0).await {
        Ok(opened) => opened,
        Err(error) => {
            assert_eq!(problem::<()>(Err(error)), Problem::SenderSlotGone);
            assert!(!waiting.can_open, "the page says so first");
            return false;
        }
    };
    let size = opened.file.size;
    let bytes: Vec<_> = opened.read(office.gateway(), 0..size).try_collect().await.unwrap();
    assert_eq!(bytes.concat(), b"%PDF-1.7 entrusted");
    assert!(waiting.can_open, "the page says so first");
    true
}

async fn say(office: &Office, by: &Approver, id: TransferId, what: Answer) {
    let all = office.gateway().store.read(move |tx| approvals::of_transfer(tx, id)).await.unwrap();
    let open = all.iter().filter(|one| one.state == ApprovalState::Asked).map(|one| one.id).collect();
    answer(office.gateway(), by, id, open, what).await.unwrap();
}

async fn approver_slots(office: &Office, by: &Approver, id: TransferId) -> bool {
    let me = by.account().id;
    office.gateway().store.read(move |tx| kakitome::store::slots::of_account(tx, id, me)).await.unwrap().is_some()
}

async fn whoever_is_asked_later_opens_the_files_too(on: On) {
    let office = Office::new(on).await;
    let tanaka = approver(&office).await;
    // Nothing had to be approved: nobody had a slot.
    let (id, mut sent) = office.send(&[("a.pdf", b"%PDF-1.7 entrusted")], &[SUZUKI]).await;
    assert!(!approver_slots(&office, &tanaka, id).await);
    set(&office, "approve_always", 1).await;
    let oka = Office::recipient("oka@kitayama.example");
    widen::add(office.gateway(), &office.sender, id, oka, Confirmation::NOTHING).await.unwrap();
    assert!(reads(&office, &tanaka, id).await);
    // One more, while the first is open: the same slot does.
    let mori = Office::recipient("mori@kitayama.example");
    widen::add(office.gateway(), &office.sender, id, mori, Confirmation::NOTHING).await.unwrap();
    assert!(reads(&office, &tanaka, id).await);
    say(&office, &tanaka, id, Answer::Give).await;
    assert!(!approver_slots(&office, &tanaka, id).await, "until the decision");
    // A corrected address, and a later expiry.
    let wrong = sent.remove(0).issued.delivery;
    let right = Office::recipient("hara@kitayama.example");
    widen::correct(office.gateway(), &office.sender, &wrong, right, Confirmation::NOTHING).await.unwrap();
    assert!(reads(&office, &tanaka, id).await);
    say(&office, &tanaka, id, Answer::Give).await;
    assert!(matches!(extend(office.gateway(), &office.sender, id, 240).await.unwrap(), Extended::Asked(_)));
    assert!(reads(&office, &tanaka, id).await);
    say(&office, &tanaka, id, Answer::Refuse("長すぎます".into())).await;
    assert!(!approver_slots(&office, &tanaka, id).await);
    office.deliver_mails().await;
    office.check_invariants().await;
}

async fn without_the_key_a_later_expiry_is_asked_for_and_nobody_looks_inside(on: On) {
    let office = Office::new(on).await;
    let tanaka = approver(&office).await;
    set(&office, "approve_always", 1).await;
    set(&office, "sender_slot", 1).await;
    let id = office.draft().await;
    office.add_file(id, "a.pdf", b"%PDF-1.7 entrusted").await;
    office.add_recipient(id, SUZUKI).await;
    kakitome::transfer::seal::send(office.gateway(), &office.sender, id).await.unwrap();
    assert!(reads(&office, &tanaka, id).await, "at sealing the key is at hand");
    say(&office, &tanaka, id, Answer::Give).await;
    let transfer = office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap();
    assert!(!lets_look(office.gateway(), &office.sender, &transfer).await.unwrap(), "said before it is asked");
    assert!(matches!(extend(office.gateway(), &office.sender, id, 240).await.unwrap(), Extended::Asked(_)));
    assert!(!reads(&office, &tanaka, id).await);
    office.check_invariants().await;
}
