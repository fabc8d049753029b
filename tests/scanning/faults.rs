//! A scanner that fails, in every way: it never gives a verdict that it did not reach, nothing leaves, and nobody is starved.

use std::time::{Duration, Instant};

use crate::harness::clamd::{Clamd, Fate, Line, drafted, look, look_long, office, report, rule, scans_at, send};
use crate::harness::flows::{Office, On, until};
use crate::harness::{problem, rows};
use kakitome::error::{FileFlaw, Problem};
use kakitome::gateway::ScannerState;
use kakitome::http::problem_text::problem_text;
use kakitome::http::text::Texts;
use kakitome::job;
use kakitome::model::{FileId, Language, TransferId, Verdict};
use kakitome::store::scans;
use kakitome::transfer::scan::{self, Scanned};
use kakitome::transfer::{draft, seal};

const MIB: usize = 1024 * 1024;
const CLEAN: &[u8] = b"nothing of note";

on_both! {
    a_poison_file_ends_as_failed_and_starves_nobody
    two_nodes_that_take_a_file_at_once_give_it_one_verdict
    what_goes_away_while_it_is_scanned_gets_no_verdict
    a_scan_that_is_cut_off_is_taken_up_again_when_its_hold_ends
}

async fn is_there(office: &Office, file: FileId) -> bool {
    let found = office.gateway().store.read(move |tx| kakitome::store::files::find(tx, file)).await.unwrap();
    found.is_some()
}

#[track_caller]
fn nothing_left(office: &Office) {
    assert_eq!(rows::count(office, "slots", "kind <> 'custody'"), 0, "slots");
    assert_eq!(rows::count(office, "letters", "kind = 'offer'"), 0, "mails");
    assert_eq!(rows::count(office, "transfers", "state IN ('sealed', 'dispatched')"), 0, "sealed");
}

fn refusal(because: FileFlaw) -> Problem {
    Problem::FileRefused { name: "a.dat".into(), because }
}

/// Refused, then to be approved, and never let pass: as the policy says of what the scanner gave no verdict about.
async fn ends_by_the_policy(office: &Office, transfer: TransferId, because: FileFlaw) {
    assert_eq!(problem(send(office, transfer).await), refusal(because));
    for language in [Language::Ja, Language::En] {
        let text = problem_text(&Texts::new(language, chrono_tz::Asia::Tokyo), &refusal(because));
        assert!(text.what.contains("a.dat") && !text.safe.is_empty() && !text.next.is_empty(), "{text:?}");
    }
    // What is said of files that cannot be looked into is no word about a scanner that failed: that is never let pass.
    rule(office, "unscannable", "allow").await;
    assert_eq!(problem(send(office, transfer).await), refusal(because));
    rule(office, "unanswered", "approval").await;
    assert_eq!(problem(send(office, transfer).await), Problem::ApprovalNeeded);
    nothing_left(office);
    office.check_invariants().await;
}

/// Whoever presses "send" early waits a little, and is told then; meanwhile nothing that a recipient could come with exists.
#[actix_web::test]
async fn nothing_is_sealed_while_a_verdict_is_out() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.all(Fate::Wait);
    let office = office(On::Sqlite, &line.address).await;
    let (transfer, file) = drafted(&office, CLEAN).await;
    let (stopper, sign) = job::stop_sign();
    let working = tokio::spawn(job::scanner::run(office.gateway().clone(), sign));
    let meanwhile = async {
        line.until(|seen| seen.waiting == 1).await;
        nothing_left(&office);
        assert_eq!(office.gateway().scans.progress(file), Some(CLEAN.len() as u64), "how far it is can be seen");
    };
    let (sent, ()) = tokio::join!(send(&office, transfer), meanwhile);
    let pending = problem(sent);
    assert_eq!(pending, Problem::ScanPending { left: 1 });
    for language in [Language::Ja, Language::En] {
        let text = problem_text(&Texts::new(language, chrono_tz::Asia::Tokyo), &pending);
        assert!(text.what.contains('1') && !text.safe.is_empty() && !text.next.is_empty(), "{text:?}");
    }
    nothing_left(&office);

    line.release(1);
    send(&office, transfer).await.unwrap();
    assert_eq!(office.gateway().scans.progress(file), None);
    stopper.stop();
    working.await.unwrap();
    office.check_invariants().await;
}

