//! What an entry may say, and how it is written.

use crate::error::{FieldFlaw, Problem, Result};
use crate::model::{Account, AccountId, AccountState, Actor, Detail, Entry, Event, EventKind, Limits, Role, Time};
use crate::model::{Validity, differences};
use crate::staff::registrar::Registrar;
use crate::staff::session::end_others;
use crate::store::{Tx, accounts, invitations};
use crate::transfer::recipients::check_email;

/// Characters of a name or department at most.
const NAME_LONGEST: u32 = 100;
/// Characters of a phone number at most.
const PHONE_LONGEST: u32 = 40;
/// The upper bounds of limits: bytes of a transfer, recipients of a transfer, hours that files are kept.
pub(super) const BYTES_LIMIT: i64 = 1 << 50;
pub(super) const RECIPIENTS_LIMIT: i64 = 1000;
pub(super) const HOURS_LIMIT: i64 = 720;
/// Domains that an account may be held to at most.
const DOMAINS_MOST: u32 = 50;

/// Writes a changed entry: what ends with the old rights ends in the same transaction, and the log has the new entry.
/// Returns whether anything was changed.
///
/// # Errors
/// As [`accounts::set_entry`].
pub(in crate::staff) fn write(
    tx: &mut Tx,
    (before, after): (&Account, &Account),
    registrar: &Registrar,
    now: Time,
) -> Result<bool> {
    let changed = differences(before, after);
    if changed.is_empty() {
        return Ok(false);
    }
    accounts::set_entry(tx, after, now)?;
    let of_rights = [Detail::Email, Detail::Roles, Detail::Validity];
    if changed.iter().any(|detail| of_rights.contains(detail)) {
        end_others(tx, after.id, None, now, registrar.actor())?;
    }
    if changed.contains(&Detail::Email) {
        // Whoever reads the mail at the old address is somebody else.
        invitations::remove(tx, after.id)?;
    }
    let entry = Entry::of(after);
    let kind = match changed.contains(&Detail::Roles) {
        true => EventKind::RolesChanged { changed, entry },
        false => EventKind::AccountChanged { changed, entry },
    };
    record(tx, after, kind, registrar, now)?;
    Ok(true)
}

/// Records an event of an entry: the whole of it, who it was, and why.
pub(in crate::staff) fn record(
    tx: &mut Tx,
    account: &Account,
    kind: EventKind,
    registrar: &Registrar,
    now: Time,
) -> Result<()> {
    tx.record(&registrar.says(of(account, kind, registrar.actor(), now)))
}

/// An event of an entry, with the part of it that names a person.
pub(in crate::staff) fn of(account: &Account, kind: EventKind, actor: Actor, now: Time) -> Event {
    let event = Event::new(kind, now, actor).account(account.id);
    Entry::private(account).into_iter().fold(event, Event::with)
}

/// A name, phone number or department as it is written.
///
/// # Errors
/// `Field`.
pub(in crate::staff) fn line(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let limit = if field == "phone" { PHONE_LONGEST } else { NAME_LONGEST };
    let flaw = if text.chars().any(char::is_control) {
        Some(FieldFlaw::Malformed)
    } else if text.chars().count() > limit as usize {
        Some(FieldFlaw::TooLong { limit })
    } else if field == "name" && text.is_empty() {
        Some(FieldFlaw::Missing)
    } else {
        None
    };
    match flaw {
        Some(flaw) => Err(Problem::Field { field, flaw }.into()),
        None => Ok(text.to_owned()),
    }
}

/// A mail address as it is written: lower case.
///
/// # Errors
/// `Field`.
pub(super) fn address(text: &str) -> Result<String> {
    Ok(check_email("email", text)?.to_lowercase())
}

/// Roles, each once, in the order of their declaration.
///
/// # Errors
/// `Field` when there is none.
pub(super) fn roles(given: &[Role]) -> Result<Vec<Role>> {
    let roles: Vec<Role> = Role::ALL.iter().filter(|role| given.contains(role)).copied().collect();
    if roles.is_empty() { Err(Problem::Field { field: "role", flaw: FieldFlaw::Missing }.into()) } else { Ok(roles) }
}

/// A validity that has not ended before it begins.
///
/// # Errors
/// `Field`.
pub(in crate::staff) fn validity(validity: Validity) -> Result<Validity> {
    match (validity.from, validity.until) {
        (Some(from), Some(until)) if until <= from => {
            Err(Problem::Field { field: "valid_until", flaw: FieldFlaw::Malformed }.into())
        }
        _ => Ok(validity),
    }
}

/// Limits within what a limit can be: it narrows, so that its upper bound is the policy's.
///
/// # Errors
/// `Field`.
pub(in crate::staff) fn limits(limits: Limits) -> Result<Limits> {
    let bounds = |field, value: Option<i64>, most: i64| match value {
        Some(value) if !(1..=most).contains(&value) => {
            Err(Problem::Field { field, flaw: FieldFlaw::OutOfBounds { least: 1, most } })
        }
        _ => Ok(()),
    };
    bounds("most_bytes", limits.most_bytes, BYTES_LIMIT)?;
    bounds("most_recipients", limits.most_recipients.map(i64::from), RECIPIENTS_LIMIT)?;
    bounds("most_keep_hours", limits.most_keep_hours.map(i64::from), HOURS_LIMIT)?;
    Ok(Limits { domains: domains(&limits.domains)?, ..limits })
}

/// Domains, each once, in order.
///
/// # Errors
/// `Field`.
pub(super) fn domains(given: &[String]) -> Result<Vec<String>> {
    let mut domains = given.iter().map(|domain| self::domain(domain)).collect::<Result<Vec<_>>>()?;
    domains.sort_unstable();
    domains.dedup();
    if domains.len() > DOMAINS_MOST as usize {
        let flaw = FieldFlaw::OutOfBounds { least: 0, most: DOMAINS_MOST.into() };
        return Err(Problem::Field { field: "domains", flaw }.into());
    }
    Ok(domains)
}

/// A domain: what may stand behind the `@` of an address.
fn domain(text: &str) -> Result<String> {
    let domain = text.trim().trim_start_matches('@').to_lowercase();
    match check_email("domains", &format!("a@{domain}")) {
        Ok(_) => Ok(domain),
        Err(_) => Err(Problem::Field { field: "domains", flaw: FieldFlaw::Malformed }.into()),
    }
}

/// Somebody who can take over: a sender in use, and not the one who leaves.
///
/// # Errors
/// `Field`.
pub(super) fn successor(tx: &mut Tx, account: AccountId, successor: Option<AccountId>) -> Result<Option<AccountId>> {
    let Some(id) = successor else { return Ok(None) };
    let found = accounts::find(tx, id)?;
    let fits = found.is_some_and(|found| found.state == AccountState::Active && found.has(Role::Sender));
    if fits && id != account {
        return Ok(Some(id));
    }
    Err(Problem::Field { field: "successor", flaw: FieldFlaw::Malformed }.into())
}
