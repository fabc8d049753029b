//! What was sent, added up.

use askama::Template;
use chrono::NaiveDate;

use super::super::Frame;
use crate::model::{Period, TotalsBy};
use crate::staff::log::{Bar, Summary};

/// GET `/audit/totals?by=&period=&from=&until=`.
#[derive(Template)]
#[template(path = "audit_totals.html")]
pub struct TotalsPage {
    /// The frame.
    pub frame: Frame,
    /// By what.
    pub by: TotalsBy,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// The totals.
    pub summary: Summary,
}

/// The width of the longest bar, in the units of the drawing.
const WIDTH: i64 = 300;

impl TotalsPage {
    fn is_by(&self, by: &TotalsBy) -> bool {
        self.by == *by
    }

    fn by_key(by: &TotalsBy) -> &'static str {
        match by {
            TotalsBy::Day => "totals-by-day",
            TotalsBy::Month => "totals-by-month",
            TotalsBy::Department => "totals-by-department",
            TotalsBy::Sender => "totals-by-sender",
        }
    }

    fn label(&self, bar: &Bar) -> String {
        match (bar.label.as_str(), self.by) {
            ("", TotalsBy::Department) => self.frame.text("totals-no-department"),
            ("", _) => self.frame.text("audit-erased"),
            (label, _) => label.to_owned(),
        }
    }

    /// How long the bar of so many transfers is.
    fn width(&self, bar: &Bar) -> i64 {
        let longest = self.summary.bars.iter().map(|bar| bar.amount.transfers).max().unwrap_or(0).max(1);
        bar.amount.transfers * WIDTH / longest
    }

    fn size(&self, bytes: &i64) -> String {
        self.frame.texts.size(u64::try_from(*bytes).unwrap_or(0))
    }

    fn of_period(&self, period: &Period) -> String {
        format!("/audit/totals?by={}&period={}", self.by, period)
    }
}
