//! Administrators are told when the scanner is silent or its signatures are too old: once a day, whichever node sees it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::harness::flows::{Office, On};
use kakitome::gateway::Gateway;
use kakitome::model::{Language, Role, Time};
use kakitome::port::Clock;
use kakitome::staff::register::{Change, NewAccount};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::{alarm, invitation, register};
use kakitome::store::events;
use kakitome::transfer::scan;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

on_both! {
    a_silent_scanner_is_told_after_ten_minutes_and_once_a_day
    a_silence_after_the_scanner_was_heard_is_told_anew
    two_nodes_tell_it_once
    a_node_that_starts_during_the_silence_does_not_tell_it_again
    nodes_that_disagree_do_not_tell_it_again_and_again
    old_signatures_are_told_once_a_day
    newer_signatures_that_age_are_told_anew
    signatures_without_a_date_and_no_scanner_are_no_alarm
    a_clock_that_was_wrong_does_not_silence_the_alarm
    every_administrator_who_can_act_is_told_and_nobody_else
    a_mail_that_is_true_no_longer_is_withdrawn
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// What answers to VERSION, in a clamd's words. Gone when dropped.
struct Clamd {
    socket: PathBuf,
    version: Arc<Mutex<String>>,
    task: tokio::task::JoinHandle<()>,
}

impl Clamd {
    fn start(socket: &Path, made_at: Option<Time>) -> Self {
        let listener = tokio::net::UnixListener::bind(socket).unwrap();
        let version = Arc::new(Mutex::new(version(made_at)));
        let said = version.clone();
        let task = tokio::spawn(async move {
            while let Ok((mut line, _)) = listener.accept().await {
                let mut asked = [0; 9];
                line.read_exact(&mut asked).await.unwrap();
                assert_eq!(&asked, b"zVERSION\0");
                let answer = format!("{}\0", said.lock().unwrap());
                line.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { socket: socket.to_owned(), version, task }
    }

    fn set(&self, made_at: Option<Time>) {
        *self.version.lock().unwrap() = version(made_at);
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.task.abort();
        std::fs::remove_file(&self.socket).unwrap();
    }
}

fn version(made_at: Option<Time>) -> String {
    match made_at {
        Some(at) => format!("ClamAV 1.4.6/27600/{}", at.to_utc().format("%a %b %e %H:%M:%S %Y")),
        None => "ClamAV 1.4.6".to_owned(),
    }
}

/// An office, and where its scanner answers if one is started there.
async fn office(on: On) -> (Office, tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("clamd.ctl");
    let address = format!("unix:{}", socket.display()).try_into().unwrap();
    let office = Office::with(on, |config| {
        config.scan.off = false;
        config.scan.clamd = Some(address);
    })
    .await;
    (office, directory, socket)
}

/// One look at the scanner, and one round of the sweeper: how many mails that makes.
async fn round(gateway: &Gateway) -> usize {
    scan::watch(gateway).await.unwrap();
    alarm::sweep(gateway).await.unwrap()
}

async fn count(office: &Office, word: &'static str) -> usize {
    office.gateway().store.read(move |tx| events::of_words(tx, &[word], 100)).await.unwrap().len()
}

async fn a_silent_scanner_is_told_after_ten_minutes_and_once_a_day(on: On) {
    let (office, _directory, _) = office(on).await;
    let gateway = office.gateway();
    let mut told = vec![round(gateway).await];
    for pause in [9 * MINUTE, 2 * MINUTE, MINUTE, 23 * HOUR, HOUR, HOUR] {
        office.clock.forward(pause);
        told.push(round(gateway).await);
    }
    assert_eq!(told, [0, 0, 1, 0, 0, 1, 0]);
    office.deliver_mails().await;
    let mails = office.mails();
    let about: Vec<&String> = mails.iter().filter(|mail| mail.contains("ウイルス検査の装置")).collect();
    assert_eq!(about.len(), 2);
    assert!(about[0].contains("2026年11月23日（月）12時30分"), "{}", about[0]);
    assert!(about[0].contains("検査を待つファイル　：0件"), "{}", about[0]);
    assert_eq!((count(&office, "scanner_lost").await, count(&office, "mail_queued").await), (1, 2));
}

async fn a_silence_after_the_scanner_was_heard_is_told_anew(on: On) {
    let (office, _directory, socket) = office(on).await;
    let gateway = office.gateway();
    round(gateway).await;
    office.clock.forward(11 * MINUTE);
    assert_eq!(round(gateway).await, 1);
    let clamd = Clamd::start(&socket, None);
    assert_eq!(round(gateway).await, 0);
    drop(clamd);
    assert_eq!(round(gateway).await, 0, "a moment of silence");
    office.clock.forward(11 * MINUTE);
    assert_eq!((round(gateway).await, round(gateway).await), (1, 0));
}

async fn two_nodes_tell_it_once(on: On) {
    let (office, _directory, _) = office(on).await;
    let other = office.again().await;
    for gateway in [office.gateway(), &other.gateway] {
        assert_eq!(round(gateway).await, 0);
    }
    for _ in 0..2 {
        office.clock.forward(25 * HOUR);
        let (one, two) = tokio::join!(alarm::sweep(office.gateway()), alarm::sweep(&other.gateway));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
    }
}

async fn a_node_that_starts_during_the_silence_does_not_tell_it_again(on: On) {
    let (office, _directory, _) = office(on).await;
    round(office.gateway()).await;
    office.clock.forward(11 * MINUTE);
    assert_eq!(round(office.gateway()).await, 1);
    let other = office.again().await;
    assert_eq!(round(&other.gateway).await, 0);
    office.clock.forward(HOUR);
    assert_eq!(round(&other.gateway).await, 0);
    office.clock.forward(23 * HOUR);
    assert_eq!(round(&other.gateway).await, 1);
}

async fn nodes_that_disagree_do_not_tell_it_again_and_again(on: On) {
    let (office, _directory, socket) = office(on).await;
    round(office.gateway()).await;
    office.clock.forward(11 * MINUTE);
    assert_eq!(round(office.gateway()).await, 1);
    // The other node hears the scanner; this one does not.
    let other = office.again().await;
    let clamd = Clamd::start(&socket, None);
    assert_eq!(round(&other.gateway).await, 0);
    drop(clamd);
    for _ in 0..5 {
        office.clock.forward(MINUTE);
        assert_eq!(alarm::sweep(office.gateway()).await.unwrap() + alarm::sweep(&other.gateway).await.unwrap(), 0);
    }
}

async fn old_signatures_are_told_once_a_day(on: On) {
    let (office, _directory, socket) = office(on).await;
    let gateway = office.gateway();
    let _clamd = Clamd::start(&socket, Some(office.clock.now() - 47 * HOUR));
    let mut told = vec![round(gateway).await];
    for pause in [HOUR, HOUR, 23 * HOUR, HOUR] {
        office.clock.forward(pause);
        told.push(round(gateway).await);
    }
    assert_eq!(told, [0, 1, 0, 1, 0]);
    office.deliver_mails().await;
    let mails = office.mails();
    let about: Vec<&String> = mails.iter().filter(|mail| mail.contains("ウイルス定義が更新されていません")).collect();
    assert_eq!(about.len(), 2);
    assert!(about[0].contains("更新の期限：2026年11月23日（月）13時30分"), "{}", about[0]);
    let aged = gateway.store.read(|tx| events::of_words(tx, &["signatures_aged"], 10)).await.unwrap();
    let leaf = String::from_utf8(aged.last().unwrap().leaf.clone()).unwrap();
    assert_eq!(aged.len(), 2);
    assert!(leaf.contains("\"hours\":48") && leaf.contains("ClamAV 1.4.6/27600"), "{leaf}");
}

async fn newer_signatures_that_age_are_told_anew(on: On) {
    let (office, _directory, socket) = office(on).await;
    let gateway = office.gateway();
    let clamd = Clamd::start(&socket, Some(office.clock.now() - 49 * HOUR));
    assert_eq!(round(gateway).await, 1);
    // An update, from a source that lags: no other trouble.
    clamd.set(Some(office.clock.now() - 48 * HOUR - MINUTE));
    assert_eq!(round(gateway).await, 0);
    // A good one, which is too old an hour later.
    clamd.set(Some(office.clock.now() - 47 * HOUR));
    assert_eq!(round(gateway).await, 0);
    office.clock.forward(HOUR + MINUTE);
    assert_eq!((round(gateway).await, round(gateway).await), (1, 0));
}

async fn signatures_without_a_date_and_no_scanner_are_no_alarm(on: On) {
    let (with, _directory, socket) = office(on).await;
    let _clamd = Clamd::start(&socket, None);
    with.clock.forward(100 * HOUR);
    assert_eq!(round(with.gateway()).await, 0);
    let without = Office::new(on).await;
    without.clock.forward(100 * HOUR);
    assert_eq!(round(without.gateway()).await, 0);
}

async fn a_clock_that_was_wrong_does_not_silence_the_alarm(on: On) {
    let (office, _directory, _) = office(on).await;
    office.clock.forward(1000 * HOUR);
    round(office.gateway()).await;
    office.clock.forward(11 * MINUTE);
    assert_eq!(round(office.gateway()).await, 1);
    office.clock.back(1000 * HOUR);
    let other = office.again().await;
    round(&other.gateway).await;
    office.clock.forward(11 * MINUTE);
    assert_eq!((round(&other.gateway).await, round(&other.gateway).await), (1, 0));
}

async fn every_administrator_who_can_act_is_told_and_nobody_else(on: On) {
    let (office, _directory, _) = office(on).await;
    let gateway = office.gateway();
    let second = Office::add_sender(gateway, "tanaka@office.example", "Taro Tanaka").await;
    Office::add_sender(gateway, "plain@office.example", "Plain Sender").await;
    let roles = Change { roles: Some(vec![Role::Administrator]), language: Some(Language::En), ..Change::default() };
    register::change(gateway, &Registrar::console(), second.account().id, roles).await.unwrap();
    let invited = NewAccount {
        email: "later@office.example".into(),
        name: "Later".into(),
        department: String::new(),
        phone: String::new(),
        language: Language::En,
        roles: vec![Role::Administrator],
    };
    invitation::add(gateway, invited, &Registrar::console()).await.unwrap();
    round(gateway).await;
    office.clock.forward(11 * MINUTE);
    assert_eq!(round(gateway).await, 2);
    office.deliver_mails().await;
    let mails = office.mails();
    let to = |address: &str, words: &str| mails.iter().any(|mail| mail.contains(address) && mail.contains(words));
    assert!(to("sato@office.example", "応答していません"), "{mails:#?}");
    assert!(to("tanaka@office.example", "does not answer"), "{mails:#?}");
    assert!(!to("plain@office.example", "応答していません") && !to("later@office.example", "does not answer"));
}

async fn a_mail_that_is_true_no_longer_is_withdrawn(on: On) {
    let (office, _directory, socket) = office(on).await;
    round(office.gateway()).await;
    office.clock.forward(11 * MINUTE);
    assert_eq!(round(office.gateway()).await, 1);
    let _clamd = Clamd::start(&socket, None);
    round(office.gateway()).await;
    office.deliver_mails().await;
    assert!(office.mails().iter().all(|mail| !mail.contains("ウイルス検査の装置")));
}
