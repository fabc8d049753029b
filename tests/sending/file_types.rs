//! Types of files: what is seen of the bytes while they arrive, what is said of names, and what the policy makes of both.

use std::process::Command;

use crate::harness::flows::{Office, On};
use crate::harness::{problem, rounds};
use bytes::Bytes;
use kakitome::config::{Config, Ruling};
use kakitome::error::{FileFlaw, Problem};
use kakitome::model::{Content, DraftFile, FileId, FileState};
use kakitome::store::files;
use kakitome::transfer::screening::Screening;
use kakitome::transfer::upload::{self, Checksum, NewFile, Piece};
use kakitome::transfer::{draft, seal};
use rand::{RngExt, SeedableRng};
use sha2::{Digest, Sha256};

/// Real files of foreign makers: what the archive modules of Python write.
const MAKE: &str = r#"
import bz2, gzip, lzma, os, sys, tarfile, zipfile
os.chdir(sys.argv[1])
def pack(name, entries, first=None):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr("mimetype", first, zipfile.ZIP_STORED)
        for entry in entries:
            archive.writestr(entry, os.urandom(40000))
word = ["[Content_Types].xml", "_rels/.rels", "word/document.xml"]
pack("plain.docx", word)
pack("macros.docm", word + ["word/vbaProject.bin"])
pack("macros.docx", word + ["word/vbaProject.bin", "word/styles.xml"])
pack("plain.xlsb", ["[Content_Types].xml", "xl/workbook.bin"])
pack("macros.xlsb", ["[Content_Types].xml", "xl/workbook.bin", "xl/vbaProject.bin"])
pack("excel4.xlsx", ["[Content_Types].xml", "xl/macrosheets/sheet1.xml"])
table = "application/vnd.oasis.opendocument.spreadsheet"
pack("plain.ods", ["content.xml", "Basic/script-lc.xml", "Basic/Standard/script-lb.xml"], table)
pack("macros.ods", ["content.xml", "Basic/script-lc.xml", "Basic/Standard/Module1.xml"], table)
pack("plain.zip", ["Basic/2026/plan.xml", "Scripts/a.txt"])
open("memo.txt", "wb").write("氏名,支給額\r\n佐藤,250000\r\n".encode("cp932") * 400)
with tarfile.open("memo.tar", "w") as archive:
    archive.add("memo.txt")
text = open("memo.txt", "rb").read()
gzip.open("memo.txt.gz", "wb").write(text)
bz2.open("memo.txt.bz2", "wb").write(text)
lzma.open("memo.txt.xz", "wb").write(text)
"#;

async fn row(office: &Office, file: FileId) -> DraftFile {
    office.gateway().store.read(move |tx| files::find(tx, file)).await.unwrap().unwrap()
}

async fn begin(office: &Office, name: &str, size: usize) -> FileId {
    let transfer = office.draft().await;
    let new = NewFile { name: name.into(), media_type: String::new(), size: size as u64 };
    upload::begin(office.gateway(), &office.sender, transfer, new).await.unwrap()
}

async fn append_checked(office: &Office, file: FileId, at: usize, bytes: &[u8], sum: [u8; 32]) -> Result<u64, Problem> {
    let (give, take) = tokio::sync::mpsc::channel(2);
    give.send(Piece::Bytes(Bytes::copy_from_slice(bytes))).await.unwrap();
    give.send(Piece::End).await.unwrap();
    let sum = Some(Checksum::Sha256(sum));
    let done = upload::append(office.gateway().clone(), office.sender.clone(), file, at as u64, sum, take).await;
    if let Ok(progress) = done { Ok(progress.offset) } else { Err(problem(done)) }
}

/// What is said of the only file of a draft.
async fn flaws(office: &Office, file: FileId) -> Vec<(FileFlaw, Ruling)> {
    let transfer = row(office, file).await.transfer;
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), transfer).await.unwrap();
    Screening::of(office.gateway()).flaws(&overview.files[0])
}

