//! What somebody asks the log.

use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::day::{date_of, first_moment};
use super::words::words;
use super::{Outcome, Time};

words! {
    /// A period that moves with the day.
    pub enum Period {
        /// This day.
        Today = "today",
        /// This week, from Monday.
        ThisWeek = "this_week",
        /// This month.
        ThisMonth = "this_month",
        /// The month before.
        LastMonth = "last_month",
        /// The business year, from April.
        BusinessYear = "business_year",
    }
}

/// The month that a business year begins with in Japan.
const BUSINESS_YEAR_BEGINS: u32 = 4;

impl Period {
    /// Its first and last day, as seen on `today`.
    pub fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let first_of = |day: NaiveDate| day.with_day(1).unwrap_or(day);
        match self {
            Self::Today => (today, today),
            Self::ThisWeek => {
                let since_monday = u64::from(today.weekday().num_days_from_monday());
                (today.checked_sub_days(Days::new(since_monday)).unwrap_or(today), today)
            }
            Self::ThisMonth => (first_of(today), today),
            Self::LastMonth => {
                let this = first_of(today);
                let last = this.pred_opt().unwrap_or(this);
                (first_of(last), last)
            }
            Self::BusinessYear => {
                let year = today.year() - i32::from(today.month() < BUSINESS_YEAR_BEGINS);
                (NaiveDate::from_ymd_opt(year, BUSINESS_YEAR_BEGINS, 1).unwrap_or(today), today)
            }
        }
    }
}

words! {
    /// What totals are by.
    pub enum TotalsBy {
        /// Days.
        Day = "day",
        /// Months.
        Month = "month",
        /// Departments.
        Department = "department",
        /// Senders.
        Sender = "sender",
    }
}

/// A question to the log. What is empty or absent does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// A period that moves with the day; `from` and `until` do not count then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// First day, in the time zone of the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day, in the time zone of the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Part of the name or address of a member of staff, who acted or was acted upon.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub person: String,
    /// A reference, or its last four characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// Part of a recipient's name or address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient: String,
    /// The word of a kind of event.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Outcome>,
    /// A network address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
}

impl Question {
    /// Its first and last day, each if there is one.
    pub fn days(&self, now: Time, zone: Tz) -> (Option<NaiveDate>, Option<NaiveDate>) {
        match self.period {
            Some(period) => {
                let (from, until) = period.days(date_of(now, zone));
                (Some(from), Some(until))
            }
            None => (self.from, self.until),
        }
    }

    /// When it begins, and before when it ends.
    pub fn span(&self, now: Time, zone: Tz) -> (Option<Time>, Option<Time>) {
        let (from, until) = self.days(now, zone);
        let after = until.and_then(|day| day.succ_opt());
        (from.and_then(|day| first_moment(day, zone)), after.and_then(|day| first_moment(day, zone)))
    }

    /// Whether its days span more than a year.
    pub fn is_wider_than_a_year(&self, now: Time, zone: Tz) -> bool {
        let (Some(from), until) = self.days(now, zone) else { return false };
        let until = until.unwrap_or_else(|| date_of(now, zone));
        from.checked_add_months(Months::new(12)).is_some_and(|year| year <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_move_with_the_day() {
        let days = |period: Period, today| {
            let (from, until) = period.days(day(today));
            format!("{from} {until}")
        };
        assert_eq!(days(Period::Today, "2026-11-26"), "2026-11-26 2026-11-26");
        assert_eq!(days(Period::ThisWeek, "2026-11-26"), "2026-11-23 2026-11-26");
        assert_eq!(days(Period::ThisMonth, "2026-11-26"), "2026-11-01 2026-11-26");
        assert_eq!(days(Period::LastMonth, "2026-03-31"), "2026-02-01 2026-02-28");
        assert_eq!(days(Period::LastMonth, "2026-01-01"), "2025-12-01 2025-12-31");
        assert_eq!(days(Period::BusinessYear, "2026-03-31"), "2025-04-01 2026-03-31");
        assert_eq!(days(Period::BusinessYear, "2026-04-01"), "2026-04-01 2026-04-01");
    }

    #[test]
    fn a_span_ends_with_its_last_day_in_the_time_zone_of_the_office() {
        let question =
            Question { from: Some(day("2026-11-01")), until: Some(day("2026-11-01")), ..Question::default() };
        let (from, before) = question.span(Time::default(), chrono_tz::Asia::Tokyo);
        assert_eq!(from.unwrap().to_rfc3339(), "2026-10-31T15:00:00.000Z");
        assert_eq!(before.unwrap().to_rfc3339(), "2026-11-01T15:00:00.000Z");
        assert!(!question.is_wider_than_a_year(Time::default(), chrono_tz::Asia::Tokyo));
        let years = |until| Question { from: Some(day("2025-11-01")), until: Some(day(until)), ..Question::default() };
        assert!(!years("2026-10-31").is_wider_than_a_year(Time::default(), chrono_tz::UTC));
        assert!(years("2026-11-01").is_wider_than_a_year(Time::default(), chrono_tz::UTC));
    }
}
