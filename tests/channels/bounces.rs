//! Mails that come back after they were taken: what a report changes, and what a forged one does not.

use std::sync::{Arc, Mutex};

use crate::harness::flows::{Office, On, Sent};
use async_trait::async_trait;
use kakitome::crypt::{CustodyKeys, bounce_mark};
use kakitome::model::{LetterId, Order, Standing, TransferId};
use kakitome::port::{BounceBox, BounceVisit, Report, Returned};
use kakitome::store::letters;
use kakitome::transfer::bounce::collect;
use kakitome::transfer::timeline::{Asked, list};

/// A mailbox in memory: what waits, and what was left to people.
#[derive(Clone, Default)]
struct Mailbox(Arc<Mutex<(Vec<Returned>, Vec<Returned>)>>);

struct Visit(Mailbox, Option<Returned>);

#[async_trait]
impl BounceBox for Mailbox {
    async fn open(&self) -> kakitome::error::Result<Box<dyn BounceVisit>> {
        Ok(Box::new(Visit(self.clone(), None)))
    }
}

#[async_trait]
impl BounceVisit for Visit {
    async fn next(&mut self) -> kakitome::error::Result<Option<Returned>> {
        self.1 = self.0.0.lock().unwrap().0.pop();
        Ok(self.1.clone())
    }

    async fn remove(&mut self) -> kakitome::error::Result<()> {
        self.1 = None;
        Ok(())
    }

    async fn leave(&mut self) -> kakitome::error::Result<()> {
        self.0.0.lock().unwrap().1.extend(self.1.take());
        Ok(())
    }
}

async fn sent(office: &Office) -> (TransferId, Sent, LetterId) {
    let (transfer, mut sent) = office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    let file = std::fs::read_dir(office.directory.path().join("data/mail/new")).unwrap().next().unwrap().unwrap();
    let id = file.file_name().to_string_lossy().split('.').next().unwrap().parse().unwrap();
    (transfer, sent.remove(0), id)
}

fn report(keys: &CustodyKeys, letter: LetterId, failed: bool) -> Returned {
    let status = if failed { "5.1.1" } else { "4.4.1" }.to_owned();
    let mark = bounce_mark(keys, letter.uuid().into_bytes()).unwrap();
    Returned { marks: vec![mark], report: Some(Report { failed, status }) }
}

async fn arrives(office: &Office, returned: Returned) -> (usize, usize) {
    let mailbox = Mailbox::default();
    mailbox.0.lock().unwrap().0.push(returned);
    let known = collect(office.gateway(), &mailbox).await.unwrap();
    office.deliver_mails().await;
    office.check_invariants().await;
    let left = mailbox.0.lock().unwrap().1.len();
    (known, left)
}

async fn undelivered(office: &Office) -> usize {
    let standing = Some(Standing::Undelivered);
    let asked = Asked {
        standing,
        search: String::new(),
        from: None,
        before: None,
        order: Order::Newest,
        after: None,
        limit: 9,
    };
    list(office.gateway(), &office.sender.watcher(), asked).await.unwrap().0.len()
}

async fn count(office: &Office, transfer: TransferId, word: &str) -> usize {
    office.events(transfer).await.iter().filter(|event| *event == word).count()
}

async fn bounced(office: &Office) -> Vec<String> {
    let email = vec!["suzuki@aozora.example".to_owned()];
    office.gateway().store.read(move |tx| letters::bounced_addresses(tx, &email)).await.unwrap()
}

async fn a_report_reaches_timeline_list_and_sender_once(on: On) {
    let office = Office::new(on).await;
    let (transfer, _, letter) = sent(&office).await;
    assert!(bounced(&office).await.is_empty());
    let keys = office.gateway().store.keys().custody.clone();
    for _ in 0..2 {
        assert_eq!(arrives(&office, report(&keys, letter, true)).await, (1, 0));
    }
    assert_eq!(count(&office, transfer, "mail_bounced").await, 1);
    assert_eq!(undelivered(&office).await, 1);
    assert_eq!(office.mails().len(), 2, "the offer, and one notice to the sender");
    assert_eq!(bounced(&office).await, ["suzuki@aozora.example"]);
}

async fn a_delay_is_told_once_and_changes_nothing(on: On) {
    let office = Office::new(on).await;
    let (transfer, _, letter) = sent(&office).await;
    let keys = office.gateway().store.keys().custody.clone();
    for _ in 0..2 {
        arrives(&office, report(&keys, letter, false)).await;
    }
    assert_eq!(count(&office, transfer, "mail_delayed").await, 1);
    assert_eq!((undelivered(&office).await, office.mails().len()), (0, 1));
}

async fn a_forged_report_is_not_believed(on: On) {
    let office = Office::new(on).await;
    let (transfer, _, letter) = sent(&office).await;
    let forged = report(&CustodyKeys::generate(), letter, true);
    assert_eq!(arrives(&office, forged).await, (0, 1), "left to people");
    assert_eq!(count(&office, transfer, "mail_bounced").await, 0);
    assert_eq!((undelivered(&office).await, office.mails().len()), (0, 1));
}

async fn who_has_opened_it_has_the_mail(on: On) {
    let office = Office::new(on).await;
    let (transfer, sent, letter) = sent(&office).await;
    office.open(&sent).await.unwrap();
    let keys = office.gateway().store.keys().custody.clone();
    arrives(&office, report(&keys, letter, true)).await;
    assert_eq!(count(&office, transfer, "mail_bounced").await, 1);
    assert_eq!((undelivered(&office).await, office.mails().len()), (0, 1));
}

async fn mails_that_are_no_reports_are_left_alone(on: On) {
    let office = Office::new(on).await;
    let (_, _, letter) = sent(&office).await;
    let keys = office.gateway().store.keys().custody.clone();
    let no_report = Returned { report: None, ..report(&keys, letter, true) };
    assert_eq!(arrives(&office, no_report).await, (0, 1));
}

on_both! {
    a_report_reaches_timeline_list_and_sender_once
    a_delay_is_told_once_and_changes_nothing
    a_forged_report_is_not_believed
    who_has_opened_it_has_the_mail
    mails_that_are_no_reports_are_left_alone
}
