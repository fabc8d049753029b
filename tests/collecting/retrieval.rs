//! Retrieval: decided by bytes. A broken line loses nothing, a range is not a file, damaged data is never served.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::harness::disk::files_under;
use crate::harness::flows::{Office, On, Sent, until};
use crate::harness::problem;
use futures_util::StreamExt;
use kakitome::error::Problem;
use kakitome::model::{DeliveryState, TransferId, TransferState};
use kakitome::store::limits::Used;
use kakitome::transfer::expire::sweep;
use kakitome::transfer::retrieve::{Asked, OpenedDelivery, confirm, serve};
use kakitome::transfer::timeline::timeline;

const MINUTE: Duration = Duration::from_secs(60);

fn content(length: usize) -> Vec<u8> {
    (0..length as u64).map(|n| (n * n % 251) as u8).collect()
}

async fn state(office: &Office, sent: &Sent) -> DeliveryState {
    office.delivery(sent).await.state
}

async fn transfer_state(office: &Office, id: TransferId) -> TransferState {
    timeline(office.gateway(), &office.sender.watcher(), id).await.unwrap().transfer.state
}

async fn open(office: &Office, sent: &Sent) -> OpenedDelivery {
    let session = office.open(sent).await.unwrap();
    office.opened(sent, &session).await.unwrap()
}

async fn retrieved(office: &Office, sent: &Sent) {
    until("everything is retrieved", || async {
        (state(office, sent).await == DeliveryState::Retrieved).then_some(())
    })
    .await;
}

/// Waits until this many bytes of the first file are written down as served.
async fn counted(office: &Office, sent: &Sent, ranges: &str) {
    let database = office.directory.path().join("data/kakitome.sqlite");
    let query = format!("select ranges from retrievals where delivery_id = '{}'", sent.issued.delivery.id);
    until(ranges, || async { (crate::harness::disk::sqlite(&database, &query) == [ranges]).then_some(()) }).await;
}

#[actix_web::test]
async fn the_last_byte_alone_is_no_retrieval_and_a_cut_download_that_resumes_is_one() {
    let office = Office::new(On::Sqlite).await;
    let big = content(1_000_000);
    let (id, sent) = office.send(&[("big.bin", &big)], &["suzuki@aozora.example"]).await;
    let sent = &sent[0];
    let delivery = open(&office, sent).await;
    let last = office.fetch_range(&delivery, Asked::File(0), 999_999..1_000_000).await.unwrap();
    assert_eq!(last, big[999_999..]);
    counted(&office, sent, "999999-999999").await;
    assert_eq!(state(&office, sent).await, DeliveryState::Opened);

    // A reader that goes away after some pieces: what was handed over counts, but for its last byte.
    let servable = delivery.servable(Asked::File(0)).unwrap();
    let mut stream = serve(office.gateway().clone(), delivery.clone(), &servable, 0..1_000_000).await.unwrap();
    let mut got = 0;
    while got < 900_000 {
        got += stream.next().await.unwrap().unwrap().len();
    }
    assert!(got < 1_000_000);
    drop(stream);
    counted(&office, sent, &format!("0-{},999999-999999", got - 2)).await;
    assert_eq!(state(&office, sent).await, DeliveryState::Opened);

    let rest = office.fetch_range(&delivery, Asked::File(0), got as u64 - 1..1_000_000).await.unwrap();
    assert_eq!(rest, big[got - 1..]);
    retrieved(&office, sent).await;
    let words = office.events(id).await;
    assert_eq!(words.iter().filter(|word| *word == "retrieved").count(), 1);
    assert_eq!(words.iter().filter(|word| *word == "serving_started").count(), 1, "one line per file and session");
    office.check_invariants().await;
}

/// A stream that handed over every byte but was never asked for its end is not known to have arrived.
#[actix_web::test]
async fn a_stream_without_its_end_is_not_complete() {
    let office = Office::new(On::Sqlite).await;
    let (_, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let delivery = open(&office, &sent[0]).await;
    let servable = delivery.servable(Asked::File(0)).unwrap();
    let mut stream = serve(office.gateway().clone(), delivery, &servable, 0..5).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), "hello");
    drop(stream);
    counted(&office, &sent[0], "0-3").await;
    assert_eq!(state(&office, &sent[0]).await, DeliveryState::Opened);
}

