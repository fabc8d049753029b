//! What auditors see of the log.

use super::States;
use super::cast::{Cast, day, minute};
use crate::error::{FieldFlaw, Problem};
use crate::http::event_text;
use crate::http::pages::view::{
    AuditDelivery, AuditPage, AuditRow, AuditTransferPage, EventPage, Found, Frame, Status, TotalsPage,
};
use crate::model::{EventId, Outcome, Period, Question, SavedSearchId, TotalsBy, TransferId};
use crate::staff::log::{Bar, Count, LogState, Summary};
use crate::store::saved_searches::SavedSearch;
use crate::store::settings::Checked;
use crate::store::totals::Amount;

fn row(cast: &Cast, minutes: i64, event: &str, outcome: Outcome) -> AuditRow {
    let is_recipients = matches!(event, "number_wrong" | "retrieved" | "link_opened" | "number_accepted");
    let system = cast.frame(true).texts.text("audit-by-system");
    let recipient = cast.words("鈴木 一郎");
    AuditRow {
        id: EventId::first(minute(minutes)),
        at: minute(minutes),
        who: if is_recipients { recipient.clone() } else { system },
        kind: event_text::name(&cast.frame(true).texts, event),
        text: String::new(),
        transfer: Some(TransferId::new(day(0))),
        reference: "K-7K2M-90QF".into(),
        about: recipient,
        outcome,
        source: if is_recipients { "192.0.2.33".into() } else { String::new() },
    }
}

fn rows(cast: &Cast) -> Vec<AuditRow> {
    vec![
        row(cast, 101, "shredded", Outcome::Ok),
        row(cast, 41, "retrieved", Outcome::Ok),
        row(cast, 40, "number_accepted", Outcome::Ok),
        row(cast, 39, "number_wrong", Outcome::Failed),
        row(cast, 24, "link_opened", Outcome::Ok),
        row(cast, 21, "mail_accepted", Outcome::Ok),
    ]
}

fn search(frame: Frame, question: Question, found: Option<Found>) -> AuditPage {
    let at = minute(-300);
    let checked = Checked { at, entries: 128_000, good_at: Some(at), wrong: None, lacking: Vec::new() };
    let state = LogState {
        origin: "files.yamada.example/audit/2026-1".into(),
        size: 128_411,
        signed: Some((128_411, minute(102))),
        left: Some((128_398, minute(90))),
        checked: Some(checked),
    };
    let (from, until) = question.days(minute(120), chrono_tz::Tz::Asia__Tokyo);
    AuditPage { frame, question, from, until, found, saved: Vec::new(), state: Some(state), search_name: String::new() }
}

fn found(rows: Vec<AuditRow>, count: Option<Count>) -> Found {
    Found { next: (!rows.is_empty()).then(|| EventId::first(minute(20))), rows, count }
}

fn searches(states: &mut States, cast: &Cast) {
    let all = search(cast.frame(true), Question::default(), Some(found(rows(cast), Some(Count::MoreThan(10_000)))));
    states.add("audit", all);
    let question = Question {
        period: Some(Period::ThisMonth),
        recipient: "aozora".into(),
        kind: "retrieved".into(),
        result: Some(Outcome::Ok),
        ..Question::default()
    };
    let kept =
        SavedSearch { id: SavedSearchId::new(day(0)), name: cast.words("四半期監査"), question: question.clone() };
    let one = search(cast.frame(true), question.clone(), Some(found(rows(cast), None)));
    states.add("audit-found", AuditPage { saved: vec![kept], ..one });
    let none = search(cast.frame(true), question.clone(), Some(found(Vec::new(), Some(Count::Exactly(0)))));
    states.add("audit-none", AuditPage { state: None, ..none });
    let since = found(Vec::new(), Some(Count::Since(0, day(-90))));
    let since = Found { next: Some(EventId::first(day(-90))), ..since };
    states.add("audit-so-far", search(cast.frame(true), question.clone(), Some(since)));
    let flaw = Problem::Field { field: "recipient", flaw: FieldFlaw::TooBroad { limit: 500 } };
    states.add("audit-too-broad", search(cast.refused(true, "recipient", flaw), question, None));
}

