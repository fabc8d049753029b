//! What the log proves to somebody who has nothing else: its key, receipts, certificates of deletion; and that it is checked
//! every night.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use crate::harness::browser::Browser;
use crate::harness::flows::{Office, On, PASSWORD, Sent};
use crate::harness::server::Server;
use kakitome::app::{self, App, Places};
use kakitome::audit::{NotAReceipt, Receipt, VerifierKey};
use kakitome::error::{Error, Problem};
use kakitome::model::{Account, Actor, CertificateForm, Event, EventKind, Language, Leaving, Role, Scope, TransferId};
use kakitome::staff::log::certificate::{Batch, Month, certificate};
use kakitome::staff::log::check::{check, nightly};
use kakitome::staff::log::receipt::Signing;
use kakitome::staff::log::{Asking, receipt, sequence};
use kakitome::staff::permit::LogReader;
use kakitome::staff::registrar::Registrar;
use kakitome::staff::visitor::Visitor;
use kakitome::staff::{register, session, tokens};
use kakitome::store::{events, settings, tree};
use kakitome::transfer::{recall, shred};
use reqwest::{Method, StatusCode};

on_both! {
    a_log_keeps_its_key_and_one_that_has_none_learns_it
    a_host_begins_one_log_a_year
    receipts_are_had_by_the_sender_of_the_transfer
    a_certificate_says_what_was_erased_and_proves_it
    certificates_stop_with_the_right_to_have_them
    the_nightly_check_is_done_once_and_kept
}

pub(super) async fn sequence_all(office: &Office) {
    while sequence(office.gateway()).await.unwrap() {}
}

pub(super) async fn logs(office: &Office) -> Vec<tree::Log> {
    office.gateway().store.read(tree::all).await.unwrap()
}

async fn keys(office: &Office) -> Vec<VerifierKey> {
    logs(office).await.iter().filter_map(|log| VerifierKey::parse(&log.key)).collect()
}

async fn happen(office: &Office) {
    let event = Event::new(EventKind::Started, office.gateway().now(), Actor::System);
    office.gateway().store.write(move |tx| tx.record(&event)).await.unwrap();
}

/// The installation once more, as after a new start.
async fn restarted(office: &Office, change: impl FnOnce(&mut kakitome::config::Config)) -> App {
    let mut config = office.config.clone();
    change(&mut config);
    app::open(config, Office::places_in(office.directory.path()), office.clock.clone()).await.unwrap()
}

fn places(office: &Office) -> Places {
    Office::places_in(office.directory.path())
}

/// Something in the database is changed by somebody who can write it.
fn tampered(office: &Office, statement: &str) {
    let database = places(office).data.join("kakitome.sqlite");
    let change =
        format!("import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\ndb.execute({statement:?})\ndb.commit()");
    assert!(Command::new("python3").args(["-c", &change]).arg(database).status().unwrap().success());
}

async fn a_log_keeps_its_key_and_one_that_has_none_learns_it(on: On) {
    let office = Office::new(on).await;
    sequence_all(&office).await;
    let log = logs(&office).await.remove(0);
    assert_eq!(log.key, VerifierKey::of(&log.origin, &office.gateway().store.keys().log).unwrap().text());
    assert!(log.closed_at.is_none() && log.left_checkpoint.is_empty());
}

#[actix_web::test]
async fn a_log_of_before_learns_its_key_if_its_checkpoint_verifies_with_it() {
    let office = Office::new(On::Sqlite).await;
    sequence_all(&office).await;
    let known = logs(&office).await.remove(0).key;
    tampered(&office, "update logs set key = ''");
    happen(&office).await;
    sequence_all(&office).await;
    assert_eq!(logs(&office).await.iter().map(|log| log.key.as_str()).collect::<Vec<_>>(), [known.as_str()]);
}

