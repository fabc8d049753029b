//! Screen 5: the list, one transfer, taking it back.

use serde_json::Value;

use super::States;
use super::approvals::nothing_waits;
use super::cast::{Cast, SIGNATURES, day, minute};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::timeline::{Entry, Said};
use crate::http::pages::view::{
    DeliveryRow, ExtendPage, FieldError, FilterForm, Frame, Notice, Period, RecallPage, RecipientForm, Refusal, Status,
    TransferDay, TransferPage, TransferRow, TransfersPage, Waits,
};
use crate::model::{Channel, DeliveryState, EndReason, LetterKind, Order, Standing, TransferId, Verdict};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("transfers");
    let list = |filter, days, older| TransfersPage { frame: cast.frame(true), filter, days, older };
    let all = FilterForm {
        query: String::new(),
        standing: None,
        period: Period::All,
        from: String::new(),
        to: String::new(),
        order: Order::Newest,
    };
    let days = || cast.list_days();
    states.add("transfers-empty", list(all.clone(), vec![], None));
    let narrow = FilterForm {
        query: cast.words("aozora"),
        standing: Some(Standing::Paused),
        period: Period::Month,
        ..all.clone()
    };
    states.add("transfers-none", list(narrow, vec![], None));
    states.add("transfers", list(all.clone(), days(), Some(cast.words("/transfers?cursor=1"))));
    let dates = FilterForm {
        period: Period::Dates,
        from: cast.words("2026-11-01"),
        to: cast.words("2026-11-23"),
        ..all.clone()
    };
    states.add("transfers-dates", list(dates, days(), None));
    // A browser's own date field cannot hold what is no date; it comes from an address that somebody wrote.
    let flaw = Problem::Field { field: "from", flaw: FieldFlaw::Malformed };
    let wrong = FilterForm { period: Period::Dates, ..all.clone() };
    let frame = cast.refused(true, "", flaw);
    states.add("transfers-dates-refused", TransfersPage { frame, ..list(wrong, vec![], None) });
    let soonest = TransferDay { heading: String::new(), rows: cast.list_rows() };
    states.add("transfers-soonest", list(FilterForm { order: Order::Soonest, ..all }, vec![soonest], None));
    let rows = || vec![cast.delivery(Status::Collected, cast.suzuki()), cast.delivery(Status::Paused, cast.smith())];
    let page = |status, deliveries, timeline, can_recall: bool| TransferPage {
        frame: cast.frame(true),
        id: TransferId::new(day(0)),
        status,
        files: cast.files(),
        file_count: 2,
        total_bytes: 3_500_000,
        sent_at: Some(day(0)),
        expires_at: Some(day(7)),
        erased_at: (!can_recall).then(|| day(7)),
        deliveries,
        timeline,
        can_recall,
        can_extend: can_recall,
        can_add: can_recall,
        waits: nothing_waits(),
        phone: String::new(),
    };
    states.add("transfer", page(Status::Partly, rows(), cast.timeline(), true));
    let gone = vec![cast.delivery(Status::Expired, cast.suzuki())];
    let noticed = |notice| Frame { notice: Some(notice), ..cast.frame(true) };
    let collected = || vec![cast.delivery(Status::Collected, cast.suzuki())];
    let stale = page(Status::Collected, collected(), cast.timeline(), false);
    states.add("transfer-stale", TransferPage { frame: noticed(Notice::AlreadyCollected), ..stale });
    let refused = vec![cast.delivery(Status::Undelivered, cast.smith()), cast.delivery(Status::Offered, cast.suzuki())];
    let refused = page(Status::Undelivered, refused, cast.timeline(), true);
    states.add("transfer-undelivered", TransferPage { frame: noticed(Notice::Told), ..refused });
    let withheld = DeliveryRow { withheld_at: Some(minute(2)), ..cast.delivery(Status::Queued, cast.suzuki()) };
    let bounced = vec![DeliveryRow {
        mail_answer: cast.words("5.1.1"),
        can_tell: false,
        ..cast.delivery(Status::Undelivered, cast.suzuki())
    }];
    states.add("transfer-bounced", page(Status::Undelivered, bounced, cast.bounces(), true));
    let ended = cast.delivery(Status::Expired, cast.suzuki());
    let asking = vec![DeliveryRow { asked_again_at: Some(day(8)), ..ended }];
    states.add("transfer-asked-again", page(Status::Expired, asking, vec![], false));
    let asking = DeliveryRow { asked_again_at: Some(day(2)), ..cast.delivery(Status::Offered, cast.suzuki()) };
    states.add("transfer-asked-again-live", page(Status::Offered, vec![asking], vec![], true));
    let some = vec![cast.delivery(Status::Collected, cast.suzuki()), cast.delivery(Status::Recalled, cast.smith())];
    states.add("transfer-collected-by-some", page(Status::CollectedBySome, some, vec![], false));
    let text = || vec![DeliveryRow { can_text: true, ..cast.delivery(Status::Opened, cast.suzuki()) }];
    states.add("transfer-sms", page(Status::Opened, text(), vec![], true));
    let flaw = Problem::Field { field: "phone", flaw: FieldFlaw::NotMobile };
    let refused = page(Status::Opened, text(), vec![], true);
    let frame = cast.refused(true, &format!("sms-{}", cast.words("K-7K2M-90QF")), flaw);
    states.add("transfer-sms-refused", TransferPage { frame, phone: cast.words("03-1234-5678"), ..refused });
    states.add("transfer-withheld", page(Status::Queued, vec![withheld], vec![], true));
    let reminded = page(Status::Opened, vec![cast.delivery(Status::Opened, cast.suzuki())], vec![], true);
    states.add("transfer-reminded", TransferPage { frame: noticed(Notice::Reminded), ..reminded });
    let waiting = DeliveryRow { was_mailed: false, ..cast.delivery(Status::Asked, cast.suzuki()) };
    let asked = page(Status::Asked, vec![waiting.clone()], vec![], true);
    let waits = Waits { asked: Some((minute(0), day(3))), ..nothing_waits() };
    states.add("transfer-waiting-for-approval", TransferPage { waits: waits.clone(), ..asked });
    let longer = Waits { longer: Some(day(21)), mailed: true, ..waits };
    let offered = vec![cast.delivery(Status::Offered, cast.suzuki())];
    states.add("transfer-longer-asked", TransferPage { waits: longer, ..page(Status::Offered, offered, vec![], true) });
    let held = Waits { held_until: Some(minute(10)), ..nothing_waits() };
    let on_hold = vec![DeliveryRow { status: Status::Held, ..waiting }];
    states.add("transfer-held", TransferPage { waits: held, ..page(Status::Held, on_hold, vec![], true) });
    for (name, lapsed) in [("transfer-refused", false), ("transfer-lapsed", true)] {
        let reason = if lapsed {
            String::new()
        } else {
            cast.words("宛先の会社が違います。青空商事様は aozora.example です。")
        };
        let refused = Some(Refusal { lapsed, ended: true, reason });
        let ended = cast.delivery(Status::Expired, cast.suzuki());
        let row = DeliveryRow { status: Status::NotApproved, refused, was_mailed: false, ..ended };
        states.add(name, page(Status::NotApproved, vec![row], vec![], false));
    }
    states.add("transfer-expired", page(Status::Expired, gone, vec![], false));
    states.add("transfer-draft", page(Status::Draft, vec![], vec![], false));
    let reason = cast.words("宛先を間違えた");
    let id = TransferId::new(day(0));
    states.add("recall", RecallPage { frame: cast.frame(true), id, deliveries: rows(), reason });
    let nobody_yet = vec![cast.delivery(Status::Offered, cast.suzuki())];
    states.add(
        "recall-none-collected",
        RecallPage { frame: cast.frame(true), id, deliveries: nobody_yet, reason: String::new() },
    );
    let not_mailed = vec![DeliveryRow { was_mailed: false, ..cast.delivery(Status::Held, cast.suzuki()) }];
    states.add(
        "recall-nothing-left",
        RecallPage { frame: cast.frame(true), id, deliveries: not_mailed, reason: String::new() },
    );
    let extend = |frame, most_days, days: &str| ExtendPage {
        frame,
        id,
        expires_at: day(7),
        latest: day(30),
        most_days,
        policy_days: 30,
        asks: most_days > 0,
        is_asked: false,
        shut: false,
        days: cast.words(days),
    };
    states.add("extend", extend(cast.frame(true), 23, "7"));
    states.add("extend-shut", ExtendPage { shut: true, ..extend(cast.frame(true), 23, "7") });
    states.add("extend-none", extend(cast.frame(true), 0, "0"));
    let mut frame = cast.frame(true);
    let text = frame.texts.phrase("extend-too-long").with("days", 23_u64).to_string();
    frame.errors.push(FieldError { id: "days".into(), text });
    states.add("extend-refused", extend(frame, 23, "90"));
    states.add("extend-asked", ExtendPage { is_asked: true, ..extend(cast.frame(true), 23, "7") });
    states
}

