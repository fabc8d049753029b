//! Uploading: what is acknowledged is durable, whatever the size and number of the requests; limits hold at the byte.

use crate::harness::flows::{Office, On};
use crate::harness::{problem, rounds};
use bytes::Bytes;
use kakitome::error::{Error, Problem};
use kakitome::model::FileId;
use kakitome::store::files;
use kakitome::transfer::retrieve::Asked;
use kakitome::transfer::upload::{self, Checksum, NewFile, Piece};
use kakitome::transfer::{draft, seal};
use rand::{Rng, RngExt, SeedableRng};
use sha2::{Digest, Sha256};

const MIB: usize = 1024 * 1024;

fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; length];
    rand::rngs::StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes
}

async fn begin(office: &Office, name: &str, size: usize) -> FileId {
    let transfer = office.draft().await;
    let new = NewFile { name: name.into(), media_type: String::new(), size: size as u64 };
    upload::begin(office.gateway(), &office.sender, transfer, new).await.unwrap()
}

async fn append_with(
    office: &Office,
    file: FileId,
    offset: usize,
    content: &[u8],
    checksum: [u8; 32],
) -> kakitome::error::Result<upload::Progress> {
    let (give, take) = tokio::sync::mpsc::channel(4);
    let content = content.to_vec();
    tokio::spawn(async move {
        for piece in content.chunks(60_000) {
            if give.send(Piece::Bytes(Bytes::copy_from_slice(piece))).await.is_err() {
                return;
            }
        }
        let _gone = give.send(Piece::End).await;
    });
    let checksum = Some(Checksum::Sha256(checksum));
    upload::append(office.gateway().clone(), office.sender.clone(), file, offset as u64, checksum, take).await
}

async fn parts(office: &Office, file: FileId) -> Vec<i64> {
    let parts = office.gateway().store.read(move |tx| files::parts(tx, file)).await.unwrap();
    parts.into_iter().map(|part| part.plain_length).collect()
}

/// Sends the draft of this file and fetches the file as its recipient.
async fn arrived(office: &Office, file: FileId) -> Vec<u8> {
    let row = office.gateway().store.read(move |tx| files::find(tx, file)).await.unwrap().unwrap();
    office.add_recipient(row.transfer, "suzuki@aozora.example").await;
    let issued = seal::send(office.gateway(), &office.sender, row.transfer).await.unwrap().pop().unwrap();
    office.deliver_mails().await;
    let secret = office.link_secret(&issued.delivery.public_id);
    let sent = crate::harness::flows::Sent { issued, secret };
    let session = office.open(&sent).await.unwrap();
    let delivery = office.opened(&sent, &session).await.unwrap();
    let bytes = office.fetch(&delivery, Asked::File(0)).await.unwrap();
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    assert_eq!(delivery.manifest.files[0].sha256, sha256, "the manifest says what the file is");
    assert_eq!(delivery.manifest.files[0].crc32, crc32fast::hash(&bytes));
    office.check_invariants().await;
    bytes
}

#[actix_web::test]
async fn requests_of_odd_sizes_make_the_same_file() {
    let office = Office::new(On::Sqlite).await;
    for seed in 0..rounds(3, 60) {
        let mut rng = rand::rngs::StdRng::seed_from_u64(seed.into());
        let content = noise(rng.random_range(1..9 * MIB), seed.into());
        let file = begin(&office, "odd.bin", content.len()).await;
        let mut offset = 0;
        while offset < content.len() {
            let most = [1, 17, 65_536, 65_537, MIB, 5 * MIB][rng.random_range(0..6)];
            let end = content.len().min(offset + rng.random_range(1..=most));
            let whole = rng.random_bool(0.7);
            let progress = if rng.random_bool(0.3) {
                let sha256 = Sha256::digest(&content[offset..end]).into();
                append_with(&office, file, offset, &content[offset..end], sha256).await
            } else {
                office.append(file, offset as u64, &content[offset..end], whole).await
            };
            assert_eq!(progress.unwrap().offset, end as u64, "seed {seed}");
            offset = end;
        }
        assert_eq!(arrived(&office, file).await, content, "seed {seed}");
    }
}

