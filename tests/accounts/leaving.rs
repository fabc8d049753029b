//! Who leaves: running transfers are taken back, kept, or handed over, and each ends as it says.

use std::time::Duration;

use crate::harness::flows::{Office, On, Sent, until};
use crate::harness::problem;
use kakitome::error::Problem;
use kakitome::model::{Account, AccountId, Leaving, Role, TransferId, TransferState};
use kakitome::staff::permit::Sender;
use kakitome::staff::register::{self, Change};
use kakitome::staff::registrar::Registrar;
use kakitome::store::{deliveries, events, transfers};
use kakitome::transfer::look::{Condition, look};
use kakitome::transfer::retrieve::Asked;
use kakitome::transfer::{hand_over, recall, reissue, seal, timeline};

const CONTENT: &[u8] = b"%PDF-1.7 a balance sheet";

on_both! {
    taken_back
    kept_until_it_expires
    handed_over
    a_new_number_under_way_does_not_outlive_the_hand_over
    a_hand_over_that_meets_a_change_does_nothing_by_halves
}

/// A leaver with a running transfer and a draft, and a successor; a third one administers.
struct House {
    office: Office,
    successor: Sender,
    transfer: TransferId,
    sent: Vec<Sent>,
    draft: TransferId,
}

impl House {
    async fn new(on: On) -> Self {
        let office = Office::new(on).await;
        let gateway = office.gateway();
        let successor = Office::add_sender(gateway, "jiro@office.example", "鈴木 次郎").await;
        // The leaver may be the first account only if somebody else administers.
        let both = vec![Role::Administrator, Role::Sender];
        register::set_roles(gateway, successor.account(), both, &Registrar::console()).await.unwrap();
        let successor = sign_in(&office, "jiro@office.example").await;
        let (transfer, sent) =
            office.send(&[("決算書.pdf", CONTENT)], &["suzuki@aozora.example", "takahashi@aozora.example"]).await;
        let draft = office.draft().await;
        Self { office, successor, transfer, sent, draft }
    }

    fn leaver(&self) -> &Account {
        self.office.sender.account()
    }

    async fn name_successor(&self) {
        let change = Change { successor: Some(Some(self.successor.account().id)), ..Change::default() };
        register::change(self.office.gateway(), &Registrar::console(), self.leaver().id, change).await.unwrap();
    }

    async fn stop(&self, transfers: Leaving) {
        let why = Registrar::console().because("退職").unwrap();
        register::stop(self.office.gateway(), self.leaver(), transfers, &why).await.unwrap();
        self.office.deliver_mails().await;
    }

    async fn condition(&self, place: usize) -> (Condition, String) {
        let seen = look(self.office.gateway(), &self.sent[place].secret, None, None).await.unwrap();
        let contact = seen.contact.map(|contact| contact.person.name).unwrap_or_default();
        (seen.condition, contact)
    }

    async fn state(&self, id: TransferId) -> TransferState {
        self.office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap().state
    }

    async fn fetch(&self, place: usize) -> Vec<u8> {
        let opened = self.office.open(&self.sent[place]).await.unwrap();
        let delivery = self.office.opened(&self.sent[place], &opened).await.unwrap();
        let bytes = self.office.fetch(&delivery, Asked::File(0)).await.unwrap();
        let id = self.sent[place].issued.delivery.id;
        until("it counts as retrieved", || async move {
            let delivery = self.office.gateway().store.read(move |tx| deliveries::get(tx, id)).await.unwrap();
            delivery.retrieved_at
        })
        .await;
        bytes
    }

    /// The words of the log about an account, oldest first, with their leaves.
    async fn told(&self, account: AccountId, word: &str) -> Vec<serde_json::Value> {
        let found = self.office.gateway().store.read(|tx| events::of_register(tx, None)).await.unwrap();
        let leaves = found.into_iter().filter(|kept| kept.account == account);
        let leaves = leaves.map(|kept| serde_json::from_slice::<serde_json::Value>(&kept.leaf).unwrap());
        leaves.filter(|leaf| leaf["event"] == word).collect()
    }

