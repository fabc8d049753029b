//! The gallery's part about what was sent: numbers, the list, one transfer, taking it back.

use super::gallery::{Gallery, Pages, add, day, minute};
use super::*;
use crate::http::pages::timeline::Entry;
use crate::model::{Channel, DeliveryId, DeliveryState, EndReason, LetterKind, PickUpNumber, TransferId};

impl Gallery {
    pub(super) fn sent(&self, pages: &mut Pages) {
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

    pub(super) fn transfers(&self, pages: &mut Pages) {
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
