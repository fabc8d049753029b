//! Screen 6: what recipients see, from the link to the end.

use super::States;
use super::cast::{Cast, day, minute};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{
    AskAgain, CodePage, CodeReason, CollectFile, Collected, EndedPage, Ending, FilesPage, Frame, LanguageSwitch,
    LockedPage, Offered, Opening,
};

/// The secret part of a link.
const SECRET: &str = "k7q2m9d4x1r8t5w3e6n0p2c7h4b9v8s1s8";

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("recipient");
    let code = |frame, id: Option<&str>, reason| CodePage {
        frame,
        id: id.map(|id| cast.words(id)),
        code: cast.words(""),
        reason,
    };
    states.add("r", code(cast.frame(false), None, CodeReason::Entry));
    states.add("r-id", code(cast.frame(false), Some("8Q4ZT1M6"), CodeReason::Entry));
    let missing = cast.refused(false, "", Problem::Field { field: "secret", flaw: FieldFlaw::Missing });
    states.add("r-missing", code(missing, None, CodeReason::Entry));
    for (name, flaw) in [
        ("r-incomplete", FieldFlaw::Incomplete { got: 20, want: 34 }),
        ("r-mistyped", FieldFlaw::Mistyped),
        ("r-no-code", FieldFlaw::Malformed),
    ] {
        let mut page = code(
            cast.refused(false, "", Problem::Field { field: "secret", flaw }),
            Some("8Q4ZT1M6"),
            CodeReason::Entry,
        );
        page.code = cast.words("k7q2m9d4x1r8t5w3e6n0");
        states.add(name, page);
    }
    states.add("r-unknown", code(cast.frame(false), None, CodeReason::Unknown));
    states.add("r-session-ended", code(cast.frame(false), Some("8Q4ZT1M6"), CodeReason::SessionEnded));

    let locked = |mut frame: Frame, number: &str, elsewhere| {
        frame.switch = LanguageSwitch::Post {
            action: "/r/8Q4ZT1M6/look".into(),
            fields: vec![("secret".into(), cast.words(SECRET))],
        };
        LockedPage {
            frame,
            id: "8Q4ZT1M6".into(),
            secret: cast.words(SECRET),
            offered: cast.offered(),
            digits: 12,
            number: cast.words(number),
            elsewhere,
            openings: if elsewhere { cast.openings() } else { vec![] },
        }
    };
    states.add("locked", locked(cast.frame(false), "", false));
    let problems = [
        ("missing", Problem::NumberMissing, ""),
        ("length", Problem::NumberLength { got: 11, want: 12 }, "4708 1925 633"),
        ("mistyped", Problem::NumberMistyped, "4708 1925 6331"),
        ("wrong", Problem::NumberWrong { left: 9 }, "4708 1925 6330"),
        ("last", Problem::NumberWrong { left: 1 }, "4708 1925 6330"),
        ("slow", Problem::SlowDown { seconds: 10 }, "4708 1925 6330"),
        ("busy", Problem::Busy { seconds: 5 }, "4708 1925 6330"),
    ];
    for (name, problem, typed) in problems {
        let page = locked(cast.refused(false, "number", problem), typed, false);
        states.add(&format!("locked-{name}"), page);
    }
    states.add("locked-elsewhere", locked(cast.frame(false), "4708 1925 6330", true));

    let files = |states: [Collected; 3]| cast.collect(states);
    states.add("files", files([Collected::No; 3]));
    states.add("files-partly", files([Collected::Yes, Collected::Partly, Collected::No]));
    states.add("files-iphone", files([Collected::Partly, Collected::No, Collected::No]));
    states.add("files-one", {
        let mut page = files([Collected::No; 3]);
        page.files.truncate(1);
        page.message = String::new();
        page
    });
    states.add("files-all", files([Collected::Yes; 3]));
    let endings = [
        ("closed", Ending::Closed { at: day(1), erased: true }),
        ("closed-own", Ending::Closed { at: day(1), erased: false }),
        ("expired", Ending::Expired { at: day(7) }),
        ("recalled", Ending::Recalled { at: day(2) }),
        ("key-lost", Ending::KeyLost),
        ("replaced", Ending::Replaced),
        ("paused", Ending::Paused),
        ("openings-used-up", Ending::OpeningsUsedUp),
    ];
    let ended = |offered, ending, openings| {
        let can_ask =
            matches!(ending, Ending::Expired { .. } | Ending::Recalled { .. } | Ending::KeyLost | Ending::Replaced);
        let ask = if can_ask { AskAgain::May { secret: cast.words(SECRET) } } else { AskAgain::No };
        EndedPage { frame: cast.frame(false), offered, ending, ask, openings }
    };
    for (name, ending) in endings {
        states.add(name, ended(cast.offered(), ending, cast.openings()));
    }
    let offered = Offered { phrase: String::new(), ..cast.offered() };
    let mut without_phone = ended(offered, Ending::Expired { at: day(7) }, vec![]);
    without_phone.frame.help.phone = String::new();
    states.add("expired-no-phone", without_phone);
    let mut asked = ended(cast.offered(), Ending::Expired { at: day(7) }, vec![]);
    asked.ask = AskAgain::Asked { at: day(8) };
    states.add("expired-asked", asked);
    states
}

impl Cast {
    fn offered(&self) -> Offered {
        Offered {
            sender: self.words("佐藤 花子"),
            recipient: self.words("鈴木 一郎"),
            phrase: self.words("青い傘"),
            file_count: 3,
            total_bytes: 4_200_000,
            expires_at: day(7),
            reference: self.words("K-7K2M-90QF"),
        }
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
            openings: if states == [Collected::No; 3] { vec![] } else { self.openings() },
            on_iphone: states[0] == Collected::Partly,
        }
    }
}