#[actix_web::test]
async fn one_of_two_files_is_partly_retrieved() {
    let office = Office::new(On::Sqlite).await;
    let (_, sent) = office.send(&[("a.txt", b"aaaa"), ("b.txt", b"bb")], &["suzuki@aozora.example"]).await;
    let delivery = open(&office, &sent[0]).await;
    office.fetch(&delivery, Asked::File(1)).await.unwrap();
    until("partly", || async { (state(&office, &sent[0]).await == DeliveryState::PartlyRetrieved).then_some(()) })
        .await;
    assert_eq!(
        problem(confirm(office.gateway(), delivery.clone()).await),
        Problem::WrongState { state: "partly_retrieved" }
    );
    office.fetch(&delivery, Asked::File(0)).await.unwrap();
    retrieved(&office, &sent[0]).await;
    assert!(delivery.servable(Asked::File(2)).is_err());
}

#[actix_web::test]
async fn the_zip_is_everything_and_any_range_of_it_is_a_slice() {
    let office = Office::new(On::Sqlite).await;
    let big = content(700_000);
    let files: [(&str, &[u8]); 4] =
        [("決算書.pdf", &big), ("memo.txt", b"one"), ("memo.txt", b"two"), ("x/../y", b"3")];
    let (_, sent) = office.send(&files, &["suzuki@aozora.example"]).await;
    let delivery = open(&office, &sent[0]).await;
    let servable = delivery.servable(Asked::Archive).unwrap();
    let zip = office.fetch(&delivery, Asked::Archive).await.unwrap();
    assert_eq!(zip.len() as u64, servable.length);
    retrieved(&office, &sent[0]).await;
    let length = zip.len() as u64;
    for range in [0..1, 0..30, 20..70_000, 65_000..66_000, 699_000..700_200, length - 1..length, length - 300..length] {
        let slice = office.fetch_range(&delivery, Asked::Archive, range.clone()).await.unwrap();
        assert!(slice == zip[range.start as usize..range.end as usize], "{range:?}");
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("all.zip");
    std::fs::write(&path, &zip).unwrap();
    let tested = Command::new("unzip").arg("-tq").arg(&path).output();
    let tested = tested.expect("unzip is not installed; run: apt-get install unzip");
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stdout));
    let listed = Command::new("python3")
        .arg("-c")
        .arg("import sys,zipfile,hashlib\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nfor i in z.infolist(): print(i.filename, hashlib.sha256(z.read(i)).hexdigest())")
        .arg(&path)
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let expected: String = delivery
        .manifest
        .files
        .iter()
        .map(|file| format!("{} {}\n", file.zip_name, data_encoding::HEXLOWER.encode(&file.sha256)))
        .collect();
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), expected);
    let names: std::collections::HashSet<_> = delivery.manifest.files.iter().map(|file| &file.zip_name).collect();
    assert_eq!(names.len(), 4, "two files of one name are told apart");
}

#[actix_web::test]
async fn the_grace_time_opens_again_without_using_openings_and_then_everything_is_shredded() {
    let office = Office::new(On::Sqlite).await;
    let (id, sent) = office.send(&[("memo.txt", b"hello")], &["suzuki@aozora.example"]).await;
    let sent = &sent[0];
    let delivery = open(&office, sent).await;
    office.fetch(&delivery, Asked::File(0)).await.unwrap();
    retrieved(&office, sent).await;
    for _ in 0..12 {
        let session = office.open_with(sent, sent.issued.number.expose(), true).await.unwrap();
        let delivery = office.opened(sent, &session).await.unwrap();
        assert_eq!(office.fetch(&delivery, Asked::File(0)).await.unwrap(), b"hello");
    }
    assert_eq!(office.used(sent).await.openings, 1);
    office.clock.forward(59 * MINUTE);
    sweep(office.gateway(), office.gateway().now()).await.unwrap();
    assert_eq!(state(&office, sent).await, DeliveryState::Retrieved);
    office.open(sent).await.unwrap();
    office.clock.forward(2 * MINUTE);
    assert_eq!(
        problem(office.open(sent).await),
        Problem::DeliveryEnded { state: "retrieved" },
        "denied by the clock at once"
    );
    sweep(office.gateway(), office.gateway().now()).await.unwrap();
    assert_eq!(state(&office, sent).await, DeliveryState::Closed);
    assert_eq!(transfer_state(&office, id).await, TransferState::Shredded);
    assert_eq!(office.gateway().blobs.list().await.unwrap(), []);
    assert_eq!(office.used(sent).await, Used::default());
    office.clock.forward(120 * MINUTE);
    office.check_invariants().await;
}

#[actix_web::test]
async fn the_transfer_is_shredded_when_its_last_delivery_has_ended() {
    let office = Office::new(On::Sqlite).await;
    let (id, sent) = office.send(&[("memo.txt", b"hello")], &["a@aozora.example", "b@aozora.example"]).await;
    for (place, sent) in sent.iter().enumerate() {
        assert_eq!(transfer_state(&office, id).await, TransferState::Dispatched);
        let delivery = open(&office, sent).await;
        assert_eq!(office.fetch(&delivery, Asked::File(0)).await.unwrap(), b"hello");
        retrieved(&office, sent).await;
        confirm(office.gateway(), delivery.clone()).await.unwrap();
        let again = problem(confirm(office.gateway(), delivery).await);
        assert_eq!(again, Problem::DeliveryEnded { state: "closed" });
        assert_eq!(office.gateway().blobs.list().await.unwrap().is_empty(), place == 1);
        office.check_invariants().await;
    }
    assert_eq!(transfer_state(&office, id).await, TransferState::Shredded);
}

