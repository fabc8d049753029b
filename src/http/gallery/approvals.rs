//! What waits for an approver, the page that asks, the deputy; and writing to somebody else after sending.

use super::States;
use super::cast::{Cast, MESSAGE, day, minute};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{
    ApprovalPage, ApprovalsPage, DecidedRow, DeliveryRow, DeputyPage, Frame, Notice, QuestionRow, RecipientForm,
    StandInPage, Status, WaitingRow, Waits, WidenPage,
};
use crate::model::{AccountId, ApprovalId, ApprovalReason, ApprovalState, TransferId};
use crate::transfer::flag::Flag;

/// Nothing keeps a mail from leaving.
pub(super) fn nothing_waits() -> Waits {
    Waits {
        id: TransferId::new(day(0)),
        asked: None,
        approvers: Vec::new(),
        then_minutes: 0,
        longer: None,
        held_until: None,
        mailed: false,
    }
}

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("approvals");
    lists(cast, &mut states);
    asking(cast, &mut states);
    widening(cast, &mut states);
    deputies(cast, &mut states);
    states
}

fn lists(cast: &Cast, states: &mut States) {
    let empty = ApprovalsPage { frame: cast.frame(true), waiting: vec![], decided: vec![] };
    states.add("approvals-empty", empty);
    let waiting = |index: i64, to: RecipientForm, recipients| WaitingRow {
        id: TransferId::new(minute(index)),
        sender: cast.words("佐藤 花子"),
        first: (to.name, to.email),
        recipients,
        file_count: 2,
        total_bytes: 3_500_000,
        asked_at: minute(index),
        decide_by: day(3),
    };
    let decided = |to: RecipientForm, state, on_behalf_of: &str| DecidedRow {
        sender: cast.words("佐藤 花子"),
        emails: vec![to.email, cast.smith().email],
        state,
        at: minute(-90),
        on_behalf_of: cast.words(on_behalf_of),
    };
    let page = ApprovalsPage {
        frame: Frame { notice: Some(Notice::Approved), ..cast.frame(true) },
        waiting: vec![waiting(-40, cast.suzuki(), 1), waiting(-5, cast.smith(), 12)],
        decided: vec![
            decided(cast.suzuki(), ApprovalState::Given, ""),
            decided(cast.suzuki(), ApprovalState::Refused, "田中 一"),
        ],
    };
    states.add("approvals", page);
    let frame = Frame { notice: Some(Notice::NothingAsked), ..cast.frame(true) };
    states.add("approvals-nothing-asked", ApprovalsPage { frame, waiting: vec![], decided: vec![] });
}

/// Each flag once.
fn flags(cast: &Cast) -> Vec<Flag> {
    vec![
        Flag::LookAlike { known: cast.words("aozora.example") },
        Flag::Scripts { shown: cast.words("аozora.example") },
        Flag::FirstTime,
        Flag::FreeMail,
        Flag::OtherCompany { others: cast.words("aozora.example") },
        Flag::Bounced,
    ]
}

fn asking(cast: &Cast, states: &mut States) {
    let question = |to: RecipientForm, reasons, flags| QuestionRow {
        id: ApprovalId::new(day(0)),
        name: to.name,
        email: to.email,
        reasons,
        flags,
        latest_expiry: day(7),
        now_until: None,
    };
    let page = |frame, questions| ApprovalPage {
        frame,
        id: TransferId::new(day(0)),
        sender: cast.words("佐藤 花子"),
        sender_email: cast.words("sato@yamada.example"),
        files: cast.files(),
        types: vec![cast.words("application/pdf")],
        total_bytes: 3_500_000,
        unscanned: false,
        can_open: true,
        is_deputy: false,
        questions,
        others: Vec::new(),
        message: cast.words(MESSAGE),
        decide_by: day(3),
        hold_minutes: 0,
        reason: String::new(),
    };
    let one = || vec![question(cast.suzuki(), vec![ApprovalReason::Always], vec![])];
    states.add("approval", page(cast.frame(true), one()));
    let all = vec![
        question(cast.suzuki(), ApprovalReason::ALL.to_vec(), flags(cast)),
        question(cast.smith(), vec![ApprovalReason::NewDomain], vec![Flag::FirstTime]),
    ];
    let flagged = page(cast.frame(true), all);
    let files = cast.flawed_files();
    states
        .add("approval-flagged", ApprovalPage { files, others: vec![cast.smith().email], hold_minutes: 10, ..flagged });
    let blind = page(cast.frame(true), one());
    states.add(
        "approval-deputy",
        ApprovalPage { unscanned: true, can_open: false, is_deputy: true, message: String::new(), ..blind },
    );
    let longer = vec![QuestionRow {
        latest_expiry: day(21),
        now_until: Some(day(7)),
        ..question(cast.suzuki(), vec![ApprovalReason::Always], vec![])
    }];
    states.add("approval-longer", page(cast.frame(true), longer));
    let mut frame = cast.frame(true);
    frame.refuse_in_words("reason", "approval-reason-missing");
    states.add("approval-refused", page(frame, one()));
}