/// The page asks for itself again: a row that came back under another id would be another row.
fn same_every_time(index: usize) -> TransferId {
    format!("01a206c6-7880-7079-9b94-{index:012x}").parse().unwrap_or_else(|_| TransferId::new(day(0)))
}

impl Cast {
    fn list_rows(&self) -> Vec<TransferRow> {
        let states = DeliveryState::ALL.iter().map(|state| Status::of_delivery(*state, false));
        let ends = EndReason::ALL.iter().map(|reason| Status::of_end(*reason));
        let all = states.chain(ends).chain([Status::Draft, Status::of_delivery(DeliveryState::Pending, true)]);
        all.zip((0..3).cycle())
            .enumerate()
            .map(|(index, (status, recipient_count))| TransferRow {
                id: same_every_time(index),
                status,
                name: if index % 4 == 0 { String::new() } else { self.suzuki().name },
                email: self.suzuki().email,
                recipient_count,
                file_count: 2,
                total_bytes: 3_500_000,
                at: day(0),
                until: (index % 2 == 0).then(|| day(7)),
                ended_at: (index % 4 == 1).then(|| minute(90)),
            })
            .collect()
    }

    fn list_days(&self) -> Vec<TransferDay> {
        let texts = self.frame(true).texts;
        let mut rows = self.list_rows();
        let later = rows.split_off(5);
        let date = texts.day(&day(0));
        let today = texts.phrase("list-today").with("date", date.clone()).to_string();
        let yesterday = texts.phrase("list-yesterday").with("date", texts.day(&day(-1))).to_string();
        let [mut first, mut second] = [Vec::new(), Vec::new()];
        for (index, row) in later.into_iter().enumerate() {
            if index < 4 { first.push(row) } else { second.push(row) }
        }
        let older = texts.day(&day(-9));
        [(today, rows), (yesterday, first), (older, second)]
            .into_iter()
            .map(|(heading, rows)| TransferDay { heading, rows })
            .collect()
    }