#[actix_web::test]
async fn no_nonsense_is_a_verdict() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let tcp = Line::over_tcp(&clamd).await;
    let say = |text: &[u8]| Fate::Say(text.to_vec());
    let nonsense = [
        say(b""),
        say(b"\0"),
        say(b"OK\0"),
        say(b"stream: OK"),
        say(b"stream: ok\0"),
        say(b"stream: OK \0"),
        say(b"stream: OK\n"),
        say(b"stream: OK\0\0"),
        say(b"stream: OK\0stream: Eicar FOUND\0"),
        say(b"stream: \xff\xfe\x80 FOUND\0"),
        say(b"stream: FOUND\0"),
        say(b"UNKNOWN COMMAND\0"),
        say(b"INSTREAM: Can't write to temporary file ERROR\0"),
        say(b"stream: Can't allocate memory ERROR\0"),
        Fate::Babble,
        Fate::Cut(1),
        Fate::Cut(200_000),
        Fate::Interrupt(1, b"stream: OK\0".to_vec()),
        Fate::Interrupt(200_000, b"stream: OK\0".to_vec()),
        Fate::Interrupt(200_000, b"stream: Eicar FOUND\0".to_vec()),
    ];
    for line in [&line, &tcp] {
        let office = office(On::Sqlite, &line.address).await;
        let (transfer, file) = drafted(&office, &vec![b'x'; MIB]).await;
        for fate in &nonsense {
            line.all(fate.clone());
            look(&office).await;
            assert_eq!(report(&office, file).await, None, "{fate:?}");
            office.clock.forward(Duration::from_secs(61));
            // Each is the first that goes wrong.
            rows::run(&office, "UPDATE files SET scan_tries = 0");
        }
        nothing_left(&office);
        line.all(Fate::Pass);
        look(&office).await;
        assert_eq!(report(&office, file).await.unwrap().verdict, Verdict::Clean);
        send(&office, transfer).await.unwrap();
    }
}

#[actix_web::test]
async fn a_scanner_that_cannot_say_what_it_is_does_not_answer() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    for nonsense in [b"".as_slice(), b"ClamAV 1.4.6", b"Clam\0", b"\xff\xfe\0", &[b'x'; 10_000]] {
        let office = office(On::Sqlite, &line.address).await;
        let (transfer, file) = drafted(&office, CLEAN).await;
        line.version(nonsense);
        assert_eq!(look(&office).await, Scanned::Down);
        assert_eq!(problem(send(&office, transfer).await), Problem::ScannerDown);
        assert_eq!(report(&office, file).await, None);
        assert_eq!(rows::count(&office, "files", "scan_tries = 0"), 1, "it is not the file's fault");
        line.signatures("27600/Sun Nov 22 08:00:00 2026");
        assert!(scan::watch(office.gateway()).await.unwrap());
        look(&office).await;
        send(&office, transfer).await.unwrap();
    }
}

#[actix_web::test]
async fn while_clamd_is_stopped_files_wait_and_go_on_by_themselves_when_it_is_back() {
    let mut clamd = Clamd::start().await;
    let office = office(On::Sqlite, &clamd.address()).await;
    let (stopper, sign) = job::stop_sign();
    let working = tokio::spawn(job::scanner::run(office.gateway().clone(), sign));
    until("the scanner is known", || async {
        matches!(office.gateway().scans.state(), ScannerState::Ready { .. }).then_some(())
    })
    .await;
    clamd.stop();
    let (transfer, file) = drafted(&office, CLEAN).await;
    assert_eq!(problem(send(&office, transfer).await), Problem::ScannerDown);
    for language in [Language::Ja, Language::En] {
        let text = problem_text(&Texts::new(language, chrono_tz::Asia::Tokyo), &Problem::ScannerDown);
        assert!([&text.what, &text.safe, &text.next].iter().all(|sentence| !sentence.contains("problem-")), "{text:?}");
    }
    assert_eq!(report(&office, file).await, None);
    assert_eq!(office.gateway().store.read(scans::waiting).await.unwrap(), 1, "the queue can be seen");
    nothing_left(&office);
    assert_eq!(rows::events(&office, "scanner_lost"), 1);

    clamd.begin().await;
    let said = until("the verdict comes by itself", || report(&office, file)).await;
    assert_eq!(said.verdict, Verdict::Clean);
    assert_eq!((rows::events(&office, "scanner_lost"), rows::events(&office, "scanner_found")), (1, 2));
    send(&office, transfer).await.unwrap();
    stopper.stop();
    working.await.unwrap();
    office.check_invariants().await;
}

