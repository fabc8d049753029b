//! The store's contract, once per database, and the shred store's own.

use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

use crate::harness::flows::{Office, On};
use crate::harness::problem;
use kakitome::error::Problem;
use kakitome::model::{
    BlobId, Delivery, DeliveryId, DeliveryState, EndReason, Event, EventKind, ManifestRef, SenderSlot, SessionId,
    ShredKeyId, Time, Transfer, TransferId, TransferState,
};
use kakitome::store::idempotency::{self, Key};
use kakitome::store::transfers::Sealing;
use kakitome::store::unlocks::{self, Unlock};
use kakitome::store::{Address, ShredKeys, Store, deliveries, slots, transfers};

on_both! {
    deliveries_move_along_their_graph_only
    transfers_move_along_their_graph_only
    a_draft_that_changed_is_not_sealed
    a_delivery_has_one_session
    an_idempotency_key_stands_for_one_request
    an_intent_is_used_once
    a_failed_transaction_leaves_nothing
    parallel_writes_are_all_there
    opening_again_migrates_nothing_and_loses_nothing
}

fn row_in(states: &Delivery, now: Time) -> Delivery {
    let id = DeliveryId::new(now);
    let short = &id.to_string().replace('-', "")[20..];
    Delivery { id, public_id: short.to_owned(), reference: format!("K-{short}"), ..states.clone() }
}

/// A delivery of a draft to make rows from.
async fn sample(office: &Office) -> Delivery {
    let id = office.draft().await;
    office.add_recipient(id, "suzuki@aozora.example").await;
    office.gateway().store.read(move |tx| deliveries::of_transfer(tx, id)).await.unwrap().remove(0)
}

/// Every state against every state.
async fn deliveries_move_along_their_graph_only(on: On) {
    let office = Office::new(on).await;
    let sample = sample(&office).await;
    for from in DeliveryState::ALL {
        for to in DeliveryState::ALL {
            let now = office.gateway().now();
            let row = Delivery { state: *from, ..row_in(&sample, now) };
            let id = row.id;
            let moved = office.gateway().store.write(move |tx| {
                deliveries::insert(tx, &row)?;
                let moved = deliveries::advance(tx, id, *to, now)?;
                Ok((moved, deliveries::get(tx, id)?.state))
            });
            let expected = from.may_become(*to);
            assert_eq!(moved.await.unwrap(), (expected, if expected { *to } else { *from }), "{from} to {to}");
        }
    }
    for ended in DeliveryState::ALL.iter().filter(|state| state.is_ended()) {
        assert!(DeliveryState::ALL.iter().all(|to| !ended.may_become(*to)), "{ended} is an end");
    }
}

fn sealing(revision: i64) -> Sealing {
    Sealing {
        revision,
        manifest: ManifestRef { blob: BlobId::random(), length: 1, hash: [0; 32] },
        file_count: 1,
        total_bytes: 1,
        grace_seconds: 3600,
        number_digits: 12,
        sender_slot: SenderSlot::UntilCollected,
        expires_at: Time::from_millis(1),
    }
}