/// The keys directory is lost and a new key is made: what was signed stays valid, and the log that follows says why it began.
#[actix_web::test]
async fn a_lost_key_ends_the_log_and_two_keys_do_not_take_turns() {
    let office = Office::new(On::Sqlite).await;
    office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    sequence_all(&office).await;
    let before = logs(&office).await.remove(0);
    std::fs::remove_file(places(&office).keys.join("log.key")).unwrap();
    let with_new_key = restarted(&office, |_| {}).await.gateway;
    for _ in 0..3 {
        sequence(&with_new_key).await.unwrap();
    }
    let all = logs(&office).await;
    assert_eq!(all.len(), 2);
    let first = office.gateway().store.read(|tx| tree::entries(tx, 2, 0, 1)).await.unwrap().remove(0);
    let first: serde_json::Value = serde_json::from_slice(&first).unwrap();
    assert_eq!((&first["event"], &first["why"]), (&"log_began".into(), &"key".into()));
    assert_eq!(first["previous"].as_str(), before.signed.as_ref().map(|signed| signed.checkpoint.as_str()));
    assert_ne!(all[0].key.rsplit('+').next(), all[1].key.rsplit('+').next(), "another key");
    assert!(VerifierKey::parse(&all[0].key).unwrap().open(first["previous"].as_str().unwrap().as_bytes()).is_ok());
    assert!(
        VerifierKey::parse(&all[1].key).unwrap().open(all[1].signed.clone().unwrap().checkpoint.as_bytes()).is_ok()
    );
    // The gateway with the old key begins one more, and then neither does.
    happen(&office).await;
    sequence(office.gateway()).await.unwrap();
    for _ in 0..3 {
        happen(&office).await;
        assert!(sequence(&with_new_key).await.is_err());
        sequence(office.gateway()).await.unwrap();
    }
    assert_eq!(logs(&office).await.len(), 3);
}

async fn a_host_begins_one_log_a_year(on: On) {
    let office = Office::new(on).await;
    sequence_all(&office).await;
    let other = restarted(&office, |config| {
        config.server.public_url = "https://elsewhere.example".to_owned().try_into().unwrap();
    });
    let other = other.await.gateway;
    for _ in 0..4 {
        happen(&office).await;
        sequence(&other).await.unwrap();
        sequence(&other).await.unwrap();
        happen(&office).await;
        sequence_all(&office).await;
    }
    let origins: Vec<String> = logs(&office).await.into_iter().map(|log| log.origin).collect();
    assert_eq!(origins.len(), 2, "{origins:?}");
    assert_eq!(origins[1], "elsewhere.example/audit/2026-2");
}

pub(super) async fn sent(office: &Office) -> (TransferId, Sent) {
    let (transfer, mut sent) =
        office.send(&[("決算書.pdf", b"1234"), ("b.txt", b"56")], &["suzuki@aozora.example"]).await;
    office.deliver_mails().await;
    (transfer, sent.remove(0))
}

pub(super) async fn erase(office: &Office, transfer: TransferId) {
    recall::recall(office.gateway(), &office.sender, transfer, "").await.unwrap();
    shred::sweep(office.gateway()).await.unwrap();
}

fn asking(office: &Office) -> Asking {
    Asking::owner(&office.sender.watcher())
}

async fn receipts_are_had_by_the_sender_of_the_transfer(on: On) {
    let office = Office::new(on).await;
    let (transfer, _) = sent(&office).await;
    let offered = receipt::offered(office.gateway(), asking(&office), transfer).await.unwrap();
    assert_eq!(
        offered.iter().map(|one| (one.word.as_str(), one.signing)).collect::<Vec<_>>(),
        [("dispatched", Signing::Soon)]
    );
    let early = receipt::receipt(office.gateway(), asking(&office), transfer, offered[0].event).await;
    assert!(matches!(early, Err(Error::Problem(Problem::NotInLogYet))));
    sequence_all(&office).await;
    let got = receipt::receipt(office.gateway(), asking(&office), transfer, offered[0].event).await.unwrap();
    let (text, _) = receipt::written(&got).unwrap();
    let proofs = Receipt::parse(&text).unwrap().verify(&keys(&office).await).unwrap();
    assert_eq!(proofs[0].fact.subject["transfer"], transfer.to_string());
    let stranger = Office::add_sender(office.gateway(), "tanaka@yamada.example", "田中").await;
    let refused = receipt::offered(office.gateway(), Asking::owner(&stranger.watcher()), transfer).await;
    assert!(matches!(refused, Err(Error::Problem(Problem::NotFound))));
}

