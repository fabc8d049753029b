//! The list of sent transfers.

use askama::Template;

use super::frame::addressed;
use super::{Frame, Status};
use crate::http::pages::visit::percent_encoded;
use crate::http::text::Texts;
use crate::model::{Order, Standing, Time, TransferId, words};

/// GET `/transfers?q=&state=&period=&from=&to=&order=&cursor=`.
#[derive(Template)]
#[template(path = "transfers.html")]
pub struct TransfersPage {
    /// The frame.
    pub frame: Frame,
    /// What was asked for.
    pub filter: FilterForm,
    /// Day by day; one group without a heading where the order is not that of the days.
    pub days: Vec<TransferDay>,
    /// Path of the next page; none on the last.
    pub older: Option<String>,
}

words! {
    /// Which days a list is limited to. The word travels in the page's query (`period=`).
    pub enum Period {
        /// All of them.
        All = "all",
        /// Today and the six days before.
        Week = "7",
        /// Today and the 29 days before.
        Month = "30",
        /// Today and the 89 days before.
        Quarter = "90",
        /// From one day to another.
        Dates = "dates",
    }
}

/// The filter as it was asked for: every part of it stands in the page's address.
#[derive(Clone, Debug)]
pub struct FilterForm {
    /// What was searched for.
    pub query: String,
    /// Only those that stand so.
    pub standing: Option<Standing>,
    /// Which days.
    pub period: Period,
    /// The first day as typed; may be empty.
    pub from: String,
    /// The last day as typed; may be empty.
    pub to: String,
    /// In which order.
    pub order: Order,
}

/// Transfers of one day.
#[derive(Clone, Debug)]
pub struct TransferDay {
    /// The day in words; may be empty.
    pub heading: String,
    /// Its transfers, in order.
    pub rows: Vec<TransferRow>,
}

/// A transfer in the list.
#[derive(Clone, Debug)]
pub struct TransferRow {
    /// Its id.
    pub id: TransferId,
    /// Where it stands.
    pub status: Status,
    /// The first recipient's name; may be empty.
    pub name: String,
    /// The first recipient's mail address; empty when there is no recipient.
    pub email: String,
    /// Number of recipients.
    pub recipient_count: u32,
    /// Number of files.
    pub file_count: u32,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// When it was sent, or the draft made.
    pub at: Time,
    /// Until when it can be collected, or until when the draft is kept; none once it ended.
    pub until: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
}

impl Period {
    /// Days back, today included, for periods that are counted from today.
    pub fn days(self) -> Option<u64> {
        match self {
            Self::Week => Some(7),
            Self::Month => Some(30),
            Self::Quarter => Some(90),
            Self::All | Self::Dates => None,
        }
    }

    fn label(&self, texts: &Texts) -> String {
        match self.days() {
            Some(days) => texts.phrase("list-period-days").with("days", days).to_string(),
            None if *self == Self::All => texts.text("list-period-all"),
            None => texts.text("list-period-dates"),
        }
    }
}

impl FilterForm {
    fn is_filtering(&self) -> bool {
        self.standing.is_some() || !self.query.is_empty() || self.period != Period::All
    }

    fn is_standing(&self, standing: &Standing) -> bool {
        self.standing == Some(*standing)
    }

    /// The same filter in another order: a path that can be shared.
    fn sorted(&self, order: &Order) -> String {
        let pairs = [
            ("q", self.query.as_str()),
            ("state", self.standing.map(Standing::word).unwrap_or_default()),
            ("period", if self.period == Period::All { "" } else { self.period.word() }),
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("order", if *order == Order::Newest { "" } else { order.word() }),
        ];
        let said = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = said.map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
        if query.is_empty() { "/transfers".to_owned() } else { format!("/transfers?{}", query.join("&")) }
    }

    /// The page of the same list that begins behind `cursor`.
    pub fn behind(&self, cursor: &str) -> String {
        let path = self.sorted(&self.order);
        let join = if path.contains('?') { '&' } else { '?' };
        format!("{path}{join}cursor={}", percent_encoded(cursor))
    }
}

impl TransfersPage {
    fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    fn caption_key(&self) -> &'static str {
        match self.filter.order {
            Order::Newest => "list-caption-newest",
            Order::Oldest => "list-caption-oldest",
            Order::Soonest => "list-caption-soonest",
        }
    }

    fn standing_key(&self, standing: &Standing) -> &'static str {
        Status::of_standing(*standing).key()
    }

    fn order_key(&self, order: &Order) -> &'static str {
        match order {
            Order::Newest => "list-order-newest",
            Order::Oldest => "list-order-oldest",
            Order::Soonest => "list-order-soonest",
        }
    }

    /// `aria-sort` of the column of days; empty where it is not sorted by.
    fn sort_of_days(&self) -> &'static str {
        match self.filter.order {
            Order::Newest => "descending",
            Order::Oldest => "ascending",
            Order::Soonest => "",
        }
    }

    /// The order that a press on the column of days leads to.
    fn next_order_of_days(&self) -> Order {
        if self.filter.order == Order::Newest { Order::Oldest } else { Order::Newest }
    }

    fn is_by_limit(&self) -> bool {
        self.filter.order == Order::Soonest
    }
}

impl TransferRow {
    fn recipients(&self, texts: &Texts) -> String {
        let first = addressed(texts, &self.name, &self.email);
        match self.recipient_count {
            0 => texts.text("list-nobody"),
            1 => first,
            count => texts.phrase("list-and-others").with("first", first).with("count", count - 1).to_string(),
        }
    }

    /// How it stands, in one line: what is said when it changes while somebody looks at the page.
    fn says(&self, frame: &Frame) -> String {
        let status = frame.text(self.status.key());
        frame.phrase("live-says").with("who", self.recipients(&frame.texts)).with("status", status).to_string()
    }
}
