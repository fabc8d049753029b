//! Every state of every page, filled with the cast of the design, for tests and for looking at.

use askama::Template;
use chrono_tz::Tz;

use super::*;
use crate::error::{FieldFlaw, PasswordFlaw, Problem};
use crate::http::pages::timeline::Entry;
use crate::http::text::Texts;
use crate::model::{
    Channel, DeliveryId, DeliveryState, EndReason, FileId, Language, LetterKind, PickUpNumber, Role, Scope, Time,
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

    fn files(&self) -> Vec<FileRow> {
        vec![
            self.file("決算書_2026年度.pdf", 1_400_000, 1_400_000),
            self.file(
                "従業員名簿_とても長い名前のファイル_最終版_修正済み_20261123_確認用コピー.xlsx",
                2_100_000,
                2_100_000,
            ),
        ]
    }

    fn suzuki(&self) -> RecipientForm {
        RecipientForm {
            email: self.words("suzuki@aozora.example"),
            name: self.words("株式会社青空商事　鈴木 一郎"),
            language: Language::Ja,
            phone: self.words("03-9876-5432"),
            phrase: self.words("青い傘"),
            channel: Channel::Phone,
        }
    }

    fn smith(&self) -> RecipientForm {
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

    fn sent(&self, pages: &mut Pages) {
        let row = |to: RecipientForm, number: Option<&str>, told_at| SentRow {
            delivery: DeliveryId::new(day(0)),
            reference: self.words("K-7K2M-90QF"),
            name: to.name,
            email: to.email,
            phone: to.phone,
            channel: to.channel,
            language: to.language,
            number: number.map(|number| PickUpNumber::new(number.into())),
            told_at,
        };
        let page = |why, rows| SentPage {
            frame: self.frame(true),
            transfer: TransferId::new(day(0)),
            why,
            rows,
            expires_at: day(7),
            sender: self.words("佐藤 花子"),
            sender_phone: self.words("03-1234-5678"),
            office_contact: self.words("平日 9:00〜17:30　〒100-0000 東京都千代田区"),
            now: day(0),
        };
        let numbers = [Some("470819256330"), Some("102938475665")];
        let fresh = vec![row(self.suzuki(), numbers[0], None), row(self.smith(), numbers[1], None)];
        add(pages, "sent", page(SentWhy::Sent, fresh));
        let again = vec![row(self.suzuki(), None, Some(minute(5))), row(self.smith(), None, None)];
        add(pages, "sent-shown", page(SentWhy::Sent, again));
        add(pages, "reissued", page(SentWhy::Reissued, vec![row(self.suzuki(), Some("4708192563304708"), None)]));
    }

    fn transfers(&self, pages: &mut Pages) {
        let list = |rows, state: &str, query: &str, older| TransfersPage {
            frame: self.frame(true),
            state: state.into(),
            query: self.words(query),
            rows,
            older,
        };
        add(pages, "transfers-empty", TransfersPage { query: String::new(), ..list(vec![], "", "", None) });
        add(pages, "transfers-none", list(vec![], "paused", "aozora", None));
        add(pages, "transfers", list(self.list_rows(), "", "", Some(self.words("/transfers?before=1"))));
        let rows =
            || vec![self.delivery(Status::Collected, self.suzuki()), self.delivery(Status::Paused, self.smith())];
        let page = |status, deliveries, timeline, can_recall: bool| TransferPage {
            frame: self.frame(true),
            id: TransferId::new(day(0)),
            status,
            files: self.files(),
            file_count: 2,
            total_bytes: 3_500_000,
            sent_at: Some(day(0)),
            expires_at: Some(day(7)),
            erased_at: (!can_recall).then(|| day(7)),
            deliveries,
            timeline,
            can_recall,
        };
        add(pages, "transfer", page(Status::Partly, rows(), self.timeline(), true));
        let gone = vec![self.delivery(Status::Expired, self.suzuki())];
        add(pages, "transfer-expired", page(Status::Expired, gone, vec![], false));
        add(pages, "transfer-draft", page(Status::Draft, vec![], vec![], false));
        let reason = self.words("宛先を間違えた");
        let id = TransferId::new(day(0));
        add(pages, "recall", RecallPage { frame: self.frame(true), id, deliveries: rows(), reason });
    }

    fn list_rows(&self) -> Vec<TransferRow> {
        let states = DeliveryState::ALL.iter().map(|state| Status::of_delivery(*state, false));
        let ends = EndReason::ALL.iter().map(|reason| Status::of_end(*reason));
        let all = states.chain(ends).chain([Status::Draft, Status::of_delivery(DeliveryState::Pending, true)]);
        all.enumerate()
            .map(|(index, status)| TransferRow {
                id: TransferId::new(day(0)),
                status,
                name: if index % 4 == 0 { String::new() } else { self.suzuki().name },
                email: self.suzuki().email,
                recipient_count: u32::try_from(index % 3).unwrap(),
                file_count: 2,
                total_bytes: 3_500_000,
                at: day(0),
                until: (index % 2 == 0).then(|| day(7)),
            })
            .collect()
    }

    fn delivery(&self, status: Status, to: RecipientForm) -> DeliveryRow {
        let collected = status == Status::Collected;
        DeliveryRow {
            reference: self.words(if to.channel == Channel::Phone { "K-7K2M-90QF" } else { "K-3D8R-45TW" }),
            name: to.name,
            email: to.email,
            phone: to.phone,
            status,
            told_at: collected.then(|| minute(3)),
            collected_at: collected.then(|| minute(21)),
            ended_at: (status == Status::Expired).then(|| day(7)),
            mail_answer: if collected { String::new() } else { self.words("550 5.1.1 no such user") },
            can_reissue: !collected,
            can_resume: status == Status::Paused,
            can_recall: !collected,
        }
    }

    fn timeline(&self) -> Vec<Entry> {
        let words = [
            "draft_created",
            "sealed",
            "number_shown",
            "mail_accepted",
            "number_told",
            "link_opened",
            "number_mistyped",
            "number_wrong",
            "number_accepted",
            "serving_started",
            "retrieved",
            "delivery_ended",
            "shredded",
            "unknown",
        ];
        words
            .iter()
            .zip(0..)
            .map(|(event, index)| Entry {
                at: minute(index * 4),
                event: (*event).into(),
                person: self.words(if index < 2 { "佐藤 花子" } else { "鈴木 一郎" }),
                letter: (*event == "mail_accepted").then_some(LetterKind::Offer),
                reason: (*event == "delivery_ended").then_some(EndReason::Retrieved),
            })
            .collect()
    }
}

pub(super) type Pages = Vec<(String, String)>;

pub(super) fn add(pages: &mut Pages, name: &str, page: impl Template) {
    pages.push((name.to_owned(), page.render().unwrap()));
}