fn widening(cast: &Cast, states: &mut States) {
    let blank = RecipientForm {
        email: String::new(),
        name: String::new(),
        phone: String::new(),
        phrase: String::new(),
        ..cast.suzuki()
    };
    let page = |frame, recipient, wrong| WidenPage {
        frame,
        id: TransferId::new(day(0)),
        wrong,
        recipient,
        flags: Vec::new(),
        shown: String::new(),
        retype: false,
        confirmed: String::new(),
        hold_minutes: 10,
        domains: None,
    };
    states.add("recipient-add", page(cast.frame(true), blank, None));
    let mut frame = cast.frame(true);
    frame.refuse_in_words("confirmed", "flag-unconfirmed");
    let flagged = page(frame, cast.suzuki(), None);
    states.add(
        "recipient-add-flagged",
        WidenPage { flags: flags(cast), domains: Some(vec![cast.words("aozora.example")]), ..flagged },
    );
    let wrong = |status, was_mailed| DeliveryRow { was_mailed, ..cast.delivery(status, cast.smith()) };
    states.add("address-correct", page(cast.frame(true), cast.smith(), Some(wrong(Status::Offered, true))));
    states.add("address-correct-held", page(cast.frame(true), cast.smith(), Some(wrong(Status::Held, false))));
    let collected = wrong(Status::Collected, true);
    let opened = DeliveryRow { collected_at: None, status: Status::Opened, ..collected.clone() };
    states.add("address-correct-opened", page(cast.frame(true), cast.smith(), Some(opened)));
    let flaw = Problem::Field { field: "email", flaw: FieldFlaw::Malformed };
    states.add("address-correct-collected", page(cast.refused(true, "", flaw), cast.smith(), Some(collected)));
}

fn deputies(cast: &Cast, states: &mut States) {
    let page = |frame, named| DeputyPage {
        frame,
        named,
        email: cast.words("tanaka@yamada.example"),
        from: cast.words("2026-11-23"),
        until: cast.words("2026-12-05"),
    };
    states.add("deputy", page(cast.frame(true), None));
    let who = cast.words("田中 一 <tanaka@yamada.example>");
    states.add("deputy-named", page(cast.frame(true), Some((who, day(0), day(12)))));
    let mut frame = cast.frame(true);
    frame.refuse_in_words("deputy", "deputy-unknown");
    states.add("deputy-refused", page(frame, None));
    let page = |frame, named| StandInPage {
        frame,
        id: AccountId::new(day(0)),
        name: cast.words("佐藤 花子"),
        can_have: true,
        named,
        email: cast.words("tanaka@yamada.example"),
        from: cast.words("2026-11-23"),
        until: cast.words("2026-12-05"),
        reason: cast.words("入院のため"),
    };
    states.add("deputy-of", page(cast.frame(true), None));
    let who = cast.words("田中 一 <tanaka@yamada.example>");
    states.add("deputy-of-named", page(cast.frame(true), Some((who, day(0), day(12)))));
    states.add("deputy-of-nobody", StandInPage { can_have: false, ..page(cast.frame(true), None) });
    let mut frame = cast.frame(true);
    frame.refuse_in_words("deputy", "deputy-of-oneself");
    states.add("deputy-of-refused", page(frame, None));
}
