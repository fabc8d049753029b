//! Days in the time zone of the office.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::Time;

/// The day of a moment in `zone`.
pub fn date_of(time: Time, zone: Tz) -> NaiveDate {
    time.to_utc().with_timezone(&zone).date_naive()
}

/// When a day begins in `zone`. Where clocks go forward at midnight it begins with a later hour.
pub fn first_moment(day: NaiveDate, zone: Tz) -> Option<Time> {
    let hours = (0..3).filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
    let mut moments = hours.filter_map(|hour| zone.from_local_datetime(&day.and_time(hour)).earliest());
    moments.next().map(|moment: DateTime<Tz>| Time::from_millis(moment.timestamp_millis()))
}
