//! The recipients' part of the gallery, and every problem.

use super::gallery::{Gallery, Pages, add, day, minute};
use super::*;
use crate::error::{FieldFlaw, PasswordFlaw, Problem};

impl Gallery {
    fn offered(&self) -> Offered {
        Offered {
            sender: self.words("佐藤 花子"),
            phone: self.words("03-1234-5678"),
            recipient: self.words("鈴木 一郎"),
            phrase: self.words("青い傘"),
            file_count: 3,
            total_bytes: 4_200_000,
            expires_at: day(7),
            reference: self.words("K-7K2M-90QF"),
        }
    }

    pub(super) fn recipients(&self, pages: &mut Pages) {
        let code = |frame, id: Option<&str>, reason| CodePage {
            frame,
            id: id.map(|id| self.words(id)),
            code: self.words(""),
            reason,
        };
        add(pages, "r", code(self.frame(false), None, CodeReason::Entry));
        add(pages, "r-id", code(self.frame(false), Some("8Q4ZT1M6"), CodeReason::Entry));
        let missing = self.refused(false, "", Problem::Field { field: "secret", flaw: FieldFlaw::Missing });
        add(pages, "r-missing", code(missing, None, CodeReason::Entry));
        add(pages, "r-unknown", code(self.frame(false), None, CodeReason::Unknown));
        add(pages, "r-session-ended", code(self.frame(false), Some("8Q4ZT1M6"), CodeReason::SessionEnded));

        let locked = |mut frame: Frame, number: &str, elsewhere| {
            frame.switch = LanguageSwitch::Post {
                action: "/r/8Q4ZT1M6/look".into(),
                fields: vec![("secret".into(), self.words("k7q2m9d4x1r8t5w3e6n0p2c7h4b9v8s1s8"))],
            };
            LockedPage {
                frame,
                id: "8Q4ZT1M6".into(),
                secret: self.words("k7q2m9d4x1r8t5w3e6n0p2c7h4b9v8s1s8"),
                offered: self.offered(),
                digits: 12,
                number: self.words(number),
                elsewhere,
                openings: if elsewhere { self.openings() } else { vec![] },
            }
        };
        add(pages, "locked", locked(self.frame(false), "", false));
        let problems = [
            ("missing", Problem::NumberMissing),
            ("length", Problem::NumberLength { got: 11, want: 12 }),
            ("mistyped", Problem::NumberMistyped),
            ("wrong", Problem::NumberWrong { left: 9 }),
            ("last", Problem::NumberWrong { left: 1 }),
            ("slow", Problem::SlowDown { seconds: 10 }),
            ("busy", Problem::Busy { seconds: 5 }),
        ];
        for (name, problem) in problems {
            let page = locked(self.refused(false, "number", problem), "4708 1925 6331", false);
            add(pages, &format!("locked-{name}"), page);
        }
        add(pages, "locked-elsewhere", locked(self.frame(false), "4708 1925 6330", true));

        let files = |states: [Collected; 3]| self.collect(states);
        add(pages, "files", files([Collected::No; 3]));
        add(pages, "files-partly", files([Collected::Yes, Collected::Partly, Collected::No]));
        add(pages, "files-all", files([Collected::Yes; 3]));
    }

    fn openings(&self) -> Vec<Opening> {
        vec![Opening { at: minute(0), source: self.words("203.0.113.7") }]
    }

    fn collect(&self, states: [Collected; 3]) -> FilesPage {
        let names =
            ["決算書_2026年度.pdf", "源泉徴収票.xlsx", "とても長い名前のファイル_最終版_修正済み_20261123_確認用.pdf"];
        let files = names.iter().zip(states).zip(1..).map(|((name, collected), number)| CollectFile {
            number,
            name: self.words(name),
            size: 1_400_000,
            collected,
        });
        FilesPage {
            frame: self.frame(false),
            id: "8Q4ZT1M6".into(),
            offered: self.offered(),
            message: self.words("今年度の決算書です。\nご確認ください。"),
            files: files.collect(),
            zip_bytes: 4_200_620,
            again_until: minute(60),
            openings: if states[0] == Collected::No { vec![] } else { self.openings() },
        }
    }

    pub(super) fn ends(&self, pages: &mut Pages) {
        let endings = [
            ("closed", Ending::Closed { at: day(1), erased: true }),
            ("closed-own", Ending::Closed { at: day(1), erased: false }),
            ("expired", Ending::Expired { at: day(7) }),
            ("recalled", Ending::Recalled { at: day(2) }),
            ("key-lost", Ending::KeyLost),
            ("paused", Ending::Paused),
            ("openings-used-up", Ending::OpeningsUsedUp),
        ];
        for (name, ending) in endings {
            add(
                pages,
                name,
                EndedPage { frame: self.frame(false), offered: self.offered(), ending, openings: self.openings() },
            );
        }
        let offered = Offered { phone: String::new(), phrase: String::new(), ..self.offered() };
        add(
            pages,
            "expired-no-phone",
            EndedPage { frame: self.frame(false), offered, ending: Ending::KeyLost, openings: vec![] },
        );
        for (problem, index) in problems().into_iter().zip(1..) {
            let name = format!("{index}-{}", crate::http::problem_text::problem_key(&problem));
            add(pages, &name, ProblemPage::new(self.frame(problem == Problem::Forbidden), &problem));
        }
        add(pages, "fault", ProblemPage::fault(self.frame(false)));
    }
}

/// One of each problem, with values.
fn problems() -> Vec<Problem> {
    use Problem as P;
    vec![
        P::NotFound,
        P::WrongPassword,
        P::SignInNeeded,
        P::SessionLocked,
        P::PasswordChangeNeeded,
        P::SlowDown { seconds: 900 },
        P::Forbidden,
        P::Forged,
        P::PasswordRefused(PasswordFlaw::TooLong { maximum: 200 }),
        P::PasswordRefused(PasswordFlaw::Same),
        P::PasswordRefused(PasswordFlaw::ContainsName),
        P::Field { field: "message", flaw: FieldFlaw::TooLong { limit: 400 } },
        P::Field { field: "name", flaw: FieldFlaw::Missing },
        P::Field { field: "filename", flaw: FieldFlaw::Malformed },
        P::Field { field: "email", flaw: FieldFlaw::Duplicate },
        P::Field { field: "upload_length", flaw: FieldFlaw::Missing },
        P::MessageCarriesSecret,
        P::Malformed { detail: String::new() },
        P::TooLarge { limit: 50_000_000_000 },
        P::TooManyFiles { limit: 100 },
        P::TooManyRecipients { limit: 50 },
        P::WrongState { state: "sealed" },
        P::NoFiles,
        P::EmptyFile,
        P::NoRecipients,
        P::UploadUnfinished { missing: 2 },
        P::DraftChanged,
        P::OffsetMismatch { offset: 1 },
        P::UploadBusy,
        P::ChecksumMismatch,
        P::ChecksumUnsupported,
        P::AccountKeyNeeded,
        P::SenderSlotGone,
        P::NumberAlreadyShown,
        P::NumberMistyped,
        P::NumberLength { got: 11, want: 12 },
        P::NumberMissing,
        P::NumberWrong { left: 9 },
        P::DeliveryPaused,
        P::OpeningsUsedUp,
        P::OpenElsewhere,
        P::UnlockNeeded,
        P::DeliveryEnded { state: "recalled" },
        P::Busy { seconds: 5 },
        P::Unavailable,
        P::IdempotencyReused,
        P::LastAdministrator,
        P::AddressTaken,
    ]
}
