//! Letters that every wording is tried with: one of each kind, and those whose words differ.

use super::letterhead::{Bilingual, Letterhead};
use crate::config::Colour;
use crate::model::{
    AlertCount, AlertRule, Approved, Channel, Correspondent, Digest, EndReason, Language, Letter, LetterId, LetterKind,
    LinkSecret, LogNews, Offer, ScannerWord, Time, Token,
};

/// A moment in November 2026.
const WHEN: Time = Time::from_millis(1_796_050_740_000);

/// Everything that an office may put on its letters; nothing of it is needed.
pub(super) fn letterheads() -> [Letterhead; 2] {
    let whole = Letterhead {
        office_name: Bilingual { ja: "山田会計事務所".into(), en: "Yamada Accounting".into() },
        address_line: Bilingual { ja: "東京都千代田区一番町1-2".into(), en: "1-2 Ichibancho, Tokyo".into() },
        hours: Bilingual { ja: "平日 9:00〜17:30".into(), en: "Mon-Fri 9:00-17:30".into() },
        contact: "info@office.example".into(),
        web: "https://office.example".into(),
        colour: Colour::OWN,
        time_zone: chrono_tz::Asia::Tokyo,
        public_url: "https://files.office.example".into(),
        gateway_host: "files.office.example".into(),
        staff_url: "https://staff.office.example".into(),
    };
    let bare = Letterhead {
        address_line: Bilingual::default(),
        hours: Bilingual::default(),
        contact: String::new(),
        web: String::new(),
        ..whole.clone()
    };
    [whole, bare]
}

/// The letters of a kind that a wording must fit: what may be absent is, and every choice is made.
pub(super) fn of_kind(kind: LetterKind, language: Language) -> Vec<Letter> {
    let letter = whole(kind, language);
    let mut all = vec![letter.clone()];
    let mut add = |change: &dyn Fn(&mut Letter)| {
        let mut other = letter.clone();
        change(&mut other);
        all.push(other);
    };
    add(&|l| l.sender.phone.clear());
    add(&|l| l.sender.name.clear());
    add(&|l| {
        l.to.name.clear();
        l.recipient.name.clear();
    });
    add(&|l| l.count = 1);
    for reason in EndReason::ALL {
        add(&|l| l.end_reason = Some(*reason));
    }
    if letter.offer.is_some() {
        let offer = |change: fn(&mut Offer)| move |l: &mut Letter| l.offer.iter_mut().for_each(change);
        add(&offer(|offer| offer.phrase.clear()));
        add(&offer(|offer| offer.message = "一行目\n\n> <b>3</b>".into()));
        for channel in Channel::ALL {
            add(&|l| l.offer.iter_mut().for_each(|offer| offer.channel = *channel));
        }
    }
    if letter.approved.is_some() {
        for approved in [Approved::Held(WHEN), Approved::Longer(WHEN)] {
            add(&|l| l.approved = Some(approved));
        }
    }
    if letter.digest.is_some() {
        for scanner in ScannerWord::ALL {
            add(&|l| l.digest.iter_mut().for_each(|digest| digest.scanner = *scanner));
        }
    }
    if letter.log.is_some() {
        let news = |change: fn(&mut LogNews)| move |l: &mut Letter| l.log.iter_mut().for_each(change);
        add(&news(|log| log.left = None));
        add(&news(|log| log.failing = 2));
        add(&news(|log| log.alerts = alerts()));
        add(&|l| l.checkpoint = None);
    }
    all
}

fn whole(kind: LetterKind, language: Language) -> Letter {
    let person = |name: &str, email: &str| Correspondent {
        name: name.into(),
        email: email.into(),
        phone: "03-0000-0000".into(),
    };
    let (sender, recipient) = match language {
        Language::Ja => (person("佐藤 花子", "sato@office.example"), person("鈴木 一郎", "suzuki@aozora.example")),
        Language::En => {
            (person("Hanako Sato", "sato@office.example"), person("Ichiro Suzuki", "suzuki@aozora.example"))
        }
    };
    let to = if kind.goes_to_recipient() { &recipient } else { &sender };
    Letter {
        id: LetterId::new(WHEN),
        kind,
        language,
        to: to.clone(),
        sender: sender.clone(),
        recipient: recipient.clone(),
        reference: "K-7K2M-90QF".into(),
        file_count: 3,
        total_bytes: 4_200_000,
        when: WHEN,
        end_reason: None,
        count: 3,
        mailed_at: (kind == LetterKind::Reminder).then_some(WHEN),
        approved: (kind == LetterKind::Approved).then_some(Approved::Leaves),
        digest: (kind == LetterKind::Digest).then_some(DIGEST),
        alerts: if kind == LetterKind::Alert { alerts() } else { Vec::new() },
        log: (kind == LetterKind::LogCheckpoint).then(news),
        invitation: (kind == LetterKind::Invitation).then(|| Token::new([7; 32])),
        offer: (kind == LetterKind::Offer).then(|| offer(language)),
        checkpoint: (kind == LetterKind::LogCheckpoint).then(|| CHECKPOINT.into()),
    }
}

const CHECKPOINT: &str = "files.office.example/audit/2026-1\n1234567\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— files.office.example/audit/2026-1 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

fn alerts() -> Vec<AlertCount> {
    AlertRule::ALL.iter().zip(1..).map(|(rule, count)| AlertCount { rule: *rule, count }).collect()
}

fn news() -> LogNews {
    LogNews { size: 1_234_567, grown: 890, left: Some((1_233_000, WHEN)), failing: 0, alerts: Vec::new() }
}

const DIGEST: Digest = Digest {
    day: WHEN,
    sent: 12,
    collected: 9,
    expired: 1,
    undelivered: 1,
    awaiting: 2,
    paused: 1,
    undecided: 3,
    scanner: ScannerWord::Ready,
};

fn offer(language: Language) -> Offer {
    Offer {
        public_id: "8q4zt1m6".into(),
        secret: LinkSecret::new([7; 20]),
        message: String::new(),
        phrase: if language == Language::Ja { "青い傘" } else { "blue umbrella" }.into(),
        channel: Channel::Phone,
        number_digits: 12,
    }
}
