//! Who appears in the gallery, and what they own.

use chrono_tz::Tz;

use crate::config::Ruling;
use crate::error::{FileFlaw, Problem};
use crate::http::pages::view::{
    FileRow, Frame, Help, LanguageSwitch, MailPreview, Member, RecipientForm, RecipientRow,
};
use crate::http::text::Texts;
use crate::model::{Channel, DeliveryId, FileId, Language, Recipient, Report, Role, Signatures, Time, Verdict};
use crate::transfer::queue::Stand;

/// The office that every page is of.
pub const OFFICE: &str = "山田会計事務所";

/// How people's words are filled in: in which language the page is, and whether they are an attack.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    /// Language of the pages.
    pub language: Language,
    /// Whether everybody's words try to become markup.
    pub hostile: bool,
}

/// What the sender writes.
pub(super) const MESSAGE: &str = "いつもお世話になっております。\n今年度の決算書をお送りします。";

const NOON: i64 = 1_795_410_000_000;
const DAY: i64 = 86_400_000;

pub(super) fn day(after: i64) -> Time {
    Time::from_millis(NOON + after * DAY)
}

pub(super) fn minute(after: i64) -> Time {
    Time::from_millis(NOON + after * 60_000)
}

impl Cast {
    pub(super) fn words(&self, words: &str) -> String {
        if self.hostile { format!("{words}<script>alert(1)</script>\"'&amp;") } else { words.to_owned() }
    }

    /// The frame of a page.
    pub fn frame(&self, signed_in: bool) -> Frame {
        let roles = vec![Role::Sender, Role::Administrator];
        Frame {
            texts: Texts::new(self.language, Tz::Asia__Tokyo),
            office: self.words(OFFICE),
            colour: None,
            logo: None,
            switch: LanguageSwitch::Link("/transfers?q=a%26b".into()),
            member: signed_in.then(|| Member {
                name: self.words("佐藤 花子"),
                email: self.words("sato@yamada.example"),
                roles,
                at_desk: true,
                administration: Some(self.words("https://localhost:8444/admin")),
                open_faxes: 2,
                idle_minutes: 10,
                approvals: Some(2),
            }),
            csrf: self.words("c5rf"),
            notice: None,
            errors: Vec::new(),
            help: if signed_in {
                Help { name: self.words("総務 田中"), phone: self.words("03-1234-5000"), note: String::new() }
            } else {
                Help {
                    name: self.words("佐藤 花子"),
                    phone: self.words("03-1234-5678"),
                    note: self.words("平日 9:00〜17:30"),
                }
            },
        }
    }

    pub(super) fn refused(&self, signed_in: bool, field: &str, problem: Problem) -> Frame {
        let mut frame = self.frame(signed_in);
        frame.refuse(field, &problem);
        frame
    }

    pub(super) fn file(&self, name: &str, size: u64, received: u64) -> FileRow {
        let scan = (size == received).then(|| Stand::Done(report(Verdict::Clean)));
        let id = FileId::new(day(0));
        FileRow { id, name: self.words(name), size, received, scan, again: false, flaws: Vec::new() }
    }

    /// A file for each way in which the scanner may not be done with it.
    pub(super) fn waiting_files(&self) -> Vec<FileRow> {
        let file =
            |name: &str, again, scan| FileRow { again, scan: Some(scan), ..self.file(name, 84_000_000, 84_000_000) };
        vec![
            file("図面_2026年度.pdf", false, Stand::Scanning { bytes: 52_000_000 }),
            file("写真_001.zip", false, Stand::Waiting { before: 0, waiting: 12 }),
            file("写真_002.zip", false, Stand::Waiting { before: 4, waiting: 12 }),
            file("決算書_2026年度.pdf", true, Stand::Waiting { before: 5, waiting: 12 }),
            file("決算書_2025年度.pdf", true, Stand::Scanning { bytes: 80_000_000 }),
            file("契約書.docx", false, Stand::Done(report(Verdict::Clean))),
        ]
    }

    /// Files while the scanner does not answer.
    pub(super) fn held_files(&self) -> Vec<FileRow> {
        let stands = [Stand::Down { since: minute(-34) }, Stand::Done(report(Verdict::Clean))];
        self.files().into_iter().zip(stands).map(|(file, stand)| FileRow { scan: Some(stand), ..file }).collect()
    }

