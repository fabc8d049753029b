//! Letters for the tests: one of each kind, and the variants of the offer.

use kakitome::adapter::mail::{Bilingual, Carried, Codes, Letterhead, Stationery};
use kakitome::model::{
    AlertCount, AlertRule, Approved, Channel, Correspondent, Digest, EndReason, Language, Letter, LetterId, LetterKind,
    LinkSecret, LogNews, Offer, ScannerWord, Time, Token,
};

/// The code that stands for every secret here; how real ones are written is tested with `crypt`.
pub const CODE: &str = "k7q2m9d4x1r8t5w3e6n0p2c7h4b9v8s1s8";
pub const GROUPED: &str = "k7q2 m9d4 x1r8 t5w3 e6n0 p2c7 h4b9 v8s1 s8";

pub fn stationery() -> Stationery {
    stationery_of(letterhead())
}

pub fn stationery_of(letterhead: Letterhead) -> Stationery {
    let write = |_: Carried<'_>| Codes { code: CODE.to_owned().into(), grouped: GROUPED.to_owned().into() };
    Stationery::new(move || letterhead.clone(), "files@yamada.example", write).unwrap()
}

pub fn letterhead() -> Letterhead {
    Letterhead {
        office_name: Bilingual { ja: "山田会計事務所".into(), en: "Yamada Accounting".into() },
        address_line: Bilingual {
            ja: "〒100-0000 東京都千代田区一番町1-2".into(),
            en: "1-2 Ichibancho, Chiyoda, Tokyo".into(),
        },
        hours: Bilingual { ja: "平日 9:00〜17:30".into(), en: "Mon-Fri 9:00-17:30 JST".into() },
        contact: "info@yamada.example".into(),
        web: "https://yamada.example".into(),
        colour: kakitome::config::Colour::OWN,
        time_zone: chrono_tz::Asia::Tokyo,
        public_url: "https://files.yamada.example".into(),
        gateway_host: "files.yamada.example".into(),
        staff_url: "https://files.yamada.example".into(),
    }
}

fn person(name: &str, email: &str, phone: &str) -> Correspondent {
    Correspondent { name: name.into(), email: email.into(), phone: phone.into() }
}

/// A letter with everything in it.
pub fn letter(kind: LetterKind, language: Language) -> Letter {
    let (sender, recipient) = match language {
        Language::Ja => (
            person("佐藤 花子", "sato@yamada.example", "03-1234-5678"),
            person("株式会社青空商事 鈴木 一郎", "suzuki@aozora.example", ""),
        ),
        Language::En => (
            person("Hanako Sato", "sato@yamada.example", "+81 3-1234-5678"),
            person("Ichiro Suzuki", "suzuki@aozora.example", ""),
        ),
    };
    let to = if kind.goes_to_recipient() { &recipient } else { &sender };
    Letter {
        id: LetterId::new(Time::from_millis(1_795_408_200_000)),
        kind,
        language,
        to: to.clone(),
        sender: sender.clone(),
        recipient: recipient.clone(),
        reference: "K-7K2M-90QF".into(),
        file_count: 3,
        total_bytes: 4_200_000,
        when: Time::from_millis(1_796_050_740_000),
        end_reason: None,
        count: 3,
        mailed_at: (kind == LetterKind::Reminder).then(|| Time::from_millis(1_795_408_260_000)),
        approved: (kind == LetterKind::Approved).then_some(Approved::Leaves),
        digest: (kind == LetterKind::Digest).then(digest),
        alerts: if kind == LetterKind::Alert { alerts() } else { Vec::new() },
        log: (kind == LetterKind::LogCheckpoint).then(news),
        invitation: (kind == LetterKind::Invitation).then(|| Token::new([7; 32])),
        offer: (kind == LetterKind::Offer).then(|| offer(language)),
        checkpoint: (kind == LetterKind::LogCheckpoint).then(|| CHECKPOINT.into()),
    }
}

const CHECKPOINT: &str = "files.yamada.example/audit/2026-1\n1234567\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— files.yamada.example/audit/2026-1 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

fn alerts() -> Vec<AlertCount> {
    AlertRule::ALL.iter().zip(1..).map(|(rule, count)| AlertCount { rule: *rule, count }).collect()
}