async fn a_certificate_says_what_was_erased_and_proves_it(on: On) {
    let office = Office::new(on).await;
    let (transfer, _) = sent(&office).await;
    let made = |form| certificate(office.gateway(), asking(&office), transfer, form);
    assert!(matches!(made(CertificateForm::File).await, Err(Error::Problem(Problem::NotErased))));
    erase(&office, transfer).await;
    assert!(matches!(made(CertificateForm::File).await, Err(Error::Problem(Problem::NotInLogYet))));
    sequence_all(&office).await;
    let made = made(CertificateForm::File).await.unwrap();
    let said = made.statement;
    assert_eq!((said.files, said.bytes, said.reason.as_str(), said.by.as_str()), (2, 6, "recalled", "account"));
    // The clock of this test stands still: which was added first is not told.
    assert!(said.names.len() == 2 && said.names.contains(&"決算書.pdf".to_owned()));
    assert!(said.dispatched_at.is_some() && said.retrieved.is_empty() && said.erased_at >= said.ended_at);
    let keys = keys(&office).await;
    assert!(Receipt::parse(&made.text).unwrap().verify(&keys).is_ok());
    let lie = made.text.replacen("\"bytes\":6", "\"bytes\":7", 1);
    assert_ne!(lie, made.text);
    assert!(matches!(
        Receipt::parse(&lie).unwrap().verify(&keys),
        Err(NotAReceipt::Entry { .. } | NotAReceipt::Statement)
    ));
    assert!(office.events(transfer).await.contains(&"certificate_issued".to_owned()));
    let month = Month::parse("2026-11").unwrap();
    let mut batch = Batch::begin(office.gateway(), Asking::console(), month).await.unwrap();
    let line = batch.next(office.gateway()).await.unwrap().unwrap();
    assert!(Receipt::parse(line.trim_end()).unwrap().verify(&keys).is_ok());
    assert!(batch.next(office.gateway()).await.unwrap().is_none());
}

/// What somebody asks with a token, until it is revoked.
async fn auditor(office: &Office) -> (Account, LogReader) {
    let new = register::NewAccount {
        email: "kansa@office.example".into(),
        name: "監査 次郎".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::Ja,
        roles: vec![Role::Auditor],
    };
    let account = register::add(office.gateway(), new, &Registrar::console()).await.unwrap().account;
    let token = tokens::make_at_console(office.gateway(), &account, "test", Scope::Audit, 1).await.unwrap();
    let signed_in = session::by_bearer(office.gateway(), &token.text, &Visitor::default()).await.unwrap();
    (account, signed_in.log_reader().unwrap())
}

/// The right to read goes while a month of certificates is on its way: the next line does not leave, nor does another file.
async fn certificates_stop_with_the_right_to_have_them(on: On) {
    let office = Office::new(on).await;
    let mut erased = Vec::new();
    for _ in 0..2 {
        let (transfer, _) = sent(&office).await;
        erase(&office, transfer).await;
        erased.push(transfer);
    }
    sequence_all(&office).await;
    let (account, reader) = auditor(&office).await;
    let month = Month::parse("2026-11").unwrap();
    let mut batch = Batch::begin(office.gateway(), Asking::reader(&reader), month).await.unwrap();
    assert!(batch.next(office.gateway()).await.unwrap().is_some());
    register::stop(office.gateway(), &account, Leaving::Keep, &Registrar::console()).await.unwrap();
    let refused = |error: Error| assert!(matches!(error, Error::Problem(Problem::SignInNeeded)), "{error}");
    refused(batch.next(office.gateway()).await.map(drop).unwrap_err());
    refused(Batch::begin(office.gateway(), Asking::reader(&reader), month).await.map(drop).unwrap_err());
    let one = certificate(office.gateway(), Asking::reader(&reader), erased[0], CertificateForm::File).await;
    refused(one.map(drop).unwrap_err());
    assert!(!office.events(erased[0]).await.contains(&"certificate_issued".to_owned()));
}

