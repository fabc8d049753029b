//! The fax register.

use super::States;
use super::cast::{Cast, day, minute};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{FaxCoverPage, FaxForm, FaxFormPage, FaxPage, FaxRow, FaxSteps, FaxesPage};
use crate::model::{AccountId, Fax, FaxConfirmation, FaxDetails, FaxId, FaxOriginal, FaxState};

fn fax(cast: &Cast, state: FaxState) -> Fax {
    let by = AccountId::new(day(0));
    let was_sent = !matches!(state, FaxState::Recorded | FaxState::NotSent);
    let is_confirmed = matches!(state, FaxState::Confirmed | FaxState::Complete);
    let is_stored = matches!(state, FaxState::Stored | FaxState::Complete);
    let is_closed = matches!(state, FaxState::NotSent | FaxState::Misdirected);
    Fax {
        id: FaxId::new(day(0)),
        owner: by,
        delivery: None,
        details: FaxDetails {
            recipient: cast.words("鈴木 一郎"),
            company: cast.words("株式会社青空商事"),
            number: cast.words("03-9876-5432"),
            subject: cast.words("見積書"),
            pages: 3,
            reference: cast.words("経理-2026-118"),
            language: cast.language,
            differs: was_sent,
            checked_by: cast.words("高橋 実"),
        },
        state,
        created_at: day(0),
        sent_at: was_sent.then(|| minute(10)),
        confirmed: is_confirmed.then(|| FaxConfirmation {
            at: minute(20),
            by,
            with: cast.words("鈴木様"),
            phone: cast.words("03-9876-5430"),
        }),
        stored: is_stored.then(|| FaxOriginal { at: minute(25), by, place: cast.words("経理 キャビネット3") }),
        closed_at: is_closed.then(|| minute(30)),
        note: cast.words(if is_closed { "受け取った方に電話し、破棄していただいた" } else { "" }),
    }
}

fn row(cast: &Cast, state: FaxState, is_late: bool) -> FaxRow {
    let failed_at = if state == FaxState::Recorded { vec![minute(4), minute(7)] } else { Vec::new() };
    FaxRow { fax: fax(cast, state), owner: cast.words("佐藤 花子"), failed_at, is_late }
}

fn form(cast: &Cast) -> FaxForm {
    FaxForm {
        recipient: cast.words("鈴木 一郎"),
        company: cast.words("株式会社青空商事"),
        number: cast.words("03-9876-5432"),
        again: cast.words("03-9876-5423"),
        subject: cast.words("見積書"),
        pages: "3".into(),
        reference: String::new(),
        language: cast.language,
        checked_by: String::new(),
        differs: false,
        delivery: String::new(),
    }
}

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("fax");
    let list = |open, over, shows_owners| FaxesPage {
        frame: cast.frame(true),
        open,
        over,
        shows_owners,
        may_record: !shows_owners,
    };
    states.add("faxes-empty", list(Vec::new(), Vec::new(), false));
    let open = vec![row(cast, FaxState::Recorded, false), row(cast, FaxState::Sent, true)];
    let over = [FaxState::Complete, FaxState::NotSent, FaxState::Misdirected];
    let over: Vec<FaxRow> = over.into_iter().map(|state| row(cast, state, false)).collect();
    states.add("faxes", list(open.clone(), over.clone(), false));
    states.add("faxes-of-all", list(open, over, true));
    let shown = |frame, action: &str, form: FaxForm, asks_differs| FaxFormPage {
        frame,
        action: action.into(),
        is_there: action != "/fax",
        form,
        asks_differs,
    };
    let sheet = FaxForm { delivery: cast.words("K-3D8R-45TW"), ..form(cast) };
    states.add("fax-new", shown(cast.frame(true), "/fax", sheet, false));
    states.add("fax-edit", shown(cast.frame(true), "/fax/1/edit", form(cast), false));
    let twice = cast.refused(true, "again", Problem::FaxNumbersDiffer);
    states.add("fax-numbers-differ", shown(twice, "/fax", form(cast), false));
    let known = Problem::FaxNumberNew { known: cast.words("5400") };
    states.add("fax-number-new", shown(cast.refused(true, "number", known), "/fax", form(cast), true));
    let page = |frame, state, is_late| FaxPage {
        frame,
        row: row(cast, state, is_late),
        confirmed_by: cast.words("佐藤 花子"),
        stored_by: cast.words("佐藤 花子"),
        delivery: cast.words("K-3D8R-45TW"),
        may_change: true,
        typed: FaxSteps::default(),
    };
    for state in FaxState::ALL {
        let is_late = *state == FaxState::Stored;
        states.add(&format!("fax-{}", state.word().replace('_', "-")), page(cast.frame(true), *state, is_late));
    }
    let missing = Problem::Field { field: "with", flaw: FieldFlaw::Missing };
    states.add("fax-confirm-refused", page(cast.refused(true, "", missing), FaxState::Sent, false));
    states.add(
        "fax-cover",
        FaxCoverPage {
            frame: cast.frame(true),
            fax: fax(cast, FaxState::Recorded),
            sender: cast.words("佐藤 花子"),
            sender_phone: cast.words("03-1234-5678"),
            office_contact: cast.words("〒100-0000 東京都千代田区　平日 9:00〜17:30"),
            now: day(0),
        },
    );
    states
}