fn told(states: &mut States, cast: &Cast) {
    let row_of = row(cast, 41, "retrieved", Outcome::Ok);
    let leaf = "{\n  \"actor\": {\n    \"by\": \"recipient\",\n    \"id\": \"0190b0a0-0000-7000-8000-000000000000\"\n  },\n  \"event\": \"retrieved\"\n}";
    let page = |place, values| EventPage {
        frame: cast.frame(true),
        row: row_of.clone(),
        place,
        leaf: leaf.to_owned(),
        values,
    };
    let origin = "files.yamada.example/audit/2026-1".to_owned();
    states.add("audit-event", page(Some((origin, 128_390)), vec![("source".into(), "192.0.2.33".into())]));
    states.add("audit-event-waits", page(None, Vec::new()));
    let one = AuditDelivery {
        reference: "K-7K2M-90QF".into(),
        name: cast.words("鈴木 一郎"),
        email: "suzuki@aozora.example".into(),
        status: Status::Collected,
        offered_at: Some(minute(21)),
        opened_at: Some(minute(40)),
        retrieved_at: Some(minute(41)),
        ended_at: Some(minute(101)),
        openings: vec![(minute(40), "192.0.2.33".into())],
    };
    let page = |erased: bool, deliveries: Vec<AuditDelivery>, sender: &str| AuditTransferPage {
        frame: cast.frame(true),
        id: TransferId::new(day(0)),
        status: if erased { Status::Collected } else { Status::Offered },
        sender: sender.to_owned(),
        file_count: 2,
        total_bytes: 3_500_000,
        sent_at: Some(minute(20)),
        expires_at: Some(day(7)),
        erased_at: erased.then(|| minute(101)),
        deliveries,
        rows: rows(cast).into_iter().rev().collect(),
    };
    let sender = format!("{} <sato@yamada.example>", cast.words("佐藤 花子"));
    states.add("audit-transfer", page(true, vec![one.clone()], &sender));
    let waiting = AuditDelivery {
        status: Status::Offered,
        opened_at: None,
        retrieved_at: None,
        ended_at: None,
        openings: Vec::new(),
        ..one.clone()
    };
    states.add("audit-transfer-waiting", page(false, vec![waiting], &sender));
    let erased = AuditDelivery { name: String::new(), email: String::new(), ..one };
    states.add("audit-transfer-erased", page(true, vec![erased], ""));
}

fn totals(states: &mut States, cast: &Cast) {
    let amount = |transfers| Amount {
        transfers,
        deliveries: transfers * 2,
        files: transfers * 3,
        bytes: transfers * 1_400_000,
        retrieved: transfers * 2 - 1,
    };
    let bar = |label: &str, transfers| Bar { label: label.to_owned(), amount: amount(transfers) };
    let (from, until) = (day(-200).to_utc().date_naive(), day(0).to_utc().date_naive());
    let page = |by, bars: Vec<Bar>, sum| TotalsPage {
        frame: cast.frame(true),
        by,
        from,
        until,
        summary: Summary { bars, sum },
    };
    let months = vec![bar("2026-09", 118), bar("2026-10", 164), bar("2026-11", 92)];
    states.add("totals-month", page(TotalsBy::Month, months, amount(374)));
    let departments = vec![bar(&cast.words("経理"), 300), bar("", 74)];
    states.add("totals-department", page(TotalsBy::Department, departments, amount(374)));
    states.add("totals-none", page(TotalsBy::Sender, Vec::new(), Amount::default()));
}

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("audit");
    searches(&mut states, cast);
    told(&mut states, cast);
    totals(&mut states, cast);
    states
}