/// A log ended before its last entries were signed, as after a restore: nothing can prove those, which is said, and what is
/// signed is certified all the same.
#[actix_web::test]
async fn what_a_closed_log_never_signed_is_named_and_holds_nothing_up() {
    let office = Office::new(On::Sqlite).await;
    let (first, _) = sent(&office).await;
    erase(&office, first).await;
    sequence_all(&office).await;
    let signed = logs(&office).await.remove(0).signed.unwrap();
    office.clock.forward(Duration::from_secs(1));
    let (second, of_second) = sent(&office).await;
    erase(&office, second).await;
    sequence_all(&office).await;
    tampered(
        &office,
        &format!(
            "update logs set closed_at = signed_at, checkpoint = '{}', signed_size = {}",
            signed.checkpoint.replace('\n', "' || char(10) || '"),
            signed.size
        ),
    );
    office.clock.forward(Duration::from_secs(1));
    let (third, _) = sent(&office).await;
    erase(&office, third).await;
    sequence_all(&office).await;
    assert_eq!(logs(&office).await.len(), 2, "another log goes on");
    let made = certificate(office.gateway(), asking(&office), second, CertificateForm::File).await;
    assert!(matches!(made, Err(Error::Problem(Problem::NeverSigned))));
    let month = told(&audit(&office, &["certificate", "--month", "2026-11"]));
    let lines: Vec<serde_json::Value> = month.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let transfers: Vec<_> = lines.iter().map(|line| line["statement"]["transfer"].as_str()).collect();
    assert_eq!(transfers, [Some(first.to_string().as_str()), None, Some(third.to_string().as_str())]);
    assert_eq!((&lines[1]["format"], &lines[1]["why"]), (&"kakitome-left-out/1".into(), &"never_signed".into()));
    assert_eq!(lines[1]["transfer"], second.to_string());
    assert_eq!(lines[1]["references"], serde_json::json!([of_second.issued.delivery.reference]));
    let keys: Vec<String> = logs(&office).await.into_iter().map(|log| log.key).collect();
    let file = office.directory.path().join("month.jsonl");
    std::fs::write(&file, &month).unwrap();
    agree(&file, &keys, None, true);
    for out in [verify_ours(&file, &keys, None), verify_theirs(&file, &keys, None)] {
        let said = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
        assert!(said.contains(&second.to_string()), "what was left out is named: {said}");
    }
    std::fs::write(&file, month.lines().nth(1).unwrap()).unwrap();
    agree(&file, &keys, None, false);
}

/// Whoever can write the database changes what is stored of one transfer: it is not certified, which the month says, and the
/// others are.
#[actix_web::test]
async fn what_is_not_as_it_was_signed_holds_no_month_up() {
    let office = Office::new(On::Sqlite).await;
    let (first, _) = sent(&office).await;
    erase(&office, first).await;
    sequence_all(&office).await;
    tampered(
        &office,
        "update events set leaf = cast(replace(cast(leaf as text), '\"bytes\":6', '\"bytes\":7') as blob) \
         where event = 'sealed'",
    );
    office.clock.forward(Duration::from_secs(1));
    let (second, _) = sent(&office).await;
    erase(&office, second).await;
    sequence_all(&office).await;
    let made = certificate(office.gateway(), asking(&office), first, CertificateForm::File).await;
    assert!(matches!(made, Err(Error::Problem(Problem::NotProved))));
    let month = told(&audit(&office, &["certificate", "--month", "2026-11"]));
    let lines: Vec<serde_json::Value> = month.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["why"]), (2, &"not_proved".into()));
    assert_eq!(lines[0]["transfer"], first.to_string());
    assert_eq!(lines[1]["statement"]["transfer"], second.to_string());
}