    pub(super) fn delivery(&self, status: Status, to: RecipientForm) -> DeliveryRow {
        let collected = status == Status::Collected;
        let over = matches!(status, Status::Expired | Status::Recalled);
        DeliveryRow {
            reference: self.words(if to.channel == Channel::Phone { "K-7K2M-90QF" } else { "K-3D8R-45TW" }),
            name: to.name,
            email: to.email,
            phone: to.phone,
            status,
            told_at: collected.then(|| minute(3)),
            collected_at: collected.then(|| minute(21)),
            ended_at: (status == Status::Expired).then(|| day(7)),
            withheld_at: None,
            mail_answer: match status {
                Status::Undelivered => self.words("550 5.1.1 no such user"),
                _ => String::new(),
            },
            wrong: if status == Status::Paused { 10 } else { 0 },
            files: match collected {
                true => self.files().into_iter().map(|file| (file.name, minute(21))).collect(),
                false => Vec::new(),
            },
            refused: None,
            opened_at: collected.then(|| minute(19)),
            was_mailed: true,
            can_resend: !(collected || over || matches!(status, Status::Held | Status::Asked)),
            can_correct: !collected && !over,
            can_text: false,
            can_verify: !collected && !over,
            asked_again_at: None,
            can_tell: status == Status::Offered,
            can_reissue: !collected && !over,
            reminded_at: (status == Status::Opened).then(|| day(5)),
            can_remind: status == Status::Offered,
            can_resume: status == Status::Paused,
            can_recall: !collected && !over,
        }
    }

    /// A mail that left and came back.
    fn bounces(&self) -> Vec<Entry> {
        let words = ["sealed", "number_shown", "mail_accepted", "number_told", "mail_bounced"];
        let person = |index: i64| self.words(if index == 0 { "佐藤 花子" } else { "鈴木 一郎" });
        let entry = |(event, index): (&&str, i64)| Entry {
            letter: (*event == "mail_accepted").then_some(LetterKind::Offer),
            channel: (*event == "number_told").then_some(Channel::Phone),
            ..Entry::new(minute(index * 4), event, person(index), &Value::Null, 2)
        };
        words.iter().zip(0..).map(entry).collect()
    }

    fn timeline(&self) -> Vec<Entry> {
        let words = [
            "draft_created",
            "sealed",
            "number_shown",
            "mail_accepted",
            "number_copied",
            "number_printed",
            "number_told",
            "link_opened",
            "number_mistyped",
            "number_wrong",
            "number_accepted",
            "serving_started",
            "extended",
            "mail_failed",
            "mail_withheld",
            "retrieved",
            "delivery_ended",
            "shredded",
            "unknown",
        ];
        let verdicts = Verdict::ALL.iter().zip(0..).map(|(verdict, index)| Entry {
            verdict: Some(Said {
                verdict: *verdict,
                signatures: Some((SIGNATURES.into(), Some(minute(-340)))),
                finding: self.words("Win.Test.Example-1"),
                file: if index % 3 == 2 { String::new() } else { self.words("見積書.zip") },
                is_removed: false,
            }),
            files: 2,
            ..Entry::new(minute(90 + index), "scan_verdict", String::new(), &Value::Null, 2)
        });
        words
            .iter()
            .zip(0..)
            .map(|(event, index)| Entry {
                at: minute(index * 4),
                event: (*event).into(),
                person: self.words(if index < 2 { "佐藤 花子" } else { "鈴木 一郎" }),
                letter: (*event == "mail_accepted").then_some(LetterKind::Offer),
                reason: (*event == "delivery_ended").then_some(EndReason::Retrieved),
                channel: (*event == "number_told").then_some(Channel::Phone),
                phone: if *event == "number_told" { self.words("5432") } else { String::new() },
                verified: (*event == "number_told").then_some(false),
                failed: false,
                until: (*event == "extended").then(|| day(9)),
                files: 2,
                verdict: None,
            })
            .chain(verdicts)
            .collect()
    }
}