#[actix_web::test]
async fn a_restart_in_mid_stream_costs_a_try_and_no_more() {
    let mut clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.all(Fate::Pause(MIB as u64));
    let office = office(On::Sqlite, &line.address).await;
    let (transfer, file) = drafted(&office, &vec![b'x'; 4 * MIB]).await;
    let gateway = office.gateway().clone();
    let scanning = tokio::spawn(async move { scan::next(&gateway).await.unwrap() });
    line.until(|seen| seen.bytes >= MIB as u64).await;
    clamd.stop();
    line.release(1);
    assert_eq!(scanning.await.unwrap(), Scanned::One);
    assert_eq!(rows::count(&office, "files", "verdict IS NULL AND scan_tries = 1"), 1);
    assert!(matches!(look(&office).await, Scanned::Nothing(Some(_))), "it is tried again in a while");
    clamd.begin().await;
    line.all(Fate::Pass);
    office.clock.forward(Duration::from_secs(61));
    look(&office).await;
    assert_eq!(report(&office, file).await.unwrap().verdict, Verdict::Clean);
    send(&office, transfer).await.unwrap();
}

#[actix_web::test]
async fn a_scanner_that_is_silent_too_long_leaves_a_time_out() {
    let clamd = Clamd::start().await;
    // Silent after the bytes, and while it should take them: more than a line holds.
    for (fate, content) in [(Fate::Wait, CLEAN.to_vec()), (Fate::Pause(1), vec![b'x'; 4 * MIB])] {
        let line = Line::to(&clamd).await;
        line.all(fate);
        let scans = scans_at(&line.address);
        let office = Office::with(On::Sqlite, |config| {
            scans(config);
            config.scan.timeout_seconds = 1;
        })
        .await;
        let (transfer, file) = drafted(&office, &content).await;
        let begun = Instant::now();
        look_long(&office).await;
        assert!(begun.elapsed() < Duration::from_secs(8), "four tries of a second");
        assert_eq!(report(&office, file).await.unwrap().verdict, Verdict::TimedOut);
        ends_by_the_policy(&office, transfer, FileFlaw::TimedOut).await;
    }
}

async fn a_poison_file_ends_as_failed_and_starves_nobody(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.each(|first| if first.starts_with(b"poison") { Fate::Cut(1) } else { Fate::Pass });
    let office = office(on, &line.address).await;
    let (transfer, poison) = drafted(&office, b"poison").await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(drafted(&office, CLEAN).await.1);
    }
    look(&office).await;
    for other in others {
        assert_eq!(report(&office, other).await.unwrap().verdict, Verdict::Clean, "it waits behind nobody");
    }
    assert_eq!(report(&office, poison).await, None);
    look_long(&office).await;
    let said = report(&office, poison).await.unwrap();
    assert_eq!(said.verdict, Verdict::Failed);
    assert_eq!(line.seen().begun, 4 + 3, "four tries");
    // It stays so while the scanner knows nothing newer.
    for _ in 0..3 {
        assert!(scan::watch(office.gateway()).await.unwrap());
        look(&office).await;
    }
    assert_eq!(report(&office, poison).await, Some(said));
    assert_eq!(line.seen().begun, 4 + 3);
    ends_by_the_policy(&office, transfer, FileFlaw::Failed).await;
    let words = office.events(transfer).await;
    assert_eq!(words.iter().filter(|word| *word == "scan_verdict").count(), 1);
}

