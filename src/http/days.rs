//! Days as people name them in filters, in the time zone of the office.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeZone, Weekday};
use chrono_tz::Tz;

use crate::error::{FieldFlaw, Problem, Result};
use crate::model::Time;
use crate::model::day::first_moment;

pub use crate::model::day::date_of;

/// When the day `text` of `field` (`2026-11-23`) begins in `zone`; none for no day.
///
/// # Errors
/// `Field` when it is no day.
pub fn begin(field: &'static str, text: &str, zone: Tz) -> Result<Option<Time>> {
    day(field, text)?.map(|day| begin_of(field, day, zone)).transpose()
}

/// When the day `text` of `field` is over in `zone`: the first moment of the next; none for no day.
///
/// # Errors
/// `Field` when it is no day.
pub fn end(field: &'static str, text: &str, zone: Tz) -> Result<Option<Time>> {
    let next = |day: NaiveDate| day.checked_add_days(Days::new(1)).ok_or_else(|| malformed(field));
    day(field, text)?.map(|day| begin_of(field, next(day)?, zone)).transpose()
}

/// The last moment of the day `text` of `field` in `zone`: a deadline that is told as a day; none for no day.
///
/// # Errors
/// `Field` when it is no day.
pub fn last_moment(field: &'static str, text: &str, zone: Tz) -> Result<Option<Time>> {
    Ok(end(field, text, zone)?.map(|end| end - std::time::Duration::from_millis(1)))
}

/// A moment as forms name it, `2026-11-23T14:05` in `zone`; none for none.
///
/// # Errors
/// `Field` when it is none.
pub fn moment(field: &'static str, text: &str, zone: Tz) -> Result<Option<Time>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map_err(|_| malformed(field))?;
    let at = zone.from_local_datetime(&local).earliest().ok_or_else(|| malformed(field))?;
    Ok(Some(Time::from_millis(at.timestamp_millis())))
}

/// Days from Monday to Friday after `from`, up to `to`. Holidays are not known.
pub fn working_days_between(from: NaiveDate, to: NaiveDate) -> usize {
    let is_working = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    from.iter_days().skip(1).take_while(|day| *day <= to).filter(is_working).count()
}

/// When the day `ago` days before the one of `now` began in `zone`.
pub fn begin_before(now: Time, ago: u64, zone: Tz) -> Option<Time> {
    let day = date_of(now, zone).checked_sub_days(Days::new(ago))?;
    first_moment(day, zone)
}

fn day(field: &'static str, text: &str) -> Result<Option<NaiveDate>> {
    match text.trim() {
        "" => Ok(None),
        text => Ok(Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| malformed(field))?)),
    }
}

fn malformed(field: &'static str) -> Problem {
    Problem::Field { field, flaw: FieldFlaw::Malformed }
}

fn begin_of(field: &'static str, day: NaiveDate, zone: Tz) -> Result<Time> {
    Ok(first_moment(day, zone).ok_or_else(|| malformed(field))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_at_the_offices_midnight() {
        let zone = Tz::Asia__Tokyo;
        let begin = begin("from", "2026-11-23", zone).unwrap().unwrap();
        assert_eq!(begin.to_rfc3339(), "2026-11-22T15:00:00.000Z");
        assert_eq!(end("to", " 2026-11-23 ", zone).unwrap().unwrap().to_rfc3339(), "2026-11-23T15:00:00.000Z");
        assert_eq!(begin_before(begin, 1, zone).unwrap().to_rfc3339(), "2026-11-21T15:00:00.000Z");
        assert_eq!(super::begin("from", "", zone).unwrap(), None);
    }

    #[test]
    fn a_weekend_is_no_working_day() {
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        assert_eq!(working_days_between(day("2026-11-20"), day("2026-11-23")), 1, "from Friday to Monday");
        assert_eq!(working_days_between(day("2026-11-23"), day("2026-11-23")), 0);
        assert_eq!(working_days_between(day("2026-11-23"), day("2026-11-25")), 2);
    }

    #[test]
    fn a_moment_is_the_offices() {
        let at = moment("at", "2026-11-23T14:05", Tz::Asia__Tokyo).unwrap().unwrap();
        assert_eq!(at.to_rfc3339(), "2026-11-23T05:05:00.000Z");
        assert_eq!(moment("at", " ", Tz::UTC).unwrap(), None);
        assert!(moment("at", "14:05", Tz::UTC).is_err());
    }

    #[test]
    fn a_day_without_midnight_begins_later() {
        let begin = begin("from", "2026-09-06", Tz::America__Santiago).unwrap().unwrap();
        assert_eq!(begin.to_rfc3339(), "2026-09-06T04:00:00.000Z");
    }

    #[test]
    fn what_is_no_day_is_told() {
        for text in ["23.11.2026", "2026-02-30", "yesterday", "+262142-12-31"] {
            assert!(end("to", text, Tz::UTC).is_err(), "{text}");
        }
    }
}