#[actix_web::test]
async fn a_thousand_small_requests_make_few_parts() {
    let office = Office::new(On::Sqlite).await;
    let count = rounds(300, 1000) as usize;
    let content = noise(count * 1024, 1);
    let file = begin(&office, "small.bin", content.len()).await;
    for (n, piece) in content.chunks(1024).enumerate() {
        office.append(file, (n * 1024) as u64, piece, true).await.unwrap();
    }
    assert_eq!(parts(&office, file).await, [content.len() as i64]);
    assert_eq!(office.gateway().blobs.list().await.unwrap().len(), 1, "replaced tails are deleted");
    assert_eq!(arrived(&office, file).await, content);
}

#[actix_web::test]
async fn a_part_ends_at_64_mib() {
    let office = Office::new(On::Sqlite).await;
    let size = if rounds(0, 1) == 1 { 130 * MIB } else { 65 * MIB };
    let content = noise(size, 2);
    let file = begin(&office, "big.bin", size).await;
    let progress = office.append(file, 0, &content, true).await.unwrap();
    assert_eq!(progress.offset, size as u64);
    let lengths = parts(&office, file).await;
    assert_eq!(lengths[0], 64 * MIB as i64);
    assert_eq!(lengths.iter().sum::<i64>(), size as i64);
    assert_eq!(arrived(&office, file).await, content);
}

/// A short tail, then one request with a checksum that goes over the boundary: the tail must be in once.
#[actix_web::test]
async fn a_checked_request_over_a_boundary_joins_the_tail_once() {
    let office = Office::new(On::Sqlite).await;
    let content = noise(66 * MIB, 3);
    let file = begin(&office, "big.bin", content.len()).await;
    office.append(file, 0, &content[..MIB], true).await.unwrap();
    let sha256 = Sha256::digest(&content[MIB..]).into();
    let progress = append_with(&office, file, MIB, &content[MIB..], sha256).await.unwrap();
    assert_eq!(progress.offset, content.len() as u64);
    assert_eq!(parts(&office, file).await, [64 * MIB as i64, 2 * MIB as i64]);
    assert!(arrived(&office, file).await == content);
}

#[actix_web::test]
async fn a_broken_line_keeps_what_arrived_and_a_wrong_checksum_keeps_nothing() {
    let office = Office::new(On::Sqlite).await;
    let content = noise(300_000, 4);
    let file = begin(&office, "memo.bin", content.len()).await;
    assert_eq!(office.append(file, 0, &content[..100_000], false).await.unwrap().offset, 100_000);
    let mismatch = append_with(&office, file, 100_000, &content[100_000..], [7; 32]).await;
    assert_eq!(problem(mismatch), Problem::ChecksumMismatch);
    let watcher = office.sender.watcher();
    assert_eq!(upload::progress(office.gateway(), &watcher, file).await.unwrap().offset, 100_000);
    assert_eq!(office.gateway().blobs.list().await.unwrap().len(), 1, "nothing of the refused request is kept");
    let offset = problem(office.append(file, 0, &content[..1], true).await);
    assert_eq!(offset, Problem::OffsetMismatch { offset: 100_000 });
    let sha256 = Sha256::digest(&content[100_000..]).into();
    append_with(&office, file, 100_000, &content[100_000..], sha256).await.unwrap();
    assert_eq!(arrived(&office, file).await, content);
}

#[actix_web::test]
async fn one_request_at_a_time_writes_to_an_upload() {
    let office = Office::new(On::Sqlite).await;
    let file = begin(&office, "memo.txt", 10).await;
    let (give, take) = tokio::sync::mpsc::channel(1);
    let first = upload::append(office.gateway().clone(), office.sender.clone(), file, 0, None, take);
    let first = actix_web::rt::spawn(first);
    give.send(Piece::Bytes(Bytes::from_static(b"hello"))).await.unwrap();
    // The second send is taken once the first piece is: the first request holds its turn.
    give.send(Piece::Bytes(Bytes::from_static(b"world"))).await.unwrap();
    assert_eq!(problem(office.append(file, 0, b"other", true).await), Problem::UploadBusy);
    drop(give);
    assert_eq!(first.await.unwrap().unwrap().offset, 10);
    assert_eq!(arrived(&office, file).await, b"helloworld");
}