async fn two_nodes_that_take_a_file_at_once_give_it_one_verdict(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let office = office(on, &line.address).await;
    let other = office.again().await;
    let mut transfers = Vec::new();
    for _ in 0..5 {
        transfers.push(drafted(&office, CLEAN).await.0);
    }
    let nodes = [office.gateway(), office.gateway(), &other.gateway, &other.gateway];
    let work = nodes.map(|node| {
        let node = node.clone();
        tokio::spawn(async move { while let Scanned::One = scan::next(&node).await.unwrap() {} })
    });
    for worker in work {
        worker.await.unwrap();
    }
    look(&office).await;
    assert_eq!(line.seen().begun, 5, "each was looked at once");
    for transfer in transfers {
        let words = office.events(transfer).await;
        assert_eq!(words.iter().filter(|word| *word == "scan_verdict").count(), 1, "{words:?}");
    }
    assert_eq!(office.gateway().store.read(scans::waiting).await.unwrap(), 0);
}

async fn what_goes_away_while_it_is_scanned_gets_no_verdict(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.all(Fate::Wait);
    let office = office(on, &line.address).await;
    let (transfer, file) = drafted(&office, CLEAN).await;
    let (given_up, gone) = drafted(&office, CLEAN).await;
    let (gateway, second) = (office.gateway().clone(), office.gateway().clone());
    let first = tokio::spawn(async move { scan::next(&gateway).await });
    // On PostgreSQL two that look for work in the same instant see the same file; one of them gets it.
    line.until(|seen| seen.waiting == 1).await;
    let second = tokio::spawn(async move { scan::next(&second).await });
    line.until(|seen| seen.waiting == 2).await;
    draft::remove_file(office.gateway(), &office.sender, transfer, file).await.unwrap();
    draft::discard(office.gateway(), &office.sender, given_up).await.unwrap();
    line.release(2);
    assert_eq!((first.await.unwrap().unwrap(), second.await.unwrap().unwrap()), (Scanned::One, Scanned::One));
    assert!(!is_there(&office, file).await && !is_there(&office, gone).await);
    assert_eq!(rows::events(&office, "scan_verdict"), 0);

    // The bytes go while they are being read.
    line.all(Fate::Pause(1));
    let (given_up, gone) = drafted(&office, &vec![b'x'; 8 * MIB]).await;
    let gateway = office.gateway().clone();
    let before = line.seen().bytes;
    let reading = tokio::spawn(async move { scan::next(&gateway).await });
    line.until(|seen| seen.bytes > before).await;
    draft::discard(office.gateway(), &office.sender, given_up).await.unwrap();
    line.release(1);
    assert_eq!(reading.await.unwrap().unwrap(), Scanned::One);
    assert!(!is_there(&office, gone).await);

    // What is sealed meanwhile by a gateway that needs no verdict stays as it was sealed.
    line.all(Fate::Wait);
    let (sealed, file) = drafted(&office, CLEAN).await;
    let gateway = office.gateway().clone();
    let scanning = tokio::spawn(async move { scan::next(&gateway).await });
    line.until(|seen| seen.waiting == 1).await;
    let mut config = office.config.clone();
    (config.scan.off, config.scan.clamd) = (true, None);
    let places = Office::places_in(office.directory.path());
    let without = kakitome::app::open(config, places, office.clock.clone()).await.unwrap();
    seal::send(&without.gateway, &office.sender, sealed).await.unwrap();
    line.release(1);
    assert_eq!(scanning.await.unwrap().unwrap(), Scanned::One);
    assert_eq!(report(&office, file).await.unwrap().verdict, Verdict::Off);
    office.check_invariants().await;
}

async fn a_scan_that_is_cut_off_is_taken_up_again_when_its_hold_ends(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.all(Fate::Wait);
    let office = office(on, &line.address).await;
    let (transfer, file) = drafted(&office, CLEAN).await;
    let gateway = office.gateway().clone();
    let crashed = tokio::spawn(async move { scan::next(&gateway).await });
    line.until(|seen| seen.waiting == 1).await;
    crashed.abort();
    crashed.await.unwrap_err();
    line.release(1);
    line.all(Fate::Pass);
    let other = office.again().await;
    let held = scan::next(&other.gateway).await.unwrap();
    assert!(matches!(held, Scanned::Nothing(Some(_))), "it is held: {held:?}");
    office.clock.forward(Duration::from_secs(181));
    assert_eq!(scan::next(&other.gateway).await.unwrap(), Scanned::One);
    assert_eq!(report(&office, file).await.unwrap().verdict, Verdict::Clean);
    assert_eq!(rows::events(&office, "scan_verdict"), 1);
    send(&office, transfer).await.unwrap();
}