async fn transfers_move_along_their_graph_only(on: On) {
    let office = Office::new(on).await;
    let draft = sample(&office).await.transfer;
    let draft = office.gateway().store.read(move |tx| transfers::get(tx, draft)).await.unwrap();
    for from in TransferState::ALL {
        for to in TransferState::ALL.iter().filter(|to| **to != TransferState::Draft) {
            let now = office.gateway().now();
            let row = Transfer { id: TransferId::new(now), state: *from, ..draft.clone() };
            let id = row.id;
            let moved = office.gateway().store.write(move |tx| {
                transfers::insert(tx, &row)?;
                let moved = match to {
                    TransferState::Sealed => transfers::seal(tx, id, &sealing(row.revision), now).is_ok(),
                    TransferState::Dispatched => transfers::dispatch(tx, id, now)?,
                    TransferState::Finished => transfers::finish(tx, id, EndReason::Recalled, now)?,
                    TransferState::Shredded => transfers::shredded(tx, id, now)?,
                    TransferState::Draft => false,
                };
                Ok((moved, transfers::get(tx, id)?.state))
            });
            let expected = from.may_become(*to);
            assert_eq!(moved.await.unwrap(), (expected, if expected { *to } else { *from }), "{from} to {to}");
        }
        let now = office.gateway().now();
        let row = Transfer { id: TransferId::new(now), state: *from, ..draft.clone() };
        let id = row.id;
        office.gateway().store.write(move |tx| transfers::insert(tx, &row)).await.unwrap();
        let touched = office.gateway().store.write(move |tx| transfers::touch_draft(tx, id, now)).await;
        assert_eq!(touched.is_ok(), *from == TransferState::Draft, "{from} is frozen");
        let extended = office
            .gateway()
            .store
            .write(move |tx| transfers::set_expiry(tx, id, now + Duration::from_secs(60), now))
            .await;
        assert_eq!(extended.is_ok(), from.is_running(), "{from}");
    }
}

async fn a_draft_that_changed_is_not_sealed(on: On) {
    let office = Office::new(on).await;
    let id = sample(&office).await.transfer;
    let revision = office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap().revision;
    let now = office.gateway().now();
    let seal = |revision| office.gateway().store.write(move |tx| transfers::seal(tx, id, &sealing(revision), now));
    assert_eq!(problem(seal(revision - 1).await), Problem::DraftChanged);
    office.add_recipient(id, "other@aozora.example").await;
    assert_eq!(problem(seal(revision).await), Problem::DraftChanged);
    seal(revision + 1).await.unwrap();
    assert_eq!(problem(seal(revision + 1).await), Problem::DraftChanged, "sealed once");
}

async fn a_delivery_has_one_session(on: On) {
    let office = Office::new(on).await;
    let delivery = sample(&office).await;
    let insert = async |token: u8| {
        let now = office.gateway().now();
        let (shred_key, _) = office.gateway().store.make_shred_key(now).await.unwrap();
        let unlock = Unlock {
            id: SessionId::new(now),
            delivery_id: delivery.id,
            transfer_id: delivery.transfer,
            token_hash: vec![token; 32],
            shred_key,
            sealed: vec![1],
            created_at: now,
            last_seen_at: now,
            expires_at: now,
        };
        let stored = unlock.clone();
        office.gateway().store.write(move |tx| unlocks::insert(tx, &stored)).await.map(|()| unlock)
    };
    let first = insert(1).await.unwrap();
    assert_eq!(problem(insert(2).await.map(drop)), Problem::OpenElsewhere);
    let now = office.gateway().now();
    let stored = first.clone();
    assert!(office.gateway().store.write(move |tx| unlocks::end(tx, &stored, now)).await.unwrap());
    assert!(!office.gateway().store.write(move |tx| unlocks::end(tx, &first, now)).await.unwrap(), "ended once");
    insert(3).await.unwrap();
}

async fn an_idempotency_key_stands_for_one_request(on: On) {
    let office = Office::new(on).await;
    let key = |request| Key { holder: [1; 32], key: "abc".into(), request: [request; 32] };
    let store = &office.gateway().store;
    let now = office.gateway().now();
    let recall = |key: Key| store.read(move |tx| idempotency::recall(tx, &key));
    assert_eq!(recall(key(1)).await.unwrap(), None);
    let first = key(1);
    store.write(move |tx| idempotency::remember(tx, &first, "made", now)).await.unwrap();
    assert_eq!(recall(key(1)).await.unwrap().as_deref(), Some("made"));
    assert_eq!(problem(recall(key(2)).await), Problem::IdempotencyReused);
    let again = key(1);
    assert!(store.write(move |tx| idempotency::remember(tx, &again, "other", now)).await.is_err());
    assert_eq!(recall(Key { holder: [2; 32], ..key(1) }).await.unwrap(), None, "another holder's is another key");
    store.write(move |tx| idempotency::forget_old(tx, now)).await.unwrap();
    assert!(recall(key(1)).await.unwrap().is_some(), "not older than now");
    let later = office.gateway().now();
    store.write(move |tx| idempotency::forget_old(tx, later)).await.unwrap();
    assert_eq!(recall(key(1)).await.unwrap(), None);
}