#[actix_web::test]
async fn limits_hold_at_the_byte() {
    let office = Office::with(On::Sqlite, |config| {
        config.policy.bytes_per_transfer = 1000;
        config.policy.files_per_transfer = 2;
    })
    .await;
    let transfer = office.draft().await;
    let new = |size| NewFile { name: "a".into(), media_type: String::new(), size };
    let begin = |size| upload::begin(office.gateway(), &office.sender, transfer, new(size));
    assert_eq!(problem(begin(0).await), Problem::EmptyFile);
    assert_eq!(problem(begin(1001).await), Problem::TooLarge { limit: 1000 });
    assert_eq!(problem(begin(u64::MAX).await), Problem::TooLarge { limit: 1000 });
    let file = begin(600).await.unwrap();
    assert_eq!(problem(begin(401).await), Problem::TooLarge { limit: 1000 }, "for the whole transfer, not per file");
    begin(400).await.unwrap();
    assert_eq!(problem(begin(1).await), Problem::TooManyFiles { limit: 2 });
    assert_eq!(problem(office.append(file, 0, &[1; 601], true).await), Problem::TooLarge { limit: 600 });
    let offset = upload::progress(office.gateway(), &office.sender.watcher(), file).await.unwrap().offset;
    assert!(offset < 600);
    office.append(file, offset, &vec![1; 600 - offset as usize], true).await.unwrap();
    let unfinished = seal::send(office.gateway(), &office.sender, transfer).await;
    assert_eq!(problem(unfinished), Problem::NoRecipients);
    office.add_recipient(transfer, "suzuki@aozora.example").await;
    let unfinished = seal::send(office.gateway(), &office.sender, transfer).await;
    assert_eq!(problem(unfinished), Problem::UploadUnfinished { missing: 1 });
}

#[actix_web::test]
async fn a_removed_upload_leaves_no_byte_and_belongs_to_its_sender() {
    let office = Office::new(On::Sqlite).await;
    let content = noise(200_000, 5);
    let file = begin(&office, "memo.bin", content.len()).await;
    office.append(file, 0, &content[..150_000], true).await.unwrap();
    let stranger = Office::add_sender(office.gateway(), "other@office.example", "他の人").await;
    let (_give, take) = tokio::sync::mpsc::channel(1);
    let refused = upload::append(office.gateway().clone(), stranger.clone(), file, 150_000, None, take).await;
    assert_eq!(problem(refused), Problem::NotFound);
    assert_eq!(problem(upload::terminate(office.gateway(), &stranger, file).await), Problem::NotFound);
    assert_eq!(problem(upload::progress(office.gateway(), &stranger.watcher(), file).await), Problem::NotFound);
    upload::terminate(office.gateway(), &office.sender, file).await.unwrap();
    assert_eq!(office.gateway().blobs.list().await.unwrap(), []);
    assert_eq!(problem(office.append(file, 150_000, &content[150_000..], true).await), Problem::NotFound);
    office.check_invariants().await;
}

#[actix_web::test]
async fn hostile_names_are_data_only() {
    let office = Office::new(On::Sqlite).await;
    let transfer = office.draft().await;
    let hostile = [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "a\0b",
        "C:\\con",
        "\u{202e}fdp.exe",
        "<script>alert(1)</script>.html",
        "nul",
        "x\r\nSet-Cookie: a=b",
        "....",
        "請求書 (最終版).pdf",
        &"長".repeat(400),
    ];
    for name in hostile {
        office.add_file(transfer, name, b"x").await;
    }
    let blank = NewFile { name: "  ".into(), media_type: String::new(), size: 1 };
    let refused = upload::begin(office.gateway(), &office.sender, transfer, blank).await;
    assert!(matches!(refused, Err(Error::Problem(Problem::Field { field: "filename", .. }))));
    let names = draft::overview(office.gateway(), &office.sender.watcher(), transfer).await.unwrap().files;
    assert_eq!(names.len(), hostile.len());
    for file in &names {
        assert!(!file.name.is_empty() && file.name.len() <= 255, "{:?}", file.name);
        let bad =
            |c: char| c.is_control() || matches!(c, '/' | '\\' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!file.name.chars().any(bad), "{:?}", file.name);
        assert!(file.name != ".." && !file.name.ends_with(['.', ' ']), "{:?}", file.name);
    }
    let data = office.directory.path().join("data");
    for path in crate::harness::disk::files_under(&data.join("blobs")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.chars().all(|c| c.is_ascii_hexdigit()), "blobs are named at random: {name}");
    }
}
