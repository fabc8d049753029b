//! The values of the policy as a list: names, units and bounds, for the check of the configuration and for whoever sets
//! them later.

use super::sections::Policy;
use super::value::{Ruling, SenderSlot};

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Months.
    Months,
    /// Bytes.
    Bytes,
    /// An hour of the day, 0 to 23; 24 is none.
    HourOfDay,
    /// Things.
    Count,
    /// One of these numbers.
    OneOf(&'static [u64]),
    /// The place of a word in this list.
    Words(&'static [&'static str]),
}

impl Unit {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Months => "months",
            Self::Bytes => "bytes",
            Self::HourOfDay => "hour_of_day",
            Self::Count | Self::OneOf(_) => "count",
            Self::Words(_) => "words",
        }
    }
}

/// One value of the policy.
pub struct Setting {
    /// Its key in the section `policy`.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// The least that it may be.
    pub least: u64,
    /// The most that it may be.
    pub most: u64,
    get: fn(&Policy) -> u64,
    set: fn(&mut Policy, u64),
}

impl Setting {
    /// Its value.
    pub fn of(&self, policy: &Policy) -> u64 {
        (self.get)(policy)
    }

    /// Whether it may have this value, others apart.
    pub fn admits(&self, value: u64) -> bool {
        let listed = match self.unit {
            Unit::OneOf(numbers) => numbers.contains(&value),
            _ => true,
        };
        listed && (self.least..=self.most).contains(&value)
    }

    /// The setting of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }
}

impl Policy {
    /// The same with this value in place of the present one, which must be admitted.
    pub fn set(&mut self, setting: &Setting, value: u64) {
        (setting.set)(self, value);
    }

    /// The settings that are out of bounds or contradict another, each with the bounds that the others leave it.
    pub fn flaws(&self) -> Vec<(&'static Setting, u64, u64)> {
        let alone = SETTINGS.iter().filter(|setting| !setting.admits(setting.of(self)));
        let mut flaws: Vec<_> = alone.map(|setting| (setting, setting.least, setting.most)).collect();
        for (setting, least, most) in self.contradictions() {
            if flaws.iter().all(|(other, ..)| other.name != setting.name) {
                flaws.push((setting, least, most));
            }
        }
        flaws
    }

    fn contradictions(&self) -> impl Iterator<Item = (&'static Setting, u64, u64)> {
        let (least, most) = (u64::from(self.keep_least_hours), u64::from(self.keep_most_hours));
        let (pause, life) = (u64::from(self.wrong_pause), u64::from(self.wrong_life));
        [
            ("keep_most_hours", most < least, least, 720),
            ("keep_default_hours", !self.keep_hours().contains(&self.keep_default_hours), least, most),
            ("wrong_life", life < pause, pause, 1000),
        ]
        .into_iter()
        .filter(|(_, contradicts, ..)| *contradicts)
        .filter_map(|(name, _, least, most)| Setting::named(name).map(|setting| (setting, least, most)))
    }
}

macro_rules! settings {
    ($($name:ident: $kind:ty, $unit:expr, $least:literal..=$most:expr;)*) => {
        /// Every value of the policy, in the order in which people read them.
        pub const SETTINGS: &[Setting] = &[$(Setting {
            name: stringify!($name),
            unit: $unit,
            least: $least,
            most: $most,
            get: |policy| policy.$name.into(),
            // Values are admitted before they are set; what would not fit stays at its most.
            set: |policy, value| policy.$name = <$kind>::try_from(value).unwrap_or(<$kind>::MAX),
        },)* SENDER_SLOT, RETYPE_DOMAIN, CONFIRM_FIRST_TIME, APPROVE_ALWAYS, APPROVE_NEW_DOMAINS, CHANNEL_PHONE, CHANNEL_SHEET, CHANNEL_SMS, INFECTED, UNSCANNABLE, UNANSWERED, OVERSIZED, EXECUTABLES, MACROS, DISGUISED, MISMATCHED];
    };
}

const SENDER_SLOT: Setting = Setting {
    name: "sender_slot",
    unit: Unit::Words(&["until_collected", "never"]),
    least: 0,
    most: 1,
    get: |policy| u64::from(policy.sender_slot == SenderSlot::Never),
    set: |policy, value| {
        policy.sender_slot = if value == 0 { SenderSlot::UntilCollected } else { SenderSlot::Never };
    },
};

/// The place of a ruling among all, strictest first.
fn place(ruling: Ruling) -> u64 {
    match ruling {
        Ruling::Refuse => 0,
        Ruling::Approval => 1,
        Ruling::Allow => 2,
    }
}

fn ruling(place: u64) -> Ruling {
    let place = usize::try_from(place).unwrap_or_default();
    Ruling::ALL.get(place).copied().unwrap_or(Ruling::Refuse)
}

macro_rules! switches {
    ($($constant:ident = $name:ident;)*) => {
        $(const $constant: Setting = Setting {
            name: stringify!($name),
            unit: Unit::Words(&["no", "yes"]),
            least: 0,
            most: 1,
            get: |policy| policy.$name.into(),
            set: |policy, value| policy.$name = value != 0,
        };)*
    };
}