/// A compound file with this entry in its directory, among other bytes.
fn compound(entry: &str) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(5000, 0);
    let mut directory: Vec<u8> = entry.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = directory.len() as u8 + 2;
    directory.resize(128, 0);
    (directory[64], directory[66]) = (length, 2);
    bytes.extend(directory);
    bytes.resize(9000, 0);
    bytes
}

fn program() -> Vec<u8> {
    let mut bytes = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff".to_vec();
    bytes.resize(2000, 0);
    bytes
}

on_both! {
    files_of_foreign_makers_are_told
    requests_of_any_sizes_see_the_same
    what_is_thrown_away_was_not_seen
    a_form_that_ends_when_it_ends_is_looked_at
}

async fn files_of_foreign_makers_are_told(on: On) {
    let office = Office::new(on).await;
    let directory = tempfile::tempdir().unwrap();
    assert!(Command::new("python3").args(["-c", MAKE]).arg(directory.path()).status().unwrap().success());
    for (name, content, macros) in [
        ("plain.docx", Content::Zip, false),
        ("macros.docm", Content::Zip, true),
        ("macros.docx", Content::Zip, true),
        ("plain.xlsb", Content::Zip, false),
        ("macros.xlsb", Content::Zip, true),
        ("excel4.xlsx", Content::Zip, true),
        ("plain.ods", Content::Zip, false),
        ("macros.ods", Content::Zip, true),
        ("plain.zip", Content::Zip, false),
        ("memo.txt", Content::Text, false),
        ("memo.tar", Content::Archive, false),
        ("memo.txt.gz", Content::Archive, false),
        ("memo.txt.bz2", Content::Archive, false),
        ("memo.txt.xz", Content::Archive, false),
    ] {
        let bytes = std::fs::read(directory.path().join(name)).unwrap();
        let transfer = office.draft().await;
        let file = office.add_file(transfer, name, &bytes).await;
        let row = row(&office, file).await;
        assert_eq!((row.content, row.macros, row.look_sealed), (Some(content), macros, None), "{name}");
        let flaws = flaws(&office, file).await;
        let want: &[FileFlaw] = if macros { &[FileFlaw::Macros] } else { &[] };
        assert_eq!(flaws.iter().map(|(flaw, _)| *flaw).collect::<Vec<_>>(), want, "{name}");
    }
}

/// Cut anywhere, with requests that break off and requests that are refused in between.
async fn requests_of_any_sizes_see_the_same(on: On) {
    let office = Office::new(on).await;
    let samples = [
        (compound("_VBA_PROJECT"), Content::Compound, true),
        (compound("WordDocument"), Content::Compound, false),
        (compound("EncryptedPackage"), Content::Encrypted, false),
        (program(), Content::Executable, false),
        (b"%PDF-1.7".to_vec(), Content::Pdf, false),
    ];
    for seed in 0..rounds(4, 60) {
        let mut rng = rand::rngs::StdRng::seed_from_u64(seed.into());
        for (bytes, content, macros) in &samples {
            let file = begin(&office, "a.dat", bytes.len()).await;
            let mut offset = 0;
            while offset < bytes.len() {
                let left = bytes.len() - offset;
                let most = [1, 30, 900, 6000][rng.random_range(0..4)];
                let length = rng.random_range(1..=left.min(most));
                let piece = &bytes[offset..offset + length];
                if rng.random_bool(0.3) {
                    let refused = append_checked(&office, file, offset, piece, [0; 32]).await;
                    assert_eq!(refused, Err(Problem::ChecksumMismatch));
                }
                let whole = rng.random_bool(0.5);
                office.append(file, offset as u64, piece, whole).await.unwrap();
                offset += length;
                let row = row(&office, file).await;
                assert_eq!(row.look_sealed.is_none(), row.state == FileState::Complete, "seed {seed}");
            }
            let row = row(&office, file).await;
            assert_eq!((row.content, row.macros), (Some(*content), *macros), "seed {seed}");
        }
    }
}