/// Names are sealed, and searching, the event's page and files of entries keep them so. A proof that somebody fetches by its
/// address leaves no trace, and so it tells none; certificates do, and leave one.
#[actix_web::test]
async fn the_proof_of_an_event_tells_no_names() {
    let server = Server::start(On::Sqlite).await;
    server.send(&[("決算書.pdf", b"content".to_vec())]).await;
    let auditor = server.account("audit@yamada.example", &[Role::Auditor]).await;
    let mut browser = Browser::new(&server.client, &server.base);
    browser.first_sign_in("audit@yamada.example", auditor.one_time_password.as_str(), PASSWORD).await;
    let gateway = server.running.gateway.clone();
    let event = gateway.store.read(|tx| events::of_words(tx, &["file_added"], 1)).await.unwrap().remove(0).id;
    crate::harness::flows::until("a signed entry", || async {
        let log = gateway.store.read(tree::current).await.unwrap()?;
        let place = gateway.store.read(move |tx| tree::entry_of(tx, event)).await.unwrap();
        (place?.1 < log.signed?.size).then_some(())
    })
    .await;
    let page = browser.get(&format!("/audit/events/{event}/proof")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let receipt: serde_json::Value = serde_json::from_str(&page.html).unwrap();
    assert!(receipt["entries"][0]["leaf"].as_str().unwrap().contains("\"file_name\""), "it is committed to");
    let values = receipt["entries"][0]["values"].as_array().unwrap();
    assert!(values.iter().all(|value| value["field"] != "file_name"), "{values:?}");
}

async fn the_nightly_check_is_done_once_and_kept(on: On) {
    let office = Office::new(on).await;
    sent(&office).await;
    sequence_all(&office).await;
    let gateway = office.gateway();
    office.clock.forward(Duration::from_hours(24));
    assert!(!nightly(gateway).await.unwrap(), "a new gateway has nothing to check yet");
    office.clock.forward(Duration::from_hours(24));
    assert!(nightly(gateway).await.unwrap());
    assert!(!nightly(gateway).await.unwrap(), "once");
    let checked = gateway.store.read(settings::checked).await.unwrap().unwrap();
    assert!(checked.wrong.is_none() && checked.good_at.is_some() && checked.entries > 5);
}

async fn wrong(office: &Office) -> Option<settings::Inconsistency> {
    check(office.gateway(), Actor::System).await.unwrap().wrong
}

/// Whoever can write the database edits one leaf: the tree does not change, and the check names it.
#[actix_web::test]
async fn an_edited_leaf_is_named_and_told_to_administrators_and_auditors() {
    let office = Office::new(On::Sqlite).await;
    sent(&office).await;
    sequence_all(&office).await;
    assert!(wrong(&office).await.is_none());
    let places = places(&office);
    tampered(
        &office,
        "update events set leaf = cast(replace(cast(leaf as text), 'suzuki', 'tanaka') || ' ' as blob) where id = \
         (select event_id from log_entries where log = 1 and entry = 3)",
    );
    let found = wrong(&office).await.unwrap();
    assert_eq!((found.flaw.as_str(), found.entry), ("entry", Some(3)));
    let cli = Command::new(env!("CARGO_BIN_EXE_kakitome"))
        .env("KAKITOME_SCAN__OFF", "true")
        .env("LANG", "en_US.UTF-8")
        .args(["audit", "check", "--data"])
        .arg(&places.data)
        .arg("--keys")
        .arg(&places.keys)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&cli.stderr);
    assert!(cli.status.code() == Some(1) && said.contains("entry number 3"), "{said}");
}

/// The same for tiles, for a removed entry, and for a log that lost its end.
#[actix_web::test]
async fn whatever_is_changed_in_the_database_is_found() {
    for (statement, flaw) in [
        ("update log_tiles set hashes = zeroblob(length(hashes)) where level = 0", "entry"),
        ("delete from log_entries where log = 1 and entry = 2", "entry"),
        (
            "update logs set checkpoint = replace(checkpoint, char(10) || signed_size, char(10) || (signed_size + 1))",
            "checkpoint",
        ),
    ] {
        let office = Office::new(On::Sqlite).await;
        sent(&office).await;
        sequence_all(&office).await;
        tampered(&office, statement);
        assert_eq!(wrong(&office).await.map(|wrong| wrong.flaw).as_deref(), Some(flaw), "{statement}");
    }
}

/// What the serving role may write does not make the check pass by.
#[actix_web::test]
async fn what_the_check_is_made_to_skip_is_found() {
    for (statement, flaw) in [
        ("update logs set signed_at = null", "unsigned"),
        ("update logs set key = ''", "unsigned"),
        ("delete from log_pending", "astray"),
    ] {
        let office = Office::new(On::Sqlite).await;
        sent(&office).await;
        sequence_all(&office).await;
        office.clock.forward(Duration::from_mins(1));
        assert!(wrong(&office).await.is_none());
        office.clock.forward(Duration::from_mins(1));
        happen(&office).await;
        office.clock.forward(Duration::from_mins(1));
        tampered(&office, statement);
        assert_eq!(wrong(&office).await.map(|wrong| wrong.flaw).as_deref(), Some(flaw), "{statement}");
    }
}