    fn mails_to(&self, address: &str) -> usize {
        let to = "To: ";
        let mails = self.office.mails();
        mails.iter().filter(|mail| mail.lines().any(|line| line.starts_with(to) && line.contains(address))).count()
    }
}

async fn sign_in(office: &Office, email: &str) -> Sender {
    use kakitome::model::Passphrase;
    use kakitome::staff::visitor::Visitor;
    use kakitome::staff::{session, sign_in};
    let password = Passphrase::new(crate::harness::flows::PASSWORD.into());
    let session = sign_in::sign_in(office.gateway(), email, password, &Visitor::default()).await.unwrap();
    session::by_cookie(office.gateway(), &session.cookie, &Visitor::default()).await.unwrap().sender().unwrap()
}

async fn taken_back(on: On) {
    let house = House::new(on).await;
    assert_eq!(house.fetch(0).await, CONTENT, "one has collected already");
    house.stop(Leaving::Recall).await;
    assert_eq!(house.condition(1).await.0, Condition::Recalled);
    assert_eq!(house.condition(0).await.0, Condition::Collected, "what was collected is not called recalled");
    assert_eq!(house.state(house.transfer).await, TransferState::Shredded);
    assert_eq!(house.state(house.draft).await, TransferState::Shredded, "the draft is given up");
    let told = house.told(house.leaver().id, "account_stopped").await;
    assert_eq!((told.len(), told[0]["transfers"].as_str()), (1, Some("recall")));
    let words = house.office.events(house.transfer).await;
    assert_eq!(words.iter().filter(|word| *word == "delivery_ended").count(), 2, "{words:?}");
    assert!(words.iter().any(|word| word == "shredded"), "{words:?}");
    assert_eq!(house.mails_to("takahashi@aozora.example"), 2, "the offer, and that it was taken back");
    house.office.check_invariants().await;
    // Nothing is left to take back, and saying so again changes nothing.
    let again = register::recall_running(house.office.gateway(), house.leaver().id, &Registrar::console()).await;
    again.unwrap();
    assert_eq!(house.office.events(house.transfer).await, words);
}

async fn kept_until_it_expires(on: On) {
    let house = House::new(on).await;
    house.name_successor().await;
    house.stop(Leaving::Keep).await;
    let told = house.told(house.leaver().id, "account_stopped").await;
    assert_eq!(told[0]["transfers"].as_str(), Some("keep"));
    assert_eq!(house.condition(1).await, (Condition::Open, "鈴木 次郎".to_owned()), "the successor answers for it");
    let before = house.mails_to("jiro@office.example");
    assert_eq!(house.fetch(0).await, CONTENT);
    house.office.deliver_mails().await;
    assert_eq!(house.mails_to("jiro@office.example"), before + 1, "the successor is told that it was collected");
    // Whoever keeps it does not own it: a successor who was not handed it takes nothing back.
    let refused = recall::recall(house.office.gateway(), &house.successor, house.transfer, "").await;
    assert_eq!(problem(refused), Problem::NotFound);
    house.office.clock.forward(Duration::from_secs(8 * 24 * 3600));
    kakitome::transfer::expire::sweep(house.office.gateway(), house.office.gateway().now()).await.unwrap();
    assert_eq!(house.condition(1).await.0, Condition::Expired);
    house.office.check_invariants().await;
}

