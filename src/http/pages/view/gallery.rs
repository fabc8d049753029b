//! Every state of every page, filled with the cast of the design, for tests and for looking at.

use askama::Template;
use chrono_tz::Tz;

use super::*;
use crate::error::{FieldFlaw, PasswordFlaw, Problem};
use crate::http::text::Texts;
use crate::model::{
    Channel, DeliveryId, FileId, Language, Role, Scope, Time,
    TokenId, TransferId,
};

/// How people's words are filled in: as they are, or as an attack.
#[derive(Clone, Copy)]
pub(super) struct Gallery {
    pub(super) language: Language,
    pub(super) hostile: bool,
}

const NOON: i64 = 1_795_410_000_000;
const DAY: i64 = 86_400_000;

pub(super) fn day(after: i64) -> Time {
    Time::from_millis(NOON + after * DAY)
}

pub(super) fn minute(after: i64) -> Time {
    Time::from_millis(NOON + after * 60_000)
}

impl Gallery {
    pub(super) fn words(&self, words: &str) -> String {
        if self.hostile { format!("{words}<script>alert(1)</script>\"'&amp;") } else { words.to_owned() }
    }

    pub(super) fn frame(&self, signed_in: bool) -> Frame {
        let roles = vec![Role::Sender, Role::Administrator];
        Frame {
            texts: Texts::new(self.language, Tz::Asia__Tokyo),
            office: self.words("山田会計事務所"),
            switch: LanguageSwitch::Link("/transfers?q=a%26b".into()),
            member: signed_in.then(|| Member { name: self.words("佐藤 花子"), roles }),
            csrf: self.words("c5rf"),
            notice: None,
            errors: Vec::new(),
            help: if signed_in {
                Help { name: self.words("総務 田中"), phone: self.words("03-1234-5000"), note: String::new() }
            } else {
                Help {
                    name: self.words("佐藤 花子"),
                    phone: self.words("03-1234-5678"),
                    note: self.words("平日 9:00〜17:30　〒100-0000 東京都千代田区"),
                }
            },
        }
    }

    pub(super) fn refused(&self, signed_in: bool, field: &str, problem: Problem) -> Frame {
        let mut frame = self.frame(signed_in);
        frame.refuse(field, &problem);
        frame
    }

    /// Name and markup of every state.
    pub(super) fn pages(&self) -> Vec<(String, String)> {
        let mut pages = Vec::new();
        self.sign_in(&mut pages);
        self.me(&mut pages);
        self.compose(&mut pages);
        self.sent(&mut pages);
        self.transfers(&mut pages);
        self.recipients(&mut pages);
        self.ends(&mut pages);
        pages
    }

    fn sign_in(&self, pages: &mut Pages) {
        let page = |frame, email: &str| SignInPage { frame, email: self.words(email), next: self.words("/send") };
        add(pages, "sign-in", page(self.frame(false), ""));
        let wrong = self.refused(false, "", Problem::WrongPassword);
        add(pages, "sign-in-wrong", page(wrong, "sato@yamada.example"));
        let slow = self.refused(false, "", Problem::SlowDown { seconds: 900 });
        add(pages, "sign-in-slow", page(slow, "sato@yamada.example"));
        let (name, email) = (self.words("佐藤 花子"), self.words("sato@yamada.example"));
        let frame = self.refused(true, "password", Problem::WrongPassword);
        add(pages, "unlock", UnlockPage { frame, name, email: email.clone(), next: self.words("/send") });
        let frame = self.frame(false);
        add(pages, "password-forced", NewPasswordPage { frame, email: email.clone(), forced: true, minimum: 15 });
        let mut frame = self.refused(true, "new", Problem::PasswordRefused(PasswordFlaw::TooShort { minimum: 15 }));
        frame.refuse("again", &Problem::PasswordRefused(PasswordFlaw::Differs));
        add(pages, "password-refused", NewPasswordPage { frame, email, forced: false, minimum: 15 });
    }