pub(super) fn audit(office: &Office, args: &[&str]) -> Output {
    let places = places(office);
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakitome"));
    command.env("KAKITOME_SCAN__OFF", "true").env("LANG", "en_US.UTF-8").arg("audit").args(args);
    command.arg("--data").arg(places.data).arg("--keys").arg(places.keys).output().unwrap()
}

pub(super) fn told(out: &Output) -> String {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout.clone()).unwrap()
}

pub(super) fn verify_ours(what: &Path, keys: &[String], kept: Option<&Path>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakitome"));
    command.env("LANG", "en_US.UTF-8").args(["audit", "verify"]).arg(what);
    for key in keys {
        command.args(["--key", key]);
    }
    if let Some(kept) = kept {
        command.arg("--kept").arg(kept);
    }
    command.output().unwrap()
}

pub(super) fn verify_theirs(what: &Path, keys: &[String], kept: Option<&Path>) -> Output {
    let mut command = Command::new("tests/clients/.venv/bin/python");
    command.arg("docs/manual/verify.py").arg(what).arg(keys.join(",")).args(kept);
    command.output().expect("the Python clients are not installed; run: tests/set-up.sh")
}

/// Both programs say that it is good, or both that it is not.
pub(super) fn agree(what: &Path, keys: &[String], kept: Option<&Path>, good: bool) {
    for out in [verify_ours(what, keys, kept), verify_theirs(what, keys, kept)] {
        let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.success(), good, "{}: {said}", what.display());
    }
}

#[actix_web::test]
async fn receipts_and_certificates_are_verified_offline_by_two_programs() {
    let office = Office::new(On::Sqlite).await;
    let (transfer, sent) = sent(&office).await;
    erase(&office, transfer).await;
    sequence_all(&office).await;
    let keys: Vec<String> = told(&audit(&office, &["key"])).lines().map(str::to_owned).collect();
    let directory = office.directory.path();
    let written = |name: &str, text: &str| -> PathBuf {
        let file = directory.join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let one = told(&audit(&office, &["certificate", &sent.issued.delivery.reference]));
    agree(&written("one.json", &one), &keys, None, true);
    let month = told(&audit(&office, &["certificate", "--month", "2026-11"]));
    agree(&written("month.jsonl", &month), &keys, None, true);
    let receipts = told(&audit(&office, &["proof", &sent.issued.delivery.reference]));
    assert_eq!(receipts.lines().count(), 2, "dispatched and shredded");
    agree(&written("receipts.jsonl", &receipts), &keys, None, true);
    for (what, changed) in [
        ("a name", one.replacen("b.txt", "c.txt", 2)),
        ("the statement", one.replacen("\"files\":2", "\"files\":3", 1)),
        ("a leaf", one.replacen("\\\"blobs\\\":", "\\\"blobs\\\":1", 1)),
        ("nothing that is a receipt", "{}".to_owned()),
    ] {
        assert_ne!(changed, one, "{what}");
        agree(&written("changed.json", &changed), &keys, None, false);
    }
    let spoilt = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(&one).unwrap();
        change(&mut value);
        value.to_string()
    };
    let proof = |from: &'static str, to: &'static str| {
        spoilt(&move |value| {
            let text = value["entries"][0]["proof"].as_str().unwrap().replacen(from, to, 1);
            value["entries"][0]["proof"] = text.into();
        })
    };
    let without = |word: &'static str| {
        spoilt(&move |value| {
            let is_it = format!("\"event\":\"{word}\"");
            let entries = value["entries"].as_array_mut().unwrap();
            entries.remove(entries.iter().position(|one| one["leaf"].as_str().unwrap().contains(&is_it)).unwrap());
        })
    };
    for (what, changed) in [
        ("nothing at all", String::new()),
        ("an unknown member", one.replacen('{', "{\"more\":1,", 1)),
        ("a member twice", one.replacen('{', "{\"format\":\"kakitome-receipt/1\",", 1)),
        ("a fraction", one.replacen("\"files\":2", "\"files\":2.0", 1)),
        ("a word instead of true", one.replacen("\"keys_destroyed\":true", "\"keys_destroyed\":1", 1)),
        ("a sign before the index", proof("index ", "index +")),
        ("a line in the wrong place", proof("\n\n", "\nextra AAAA\n\n")),
        ("base64 with a space", proof("=\n", "= \n")),
        (
            "an entry twice",
            spoilt(&|value| {
                let entries = value["entries"].as_array_mut().unwrap();
                entries.push(entries[0].clone());
            }),
        ),
        ("no sealing", without("sealed")),
        ("a file left out", without("file_added")),
    ] {
        assert_ne!(changed, one, "{what}");
        agree(&written("strict.json", &changed), &keys, None, false);
    }
    let stranger = Office::new(On::Sqlite).await;
    sequence_all(&stranger).await;
    let strange: Vec<String> = told(&audit(&stranger, &["key"])).lines().map(str::to_owned).collect();
    agree(&written("one.json", &one), &strange, None, false);
}

