//! Scanning: what a real clamd says of files, and what becomes of them by the policy. Nothing leaves before a verdict.

use std::process::Command;

use crate::harness::clamd::{Clamd, Line, eicar, look, office, report, rule, scans_at, send};
use crate::harness::flows::{Office, On, until};
use crate::harness::{problem, rows};
use kakitome::error::{FileFlaw, Problem};
use kakitome::http::problem_text::problem_text;
use kakitome::http::text::Texts;
use kakitome::model::{FileId, Language, TransferId, Verdict};
use kakitome::transfer::draft;
use kakitome::transfer::upload::{self, NewFile};

const MIB: usize = 1024 * 1024;
const CLEAN: &[u8] = b"nothing of note";

on_both! {
    each_verdict_is_ruled_on_by_the_policy
    a_file_larger_than_the_scanner_takes_is_told_before_its_first_byte
    a_stream_over_the_limit_of_clamd_is_oversized
}

/// A file in a zip archive, or several: each name with its content.
fn zip(files: &[(&str, &[u8])], options: &[&str]) -> Vec<u8> {
    let directory = tempfile::tempdir_in("/dev/shm").unwrap();
    for (name, content) in files {
        std::fs::write(directory.path().join(name), content).unwrap();
    }
    let mut zip = Command::new("zip");
    zip.current_dir(&directory).args(["-q", "-X"]).args(options).arg("a.zip").args(files.iter().map(|(name, _)| name));
    assert!(zip.status().expect("zip is not installed; run: apt-get install zip").success());
    std::fs::read(directory.path().join("a.zip")).unwrap()
}

fn gz(content: &[u8]) -> Vec<u8> {
    let directory = tempfile::tempdir_in("/dev/shm").unwrap();
    let path = directory.path().join("a");
    std::fs::write(&path, content).unwrap();
    Command::new("gzip").arg("-c").arg(path).output().unwrap().stdout
}

fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(CLEAN.to_vec(), |inner, level| zip(&[(&format!("{level}.zip"), &inner)], &["-0"]))
}

/// Noise that holds this somewhere.
fn around(what: &[u8], at: usize, length: usize) -> Vec<u8> {
    let mut content: Vec<u8> = (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8 | 1).collect();
    content[at..at + what.len()].copy_from_slice(what);
    content
}

fn around_zeros(what: &[u8], before: usize) -> Vec<u8> {
    let mut content = vec![0; before];
    content.extend_from_slice(what);
    content
}

async fn words(office: &Office, transfer: TransferId) -> Vec<String> {
    let events = office.events(transfer).await;
    events.into_iter().filter(|word| word.starts_with("scan") || word == "sealed").collect()
}

/// Nothing that a recipient could come with exists: no mail, no slot of a delivery or of the sender.
#[track_caller]
fn nothing_left(office: &Office) {
    assert_eq!(rows::count(office, "slots", "kind <> 'custody'"), 0, "slots");
    assert_eq!(rows::count(office, "letters", "kind = 'offer'"), 0, "mails");
    assert_eq!(rows::count(office, "transfers", "state IN ('sealed', 'dispatched')"), 0, "sealed");
}

/// Both languages say something, and what it is about.
#[track_caller]
fn is_told(problem: &Problem, name: &str) {
    let ja = problem_text(&Texts::new(Language::Ja, chrono_tz::Asia::Tokyo), problem);
    let en = problem_text(&Texts::new(Language::En, chrono_tz::Asia::Tokyo), problem);
    for text in [&ja, &en] {
        assert!(text.what.contains(name), "{text:?}");
        for sentence in [&text.what, &text.safe, &text.next] {
            assert!(!sentence.is_empty() && !sentence.contains("file-refused") && !sentence.contains("problem-"));
        }
    }
    assert!(!ja.what.is_ascii() && !ja.next.is_ascii() && en.next.is_ascii(), "{ja:?} {en:?}");
}

/// Uploads a file, has it scanned, and sends it under each ruling; nothing leaves before one lets it pass.
async fn judge(office: &Office, setting: &str, name: &str, content: &[u8], verdict: Verdict, flaw: FileFlaw) -> FileId {
    let transfer = office.draft().await;
    let file = office.add_file(transfer, name, content).await;
    office.add_recipient(transfer, "suzuki@aozora.example").await;
    look(office).await;
    // What the scanner took while it arrived has its verdict soon.
    let said = until(&format!("a verdict on {name}"), || report(office, file)).await;
    assert_eq!(said.verdict, verdict, "{name}: {said:?}");
    assert_eq!(words(office, transfer).await, ["scan_verdict"], "{name}");

    let refused = problem(send(office, transfer).await);
    assert_eq!(refused, Problem::FileRefused { name: name.into(), because: flaw });
    is_told(&refused, name);
    rule(office, setting, "approval").await;
    assert_eq!(problem(send(office, transfer).await), Problem::ApprovalNeeded);
    office.deliver_mails().await;
    nothing_left(office);
    if setting != "infected" {
        rule(office, setting, "allow").await;
        send(office, transfer).await.unwrap();
        office.deliver_mails().await;
        assert_eq!(words(office, transfer).await, ["scan_verdict", "sealed"], "{name}");
        kakitome::transfer::recall::recall(office.gateway(), &office.sender, transfer, "").await.unwrap();
    } else {
        draft::discard(office.gateway(), &office.sender, transfer).await.unwrap();
    }
    office.check_invariants().await;
    rule(office, setting, "refuse").await;
    file
}