switches! {
    RETYPE_DOMAIN = retype_domain;
    CONFIRM_FIRST_TIME = confirm_first_time;
    APPROVE_ALWAYS = approve_always;
    APPROVE_NEW_DOMAINS = approve_new_domains;
    CHANNEL_PHONE = channel_phone;
    CHANNEL_SHEET = channel_sheet;
    CHANNEL_SMS = channel_sms;
}

macro_rules! rulings {
    ($($constant:ident = $name:ident, $most:literal;)*) => {
        $(const $constant: Setting = Setting {
            name: stringify!($name),
            unit: Unit::Words(Ruling::WORDS),
            least: 0,
            most: $most,
            get: |policy| place(policy.$name),
            set: |policy, value| policy.$name = ruling(value),
        };)*
    };
}

rulings! {
    // What is known to be malware is never sent without a second person.
    INFECTED = infected, 1;
    UNSCANNABLE = unscannable, 2;
    // A scanner that is broken is no reason to send.
    UNANSWERED = unanswered, 1;
    OVERSIZED = oversized, 2;
    EXECUTABLES = executables, 2;
    MACROS = macros, 2;
    DISGUISED = disguised, 2;
    MISMATCHED = mismatched, 2;
}

settings! {
    keep_default_hours: u32, Unit::Hours, 1..=720;
    keep_least_hours: u32, Unit::Hours, 1..=720;
    keep_most_hours: u32, Unit::Hours, 1..=720;
    grace_minutes: u32, Unit::Minutes, 0..=10_080;
    hold_minutes: u32, Unit::Minutes, 0..=60;
    files_per_transfer: u32, Unit::Count, 1..=10_000;
    bytes_per_transfer: u64, Unit::Bytes, 1..=(1 << 50);
    recipients_per_transfer: u32, Unit::Count, 1..=1000;
    number_digits: u32, Unit::OneOf(&[12, 16, 20]), 12..=20;
    sms_per_delivery: u32, Unit::Count, 1..=100;
    sms_per_day: u32, Unit::Count, 1..=10_000;
    wrong_pause: u32, Unit::Count, 1..=100;
    wrong_life: u32, Unit::Count, 1..=1000;
    openings: u32, Unit::Count, 1..=1000;
    session_idle_minutes: u32, Unit::Minutes, 1..=1440;
    session_most_hours: u32, Unit::Hours, 1..=168;
    approve_recipients: u32, Unit::Count, 0..=1000;
    approve_bytes: u64, Unit::Bytes, 0..=(1 << 50);
    approval_hours: u32, Unit::Hours, 1..=720;
    remind_hours: u32, Unit::Hours, 0..=336;
    digest_hour: u32, Unit::HourOfDay, 0..=24;
    signature_hours: u32, Unit::Hours, 1..=720;
    draft_days: u32, Unit::Days, 1..=90;
    upload_hours: u32, Unit::Hours, 1..=720;
    idle_lock_minutes: u32, Unit::Minutes, 1..=60;
    absolute_hours: u32, Unit::Hours, 1..=24;
    invitation_hours: u32, Unit::Hours, 1..=336;
    dormant_days: u32, Unit::Days, 7..=730;
    review_months: u32, Unit::Months, 1..=24;
    review_days: u32, Unit::Days, 1..=90;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_reads_what_it_wrote() {
        for setting in SETTINGS {
            let usual = Policy::default();
            assert!(setting.admits(setting.of(&usual)), "the default of {}", setting.name);
            for value in [setting.least, setting.most] {
                let mut policy = Policy::default();
                policy.set(setting, value);
                assert_eq!(setting.of(&policy), value, "{}", setting.name);
                let others = SETTINGS.iter().filter(|other| other.name != setting.name);
                for other in others {
                    assert_eq!(other.of(&policy), other.of(&usual), "{} changed {}", setting.name, other.name);
                }
            }
        }
    }

    #[test]
    fn every_key_of_the_section_is_a_setting() {
        let section = serde_json::to_value(Policy::default()).unwrap();
        let keys: Vec<_> = section.as_object().unwrap().keys().map(String::as_str).collect();
        for key in &keys {
            assert!(Setting::named(key).is_some(), "{key}");
        }
        assert_eq!(keys.len(), SETTINGS.len());
    }

    #[test]
    fn contradictions_name_the_setting_and_what_the_others_leave_it() {
        let flaws = |change: fn(&mut Policy)| {
            let mut policy = Policy::default();
            change(&mut policy);
            policy.flaws().into_iter().map(|(setting, least, most)| (setting.name, least, most)).collect::<Vec<_>>()
        };
        assert_eq!(flaws(|_| {}), []);
        assert_eq!(flaws(|p| p.keep_most_hours = 100), [("keep_default_hours", 1, 100)]);
        let crossed = flaws(|p| (p.keep_least_hours, p.keep_most_hours) = (200, 100));
        assert_eq!(crossed, [("keep_most_hours", 200, 720), ("keep_default_hours", 200, 100)]);
        assert_eq!(flaws(|p| p.wrong_life = 9), [("wrong_life", 10, 1000)]);
        assert_eq!(flaws(|p| p.number_digits = 13), [("number_digits", 12, 20)]);
        let both = flaws(|p| (p.hold_minutes, p.openings) = (61, 0));
        assert_eq!(both, [("hold_minutes", 0, 60), ("openings", 1, 1000)]);
    }
}