/// The log of the year before, as a zip, is compared with the first entry of the new one: its end cannot be cut off.
#[actix_web::test]
async fn the_end_of_a_closed_log_is_kept_by_the_next() {
    let office = Office::new(On::Sqlite).await;
    sent(&office).await;
    sequence_all(&office).await;
    let directory = office.directory.path();
    let early = directory.join("early.zip");
    told(&audit(&office, &["publish", early.to_str().unwrap()]));
    happen(&office).await;
    sequence_all(&office).await;
    office.clock.forward(Duration::from_hours(24 * 60));
    for _ in 0..2 {
        happen(&office).await;
        sequence_all(&office).await;
    }
    let all = logs(&office).await;
    let keys = [all[0].key.clone()];
    let (whole, next) = (directory.join("whole.zip"), directory.join("next"));
    told(&audit(&office, &["publish", whole.to_str().unwrap(), "--log", &all[0].origin]));
    told(&audit(&office, &["publish", next.to_str().unwrap()]));
    agree(&whole, &keys, Some(&next), true);
    agree(&early, &keys, None, true);
    agree(&early, &keys, Some(&next), false);
    let first = directory.join("first.json");
    let entry = office.gateway().store.read(|tx| tree::entries(tx, 2, 0, 1)).await.unwrap().remove(0);
    std::fs::write(&first, entry).unwrap();
    agree(&early, &keys, Some(&first), false);
    agree(&whole, &keys, Some(&first), true);
}

/// Auditors read the log's files with a token; senders do not, and nothing leaves that is not signed.
#[actix_web::test]
async fn the_log_is_served_to_auditors_in_the_layout_of_the_specification() {
    let server = Server::start(On::Sqlite).await;
    let auditor = server.account("audit@yamada.example", &[Role::Auditor]).await;
    let token = server.token_of(&auditor, Scope::Audit).await;
    let ask = |path: &str| server.client.get(format!("{}/api/v1{path}", server.base)).bearer_auth(&token).send();
    let gateway = server.running.gateway.clone();
    let log = crate::harness::flows::until("a signed log", || async {
        let log = gateway.store.read(tree::current).await.unwrap()?;
        log.signed.is_some().then_some(log)
    })
    .await;
    let note = ask("/audit/checkpoint").await.unwrap().text().await.unwrap();
    let checkpoint = VerifierKey::parse(&log.key).unwrap().open(note.as_bytes()).unwrap();
    let name = log.origin.rsplit('/').next().unwrap().to_owned();
    let width = checkpoint.size.min(256);
    let path = format!("/audit/{name}/tile/entries/000.p/{width}");
    let entries = ask(&path).await.unwrap().bytes().await.unwrap();
    assert_eq!(kakitome::audit::read_entries(&entries).unwrap().len() as u64, width);
    for nothing in ["/audit/tile/0/005", "/audit/tile/0/000.p/255", "/audit/2031-9/checkpoint"] {
        assert_eq!(ask(nothing).await.unwrap().status(), StatusCode::NOT_FOUND, "{nothing}");
    }
    let archive = ask(&format!("/audit/{name}/log.zip")).await.unwrap().bytes().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("log.zip");
    std::fs::write(&file, archive).unwrap();
    agree(&file, &[log.key], None, true);
    let sender = server.request(Method::GET, "/audit/checkpoint").send().await.unwrap();
    assert_eq!(sender.status(), StatusCode::FORBIDDEN, "whose own token it is");
}