async fn an_intent_is_used_once(on: On) {
    let office = Office::new(on).await;
    let store = &office.gateway().store;
    let (key, _) = store.make_shred_key(office.gateway().now()).await.unwrap();
    store.write(move |tx| slots::consume_intent(tx, key)).await.unwrap();
    assert!(store.write(move |tx| slots::consume_intent(tx, key)).await.is_err());
    let unknown = ShredKeyId { position: 9, tag: 9 };
    assert!(store.write(move |tx| slots::consume_intent(tx, unknown)).await.is_err());
}

async fn a_failed_transaction_leaves_nothing(on: On) {
    let office = Office::new(on).await;
    let delivery = sample(&office).await;
    let (id, transfer, now) = (delivery.id, delivery.transfer, office.gateway().now());
    let before = office.events(transfer).await.len();
    let failed: kakitome::error::Result<()> = office
        .gateway()
        .store
        .write(move |tx| {
            assert!(deliveries::advance(tx, id, DeliveryState::Offered, now)?);
            tx.record(&Event::new(EventKind::Started, now, kakitome::model::Actor::System).transfer(transfer))?;
            Err(Problem::NotFound.into())
        })
        .await;
    assert_eq!(problem(failed), Problem::NotFound);
    let state = office.gateway().store.read(move |tx| deliveries::get(tx, id)).await.unwrap().state;
    assert_eq!(state, DeliveryState::Pending);
    assert_eq!(office.events(transfer).await.len(), before, "no entry without its change");
}

async fn parallel_writes_are_all_there(on: On) {
    let office = Office::new(on).await;
    let id = office.draft().await;
    let before = office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap().revision;
    let count = i64::from(crate::harness::rounds(100, 1600));
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let gateway = office.gateway().clone();
            tokio::spawn(async move {
                let now = gateway.now();
                gateway.store.write(move |tx| transfers::touch_draft(tx, id, now)).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let after = office.gateway().store.read(move |tx| transfers::get(tx, id)).await.unwrap().revision;
    assert_eq!(after, before + count);
}

async fn opening_again_migrates_nothing_and_loses_nothing(on: On) {
    let office = Office::new(on).await;
    let id = office.draft().await;
    for _ in 0..2 {
        let again = office.again().await;
        again.gateway.store.read(move |tx| transfers::get(tx, id)).await.unwrap();
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut names: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

#[actix_web::test]
async fn a_database_refuses_another_shred_store_and_keys_open_to_others() {
    let office = Office::new(On::Sqlite).await;
    let data = office.directory.path().join("data/kakitome.sqlite");
    let address = Address::parse(&format!("sqlite:{}", data.display())).unwrap();
    let other = office.directory.path().join("other-keys");
    let refused = Store::open(&address, &other, &mut rand::rng()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("another shred store")));
    let keys = office.directory.path().join("keys");
    for name in ["custody.key", "log.key", "shred.store"] {
        let path = keys.join(name);
        let mode = |bits| std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(bits)).unwrap();
        mode(0o640);
        let refused = Store::open(&address, &keys, &mut rand::rng()).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("chmod")), "{name}");
        mode(0o600);
    }
    Store::open(&address, &keys, &mut rand::rng()).await.unwrap();
}

fn shred_store() -> (tempfile::TempDir, std::path::PathBuf, ShredKeys) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shred.store");
    let store = ShredKeys::open(&path, &mut rand::rng()).unwrap();
    (directory, path, store)
}

fn make(store: &ShredKeys, count: usize) -> Vec<(ShredKeyId, [u8; 32])> {
    let ids = store.reserve(count, &mut rand::rng()).unwrap();
    let keys = store.create(&ids).unwrap();
    ids.into_iter().zip(keys).map(|(id, key)| (id, *key.to_bytes())).collect()
}

