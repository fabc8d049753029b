//! The contract of `port::BlobStore`, held by every implementation.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use kakitome::adapter::blob::DirectoryBlobs;
use kakitome::adapter::clock::SystemClock;
use kakitome::model::{BlobId, Time};
use kakitome::port::{BlobStore, Clock};

/// Runs each sentence of the contract against a fresh store; `$open` is an expression that makes one.
macro_rules! contract {
    ($name:ident, $open:expr) => {
        mod $name {
            use super::*;
            contract! { @each $open;
                a_finished_blob_reads_back, nothing_is_visible_before_finish, an_aborted_blob_never_was,
                a_dropped_blob_never_was, an_empty_blob_is_a_blob, every_range_is_exact, beyond_the_end_is_an_error,
                a_missing_blob_is_an_error_and_has_no_length, deleting_twice_is_success, the_list_is_complete,
                many_write_and_read_at_once, big_blobs_keep_their_order
            }
        }
    };
    (@each $open:expr; $($case:ident),*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let (_guard, store) = $open;
            super::$case(&store).await;
        }
    )*};
}

contract!(directory, {
    let directory = tempfile::tempdir().unwrap();
    let store = DirectoryBlobs::open(directory.path()).unwrap();
    (directory, store)
});

fn pattern(length: usize) -> Bytes {
    (0..length).map(|n| (n % 251) as u8 ^ (n >> 12) as u8).collect()
}

async fn put(store: &dyn BlobStore, bytes: &Bytes, step: usize) -> BlobId {
    let id = BlobId::random();
    let mut writer = store.create(id).await.unwrap();
    for piece in bytes.chunks(step) {
        writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    writer.finish().await.unwrap();
    id
}

async fn get(store: &dyn BlobStore, id: BlobId, range: std::ops::Range<u64>) -> kakitome::error::Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut items = store.read(id, range).await?;
    while let Some(item) = items.try_next().await? {
        all.extend_from_slice(&item);
    }
    Ok(all)
}

async fn a_finished_blob_reads_back(store: &dyn BlobStore) {
    let bytes = pattern(3_000_001);
    for step in [1_000, 40_000, 700_000, 3_000_001] {
        let id = put(store, &bytes, step).await;
        assert_eq!(store.length(id).await.unwrap(), Some(3_000_001));
        assert!(get(store, id, 0..3_000_001).await.unwrap() == bytes, "written in steps of {step}");
    }
}

async fn nothing_is_visible_before_finish(store: &dyn BlobStore) {
    let id = BlobId::random();
    let mut writer = store.create(id).await.unwrap();
    writer.write(pattern(2_000_000)).await.unwrap();
    assert_eq!(store.length(id).await.unwrap(), None);
    assert!(store.list().await.unwrap().is_empty());
    assert!(get(store, id, 0..1).await.is_err());
    writer.finish().await.unwrap();
    assert_eq!(store.length(id).await.unwrap(), Some(2_000_000));
}

async fn an_aborted_blob_never_was(store: &dyn BlobStore) {
    let id = BlobId::random();
    let mut writer = store.create(id).await.unwrap();
    writer.write(pattern(2_000_000)).await.unwrap();
    writer.abort().await;
    assert_eq!(store.length(id).await.unwrap(), None);
    assert!(store.list().await.unwrap().is_empty());
}

async fn a_dropped_blob_never_was(store: &dyn BlobStore) {
    let id = BlobId::random();
    let mut writer = store.create(id).await.unwrap();
    writer.write(pattern(2_000_000)).await.unwrap();
    drop(writer);
    assert_eq!(store.length(id).await.unwrap(), None);
    assert!(store.list().await.unwrap().is_empty());
}

async fn an_empty_blob_is_a_blob(store: &dyn BlobStore) {
    let id = put(store, &Bytes::new(), 1).await;
    assert_eq!(store.length(id).await.unwrap(), Some(0));
    assert_eq!(get(store, id, 0..0).await.unwrap(), b"");
}

async fn every_range_is_exact(store: &dyn BlobStore) {
    let bytes = pattern(1_000_000);
    let id = put(store, &bytes, 65_536).await;
    for (start, end) in [(0, 1), (999_999, 1_000_000), (262_143, 262_145), (1, 786_432), (500_000, 500_000), (0, 0)] {
        let got = get(store, id, start..end).await.unwrap();
        assert!(got == bytes[start as usize..end as usize], "{start}..{end}");
    }
}

async fn beyond_the_end_is_an_error(store: &dyn BlobStore) {
    let id = put(store, &pattern(1000), 1000).await;
    for range in [0..1001, 1000..1001, 5000..6000, 1001..1001] {
        assert!(get(store, id, range.clone()).await.is_err(), "{range:?}");
    }
    assert_eq!(get(store, id, 1000..1000).await.unwrap(), b"");
}

async fn a_missing_blob_is_an_error_and_has_no_length(store: &dyn BlobStore) {
    let id = BlobId::random();
    assert_eq!(store.length(id).await.unwrap(), None);
    assert!(get(store, id, 0..0).await.is_err());
    assert!(get(store, id, 0..1).await.is_err());
}