async fn each_verdict_is_ruled_on_by_the_policy(on: On) {
    let clamd = Clamd::with(&["MaxRecursion 4", "MaxScanSize 50M", "MaxFileSize 50M"]).await;
    let virus = eicar();
    let big = 30 * MIB;
    // A database of its own for each that may leave, so that what left is counted from nothing.
    let new = async || office(on, &clamd.address()).await;
    let infected: [(&str, Vec<u8>); 4] = [
        ("請求書.txt", virus.clone()),
        ("a.zip", zip(&[("harmless.txt", CLEAN), ("virus.txt", &virus)], &[])),
        ("a.gz", gz(&virus)),
        ("large.dat", around(&virus, big - 1000, big)),
    ];
    let office = new().await;
    for (name, content) in infected {
        let (verdict, flaw) = (Verdict::Infected, FileFlaw::Infected);
        judge(&office, "infected", name, &content, verdict, flaw).await;
    }
    let encrypted = zip(&[("a.txt", CLEAN)], &["-P", "secret"]);
    judge(&office, "unscannable", "locked.zip", &encrypted, Verdict::Encrypted, FileFlaw::Encrypted).await;
    judge(&new().await, "unscannable", "deep.zip", &nested(6), Verdict::Limits, FileFlaw::Limits).await;
    // clamd cuts what is zipped at MaxFileSize, and says so only where MaxScanSize is no larger (`doctor` looks for it): what
    // lies behind would pass as clean.
    let bomb = zip(&[("zeros", &around_zeros(&virus, 60 * MIB))], &[]);
    assert!(bomb.len() < MIB);
    judge(&new().await, "unscannable", "bomb.zip", &bomb, Verdict::Limits, FileFlaw::Limits).await;
}

#[actix_web::test]
async fn what_is_split_across_two_parts_is_found() {
    let clamd = Clamd::start().await;
    let office = office(On::Sqlite, &clamd.address()).await;
    let transfer = office.draft().await;
    let (virus, length, cut) = (eicar(), 6 * MIB, 5 * MIB);
    let content = around(&virus, cut - virus.len() / 2, length);
    let new = NewFile { name: "split.dat".into(), media_type: String::new(), size: length as u64 };
    let file = upload::begin(office.gateway(), &office.sender, transfer, new).await.unwrap();
    office.append(file, 0, &content[..cut], true).await.unwrap();
    office.append(file, cut as u64, &content[cut..], true).await.unwrap();
    let parts = office.gateway().store.read(move |tx| kakitome::store::files::parts(tx, file)).await.unwrap();
    assert_eq!(parts.len(), 2, "the virus lies across two parts");
    look(&office).await;
    assert_eq!(report(&office, file).await.unwrap().verdict, Verdict::Infected);
}

#[actix_web::test]
async fn a_clean_file_leaves_and_its_verdict_stands_in_the_log() {
    let clamd = Clamd::start().await;
    let office = office(On::Sqlite, &clamd.address()).await;
    let transfer = office.draft().await;
    let file = office.add_file(transfer, "a.txt", CLEAN).await;
    office.add_recipient(transfer, "suzuki@aozora.example").await;
    look(&office).await;
    let said = report(&office, file).await.unwrap();
    assert_eq!((said.verdict, said.finding), (Verdict::Clean, None));
    assert!(said.signatures.unwrap().version.starts_with("ClamAV "));
    send(&office, transfer).await.unwrap();
    office.deliver_mails().await;
    assert_eq!(words(&office, transfer).await, ["scan_verdict", "sealed"]);
    office.check_invariants().await;
}

async fn a_file_larger_than_the_scanner_takes_is_told_before_its_first_byte(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let scans = scans_at(&line.address);
    let office = Office::with(on, |config| {
        scans(config);
        config.scan.largest_bytes = 1000;
    })
    .await;
    let transfer = office.draft().await;
    let new = NewFile { name: "a.dat".into(), media_type: String::new(), size: 1001 };
    let refused = upload::begin(office.gateway(), &office.sender, transfer, new).await;
    let refused = problem(refused.map(drop));
    assert_eq!(refused, Problem::TooLargeToScan { limit: 1000 });
    is_told(&refused, "1 KB");
    assert_eq!(rows::count(&office, "files", "1 = 1"), 0, "nothing was added");

    office.add_file(transfer, "fits.dat", &[b'x'; 1000]).await;
    rule(&office, "oversized", "allow").await;
    let file = office.add_file(transfer, "large.dat", &[b'x'; 1001]).await;
    office.add_recipient(transfer, "suzuki@aozora.example").await;
    look(&office).await;
    let said = report(&office, file).await.unwrap();
    assert_eq!((said.verdict, said.signatures), (Verdict::Oversized, None));
    assert_eq!((line.seen().begun, line.seen().bytes), (1, 1000), "the large one never went to the scanner");
    rule(&office, "oversized", "refuse").await;
    let because = FileFlaw::Oversized;
    assert_eq!(problem(send(&office, transfer).await), Problem::FileRefused { name: "large.dat".into(), because });
    nothing_left(&office);
    rule(&office, "oversized", "allow").await;
    send(&office, transfer).await.unwrap();
    office.check_invariants().await;
}

/// clamd says so and hangs up in mid-send. Over TCP the line ends in a reset.
async fn a_stream_over_the_limit_of_clamd_is_oversized(on: On) {
    let clamd = Clamd::over_tcp(&["StreamMaxLength 1M"]).await;
    let content = around(&eicar(), 3 * MIB, 8 * MIB);
    for address in [clamd.address(), clamd.tcp_address()] {
        for _ in 0..3 {
            let office = office(on, &address).await;
            judge(&office, "oversized", "large.dat", &content, Verdict::Oversized, FileFlaw::Oversized).await;
            if matches!(on, On::Postgres) {
                break;
            }
        }
    }
}