/// Bytes of a request whose checksum is wrong are no part of the file, nor of what is known of it.
async fn what_is_thrown_away_was_not_seen(on: On) {
    let office = Office::new(on).await;
    let (with, without) = (compound("_VBA_PROJECT"), compound("WordDocument"));
    let file = begin(&office, "a.doc", without.len()).await;
    assert_eq!(append_checked(&office, file, 0, &with, [0; 32]).await, Err(Problem::ChecksumMismatch));
    let fresh = row(&office, file).await;
    assert_eq!((fresh.content, fresh.macros, fresh.look_sealed), (None, false, None));
    office.append(file, 0, &without[..3000], true).await.unwrap();
    assert_eq!(append_checked(&office, file, 3000, &with[3000..], [0; 32]).await, Err(Problem::ChecksumMismatch));
    let sum = Sha256::digest(&without[3000..]).into();
    assert_eq!(append_checked(&office, file, 3000, &without[3000..], sum).await, Ok(without.len() as u64));
    let whole = row(&office, file).await;
    assert_eq!((whole.content, whole.macros), (Some(Content::Compound), false));
    assert_eq!(flaws(&office, file).await, []);
}

async fn a_form_that_ends_when_it_ends_is_looked_at(on: On) {
    let office = Office::new(on).await;
    for (bytes, content, macros) in [
        (b"#!/bin/sh\nrm -r /\n".to_vec(), Content::Script, false),
        (compound("_VBA_PROJECT_CUR"), Content::Compound, true),
    ] {
        let transfer = office.draft().await;
        let new = NewFile { name: "a.dat".into(), media_type: String::new(), size: 0 };
        let file = upload::begin_open_ended(office.gateway(), &office.sender, transfer, new).await.unwrap();
        let (give, take) = tokio::sync::mpsc::channel(9);
        for piece in bytes.chunks(4000) {
            give.send(Piece::Bytes(Bytes::copy_from_slice(piece))).await.unwrap();
        }
        give.send(Piece::End).await.unwrap();
        upload::append_to_end(office.gateway().clone(), office.sender.clone(), file, take).await.unwrap();
        let row = row(&office, file).await;
        assert_eq!((row.content, row.macros, row.look_sealed), (Some(content), macros, None));
    }
}

/// What comes of sending this file under this policy.
async fn sent(name: &str, bytes: &[u8], change: impl FnOnce(&mut Config)) -> Result<(), Problem> {
    let office = Office::with(On::Sqlite, change).await;
    let transfer = office.draft().await;
    office.add_file(transfer, name, bytes).await;
    office.add_recipient(transfer, "suzuki@aozora.example").await;
    let mails = office.mails().len();
    let sent = seal::send(office.gateway(), &office.sender, transfer).await;
    office.deliver_mails().await;
    office.check_invariants().await;
    if sent.is_ok() {
        assert_eq!(office.mails().len(), mails + 1);
        return Ok(());
    }
    assert_eq!(office.mails().len(), mails, "what is refused sends no mail");
    let events = office.events(transfer).await;
    assert!(!events.iter().any(|event| event.contains("sealed")), "{events:?}");
    Err(problem(sent))
}

/// Sets one ruling of the policy.
type Set = fn(&mut Config, Ruling);

