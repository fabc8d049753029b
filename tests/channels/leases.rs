//! What a worker took is nobody else's for a while, and no longer: also when the clock that it went by was wrong.

use std::time::Duration;

use super::webhooks;
use crate::harness::called::{Answers, Called};
use crate::harness::flows::{Office, On};
use kakitome::model::Time;
use kakitome::store::webhooks::PostState;
use kakitome::store::{letters, webhooks as posts};
use kakitome::transfer::seal;

const LEASE: Duration = Duration::from_secs(300);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

on_both! {
    a_mail_is_left_to_whoever_took_it_until_the_lease_ends
    a_mail_that_a_clock_of_next_year_took_leaves
    a_post_is_left_to_whoever_took_it_until_the_lease_ends
    a_post_that_a_clock_of_next_year_took_leaves
}

/// A transfer whose mail waits in the outbox.
async fn sent(office: &Office) {
    let id = office.draft().await;
    office.add_file(id, "memo.txt", b"hello").await;
    office.add_recipient(id, "suzuki@aozora.example").await;
    seal::send(office.gateway(), &office.sender, id).await.unwrap();
}

async fn take_mail(office: &Office, now: Time) {
    let taken = office.gateway().store.write(move |tx| letters::claim(tx, now, LEASE)).await.unwrap();
    assert!(taken.is_some(), "it waits");
}

async fn a_mail_is_left_to_whoever_took_it_until_the_lease_ends(on: On) {
    let office = Office::new(on).await;
    sent(&office).await;
    take_mail(&office, office.gateway().now()).await;
    office.deliver_mails().await;
    assert!(office.mails().is_empty(), "somebody is at it");
    office.clock.forward(LEASE);
    office.deliver_mails().await;
    assert_eq!(office.mails().len(), 1, "whoever was at it is gone");
}

async fn a_mail_that_a_clock_of_next_year_took_leaves(on: On) {
    let office = Office::new(on).await;
    sent(&office).await;
    take_mail(&office, office.gateway().now() + YEAR).await;
    office.deliver_mails().await;
    assert_eq!(office.mails().len(), 1);
    office.check_invariants().await;
}

/// An office whose receiver is to be told of something.
async fn to_be_told(on: On) -> (Called, Office) {
    let receiver = Called::answering(&[Answers::Status(204, "")]).await;
    let office = webhooks::office(on, &receiver).await;
    office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    (receiver, office)
}

async fn take_post(office: &Office, now: Time) {
    let receivers = office.gateway().outwards.receivers.iter();
    let places: Vec<_> = receivers.map(|receiver| (receiver.name.clone(), receiver.url.clone())).collect();
    let taken = office.gateway().store.write(move |tx| posts::claim(tx, &places, now, LEASE)).await.unwrap();
    assert!(taken.is_some(), "it waits");
}

async fn all_taken(office: &Office) -> bool {
    webhooks::posts(office).await.iter().all(|post| post.state == PostState::Taken)
}

async fn a_post_is_left_to_whoever_took_it_until_the_lease_ends(on: On) {
    let (_receiver, office) = to_be_told(on).await;
    take_post(&office, office.gateway().now()).await;
    webhooks::deliver(&office).await;
    assert!(!all_taken(&office).await, "somebody is at it");
    office.clock.forward(LEASE);
    webhooks::deliver(&office).await;
    assert!(all_taken(&office).await, "whoever was at it is gone");
}

async fn a_post_that_a_clock_of_next_year_took_leaves(on: On) {
    let (_receiver, office) = to_be_told(on).await;
    take_post(&office, office.gateway().now() + YEAR).await;
    webhooks::deliver(&office).await;
    assert!(all_taken(&office).await);
}
