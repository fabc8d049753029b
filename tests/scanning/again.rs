//! Scanned again: newer signatures, a policy that was tightened, and what must not leave although it was sealed (I6).

use std::sync::Arc;
use std::time::Duration;

use crate::harness::clamd::{Clamd, Fate, Line, drafted, look, office, report, rule, scans_at, send};
use crate::harness::flows::{Office, On, until};
use crate::harness::{problem, rounds, rows};
use diesel::RunQueryDsl;
use kakitome::app::{self, App};
use kakitome::error::{Error, FileFlaw, Problem};
use kakitome::gateway::Gateway;
use kakitome::job;
use kakitome::model::{FileId, Signatures, TransferId, Verdict};
use kakitome::store::{files, scans};
use kakitome::transfer::recall::recall;
use kakitome::transfer::scan::{self, Scanned};
use kakitome::transfer::{dispatch, draft};

const CONTENT: &[u8] = b"known to be malware from tomorrow on";
const MONDAY: &str = "27600/Mon Nov 23 01:00:00 2026";
const TUESDAY: &str = "27601/Mon Nov 23 02:00:00 2026";

on_both! {
    newer_signatures_send_the_files_of_drafts_back
    at_sealing_older_verdicts_are_looked_at_again_first
    nodes_with_different_signatures_do_not_undo_each_others_verdicts
    signatures_that_say_no_time_do_not_keep_two_nodes_busy
    sealing_and_newer_signatures_at_once_leave_nothing_sealed_without_a_verdict
    a_policy_that_was_tightened_withholds_the_mail
    a_withheld_mail_is_withdrawn_by_recall
    a_verdict_that_is_gone_sends_nothing
    with_the_scanner_gone_nothing_is_sealed_though_everything_was_clean
    what_is_new_goes_before_what_is_looked_at_again
    signatures_without_a_date_take_no_dated_verdict_back
}

async fn version(office: &Office, file: FileId) -> Option<String> {
    Some(report(office, file).await?.signatures.unwrap().version)
}

async fn watch(gateway: &Gateway) {
    assert!(scan::watch(gateway).await.unwrap());
}

/// The workers of a node, until dropped.
struct Workers(job::Stopper);