async fn handed_over(on: On) {
    let house = House::new(on).await;
    let gateway = house.office.gateway();
    let leaver = &house.office.sender;
    let refused = hand_over::hand_over(gateway, leaver).await;
    assert!(matches!(problem(refused), Problem::Field { field: "successor", .. }), "nobody is named");
    house.name_successor().await;
    let prospect = hand_over::prospect(gateway, leaver).await.unwrap();
    assert_eq!((prospect.running.len(), prospect.successor.unwrap().id), (1, house.successor.account().id));
    assert_eq!(hand_over::hand_over(gateway, leaver).await.unwrap(), 1);
    assert_eq!(hand_over::hand_over(gateway, leaver).await.unwrap(), 0, "nothing is left");
    house.office.deliver_mails().await;
    assert_eq!(house.mails_to("jiro@office.example"), 1, "the successor was told");
    // The leaver lost it; the successor has all of it, new numbers included.
    let lost = timeline::timeline(gateway, &leaver.watcher(), house.transfer).await;
    assert_eq!(problem(lost.map(drop)), Problem::NotFound);
    let found = timeline::timeline(gateway, &house.successor.watcher(), house.transfer).await.unwrap();
    assert!(found.events.iter().any(|entry| entry.event == "handed_over"));
    let issued = reissue::reissue(gateway, &house.successor, &house.sent[1].issued.delivery).await.unwrap();
    assert_eq!(problem(house.office.open(&house.sent[1]).await.map(drop)), Problem::NumberWrong { left: 9 });
    let opened = house.office.open_with(&house.sent[1], issued.number.expose(), false).await.unwrap();
    let delivery = house.office.opened(&house.sent[1], &opened).await.unwrap();
    assert_eq!(house.office.fetch(&delivery, Asked::File(0)).await.unwrap(), CONTENT);
    assert_eq!(house.fetch(0).await, CONTENT, "the other one's number still works");
    house.stop(Leaving::Recall).await;
    assert_eq!(house.state(house.transfer).await, TransferState::Dispatched, "it is not the leaver's any more");
    house.office.check_invariants().await;
}

async fn a_new_number_under_way_does_not_outlive_the_hand_over(on: On) {
    let house = House::new(on).await;
    let gateway = house.office.gateway();
    house.name_successor().await;
    let (one, other) = (gateway.clone(), gateway.clone());
    let (leaver, again) = (house.office.sender.clone(), house.office.sender.clone());
    let delivery = house.sent[1].issued.delivery.clone();
    // Sealing the number takes a scrypt; the hand-over is done long before.
    let issue = tokio::spawn(async move { reissue::reissue(&one, &again, &delivery).await.map(drop) });
    let hand = tokio::spawn(async move { hand_over::hand_over(&other, &leaver).await });
    assert_eq!(hand.await.unwrap().unwrap(), 1);
    match issue.await.unwrap() {
        // Before the hand-over: the number is the successor's to replace.
        Ok(()) => assert!(house.office.events(house.transfer).await.ends_with(&["handed_over".to_owned()])),
        Err(error) => assert_eq!(problem::<()>(Err(error)), Problem::NotFound),
    }
}

async fn a_hand_over_that_meets_a_change_does_nothing_by_halves(on: On) {
    let house = House::new(on).await;
    let gateway = house.office.gateway();
    house.name_successor().await;
    for _ in 0..crate::harness::rounds(4, 100) {
        let id = seal_one(&house).await;
        let (one, other) = (gateway.clone(), gateway.clone());
        let (leaver, again) = (house.office.sender.clone(), house.office.sender.clone());
        let hand = tokio::spawn(async move { hand_over::hand_over(&one, &leaver).await });
        let take = tokio::spawn(async move { recall::recall(&other, &again, id, "").await });
        let (handed, taken) = (hand.await.unwrap().unwrap(), take.await.unwrap());
        let owner = gateway.store.read(move |tx| transfers::get(tx, id)).await.unwrap().owner;
        match taken {
            Ok(()) => assert_eq!(owner, house.leaver().id, "what was taken back stays where it was"),
            Err(_) => assert_eq!((owner, handed >= 1), (house.successor.account().id, true)),
        }
        house.office.check_invariants().await;
    }
}

async fn seal_one(house: &House) -> TransferId {
    let office = &house.office;
    let id = office.draft().await;
    office.add_file(id, "a.pdf", CONTENT).await;
    office.add_recipient(id, "suzuki@aozora.example").await;
    seal::send(office.gateway(), &office.sender, id).await.unwrap();
    id
}
