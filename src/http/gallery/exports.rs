//! Files of the log's entries.

use super::States;
use super::cast::{Cast, day, minute};
use crate::audit::export::Column;
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{ExportForm, ExportPage, ExportsPage, Fetch, WrittenPage};
use crate::model::{AccountId, ExportFormat, ExportId, ExportState, Question};
use crate::staff::log::export::{Listed, Wish};
use crate::store::exports::Export;

const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("exports");
    asking(cast, &mut states);
    let file = |state, written| listed(cast, state, written, true);
    let all = || {
        vec![
            file(ExportState::Running, 412_000),
            file(ExportState::Ready, 1284),
            Listed { by: String::new(), ..listed(cast, ExportState::Expired, 90, false) },
            file(ExportState::Failed, 0),
            file(ExportState::Cancelled, 12),
        ]
    };
    states.add("exports", ExportsPage { frame: cast.frame(true), files: all() });
    states.add("exports-none", ExportsPage { frame: cast.frame(true), files: Vec::new() });
    let page = |file, fetch| WrittenPage { frame: cast.frame(true), file, fetch };
    states.add("export-running", page(file(ExportState::Running, 412_000), Fetch::ByHand));
    states.add("export-ready", page(file(ExportState::Ready, 1284), Fetch::ByHand));
    states.add("export-fetching", page(file(ExportState::Ready, 1284), Fetch::ByItself));
    states.add("export-not-own", page(listed(cast, ExportState::Ready, 1284, false), Fetch::ByHand));
    states.add("export-failed", page(file(ExportState::Failed, 0), Fetch::ByHand));
    states.add("export-cancelled", page(file(ExportState::Cancelled, 12), Fetch::ByHand));
    states.add("export-expired", page(file(ExportState::Expired, 1284), Fetch::ByHand));
    states
}

fn asking(cast: &Cast, states: &mut States) {
    let question = || Question {
        from: "2026-11-01".parse().ok(),
        until: "2026-11-23".parse().ok(),
        recipient: cast.words("青空商事"),
        ..Question::default()
    };
    let page = |frame, question: Question, form, expected| {
        let days = (question.from, question.until);
        ExportPage { frame, question, days, form, expected }
    };
    let usual = ExportForm::default;
    states.add("export", page(cast.frame(true), question(), usual(), Some(Some(1284))));
    states.add("export-none", page(cast.frame(true), question(), usual(), Some(Some(0))));
    states.add("export-many", page(cast.frame(true), Question::default(), usual(), Some(None)));
    let flaw = Problem::Field { field: "purpose", flaw: FieldFlaw::Missing };
    let typed = ExportForm {
        format: ExportFormat::Ocsf,
        columns: vec![Column::Time, Column::Event, Column::Reference],
        purpose: String::new(),
    };
    states.add("export-refused", page(cast.refused(true, "purpose", flaw), question(), typed, None));
}

fn listed(cast: &Cast, state: ExportState, written: i64, is_own: bool) -> Listed {
    let (ready, ended) = (state == ExportState::Ready, matches!(state, ExportState::Cancelled | ExportState::Expired));
    let export = Export {
        id: ExportId::new(minute(1)),
        account: Some(AccountId::new(minute(0))),
        format: if written > 100_000 { ExportFormat::JsonLines } else { ExportFormat::Csv },
        state,
        asked_sealed: None,
        key_sealed: None,
        manifest_sealed: None,
        expected: if written > 100_000 { 1_000_000 } else { written },
        written,
        bytes: if ready { 482_113 } else { 0 },
        digest: if ready || state == ExportState::Expired { DIGEST.into() } else { String::new() },
        tries: 1,
        leased_until: None,
        asked_at: minute(1),
        ready_at: ready.then(|| minute(2)),
        expires_at: ready.then(|| day(1)),
        ended_at: ended.then(|| minute(3)),
    };
    let wish = Wish {
        question: Question::default(), columns: Vec::new(), purpose: cast.words("第3四半期の内部監査")
    };
    Listed {
        export,
        by: cast.words("田中 監査"),
        is_own,
        wish: (is_own && (ready || state == ExportState::Running)).then_some(wish),
    }
}