/// The blob files of an installation, the largest (the part) first.
fn blobs(office: &Office) -> Vec<PathBuf> {
    let mut files = files_under(&office.directory.path().join("data/blobs"));
    files.sort_by_key(|path| std::cmp::Reverse(std::fs::metadata(path).unwrap().len()));
    files
}

#[actix_web::test]
async fn damaged_data_is_never_served() {
    let office = Office::new(On::Sqlite).await;
    let big = content(300_000);
    let (id, sent) = office.send(&[("big.bin", &big), ("same.bin", &big)], &["suzuki@aozora.example"]).await;
    let sent = &sent[0];
    let delivery = open(&office, sent).await;
    let files = blobs(&office);
    let (one, other) = (std::fs::read(&files[0]).unwrap(), std::fs::read(&files[1]).unwrap());
    let flipped = |at: usize| {
        let mut bytes = one.clone();
        bytes[at] ^= 1;
        bytes
    };
    let end = one.len() - 1;
    let mut alarms = 0;
    for (name, bytes) in [
        ("header", flipped(30)),
        ("nonce", flipped(230)),
        ("first chunk", flipped(1000)),
        ("middle chunk", flipped(150_000)),
        ("last chunk", flipped(end)),
        ("cut", one[..end].to_vec()),
        ("cut at a chunk", one[..one.len() - 40_000].to_vec()),
        ("longer", [one.clone(), vec![0]].concat()),
        ("swapped", other.clone()),
    ] {
        std::fs::write(&files[0], &bytes).unwrap();
        for asked in [Asked::File(0), Asked::File(1), Asked::Archive] {
            for range in [0..300_000, 0..10, 299_990..300_000, 65_536..65_537] {
                let servable = delivery.servable(asked).unwrap();
                let stream = serve(office.gateway().clone(), delivery.clone(), &servable, range.clone()).await;
                let mut got = Vec::new();
                let mut broken = false;
                let mut stream = stream.unwrap();
                while let Some(piece) = stream.next().await {
                    match piece {
                        Ok(piece) => got.extend_from_slice(&piece),
                        Err(_) => {
                            broken = true;
                            break;
                        }
                    }
                }
                if let Asked::File(_) = asked {
                    let from = range.start as usize;
                    assert!(got[..] == big[from..from + got.len()], "{name}: wrong bytes of {asked:?} {range:?}");
                    assert!(broken || got.len() == (range.end - range.start) as usize, "{name}: quietly short");
                }
            }
        }
        let count = office.events(id).await.iter().filter(|word| *word == "tamper_suspected").count();
        assert!(count > alarms, "{name}: nobody was told");
        alarms = count;
    }
    std::fs::write(&files[0], &one).unwrap();
    assert_eq!(office.fetch(&delivery, Asked::File(0)).await.unwrap(), big);
    assert_eq!(office.fetch(&delivery, Asked::File(1)).await.unwrap(), big);
}

#[actix_web::test]
async fn what_is_missing_makes_an_opening_unavailable_and_costs_no_try() {
    let office = Office::new(On::Sqlite).await;
    let (id, sent) = office.send(&[("big.bin", &content(300_000))], &["suzuki@aozora.example"]).await;
    let sent = &sent[0];
    let files = blobs(&office);
    assert_eq!(files.len(), 2, "a part and the manifest");
    let before = office.gateway().openings.derivations();
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(problem(office.open(sent).await), Problem::Unavailable);
        std::fs::write(path, &bytes[1..]).unwrap();
        assert_eq!(problem(office.open(sent).await), Problem::Unavailable);
        std::fs::write(path, &bytes).unwrap();
    }
    assert_eq!(office.used(sent).await, Used::default());
    assert_eq!(office.gateway().openings.derivations(), before, "no scrypt");
    let manifest = std::fs::read(&files[1]).unwrap();
    let mut damaged = manifest.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(&files[1], &damaged).unwrap();
    assert_eq!(problem(office.open(sent).await), Problem::Unavailable);
    assert_eq!(office.used(sent).await, Used::default(), "the right number is given back");
    assert!(office.events(id).await.contains(&"tamper_suspected".to_owned()));
    std::fs::write(&files[1], &manifest).unwrap();
    office.open(sent).await.unwrap();
}