async fn deleting_twice_is_success(store: &dyn BlobStore) {
    let id = put(store, &pattern(10), 10).await;
    let kept = put(store, &pattern(10), 10).await;
    store.delete(id).await.unwrap();
    store.delete(id).await.unwrap();
    assert_eq!(store.length(id).await.unwrap(), None);
    assert_eq!(store.length(kept).await.unwrap(), Some(10));
    store.delete(BlobId::random()).await.unwrap();
}

async fn the_list_is_complete(store: &dyn BlobStore) {
    let before = SystemClock.now();
    let mut ids = Vec::new();
    for n in 0..40 {
        ids.push(put(store, &pattern(n), 1 + n).await);
    }
    let mut listed = store.list().await.unwrap();
    listed.sort();
    ids.sort();
    assert_eq!(listed.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    // File systems round times; a few seconds either way tell a time from a nonsense value.
    let slack = Duration::from_secs(5);
    assert!(listed.iter().all(|(_, at)| *at >= before - slack && *at <= SystemClock.now() + slack));
}

async fn many_write_and_read_at_once(store: &(impl BlobStore + Clone + 'static)) {
    let store: Arc<dyn BlobStore> = Arc::new(store.clone());
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let bytes = pattern(300_000 + n);
                let id = put(&*store, &bytes, 50_000).await;
                assert!(get(&*store, id, 0..bytes.len() as u64).await.unwrap() == bytes);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn big_blobs_keep_their_order(store: &dyn BlobStore) {
    let bytes = pattern(20_000_000);
    let id = put(store, &bytes, 65_552).await;
    assert!(get(store, id, 7..19_999_999).await.unwrap() == bytes[7..19_999_999]);
}

/// A file as a crashed writer leaves it: `object_store`'s name for it, last written at `at`.
fn leftover(root: &Path, id: BlobId, at: Time) -> std::path::PathBuf {
    let name = id.to_string();
    let file = root.join(&name[..2]).join(format!("{name}#1"));
    fs::write(&file, b"half").unwrap();
    let at = std::time::UNIX_EPOCH + Duration::from_millis(at.millis() as u64);
    fs::File::options().write(true).open(&file).unwrap().set_modified(at).unwrap();
    file
}

#[tokio::test]
async fn what_a_crash_left_is_swept_after_an_hour() {
    let directory = tempfile::tempdir().unwrap();
    let store = DirectoryBlobs::open(directory.path()).unwrap();
    let now = SystemClock.now();
    let old = leftover(directory.path(), BlobId::random(), now - Duration::from_secs(3_601));
    let young = leftover(directory.path(), BlobId::random(), now - Duration::from_secs(3_500));
    let whole = put(&store, &pattern(10), 10).await;

    assert_eq!(store.list().await.unwrap().len(), 1, "unfinished files are no blobs");
    assert_eq!(store.sweep_unfinished(now).await.unwrap(), 1);
    assert!(!old.exists() && young.exists());
    assert_eq!(store.length(whole).await.unwrap(), Some(10));
    assert_eq!(store.sweep_unfinished(now + Duration::from_secs(3_600)).await.unwrap(), 1);
    assert!(!young.exists());
}

#[tokio::test]
async fn a_leftover_does_not_hinder_the_same_name() {
    let directory = tempfile::tempdir().unwrap();
    let store = DirectoryBlobs::open(directory.path()).unwrap();
    let id = BlobId::random();
    leftover(directory.path(), id, SystemClock.now());
    let mut writer = store.create(id).await.unwrap();
    writer.write(pattern(5)).await.unwrap();
    writer.finish().await.unwrap();
    assert_eq!(get(&store, id, 0..5).await.unwrap(), pattern(5));
}

#[tokio::test]
async fn a_dropped_writer_leaves_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let store = DirectoryBlobs::open(directory.path()).unwrap();
    let id = BlobId::random();
    let mut writer = store.create(id).await.unwrap();
    writer.write(pattern(2_000_000)).await.unwrap();
    drop(writer);
    let folder = directory.path().join(&id.to_string()[..2]);
    for _ in 0..200 {
        if fs::read_dir(&folder).unwrap().count() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the unfinished file is still there");
}

#[tokio::test]
async fn foreign_files_are_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let store = DirectoryBlobs::open(directory.path()).unwrap();
    fs::write(directory.path().join("note"), b"x").unwrap();
    fs::write(directory.path().join("00").join("note"), b"x").unwrap();
    assert!(store.list().await.unwrap().is_empty());
    assert_eq!(store.sweep_unfinished(SystemClock.now() + STALE_AND_MORE).await.unwrap(), 0);
}

const STALE_AND_MORE: Duration = Duration::from_secs(7_200);

#[test]
fn only_the_owner_may_look_into_the_directory() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("a").join("blobs");
    DirectoryBlobs::open(&root).unwrap();
    assert_eq!(fs::metadata(&root).unwrap().permissions().mode() & 0o777, 0o700);
}
