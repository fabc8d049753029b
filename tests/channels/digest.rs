//! The daily digest: the day before in numbers, once, to administrators, and to nobody of a quiet day.

use std::time::Duration;

use crate::harness::flows::{Office, On};
use kakitome::model::{Leaving, Role};
use kakitome::staff::registrar::Registrar;
use kakitome::staff::{digest, policy, register};
use kakitome::transfer::expire;

const SUZUKI: &str = "suzuki@aozora.example";

on_both! {
    the_day_before_is_told_once_at_the_hour_of_the_office
    a_quiet_day_is_not_told
    the_policy_says_when_or_never
    an_administrator_who_was_stopped_meanwhile_gets_none
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

fn digests(office: &Office) -> Vec<String> {
    office.mails().into_iter().filter(|mail| mail.contains("Subject: 日次まとめ")).collect()
}

/// A turn of the sweeper; how many were told.
async fn sweep(office: &Office) -> usize {
    let queued = digest::sweep(office.gateway()).await.unwrap();
    office.deliver_mails().await;
    queued
}

/// Noon has passed: the clock of the tests begins at half past twelve in Tokyo.
async fn the_day_before_is_told_once_at_the_hour_of_the_office(on: On) {
    let office = Office::new(on).await;
    let (_, sent) = office.send(&[("a.pdf", b"%PDF")], &[SUZUKI, "oka@kitayama.example"]).await;
    assert_eq!(sweep(&office).await, 0, "with the first day there is none before it");
    for _ in 0..10 {
        office.open_with(&sent[1], &sent[1].wrong_number(), false).await.unwrap_err();
        office.clock.forward(Duration::from_secs(600));
    }
    office.clock.forward(hours(17));
    assert_eq!(sweep(&office).await, 0, "seven in the morning");
    office.clock.forward(hours(1));
    let (a, b) = tokio::join!(digest::sweep(office.gateway()), digest::sweep(office.gateway()));
    assert_eq!(a.unwrap() + b.unwrap(), 1, "two nodes tell once");
    office.deliver_mails().await;
    assert_eq!(sweep(&office).await, 0);
    let mail = digests(&office).remove(0);
    for line in ["2026年11月23日（月）", "送付　　　　　　：1件", "受け取り完了　　：0件", "番号誤りで停止　：1件"]
    {
        assert!(mail.contains(line), "{line}: {mail}");
    }
    for private in [SUZUKI, "鈴木", "a.pdf", &sent[0].issued.delivery.reference] {
        assert!(!mail.contains(private), "{private}: {mail}");
    }

    office.clock.forward(hours(24 * 7));
    expire::sweep(office.gateway(), office.gateway().clock.now()).await.unwrap();
    assert_eq!(sweep(&office).await, 0, "a week of nothing, and the last ended today");
    office.clock.forward(hours(24));
    assert_eq!(sweep(&office).await, 1);
    let mail = digests(&office).pop().unwrap();
    assert!(mail.contains("期限切れ　　　　：2件") && mail.contains("送付　　　　　　：0件"), "{mail}");
}

async fn a_quiet_day_is_not_told(on: On) {
    let office = Office::new(on).await;
    for _ in 0..4 {
        assert_eq!(sweep(&office).await, 0);
        office.clock.forward(hours(24));
    }
}

async fn the_policy_says_when_or_never(on: On) {
    let office = Office::new(on).await;
    sweep(&office).await;
    office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    let set = async |value| {
        let changes = [("digest_hour".to_owned(), Some(value))].into();
        policy::change(office.gateway(), &Registrar::console(), changes).await.unwrap();
    };
    set(24).await;
    office.clock.forward(hours(23));
    assert_eq!(sweep(&office).await, 0, "off");
    set(12).await;
    assert_eq!(sweep(&office).await, 0, "half past eleven");
    office.clock.forward(hours(1));
    assert_eq!(sweep(&office).await, 1);
}

async fn an_administrator_who_was_stopped_meanwhile_gets_none(on: On) {
    let office = Office::new(on).await;
    let gateway = office.gateway();
    let new = register::NewAccount {
        email: "mori@office.example".into(),
        name: "森 学".into(),
        department: String::new(),
        phone: String::new(),
        language: kakitome::model::Language::En,
        roles: vec![Role::Administrator],
    };
    let mori = register::add(gateway, new, &Registrar::console()).await.unwrap().account;
    sweep(&office).await;
    office.send(&[("a.pdf", b"%PDF")], &[SUZUKI]).await;
    office.clock.forward(hours(24));
    assert_eq!(digest::sweep(gateway).await.unwrap(), 2, "each administrator");
    register::stop(gateway, &mori, Leaving::Keep, &Registrar::console()).await.unwrap();
    office.deliver_mails().await;
    let daily = |mail: &&String| mail.contains("Daily summary") || mail.contains("日次まとめ");
    assert_eq!(office.mails().iter().filter(daily).count(), 1);
}