    /// A file for everything that may be wrong with one, each ruled on in each way once.
    pub(super) fn flawed_files(&self) -> Vec<FileRow> {
        let file = |name: &str, verdict, flaws: &[(FileFlaw, Ruling)]| FileRow {
            scan: Some(Stand::Done(report(verdict))),
            flaws: flaws.to_vec(),
            ..self.file(name, 310_000, 310_000)
        };
        let (refuse, approval, allow) = (Ruling::Refuse, Ruling::Approval, Ruling::Allow);
        vec![
            file("見積書.zip", Verdict::Infected, &[(FileFlaw::Infected, refuse)]),
            file("給与明細.zip", Verdict::Encrypted, &[(FileFlaw::Encrypted, refuse)]),
            file("図面一式.7z", Verdict::Limits, &[(FileFlaw::Limits, approval)]),
            file("記録映像.mov", Verdict::Oversized, &[(FileFlaw::Oversized, allow)]),
            file("大量の写真.zip", Verdict::TimedOut, &[(FileFlaw::TimedOut, refuse)]),
            file("古い台帳.mdb", Verdict::Failed, &[(FileFlaw::Failed, refuse)]),
            file("設定.exe", Verdict::Clean, &[(FileFlaw::Executable, refuse), (FileFlaw::Ending, refuse)]),
            file("請求書.pdf.exe", Verdict::Clean, &[(FileFlaw::Disguised, refuse)]),
            file("集計.xlsm", Verdict::Clean, &[(FileFlaw::Macros, allow)]),
            file("写真.jpg", Verdict::Clean, &[(FileFlaw::Mismatched, allow)]),
        ]
    }

    /// Files of which nothing hinders sending, but some are marked.
    pub(super) fn marked_files(&self) -> Vec<FileRow> {
        let is_marked = |file: &FileRow| file.flaws.iter().all(|(_, ruling)| *ruling == Ruling::Allow);
        self.flawed_files().into_iter().filter(is_marked).collect()
    }

    /// Files where nothing is scanned.
    pub(super) fn unscanned_files(&self) -> Vec<FileRow> {
        self.files().into_iter().map(|file| FileRow { scan: Some(Stand::Off), ..file }).collect()
    }

    pub(super) fn files(&self) -> Vec<FileRow> {
        vec![
            self.file("決算書_2026年度.pdf", 1_400_000, 1_400_000),
            self.file(
                "従業員名簿_とても長い名前のファイル_最終版_修正済み_20261123_確認用コピー.xlsx",
                2_100_000,
                2_100_000,
            ),
        ]
    }

    pub(super) fn suzuki(&self) -> RecipientForm {
        RecipientForm {
            email: self.words("suzuki@aozora.example"),
            name: self.words("株式会社青空商事　鈴木 一郎"),
            language: Language::Ja,
            phone: self.words("03-9876-5432"),
            phrase: self.words("青い傘"),
            channel: Channel::Phone,
        }
    }

    pub(super) fn smith(&self) -> RecipientForm {
        RecipientForm {
            email: self.words("john.smith.with.a.rather.long.address@northwind-traders.example"),
            name: self.words(""),
            language: Language::En,
            phone: self.words(""),
            phrase: self.words(""),
            channel: Channel::Sheet,
        }
    }

    pub(super) fn recipients(&self) -> Vec<RecipientRow> {
        let reference = || self.words("K-7K2M-90QF");
        let row =
            |to| RecipientRow { delivery: DeliveryId::new(day(0)), reference: reference(), to, phone_verified: false };
        vec![row(self.suzuki()), row(self.smith())]
    }

    pub(super) fn known(&self) -> Vec<Recipient> {
        let person = |form: RecipientForm| Recipient {
            email: form.email,
            name: form.name,
            language: form.language,
            phone: form.phone,
            phrase: form.phrase,
            channel: form.channel,
        };
        vec![person(self.suzuki()), person(self.smith())]
    }

    pub(super) fn mails(&self) -> Vec<MailPreview> {
        let mail = |language, to: RecipientForm, subject: &str, text: &str| MailPreview {
            language,
            to: to.email,
            subject: self.words(subject),
            text: self.words(text),
        };
        vec![
            mail(
                Language::Ja,
                self.suzuki(),
                "【山田会計事務所】ファイルお受け取りのご案内（お問い合わせ番号 K-7K2M-90QF）",
                "株式会社青空商事　鈴木 一郎 様\n\nいつもお世話になっております。\n山田会計事務所の佐藤です。\n",
            ),
            mail(
                Language::En,
                self.smith(),
                "[山田会計事務所] Files are waiting for you (ref K-3T5W-8XQ0)",
                "Hello,\n\nHanako Sato of 山田会計事務所 has left 2 files (3.5 MB) for you.\n",
            ),
        ]
    }
}

pub(super) const SIGNATURES: &str = "ClamAV 1.4.3/27600/Mon Nov 23 06:26:34 2026";

/// What the scanner said.
fn report(verdict: Verdict) -> Report {
    let known = Signatures { version: SIGNATURES.into(), made_at: Some(minute(-340)) };
    let finding = (verdict == Verdict::Infected).then(|| "Win.Test.Example-1".to_owned());
    Report { verdict, finding, signatures: Some(known), at: minute(-3) }
}
