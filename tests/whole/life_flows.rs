//! The whole life of a transfer on the flows, once per database: draft to shredded.

use std::time::Duration;

use crate::harness::flows::{Office, On, until};
use kakitome::model::{DeliveryState, TransferState};
use kakitome::transfer::look::{Condition, look};
use kakitome::transfer::retrieve::{Asked, confirm};
use kakitome::transfer::timeline::timeline;

async fn life(on: On) {
    let office = Office::new(on).await;
    let big = (0..3_000_000u32).map(|n| (n % 251) as u8).collect::<Vec<_>>();
    let (id, sent) = office.send(&[("決算書.pdf", &big), ("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let sent = &sent[0];
    office.check_invariants().await;

    let seen = look(office.gateway(), &sent.secret, None, None).await.unwrap();
    assert_eq!(seen.condition, Condition::Open);
    assert_eq!(seen.delivery.state, DeliveryState::Offered);

    let opened = office.open(sent).await.unwrap();
    let delivery = office.opened(sent, &opened).await.unwrap();
    assert_eq!(delivery.manifest.files[0].name, "決算書.pdf");
    assert_eq!(office.fetch_range(&delivery, Asked::File(0), 65_530..2_000_001).await.unwrap(), big[65_530..2_000_001]);
    assert_eq!(office.fetch(&delivery, Asked::File(0)).await.unwrap(), big);
    assert_eq!(office.fetch(&delivery, Asked::File(1)).await.unwrap(), b"hello");
    until("the delivery is retrieved", || async {
        (office.delivery(sent).await.state == DeliveryState::Retrieved).then_some(())
    })
    .await;
    office.check_invariants().await;

    let delivery = office.opened(sent, &opened).await.unwrap();
    confirm(office.gateway(), delivery).await.unwrap();
    let timeline = timeline(office.gateway(), &office.sender.watcher(), id).await.unwrap();
    assert_eq!(timeline.transfer.state, TransferState::Shredded);
    let words: Vec<&str> = timeline.events.iter().map(|event| event.event.as_str()).collect();
    for word in [
        "draft_created",
        "file_added",
        "file_arrived",
        "recipient_added",
        "sealed",
        "number_shown",
        "mail_queued",
        "mail_accepted",
        "dispatched",
        "link_opened",
        "number_accepted",
        "serving_started",
        "retrieved",
        "recipient_confirmed",
        "bytes_served",
        "delivery_ended",
        "finished",
        "shred_intended",
        "shredded",
    ] {
        assert!(words.contains(&word), "{word} is missing from {words:?}");
    }
    assert_eq!(office.gateway().blobs.list().await.unwrap(), []);
    let seen = look(office.gateway(), &sent.secret, None, None).await.unwrap();
    assert_eq!(seen.condition, Condition::Collected);
    assert!(office.open(sent).await.is_err());
    office.clock.forward(Duration::from_secs(7200));
    office.check_invariants().await;
}

#[actix_web::test]
async fn a_transfer_lives_from_draft_to_shredded_on_sqlite() {
    life(On::Sqlite).await;
}

#[actix_web::test]
async fn a_transfer_lives_from_draft_to_shredded_on_postgresql() {
    life(On::Postgres).await;
}
