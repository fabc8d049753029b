//! Words, numbers and dates as people read them, in the language of the page and the time zone of the office.
//! All wording is in `web/locales`; nothing here is a sentence.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, static_loader};

use crate::model::{Language, Time};

static_loader! {
    static LOCALES = {
        locales: "./web/locales",
        fallback_language: "ja",
        // The isolation marks would end up in copied numbers, mail subjects and attributes.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static JA: LazyLock<LanguageIdentifier> = LazyLock::new(|| "ja".parse().unwrap_or_default());
static EN: LazyLock<LanguageIdentifier> = LazyLock::new(|| "en".parse().unwrap_or_default());

/// The words of one language, with dates in one time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    language: Language,
    zone: Tz,
}

impl Texts {
    /// Words in `language`, dates in `zone` (the office's).
    pub fn new(language: Language, zone: Tz) -> Self {
        Self { language, zone }
    }

    /// The language of these words.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The same time zone in another language.
    pub fn in_language(&self, language: Language) -> Self {
        Self { language, ..*self }
    }

    /// The text of `key` (`message` or `message.attribute`). A missing key reads as itself; a test finds those.
    pub fn text(&self, key: &str) -> String {
        self.phrase(key).to_string()
    }

    /// The text of `key`, to be completed with values by [`Phrase::with`].
    pub fn phrase<'a>(&self, key: &'a str) -> Phrase<'a> {
        Phrase { language: self.language, key, values: HashMap::new() }
    }

    /// A size as people read it, in powers of 1,000: "1.4 MB".
    pub fn size(&self, bytes: impl Borrow<u64>) -> String {
        let bytes = *bytes.borrow();
        if bytes < 1000 {
            return self.phrase("size-bytes").with("count", bytes).to_string();
        }
        let mut unit = 1000_u64;
        let mut tenths = u128::from(bytes);
        for name in ["KB", "MB", "GB", "TB", "PB"] {
            tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
            if tenths < 10_000 {
                return match tenths % 10 {
                    0 => format!("{} {name}", tenths / 10),
                    rest => format!("{}.{rest} {name}", tenths / 10),
                };
            }
            unit = unit.saturating_mul(1000);
        }
        format!("{} PB", tenths / 10)
    }

    /// A number as people read it, in groups of three: "1,284".
    pub fn grouped(&self, number: impl Borrow<u64>) -> String {
        let digits = number.borrow().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A moment in full, with weekday, and zone where readers need it: "Monday 30 November 2026, 23:59 (Tokyo time)".
    pub fn moment(&self, time: &Time) -> String {
        self.dated("moment", time)
    }

    /// A moment for tables: "Mon 30 Nov 2026, 23:59".
    pub fn short_moment(&self, time: &Time) -> String {
        self.dated("moment-short", time)
    }

    /// A moment to the second, for logs: "2026-11-30 23:59:00", in the time zone of the office.
    pub fn exact_moment(&self, time: &Time) -> String {
        time.to_utc().with_timezone(&self.zone).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The day of a moment: "Mon 30 Nov 2026".
    pub fn day(&self, time: &Time) -> String {
        self.dated("day", time)
    }

    /// A moment's time of the day: "23:59".
    pub fn clock(&self, time: &Time) -> String {
        let local = time.to_utc().with_timezone(&self.zone);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// The time zone's name, as browsers know it.
    pub fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// A length of time in the largest unit that tells it exactly.
    pub fn duration(&self, seconds: impl Into<u64>) -> String {
        let (key, count) = match seconds.into() {
            s if s >= 86_400 && s % 86_400 == 0 => ("duration-days", s / 86_400),
            s if s >= 3_600 && s % 3_600 == 0 => ("duration-hours", s / 3_600),
            s if s >= 60 && s % 60 == 0 => ("duration-minutes", s / 60),
            s if s > 120 => ("duration-minutes", s.div_ceil(60)),
            s => ("duration-seconds", s),
        };
        self.phrase(key).with("count", count).to_string()
    }

    /// How digits are read out on the phone: "four seven zero eight".
    pub fn reading(&self, digits: &str) -> String {
        let words: Vec<String> = digits
            .chars()
            .filter_map(|digit| digit.to_digit(10))
            .map(|digit| self.phrase("digit").with("digit", digit).to_string())
            .collect();
        words.join(&self.text("digit.between"))
    }

    fn dated(&self, key: &str, time: &Time) -> String {
        let local = time.to_utc().with_timezone(&self.zone);
        self.phrase(key)
            .with("year", local.year())
            .with("month", local.month())
            .with("day", local.day())
            .with("weekday", weekday(&local))
            .with("clock", self.clock(time))
            .with("zone", self.zone_name())
            .to_string()
    }

    /// Japanese readers take the time to be Japan's unless told otherwise.
    fn zone_name(&self) -> String {
        let name = self.zone.name();
        let place = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
        match (self.language, self.zone) {
            (Language::Ja, Tz::Asia__Tokyo) => "none".into(),
            (_, Tz::UTC) => "UTC".into(),
            (Language::Ja, _) => name.to_owned(),
            (Language::En, _) => format!("{place} time"),
        }
    }
}

fn weekday(day: &DateTime<Tz>) -> &'static str {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .get(day.weekday().num_days_from_monday() as usize)
        .copied()
        .unwrap_or_default()
}

/// Digits in groups of four, the way they are printed and read out.
pub fn groups_of_four(digits: &str) -> Vec<String> {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(4).map(|group| group.iter().collect()).collect()
}

/// A text that may still need values.
#[derive(Clone, Debug)]
pub struct Phrase<'a> {
    language: Language,
    key: &'a str,
    values: HashMap<&'static str, FluentValue<'a>>,
}