    fn me(&self, pages: &mut Pages) {
        let token = |name: &str, used_at| TokenRow {
            id: TokenId::new(day(-3)),
            name: self.words(name),
            scope: Scope::Send,
            expires_at: day(90),
            used_at,
        };
        let page = |frame, tokens, new_token| MePage {
            frame,
            email: self.words("sato@yamada.example"),
            roles: vec![Role::Sender, Role::Approver, Role::Auditor, Role::Administrator],
            profile: ProfileForm {
                name: self.words("佐藤 花子"),
                phone: self.words("03-1234-5678"),
                language: self.language,
            },
            tokens,
            token_form: TokenForm {
                name: self.words(""),
                scope: Scope::Send,
                days: self.words("90"),
                scopes: Scope::ALL.to_vec(),
            },
            new_token,
        };
        add(pages, "me", page(self.frame(true), vec![], None));
        let mut frame = self.refused(
            true,
            "days",
            Problem::Field { field: "days", flaw: FieldFlaw::OutOfBounds { least: 1, most: 365 } },
        );
        frame.notice = Some(Notice::Saved);
        let tokens = vec![token("給与明細の送付", Some(day(-1))), token("夜間バッチ", None)];
        add(pages, "me-tokens", page(frame, tokens, Some(self.words("kkt_0123456789abcdefghjkmnpqrstvwxyz0123"))));
    }

    fn file(&self, name: &str, size: u64, received: u64) -> FileRow {
        FileRow { id: FileId::new(day(0)), name: self.words(name), size, received }
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

    fn compose(&self, pages: &mut Pages) {
        let transfer = TransferId::new(day(0));
        let row = |to| RecipientRow { delivery: DeliveryId::new(day(0)), to };
        let limits = || Limits { files: 100, bytes: 50_000_000_000, message: 400, days: 30 };
        let page = |frame, files: Vec<FileRow>, recipients: Vec<RecipientRow>, recipient, message: &str| ComposePage {
            frame,
            transfer: (!recipients.is_empty()).then_some(transfer),
            total_bytes: files.iter().map(|file| file.size).sum(),
            files,
            recipients,
            recipient,
            options: OptionsForm { message: self.words(message), days: self.words("7") },
            erased_at: day(7),
            limits: limits(),
        };
        let empty = || RecipientForm { channel: Channel::Phone, email: String::new(), ..self.smith() };
        add(pages, "send-empty", page(self.frame(true), vec![], vec![], empty(), ""));
        let mut files = self.files();
        files.push(self.file("契約書.docx", 2_100_000, 1_092_000));
        let message = "いつもお世話になっております。\n今年度の決算書をお送りします。";
        let two = || vec![row(self.suzuki()), row(self.smith())];
        add(pages, "send", page(self.frame(true), files, two(), empty(), message));
        let mut frame = self.refused(true, "files", Problem::NoFiles);
        frame.refuse("", &Problem::Field { field: "email", flaw: FieldFlaw::Malformed });
        frame.refuse("message", &Problem::MessageCarriesSecret);
        frame.refuse("", &Problem::Field { field: "days", flaw: FieldFlaw::OutOfBounds { least: 1, most: 30 } });
        add(pages, "send-refused", page(frame, vec![], vec![], self.suzuki(), "番号は 4708 1925 6330 です"));
        let check = |frame, files: Vec<FileRow>| CheckPage {
            frame,
            transfer,
            recipients: two(),
            total_bytes: files.iter().map(|file| file.size).sum(),
            files,
            message: self.words(message),
            erased_at: day(7),
        };
        add(pages, "check", check(self.frame(true), self.files()));
        let refused = self.refused(true, "", Problem::UploadUnfinished { missing: 1 });
        add(pages, "check-refused", check(refused, vec![self.file("契約書.docx", 2_100_000, 1_512_000)]));
    }
}

pub(super) type Pages = Vec<(String, String)>;

pub(super) fn add(pages: &mut Pages, name: &str, page: impl Template) {
    pages.push((name.to_owned(), page.render().unwrap()));
}
