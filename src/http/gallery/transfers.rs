//! Screen 5: the list, one transfer, taking it back.

use super::States;
use super::cast::{Cast, day, minute};
use crate::http::pages::timeline::Entry;
use crate::http::pages::view::{
    DeliveryRow, RecallPage, RecipientForm, Status, TransferPage, TransferRow, TransfersPage,
};
use crate::model::{Channel, DeliveryState, EndReason, LetterKind, TransferId};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("transfers");
    let list = |rows, state: &str, query: &str, older| TransfersPage {
        frame: cast.frame(true),
        state: state.into(),
        query: cast.words(query),
        rows,
        older,
    };
    states.add("transfers-empty", TransfersPage { query: String::new(), ..list(vec![], "", "", None) });
    states.add("transfers-none", list(vec![], "paused", "aozora", None));
    states.add("transfers", list(cast.list_rows(), "", "", Some(cast.words("/transfers?before=1"))));
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
    };
    states.add("transfer", page(Status::Partly, rows(), cast.timeline(), true));
    let gone = vec![cast.delivery(Status::Expired, cast.suzuki())];
    states.add("transfer-expired", page(Status::Expired, gone, vec![], false));
    states.add("transfer-draft", page(Status::Draft, vec![], vec![], false));
    let reason = cast.words("宛先を間違えた");
    let id = TransferId::new(day(0));
    states.add("recall", RecallPage { frame: cast.frame(true), id, deliveries: rows(), reason });
    states
}

impl Cast {
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
                recipient_count: u32::try_from(index % 3).unwrap_or_default(),
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
