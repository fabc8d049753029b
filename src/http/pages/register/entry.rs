//! An entry as a form has it, and back. Days are days of the office; sizes are gigabytes, as people name them.

use std::time::Duration;

use chrono_tz::Tz;

use super::super::posted::Fields;
use super::super::view::{EntryForm, KeepUnit, PersonForm, RightsForm};
use crate::error::{FieldFlaw, Problem, Result};
use crate::http::days;
use crate::model::{Account, Language, Limits, Role, Time, Validity};

/// Bytes of a gigabyte, as sizes are told everywhere.
const GIGABYTE: u64 = 1_000_000_000;
/// Digits behind the point that a gigabyte can have.
const DIGITS: usize = 9;

/// A moment of the last day of what ends with `until`.
pub(super) fn last_moment(until: Time) -> Time {
    until - Duration::from_millis(1)
}

/// The stored entry as the form shows it.
pub(super) fn of_account(account: &Account, zone: Tz) -> EntryForm {
    let day = |time: Option<Time>| time.map(|time| days::date_of(time, zone).to_string()).unwrap_or_default();
    let limits = &account.limits;
    let (most_keep, keep_unit) = match limits.most_keep_hours {
        None => (String::new(), KeepUnit::Days),
        Some(hours) if hours % 24 == 0 => ((hours / 24).to_string(), KeepUnit::Days),
        Some(hours) => (hours.to_string(), KeepUnit::Hours),
    };
    EntryForm {
        person: PersonForm {
            name: account.name.clone(),
            email: account.email.clone(),
            department: account.department.clone(),
            phone: account.phone.clone(),
            language: account.language,
            roles: account.roles.clone(),
            valid_from: day(account.validity.from),
            valid_until: day(account.validity.until.map(last_moment)),
        },
        rights: RightsForm {
            most_gigabytes: limits
                .most_bytes
                .and_then(|bytes| u64::try_from(bytes).ok())
                .map(gigabytes)
                .unwrap_or_default(),
            most_recipients: limits.most_recipients.map(|count| count.to_string()).unwrap_or_default(),
            most_keep,
            keep_unit,
            domains: limits.domains.join("\n"),
            needs_approval: limits.needs_approval,
            successor: account.successor,
        },
    }
}

/// What was typed of a person.
pub(super) fn person(fields: &Fields, language: Language) -> PersonForm {
    let text = |name: &str| fields.get(name).to_owned();
    PersonForm {
        name: text("name"),
        email: text("email"),
        department: text("department"),
        phone: text("phone"),
        language: fields.get("language").parse().unwrap_or(language),
        roles: fields.all("role").filter_map(|word| word.parse::<Role>().ok()).collect(),
        valid_from: text("valid_from"),
        valid_until: text("valid_until"),
    }
}

/// What was typed of an entry.
pub(super) fn typed(fields: &Fields, language: Language) -> EntryForm {
    let text = |name: &str| fields.get(name).to_owned();
    EntryForm {
        person: person(fields, language),
        rights: RightsForm {
            most_gigabytes: text("most_bytes"),
            most_recipients: text("most_recipients"),
            most_keep: text("most_keep_hours"),
            keep_unit: fields.get("keep_unit").parse().unwrap_or(KeepUnit::Days),
            domains: text("domains"),
            needs_approval: !fields.get("needs_approval").is_empty(),
            successor: fields.get("successor").parse().ok(),
        },
    }
}

/// The parts of an entry that are written together, each as one text: what tells whether somebody touched it.
pub(super) fn parts(form: &EntryForm) -> Vec<(&'static str, String)> {
    let (person, rights) = (&form.person, &form.rights);
    let roles: Vec<&str> =
        Role::ALL.iter().filter(|role| person.roles.contains(role)).map(|role| role.word()).collect();
    let domains: Vec<&str> = rights.domains.split_whitespace().collect();
    let limits = [
        rights.most_gigabytes.trim(),
        rights.most_recipients.trim(),
        rights.most_keep.trim(),
        if rights.most_keep.trim().is_empty() { "" } else { rights.keep_unit.word() },
        &domains.join(" "),
        if rights.needs_approval { "yes" } else { "" },
    ];
    vec![
        ("name", person.name.clone()),
        ("email", person.email.clone()),
        ("department", person.department.clone()),
        ("phone", person.phone.clone()),
        ("language", person.language.to_string()),
        ("roles", roles.join(" ")),
        ("validity", format!("{}/{}", person.valid_from.trim(), person.valid_until.trim())),
        ("limits", limits.join("/")),
        ("successor", rights.successor.map(|id| id.to_string()).unwrap_or_default()),
    ]
}

/// First and last day as typed.
///
/// # Errors
/// `Field` for what is no day, or a last day before the first.
pub(super) fn validity(person: &PersonForm, zone: Tz) -> Result<Validity> {
    let from = days::begin("valid_from", &person.valid_from, zone)?;
    let until = days::end("valid_until", &person.valid_until, zone)?;
    match (from, until) {
        (Some(from), Some(until)) if until <= from => Err(malformed("valid_until").into()),
        _ => Ok(Validity { from, until }),
    }
}