fn found(store: &ShredKeys, id: ShredKeyId) -> Option<[u8; 32]> {
    store.find(id).unwrap().map(|key| *key.to_bytes())
}

#[test]
fn a_destroyed_key_is_zeros_on_disk_and_its_id_never_opens_what_comes_after() {
    let (_directory, path, store) = shred_store();
    let keys = make(&store, 3);
    let on_disk = |key: &[u8; 32]| std::fs::read(&path).unwrap().windows(32).any(|window| window == key);
    assert!(keys.iter().all(|(id, key)| found(&store, *id) == Some(*key) && on_disk(key)));
    let (dead, secret) = keys[1];
    store.destroy(&[dead]).unwrap();
    assert!(!on_disk(&secret));
    let mut record = [1; 64];
    std::fs::File::open(&path).unwrap().read_exact_at(&mut record, 4096 + u64::from(dead.position) * 64).unwrap();
    assert_eq!(record, [0; 64]);
    assert_eq!(found(&store, dead), None);
    store.destroy(&[dead]).unwrap();
    let (reused, fresh) = make(&store, 1)[0];
    assert_eq!(reused.position, dead.position, "records are reused");
    assert_eq!(found(&store, dead), None, "by another tag");
    store.destroy(&[dead]).unwrap();
    assert_eq!(found(&store, reused), Some(fresh), "an old id destroys nothing newer");
    assert_eq!(found(&store, keys[0].0), Some(keys[0].1));
    assert!(store.create(&[reused]).is_err(), "a record is not made twice");
}

#[test]
fn a_torn_record_is_noticed_and_stands_in_nobodys_way() {
    let (_directory, path, store) = shred_store();
    let keys = make(&store, 3);
    let torn = keys[1].0;
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.write_all_at(&[0xee; 8], 4096 + u64::from(torn.position) * 64 + 20).unwrap();
    assert!(store.find(torn).is_err(), "never a wrong key");
    assert_eq!(found(&store, keys[0].0), Some(keys[0].1));
    assert_eq!(store.list().unwrap().len(), 3);
    store.destroy(&[keys[0].0, torn, keys[2].0]).unwrap();
    assert!(store.list().unwrap().is_empty());
    assert_eq!(make(&store, 3).len(), 3);
}

#[test]
fn two_handles_share_one_file_and_it_grows() {
    let (_directory, path, store) = shred_store();
    let other = ShredKeys::open(&path, &mut rand::rng()).unwrap();
    assert_eq!(store.id(), other.id());
    let count = 2100;
    let threads: Vec<_> = [store, other]
        .into_iter()
        .map(|store| {
            std::thread::spawn(move || {
                let keys: Vec<_> = (0..count / 100).flat_map(|_| make(&store, 100)).collect();
                (store, keys)
            })
        })
        .collect();
    let done: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let all: std::collections::HashMap<ShredKeyId, [u8; 32]> = done.iter().flat_map(|(_, keys)| keys.clone()).collect();
    assert_eq!(all.len(), 2 * count, "more than the 4096 records that the file began with");
    let positions: std::collections::HashSet<u32> = all.keys().map(|id| id.position).collect();
    assert_eq!(positions.len(), all.len(), "no record was given to both");
    let (store, other) = (&done[0].0, &done[1].0);
    for (id, key) in &all {
        assert_eq!(found(store, *id), Some(*key));
    }
    let (id, _) = done[0].1[0];
    store.destroy(&[id]).unwrap();
    assert_eq!(found(other, id), None);
    let beyond = ShredKeyId { position: u32::MAX, tag: 1 };
    assert_eq!(found(store, beyond), None);
    store.destroy(&[beyond]).unwrap();
}

#[test]
fn a_file_that_is_no_shred_store_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shred.store");
    std::fs::write(&path, vec![7; 8192]).unwrap();
    assert!(ShredKeys::open(&path, &mut rand::rng()).is_err());
}