#[actix_web::test]
async fn each_ruling_holds_at_sealing() {
    let executables: Set = |config, ruling| config.policy.executables = ruling;
    let macros: Set = |config, ruling| config.policy.macros = ruling;
    let disguised: Set = |config, ruling| config.policy.disguised = ruling;
    let mismatched: Set = |config, ruling| config.policy.mismatched = ruling;
    let cases: [(&str, Vec<u8>, FileFlaw, Set); 7] = [
        ("設定.ps1", b"Get-Item".to_vec(), FileFlaw::Executable, executables),
        ("測定.dat", program(), FileFlaw::Executable, executables),
        ("勤怠.xlsm", b"PK\x03\x04\x00".to_vec(), FileFlaw::Macros, macros),
        ("勤怠.xls", compound("_VBA_PROJECT_CUR"), FileFlaw::Macros, macros),
        ("請求書.pdf.html", b"<html>".to_vec(), FileFlaw::Disguised, disguised),
        ("請求書\u{202e}fdp.txt", b"a".to_vec(), FileFlaw::Disguised, disguised),
        ("請求書.pdf", b"PK\x03\x04\x00".to_vec(), FileFlaw::Mismatched, mismatched),
    ];
    for (name, bytes, because, set) in cases {
        let sent = async |ruling| sent(name, &bytes, |config| set(config, ruling)).await;
        let kept = kakitome::crypt::sanitise_name(name);
        assert_eq!(sent(Ruling::Refuse).await, Err(Problem::FileRefused { name: kept, because }), "{name}");
        assert_eq!(sent(Ruling::Approval).await, Err(Problem::ApprovalNeeded), "{name}");
        assert_eq!(sent(Ruling::Allow).await, Ok(()), "{name}");
    }
}

#[actix_web::test]
async fn lists_of_endings_hold_at_sealing() {
    let refused = |name: &str| Err(Problem::FileRefused { name: name.into(), because: FileFlaw::Ending });
    let allow = |config: &mut Config| config.types.allow = vec!["pdf".into()];
    assert_eq!(sent("決算書.txt", b"a", allow).await, refused("決算書.txt"));
    assert_eq!(sent("決算書", b"a", allow).await, refused("決算書"));
    assert_eq!(sent("決算書.ＰＤＦ", b"%PDF-1.7", allow).await, Ok(()));
    let deny = |config: &mut Config| config.types.deny = vec!["zip".into()];
    assert_eq!(sent("決算書.zip", b"PK\x03\x04\x00", deny).await, refused("決算書.zip"));
}

/// What the defaults make of what offices send, and of what is sent to fool them.
#[actix_web::test]
async fn the_defaults_refuse_programs_and_disguise_and_mark_the_rest() {
    let mark = Ruling::Allow;
    let office = Office::new(On::Sqlite).await;
    for (name, bytes, want) in [
        (
            "請求書.pdf.exe",
            program(),
            vec![(FileFlaw::Disguised, Ruling::Refuse), (FileFlaw::Executable, Ruling::Refuse)],
        ),
        ("写真.jpg", program(), vec![(FileFlaw::Executable, Ruling::Refuse), (FileFlaw::Mismatched, mark)]),
        ("集計.xls", b"<table><tr><td>1".to_vec(), vec![(FileFlaw::Mismatched, mark)]),
        ("勤怠.xlsm", b"PK\x03\x04\x00".to_vec(), vec![(FileFlaw::Macros, mark)]),
        ("給与.xlsx", compound("EncryptedPackage"), vec![]),
        ("一覧.csv", b"\x8e\x81\x96\xbc,\x8ex\x8b\x8b\x8az\r\n".to_vec(), vec![]),
        ("MZ.csv", b"MZ,BM,1\r\n".to_vec(), vec![]),
        ("データ", vec![0; 100], vec![]),
    ] {
        let transfer = office.draft().await;
        let file = office.add_file(transfer, name, &bytes).await;
        assert_eq!(flaws(&office, file).await, want, "{name}");
    }
}

/// clamd calls such a document clean: it cannot look into it, and does not say so.
#[actix_web::test]
async fn a_document_under_a_password_counts_as_encrypted_where_files_are_scanned() {
    let office = Office::with(On::Sqlite, |config| config.scan.off = false).await;
    let transfer = office.draft().await;
    let file = office.add_file(transfer, "給与.xlsx", &compound("EncryptedPackage")).await;
    assert_eq!(flaws(&office, file).await, [(FileFlaw::Encrypted, Ruling::Refuse)]);
}