/// The limits as typed.
///
/// # Errors
/// `Field` for what is no number. Whether it is within bounds is asked by the register.
pub(super) fn limits(rights: &RightsForm) -> Result<Limits> {
    let number = |field, text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse::<i32>().map(Some).map_err(|_| malformed(field)),
    };
    let hours = match rights.keep_unit {
        KeepUnit::Hours => 1,
        KeepUnit::Days => 24,
    };
    let most_bytes = match rights.most_gigabytes.trim() {
        "" => None,
        text => Some(bytes(text).ok_or_else(|| malformed("most_bytes"))?),
    };
    Ok(Limits {
        most_bytes,
        most_recipients: number("most_recipients", &rights.most_recipients)?,
        most_keep_hours: number("most_keep_hours", &rights.most_keep)?.map(|count| count.saturating_mul(hours)),
        domains: rights
            .domains
            .split([' ', ',', '、', '\n', '\r', '\t', '\u{3000}'])
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect(),
        needs_approval: rights.needs_approval,
    })
}

fn malformed(field: &'static str) -> Problem {
    Problem::Field { field, flaw: FieldFlaw::Malformed }
}

/// Bytes as gigabytes, exactly.
fn gigabytes(bytes: u64) -> String {
    let (whole, rest) = (bytes / GIGABYTE, bytes % GIGABYTE);
    let rest = format!("{rest:0DIGITS$}");
    match rest.trim_end_matches('0') {
        "" => whole.to_string(),
        rest => format!("{whole}.{rest}"),
    }
}

/// Gigabytes as bytes, exactly; none for what is no such number, or nothing at all.
fn bytes(gigabytes: &str) -> Option<i64> {
    let (whole, rest) = gigabytes.split_once('.').unwrap_or((gigabytes, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(rest) || rest.len() > DIGITS {
        return None;
    }
    let rest: u64 = format!("{rest:0<DIGITS$}").parse().ok()?;
    let bytes = whole.parse::<u64>().ok()?.checked_mul(GIGABYTE)?.checked_add(rest)?;
    // What nobody has is no limit.
    i64::try_from(bytes).ok().filter(|bytes| (1..=1 << 50).contains(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, AccountState};

    fn account() -> Account {
        let made = Time::from_millis(0);
        Account {
            id: AccountId::new(made),
            email: "sato@office.example".into(),
            name: "佐藤 花子".into(),
            department: String::new(),
            phone: String::new(),
            language: Language::Ja,
            roles: vec![Role::Sender],
            state: AccountState::Active,
            must_change_password: false,
            password_changed_at: made,
            recipient_key: None,
            key_renewed_at: None,
            validity: Validity::default(),
            limits: Limits::default(),
            successor: None,
            last_used_at: None,
            revision: 0,
            created_at: made,
        }
    }

    #[test]
    fn gigabytes_come_back_as_they_were() {
        for stored in [1, 999, 500_000_000, GIGABYTE, 2_500_000_000, 1_125_899_906_842_624] {
            assert_eq!(bytes(&gigabytes(stored)).unwrap().unsigned_abs(), stored, "{stored}");
        }
        assert_eq!(
            (gigabytes(2_500_000_000).as_str(), bytes("2.5"), bytes("007")),
            ("2.5", Some(2_500_000_000), Some(7_000_000_000))
        );
        for text in
            ["", "0", "0.0", "-1", "+1", ".5", "1.", "1e9", "2 GB", "1.0000000001", "99999999999999999999", "２"]
        {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn an_entry_that_nobody_touched_reads_as_it_was() {
        let zone = Tz::Asia__Tokyo;
        let day = |text| days::begin("valid_from", text, zone).unwrap();
        let limits = Limits {
            most_bytes: Some(2_500_000_000),
            most_recipients: Some(5),
            most_keep_hours: Some(36),
            domains: vec!["a.example".into(), "b.example".into()],
            needs_approval: true,
        };
        let validity = Validity { from: day("2026-04-01"), until: day("2027-04-01") };
        let account = Account { limits: limits.clone(), validity, ..account() };
        let form = of_account(&account, zone);
        assert_eq!(form.person.valid_until, "2027-03-31", "the last day is one of use");
        assert_eq!(super::limits(&form.rights).unwrap(), limits);
        assert_eq!(super::validity(&form.person, zone).unwrap(), validity);
        let again = EntryForm {
            rights: RightsForm { domains: "a.example  \r\n b.example".into(), ..form.rights.clone() },
            ..form.clone()
        };
        assert_eq!(parts(&form), parts(&again));
    }

    #[test]
    fn days_and_numbers_that_are_none_are_told() {
        let zone = Tz::Asia__Tokyo;
        let form = of_account(&account(), zone);
        let of = |from: &str, until: &str| {
            let person = PersonForm { valid_from: from.into(), valid_until: until.into(), ..form.person.clone() };
            validity(&person, zone).is_ok()
        };
        assert!(of("2026-04-01", "2026-04-01") && !of("2026-04-02", "2026-04-01") && !of("2026-02-30", ""));
        let rights = RightsForm { most_recipients: "five".into(), ..form.rights };
        assert!(limits(&rights).is_err());
    }
}