fn workers(gateway: &Arc<Gateway>) -> Workers {
    let (stopper, sign) = job::stop_sign();
    tokio::spawn(job::scanner::run(gateway.clone(), sign));
    Workers(stopper)
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Another node, whose scanner is at the end of this line.
async fn node(office: &Office, line: &Line) -> App {
    let mut config = office.config.clone();
    scans_at(&line.address)(&mut config);
    app::open(config, Office::places_in(office.directory.path()), office.clock.clone()).await.unwrap()
}

async fn newer_signatures_send_the_files_of_drafts_back(on: On) {
    let mut clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.signatures(MONDAY);
    let office = office(on, &line.address).await;
    let (transfer, file) = drafted(&office, CONTENT).await;
    let (sealed, left) = drafted(&office, b"another").await;
    look(&office).await;
    send(&office, sealed).await.unwrap();
    watch(office.gateway()).await;
    assert_eq!(version(&office, file).await.unwrap(), format!("ClamAV 1.4.6/{MONDAY}"));
    assert_eq!(line.seen().begun, 2, "the same signatures send nothing back");

    clamd.learn("Of-Tomorrow", CONTENT);
    clamd.stop();
    clamd.begin().await;
    line.signatures(TUESDAY);
    watch(office.gateway()).await;
    let overview = draft::overview(office.gateway(), &office.sender.watcher(), transfer).await.unwrap();
    assert!(overview.files[0].again && overview.files[0].report.is_none(), "it is looked at again, and says so");
    assert!(report(&office, left).await.is_some(), "what is sealed keeps its verdict");
    look(&office).await;
    let said = report(&office, file).await.unwrap();
    assert_eq!((said.verdict, said.finding.as_deref()), (Verdict::Infected, Some("Of-Tomorrow.UNOFFICIAL")));
    assert_eq!(version(&office, file).await.unwrap(), format!("ClamAV 1.4.6/{TUESDAY}"));
    let because = FileFlaw::Infected;
    assert_eq!(problem(send(&office, transfer).await), Problem::FileRefused { name: "a.dat".into(), because });
    let words = office.events(transfer).await;
    assert_eq!(words.iter().filter(|word| *word == "scan_verdict").count(), 2, "{words:?}");
    // Older ones, as after a restored machine, send nothing back; ones of the future are believed by nobody.
    for signatures in [MONDAY, "1/Tue Jan  1 00:00:00 2999"] {
        line.signatures(signatures);
        for _ in 0..3 {
            watch(office.gateway()).await;
            look(&office).await;
        }
    }
    assert!(line.seen().begun <= 4, "{:?}", line.seen());
    office.check_invariants().await;
}

async fn at_sealing_older_verdicts_are_looked_at_again_first(on: On) {
    let mut clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.signatures(MONDAY);
    let office = office(on, &line.address).await;
    let (transfer, file) = drafted(&office, CONTENT).await;
    let (other, harmless) = drafted(&office, b"another").await;
    look(&office).await;
    assert_eq!(report(&office, file).await.unwrap().verdict, Verdict::Clean);

    clamd.learn("Of-Tomorrow", CONTENT);
    clamd.stop();
    clamd.begin().await;
    line.signatures(TUESDAY);
    let _workers = workers(office.gateway());
    let because = FileFlaw::Infected;
    assert_eq!(problem(send(&office, transfer).await), Problem::FileRefused { name: "a.dat".into(), because });
    assert_eq!(rows::count(&office, "slots", "kind <> 'custody'"), 0);
    send(&office, other).await.unwrap();
    assert_eq!(version(&office, harmless).await.unwrap(), format!("ClamAV 1.4.6/{TUESDAY}"));
    assert_eq!(version(&office, file).await.unwrap(), format!("ClamAV 1.4.6/{TUESDAY}"));
    office.check_invariants().await;
}

async fn nodes_with_different_signatures_do_not_undo_each_others_verdicts(on: On) {
    let clamd = Clamd::start().await;
    let (newer, older) = (Line::to(&clamd).await, Line::to(&clamd).await);
    newer.signatures(TUESDAY);
    older.signatures(MONDAY);
    let office = office(on, &older.address).await;
    let ahead = node(&office, &newer).await;
    let (transfer, file) = drafted(&office, CONTENT).await;
    watch(office.gateway()).await;
    look(&office).await;
    assert_eq!(older.seen().begun, 1);
    for _ in 0..3 {
        watch(&ahead.gateway).await;
        watch(office.gateway()).await;
        assert!(matches!(look(&office).await, Scanned::Nothing(Some(_))), "it is left to the other");
    }
    assert_eq!(report(&office, file).await, None);
    assert_eq!(scan::next(&ahead.gateway).await.unwrap(), Scanned::One);
    for _ in 0..3 {
        watch(&ahead.gateway).await;
        watch(office.gateway()).await;
        look(&office).await;
        assert!(matches!(scan::next(&ahead.gateway).await.unwrap(), Scanned::Nothing(None)));
    }
    assert_eq!((older.seen().begun, newer.seen().begun), (1, 1), "each once");
    send(&office, transfer).await.unwrap();

    // The one that is ahead is gone for good: the file does not wait for ever.
    let (_, file) = drafted(&office, b"another").await;
    look(&office).await;
    watch(&ahead.gateway).await;
    look(&office).await;
    assert_eq!(report(&office, file).await, None);
    office.clock.forward(Duration::from_secs(601));
    look(&office).await;
    assert_eq!(version(&office, file).await.unwrap(), format!("ClamAV 1.4.6/{MONDAY}"));
}

async fn signatures_that_say_no_time_do_not_keep_two_nodes_busy(on: On) {
    let clamd = Clamd::start().await;
    let (one, two) = (Line::to(&clamd).await, Line::to(&clamd).await);
    one.version(b"ClamAV 1.4.6\0");
    two.version(b"ClamAV 1.4.5\0");
    let office = office(on, &one.address).await;
    let other = node(&office, &two).await;
    let (_, file) = drafted(&office, CONTENT).await;
    let round = async || {
        for gateway in [office.gateway(), &other.gateway] {
            watch(gateway).await;
            while let Scanned::One = scan::next(gateway).await.unwrap() {}
        }
    };
    round().await;
    let settled = (one.seen().begun, two.seen().begun);
    for _ in 0..5 {
        round().await;
    }
    assert_eq!((one.seen().begun, two.seen().begun), settled);
    // Another version of the own scanner is news, once.
    one.version(b"ClamAV 1.4.7\0");
    round().await;
    let settled = (one.seen().begun, two.seen().begun);
    assert_eq!(version(&office, file).await.as_deref(), Some("ClamAV 1.4.7"));
    for _ in 0..5 {
        round().await;
    }
    assert_eq!((one.seen().begun, two.seen().begun), settled);
}

async fn sealing_and_newer_signatures_at_once_leave_nothing_sealed_without_a_verdict(on: On) {
    let clamd = Clamd::start().await;
    let (line, beside) = (Line::to(&clamd).await, Line::to(&clamd).await);
    for line in [&line, &beside] {
        line.signatures("27599/Sun Nov 22 00:00:00 2026");
    }
    let office = office(on, &line.address).await;
    let ahead = Arc::new(node(&office, &beside).await);
    let _workers = workers(&ahead.gateway);
    let mut sealed = 0;
    for round in 0..rounds(6, 200) {
        let (transfer, file) = drafted(&office, CONTENT).await;
        look(&office).await;
        until("a verdict", || report(&office, file)).await;
        beside.signatures(&format!("27600/Sun Nov 22 {:02}:{:02}:00 2026", 1 + round / 60, round % 60));
        let newer = ahead.clone();
        let watching = tokio::spawn(async move { scan::watch(&newer.gateway).await.unwrap() });
        match send(&office, transfer).await {
            Ok(()) => sealed += 1,
            Err(Error::Problem(Problem::DraftChanged | Problem::ScanPending { .. })) => {}
            Err(other) => panic!("{other}"),
        }
        watching.await.unwrap();
        office.check_invariants().await;
    }
    assert!(sealed > 0);
}

/// Newer signatures come while a draft is being sealed: they wait for its end, then leave it alone. Without the lock in
/// `scans::outdate` the verdicts would be taken back beneath the sealing.
#[actix_web::test]
async fn a_draft_that_is_being_sealed_keeps_its_verdicts() {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.signatures(MONDAY);
    let office = office(On::Postgres, &line.address).await;
    let (transfer, file) = drafted(&office, CONTENT).await;
    look(&office).await;
    let mut sealing = rows::postgres(&office);
    diesel::sql_query("BEGIN").execute(&mut sealing).unwrap();
    let sealed = format!("UPDATE transfers SET state = 'sealed' WHERE id = '{transfer}'");
    assert_eq!(diesel::sql_query(sealed).execute(&mut sealing).unwrap(), 1);
    let (gateway, now) = (office.gateway().clone(), office.gateway().now());
    let newer = Signatures { version: "newer".into(), made_at: Some(now) };
    let outdated =
        tokio::spawn(
            async move { gateway.store.write(move |tx| scans::outdate(tx, transfer, &newer, now)).await.unwrap() },
        );
    until("it waits for the sealing, or is done", || async {
        let waits =
            rows::count(&office, "pg_stat_activity", "wait_event_type = 'Lock' AND datname = current_database()");
        (waits > 0 || outdated.is_finished()).then_some(())
    })
    .await;
    diesel::sql_query("COMMIT").execute(&mut sealing).unwrap();
    assert_eq!(outdated.await.unwrap(), 0);
    assert!(report(&office, file).await.is_some());
}

async fn clean_but_for(office: &Office, line: &Line) -> TransferId {
    line.all(Fate::Say(b"stream: Heuristics.Encrypted.Zip FOUND\0".to_vec()));
    rule(office, "unscannable", "allow").await;
    let (transfer, _) = drafted(office, CONTENT).await;
    look(office).await;
    send(office, transfer).await.unwrap();
    transfer
}

/// Mails that tell the sender of a mail that stays.
fn held_back(office: &Office) -> usize {
    office.mails().iter().filter(|mail| mail.contains("Subject: 保留")).count()
}

fn links(office: &Office) -> usize {
    office.mails().iter().filter(|mail| mail.contains("/r/")).count()
}

async fn held(on: On, line: &Line) -> Office {
    let scans = scans_at(&line.address);
    Office::with(on, |config| {
        scans(config);
        config.policy.hold_minutes = 5;
    })
    .await
}

/// Fails without `dispatch::passes`: the mail leaves. The second node fails without the refresh in `dispatch::deliver_next`.
async fn a_policy_that_was_tightened_withholds_the_mail(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let office = held(on, &line).await;
    let transfer = clean_but_for(&office, &line).await;
    let other = office.again().await;
    office.deliver_mails().await;
    assert_eq!(links(&office), 0, "it is held");
    rule(&office, "unscannable", "refuse").await;
    office.clock.forward(Duration::from_secs(301));
    while dispatch::deliver_next(&other.gateway, &*other.mailer).await.unwrap() {}
    assert_eq!((links(&office), rows::count(&office, "letters", "withheld_at IS NOT NULL")), (0, 1));
    for _ in 0..4 {
        office.clock.forward(Duration::from_secs(301));
        office.deliver_mails().await;
        while dispatch::deliver_next(&other.gateway, &*other.mailer).await.unwrap() {}
    }
    assert_eq!((links(&office), rows::events(&office, "mail_withheld")), (0, 1), "told once");
    assert_eq!(held_back(&office), 1, "and to the sender");
    assert!(!office.events(transfer).await.contains(&"dispatched".to_owned()));
    office.check_invariants().await;

    rule(&office, "unscannable", "allow").await;
    office.clock.forward(Duration::from_secs(301));
    while dispatch::deliver_next(&other.gateway, &*other.mailer).await.unwrap() {}
    assert_eq!((links(&office), rows::count(&office, "letters", "withheld_at IS NOT NULL")), (1, 0));
    rule(&office, "unscannable", "refuse").await;
    office.clock.forward(Duration::from_secs(301));
    office.deliver_mails().await;
    assert_eq!(held_back(&office), 1, "that it has left needs no mail");
    assert!(office.events(transfer).await.contains(&"dispatched".to_owned()));
    office.check_invariants().await;
}

async fn a_withheld_mail_is_withdrawn_by_recall(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    let mut office = held(on, &line).await;
    let transfer = clean_but_for(&office, &line).await;
    rule(&office, "unscannable", "approval").await;
    office.clock.forward(Duration::from_secs(301));
    office.deliver_mails().await;
    assert_eq!((links(&office), rows::events(&office, "mail_withheld")), (0, 1));
    office.sender = office.sign_in().await;
    recall(office.gateway(), &office.sender, transfer, "").await.unwrap();
    rule(&office, "unscannable", "allow").await;
    office.clock.forward(Duration::from_secs(301));
    office.deliver_mails().await;
    assert_eq!(links(&office), 0);
    let words = office.events(transfer).await;
    assert!(words.contains(&"mail_withdrawn".to_owned()) && !words.contains(&"dispatched".to_owned()), "{words:?}");
    office.check_invariants().await;
}

/// Whatever took the verdict away, or made it another: `dispatch::passes` asks the row, and the invariants see it.
async fn a_verdict_that_is_gone_sends_nothing(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.signatures(MONDAY);
    let office = held(on, &line).await;
    let (_, file) = drafted(&office, CONTENT).await;
    look(&office).await;
    let transfer = office.gateway().store.read(move |tx| files::find(tx, file)).await.unwrap().unwrap().transfer;
    send(&office, transfer).await.unwrap();
    for gone in ["NULL", "'infected'", "'failed'", "'off'"] {
        rows::run(&office, &format!("UPDATE files SET verdict = {gone}"));
        office.clock.forward(Duration::from_secs(301));
        office.deliver_mails().await;
        assert_eq!(links(&office), 0, "{gone}");
        assert_eq!(
            office.gateway().store.read(scans::waiting).await.unwrap(),
            0,
            "what is sealed is looked at by nobody"
        );
    }
    for gone in ["NULL", "'infected'"] {
        rows::run(&office, &format!("UPDATE files SET verdict = {gone}"));
        let wrong = kakitome::transfer::invariants::check(office.gateway()).await.unwrap();
        assert!(wrong.iter().any(|line| line.starts_with("I6")), "{gone}: {wrong:?}");
    }
    rows::run(&office, "UPDATE files SET verdict = 'clean'");
    office.clock.forward(Duration::from_secs(301));
    office.deliver_mails().await;
    assert_eq!(links(&office), 1);
}

async fn with_the_scanner_gone_nothing_is_sealed_though_everything_was_clean(on: On) {
    let mut clamd = Clamd::start().await;
    let office = office(on, &clamd.address()).await;
    let (transfer, _) = drafted(&office, CONTENT).await;
    look(&office).await;
    clamd.stop();
    assert_eq!(
        problem(send(&office, transfer).await),
        Problem::ScannerDown,
        "who says that this is what is known now?"
    );
    clamd.begin().await;
    let _workers = workers(office.gateway());
    send(&office, transfer).await.unwrap();
    office.check_invariants().await;
}

async fn what_is_new_goes_before_what_is_looked_at_again(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.signatures(MONDAY);
    let office = office(on, &line.address).await;
    let (first, old) = drafted(&office, CONTENT).await;
    let (_, other) = drafted(&office, b"another").await;
    look(&office).await;
    line.signatures(TUESDAY);
    watch(office.gateway()).await;
    office.clock.forward(Duration::from_secs(5));
    line.all(Fate::Wait);
    let (_, new) = drafted(&office, b"new").await;
    let queue = async || office.gateway().store.read(|tx| kakitome::store::scans::queue(tx, 10)).await.unwrap();
    assert_eq!(queue().await, [new, old, other], "an update of the signatures keeps nobody waiting");
    // Somebody wants to send the one that is looked at again.
    let now = office.gateway().now();
    office.gateway().store.write(move |tx| kakitome::store::scans::hurry(tx, first, now)).await.unwrap();
    assert_eq!(queue().await, [old, new, other]);
    line.all(Fate::Pass);
    line.release(10);
    until("all are looked at", || async {
        look(&office).await;
        queue().await.is_empty().then_some(())
    })
    .await;
    office.check_invariants().await;
}

async fn signatures_without_a_date_take_no_dated_verdict_back(on: On) {
    let clamd = Clamd::start().await;
    let line = Line::to(&clamd).await;
    line.signatures(MONDAY);
    let office = office(on, &line.address).await;
    let (transfer, file) = drafted(&office, CONTENT).await;
    look(&office).await;
    // A clamd that lost its daily signatures, or a node with another one.
    line.version(b"ClamAV 1.4.6\0");
    watch(office.gateway()).await;
    assert_eq!(version(&office, file).await.unwrap(), format!("ClamAV 1.4.6/{MONDAY}"));
    send(&office, transfer).await.unwrap();
    assert_eq!(line.seen().begun, 1);
}