fn news() -> LogNews {
    let left = Some((1_233_000, Time::from_millis(1_795_964_340_000)));
    LogNews { size: 1_234_567, grown: 890, left, failing: 0, alerts: Vec::new() }
}

fn digest() -> Digest {
    Digest {
        day: Time::from_millis(1_795_359_600_000),
        sent: 12,
        collected: 9,
        expired: 1,
        undelivered: 0,
        awaiting: 2,
        paused: 1,
        undecided: 3,
        scanner: ScannerWord::Ready,
    }
}

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

/// Every letter whose wording differs, by name.
pub fn variants(language: Language) -> Vec<(String, Letter)> {
    let plain = |kind: LetterKind| (kind.word().to_owned(), letter(kind, language));
    let mut all: Vec<_> = LetterKind::ALL.iter().copied().map(plain).collect();
    let mut add = |name: &str, kind: LetterKind, change: &dyn Fn(&mut Letter)| {
        let mut letter = letter(kind, language);
        change(&mut letter);
        all.push((format!("{}-{name}", kind.word()), letter));
    };
    let message = match language {
        Language::Ja => {
            "先日ご依頼の決算書です。\r\nご確認のうえ、月末までにご返送ください。お手数をおかけしますが、どうぞよろしくお願いいたします。\n\n> 追伸 & <b>控え</b>も入れました。"
        }
        Language::En => {
            "Here are the statements you asked for.\r\nPlease look through them and send them back by the end of the month, if you can manage.\n\n> PS: a <b>copy</b> & index is inside."
        }
    };
    add("message", LetterKind::Offer, &|l| l.offer.as_mut().unwrap().message = message.into());
    add("no-phrase", LetterKind::Offer, &|l| l.offer.as_mut().unwrap().phrase.clear());
    add("sheet", LetterKind::Offer, &|l| l.offer.as_mut().unwrap().channel = Channel::Sheet);
    add("sender-without-phone", LetterKind::Offer, &|l| l.sender.phone.clear());
    add("sender-without-name", LetterKind::Offer, &|l| l.sender.name.clear());
    add("recipient-without-name", LetterKind::Offer, &|l| l.to.name.clear());
    add("everything-long", LetterKind::Offer, &|l| {
        l.sender.name = "Maximiliane Konstantinopolitanskaya-Featherstonehaugh".into();
        l.to.name =
            "独立行政法人国立高度情報文書保存研究開発推進機構 総務企画部文書管理課 課長補佐 勅使河原 権左衛門".into();
        l.offer.as_mut().unwrap().phrase =
            "a phrase of many words that nobody would choose to say on the phone twice".into();
        l.offer.as_mut().unwrap().number_digits = 20;
        l.file_count = 1;
    });
    add("sender-without-phone", LetterKind::Reminder, &|l| l.sender.phone.clear());
    for reason in [EndReason::Expired, EndReason::Recalled, EndReason::KeyLost] {
        add(reason.word(), LetterKind::AskedAgain, &|l| l.end_reason = Some(reason));
    }
    let until = Time::from_millis(1_796_051_340_000);
    add("not-well", LetterKind::LogCheckpoint, &|l| {
        let log = l.log.as_mut().unwrap();
        (log.left, log.failing, log.alerts) = (None, 2, alerts());
    });
    add("held", LetterKind::Approved, &|l| l.approved = Some(Approved::Held(until)));
    add("longer", LetterKind::Approved, &|l| l.approved = Some(Approved::Longer(until)));
    add("lapsed", LetterKind::NotApproved, &|l| l.end_reason = Some(EndReason::Lapsed));
    add("one", LetterKind::ApprovalAsked, &|l| l.count = 1);
    for scanner in [ScannerWord::Down, ScannerWord::Off, ScannerWord::Unknown] {
        add(scanner.word(), LetterKind::Digest, &|l| l.digest.as_mut().unwrap().scanner = scanner);
    }
    add("sender-without-phone", LetterKind::Recalled, &|l| l.sender.phone.clear());
    add("one", LetterKind::ReviewDue, &|l| l.count = 1);
    add("confirmed", LetterKind::Collected, &|l| l.end_reason = Some(EndReason::Confirmed));
    add("recipient-without-name", LetterKind::Undelivered, &|l| l.recipient.name.clear());
    all
}