impl<'a> Phrase<'a> {
    /// Fills in `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Value) -> Self {
        self.values.insert(name, value.fluent());
        self
    }
}

impl fmt::Display for Phrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = match self.language {
            Language::Ja => &*JA,
            Language::En => &*EN,
        };
        match LOCALES.lookup_single_language(language, self.key, Some(&self.values)) {
            Ok(text) => f.write_str(&text),
            Err(_) => write!(f, "⟦{}⟧", self.key),
        }
    }
}

/// What can be filled into a text. Numbers choose plural forms; strings stand as they are.
pub trait Value {
    /// As Fluent takes it.
    fn fluent(&self) -> FluentValue<'static>;
}

impl<T: Value + ?Sized> Value for &T {
    fn fluent(&self) -> FluentValue<'static> {
        (**self).fluent()
    }
}

impl Value for str {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl Value for String {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Value for $number {
            fn fluent(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )*};
}
numbers! { u32 u64 usize i32 i64 }

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(language: Language) -> Texts {
        Texts::new(language, Tz::Asia__Tokyo)
    }

    #[test]
    fn numbers_are_read_in_groups_of_three() {
        let texts = texts(Language::Ja);
        let told = [0, 999, 1000, 12_345, 100_001, 1_000_000].map(|number: u64| texts.grouped(number));
        assert_eq!(told, ["0", "999", "1,000", "12,345", "100,001", "1,000,000"]);
    }

    #[test]
    fn sizes_are_told_in_powers_of_a_thousand() {
        let en = texts(Language::En);
        let told: Vec<String> =
            [0_u64, 1, 999, 1000, 1_449_999, 4_200_000, 999_950_000, 50_000_000_000].map(|b| en.size(b)).into();
        assert_eq!(told, ["0 bytes", "1 byte", "999 bytes", "1 KB", "1.4 MB", "4.2 MB", "1 GB", "50 GB"]);
        assert_eq!(texts(Language::Ja).size(5_u64), "5 バイト");
    }

    #[test]
    fn moments_carry_weekday_and_zone() {
        let time = Time::from_millis(1_796_050_740_000);
        assert_eq!(texts(Language::Ja).moment(&time), "2026年11月30日（月）23:59");
        assert_eq!(texts(Language::En).moment(&time), "Monday 30 November 2026, 23:59 (Tokyo time)");
        assert_eq!(texts(Language::Ja).short_moment(&time), "2026/11/30（月）23:59");
        assert_eq!(texts(Language::En).short_moment(&time), "Mon 30 Nov 2026, 23:59");
        assert_eq!(texts(Language::Ja).day(&time), "2026年11月30日（月）");
        assert_eq!(texts(Language::En).day(&time), "Monday 30 November 2026");
        assert_eq!(texts(Language::En).clock(&time), "23:59");
        assert_eq!(
            Texts::new(Language::En, Tz::America__New_York).moment(&time),
            "Monday 30 November 2026, 09:59 (New York time)"
        );
        assert_eq!(
            Texts::new(Language::Ja, Tz::America__New_York).moment(&time),
            "2026年11月30日（月）09:59（America/New_York）"
        );
        assert_eq!(Texts::new(Language::En, Tz::UTC).moment(&time), "Monday 30 November 2026, 14:59 (UTC)");
    }

    #[test]
    fn durations_are_exact_or_rounded_up() {
        let told: Vec<String> =
            [604_800_u64, 86_400, 3_600, 7_200, 300, 130, 10].map(|s| texts(Language::En).duration(s)).into();
        assert_eq!(told, ["7 days", "1 day", "1 hour", "2 hours", "5 minutes", "3 minutes", "10 seconds"]);
        assert_eq!(texts(Language::Ja).duration(604_800_u64), "7日間");
    }

    #[test]
    fn numbers_are_read_digit_by_digit() {
        assert_eq!(groups_of_four("470819256330"), ["4708", "1925", "6330"]);
        assert_eq!(texts(Language::Ja).reading("4708"), "よん・なな・ゼロ・はち");
        assert_eq!(texts(Language::En).reading("4708"), "four seven zero eight");
    }
}
