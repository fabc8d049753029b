//! The other tables: everything besides the log that names somebody outside, and the account of somebody who left.

use diesel::prelude::*;

use super::super::database::on;
use super::super::letters::LetterState;
use super::super::schema::{
    approvals as approval_rows, contacts as contact_rows, deliveries, devices, faxes as fax_rows, identities,
    invitations, letters, parties, passkeys, password_history, review_items, saved_searches, sign_ins,
    templates as template_rows, tokens, transfers,
};
use super::super::{Tx, accounts as register, templates as kept};
use super::{lower, values};
use crate::error::Result;
use crate::model::{
    Account, AccountId, DeliveryId, Detail, FaxId, FaxState, Limits, Person, SavedSearchId, TemplateId, Time,
    TransferState, differences,
};

/// Entries of the fax register that are done with.
const DONE: [FaxState; 3] = [FaxState::Complete, FaxState::NotSent, FaxState::Misdirected];

/// Deliveries that are over: their transfer is destroyed, and nothing waits to be mailed about them.
macro_rules! over {
    () => {{
        let waits = letters::table
            .filter(letters::state.eq(LetterState::Queued).and(letters::delivery_id.is_not_null()))
            .select(letters::delivery_id.assume_not_null());
        let destroyed = transfers::table.filter(transfers::state.eq(TransferState::Shredded)).select(transfers::id);
        deliveries::transfer_id.eq_any(destroyed).and(deliveries::id.ne_all(waits))
    }};
}

pub(super) fn count_deliveries(tx: &mut Tx, person: &Person) -> Result<i64> {
    let mine = deliveries::table.filter(lower(deliveries::email).eq(person.email.as_str())).filter(over!());
    Ok(on!(tx, c => mine.count().get_result(c))?)
}

/// Deliveries to the person that are not over.
///
/// # Errors
/// The database cannot be read.
pub fn running(tx: &mut Tx, person: &Person) -> Result<i64> {
    let all = deliveries::table.filter(lower(deliveries::email).eq(person.email.as_str()));
    let all: i64 = on!(tx, c => all.count().get_result(c))?;
    Ok(all - count_deliveries(tx, person)?)
}

/// The next deliveries that are over, of a person, or of whoever it was if they ended before a time. What names their
/// recipients is blank afterwards.
///
/// # Errors
/// The database cannot be written.
pub fn ended(tx: &mut Tx, whose: Whose<'_>, most: i64) -> Result<Vec<DeliveryId>> {
    let found: Vec<DeliveryId> = match whose {
        Whose::Person(person) => {
            let mine = deliveries::table
                .filter(lower(deliveries::email).eq(person.email.as_str()))
                .filter(over!())
                .select(deliveries::id)
                .limit(most);
            on!(tx, c => mine.load(c))?
        }
        Whose::Anybody(before) => {
            let old = deliveries::table
                .filter(deliveries::ended_at.lt(Some(before)).and(deliveries::email.ne("")))
                .filter(over!())
                .select(deliveries::id)
                .limit(most);
            on!(tx, c => old.load(c))?
        }
    };
    let parties = deliveries::table.filter(deliveries::id.eq_any(&found)).select(deliveries::party_id).distinct();
    let parties: Vec<Option<i64>> = on!(tx, c => parties.load(c))?;
    let theirs = deliveries::table.filter(deliveries::id.eq_any(&found));
    on!(tx, c => diesel::update(theirs)
        .set((
            deliveries::email.eq(""),
            deliveries::name.eq(""),
            deliveries::phone.eq(""),
            deliveries::phrase.eq(""),
            deliveries::told_phone.eq(""),
            deliveries::domain.eq(""),
            deliveries::party_id.eq(None::<i64>),
            // Its reference still finds it.
            deliveries::search.eq(lower(deliveries::reference)),
        ))
        .execute(c))?;
    forget_parties(tx, parties.into_iter().flatten().collect())?;
    Ok(found)
}

/// Takes away whom no delivery is for any more: the log is not searched by them then.
fn forget_parties(tx: &mut Tx, mut ids: Vec<i64>) -> Result<()> {
    let still = deliveries::table.filter(deliveries::party_id.eq_any(ids.iter().copied().map(Some)));
    let still: Vec<Option<i64>> = on!(tx, c => still.select(deliveries::party_id).distinct().load(c))?;
    ids.retain(|id| !still.contains(&Some(*id)));
    on!(tx, c => diesel::delete(parties::table.filter(parties::id.eq_any(ids))).execute(c))?;
    Ok(())
}

/// Takes away what is left of the person in what the log is searched by: names that no delivery has any more, and questions
/// that were kept. Returns how many rows.
///
/// # Errors
/// The database cannot be written.
pub fn searches(tx: &mut Tx, person: &Person) -> Result<usize> {
    let mine = parties::table.filter(lower(parties::email).eq(person.email.as_str())).select(parties::id);
    let mine: Vec<i64> = on!(tx, c => mine.load(c))?;
    forget_parties(tx, mine)?;
    let kept = saved_searches::table.select((saved_searches::id, saved_searches::name, saved_searches::question));
    let kept: Vec<(SavedSearchId, String, String)> = on!(tx, c => kept.load(c))?;
    let naming = kept.into_iter().filter(|(_, name, question)| person.is_told_by(name) || person.is_told_by(question));
    let naming: Vec<SavedSearchId> = naming.map(|(id, ..)| id).collect();
    let naming = saved_searches::table.filter(saved_searches::id.eq_any(naming));
    Ok(on!(tx, c => diesel::delete(naming).execute(c))?)
}

/// Whose deliveries.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    /// Those of this person.
    Person(&'a Person),
    /// Those that ended before this time.
    Anybody(Time),
}

/// Blanks the address in the questions to approvers about deliveries.
///
/// # Errors
/// The database cannot be written.
pub fn approvals(tx: &mut Tx, of: &[DeliveryId]) -> Result<usize> {
    let theirs = approval_rows::table.filter(approval_rows::delivery_id.eq_any(of));
    Ok(on!(tx, c => diesel::update(theirs).set(approval_rows::email.eq("")).execute(c))?)
}

pub(super) fn count_contacts(tx: &mut Tx, person: &Person) -> Result<(i64, i64)> {
    let office = contact_rows::table.filter(contact_rows::address.eq(person.email.as_str()));
    let all: i64 = on!(tx, c => office.count().get_result(c))?;
    let office: i64 = on!(tx, c => office.filter(contact_rows::owner_id.is_null()).count().get_result(c))?;
    Ok((office, all - office))
}

/// Removes the person from every address book.
///
/// # Errors
/// The database cannot be written.
pub fn contacts(tx: &mut Tx, person: &Person) -> Result<usize> {
    let entries = contact_rows::table.filter(contact_rows::address.eq(person.email.as_str()));
    Ok(on!(tx, c => diesel::delete(entries).execute(c))?)
}

pub(super) fn count_templates(tx: &mut Tx, person: &Person) -> Result<i64> {
    Ok(i64::try_from(naming_templates(tx, person)?.len()).unwrap_or(i64::MAX))
}

/// Kept set-ups with this recipient, and their recipients without.
fn naming_templates(tx: &mut Tx, person: &Person) -> Result<Vec<(TemplateId, String)>> {
    let all: Vec<(TemplateId, String)> =
        on!(tx, c => template_rows::table.select((template_rows::id, template_rows::recipients)).load(c))?;
    let mut found = Vec::new();
    for (id, recipients) in all {
        if let Some(rest) = kept::without(&recipients, &person.email)? {
            found.push((id, rest));
        }
    }
    Ok(found)
}

/// Takes the person out of every kept set-up.
///
/// # Errors
/// The database cannot be written.
pub fn templates(tx: &mut Tx, person: &Person) -> Result<usize> {
    let found = naming_templates(tx, person)?;
    for (id, rest) in &found {
        let row = template_rows::table.find(id);
        on!(tx, c => diesel::update(row).set(template_rows::recipients.eq(rest.as_str())).execute(c))?;
    }
    Ok(found.len())
}

type FaxRow = (FaxId, FaxState, Option<DeliveryId>, String);

/// Entries of the fax register about the person: by name, if one is given, and those of deliveries.
fn naming_faxes(tx: &mut Tx, person: &Person) -> Result<Vec<FaxRow>> {
    let columns = (fax_rows::id, fax_rows::state, fax_rows::delivery_id, fax_rows::recipient);
    let mine = deliveries::table.filter(lower(deliveries::email).eq(person.email.as_str())).select(deliveries::id);
    let mine: Vec<DeliveryId> = on!(tx, c => mine.load(c))?;
    let mine: Vec<Option<DeliveryId>> = mine.into_iter().map(Some).collect();
    let of_deliveries: Vec<FaxRow> =
        on!(tx, c => fax_rows::table.filter(fax_rows::delivery_id.eq_any(mine)).select(columns).load(c))?;
    if person.name.is_empty() {
        return Ok(of_deliveries);
    }
    let all: Vec<FaxRow> = on!(tx, c => fax_rows::table.filter(fax_rows::recipient.ne("")).select(columns).load(c))?;
    let known = |id| of_deliveries.iter().any(|(other, ..)| *other == id);
    let by_name: Vec<FaxRow> = all.into_iter().filter(|row| !known(row.0) && person.is_called(&row.3)).collect();
    Ok(of_deliveries.into_iter().chain(by_name).collect())
}

pub(super) fn count_faxes(tx: &mut Tx, person: &Person) -> Result<(i64, i64)> {
    let found = naming_faxes(tx, person)?;
    let done = found.iter().filter(|(_, state, ..)| DONE.contains(state)).count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Ok((count(done), count(found.len() - done)))
}

/// Blanks the person in the fax register, where an entry is done with. Before the deliveries: they tell which are theirs.
/// Returns how many values of events and how many entries; what is old has values with dates of their own.
///
/// # Errors
/// The database cannot be written.
pub fn faxes(tx: &mut Tx, whose: Whose<'_>) -> Result<(usize, usize)> {
    let done: Vec<FaxId> = match whose {
        Whose::Person(person) => {
            let found = naming_faxes(tx, person)?.into_iter().filter(|(_, state, ..)| DONE.contains(state));
            found.map(|(id, ..)| id).collect()
        }
        Whose::Anybody(before) => {
            let old = fax_rows::state.eq_any(DONE).and(fax_rows::created_at.lt(before));
            let old = fax_rows::table.filter(old).filter(fax_rows::recipient_key.ne(""));
            on!(tx, c => old.select(fax_rows::id).load(c))?
        }
    };
    let values = if let Whose::Person(_) = whose { values::of_faxes(tx, &done)? } else { 0 };
    let rows = fax_rows::table.filter(fax_rows::id.eq_any(&done));
    on!(tx, c => diesel::update(rows)
        .set((
            fax_rows::recipient.eq(""),
            fax_rows::company.eq(""),
            fax_rows::recipient_key.eq(""),
            fax_rows::number.eq(""),
            fax_rows::subject.eq(""),
            fax_rows::confirmed_with.eq(""),
            fax_rows::confirmed_phone.eq(""),
            fax_rows::note.eq(""),
        ))
        .execute(c))?;
    Ok((values, done.len()))
}

/// The account with this address.
///
/// # Errors
/// The database cannot be read.
pub fn account(tx: &mut Tx, person: &Person) -> Result<Option<Account>> {
    register::by_email(tx, &person.email)
}

/// Takes the person out of a stopped account: the row stays, because events and transfers name its id. Returns the entry
/// as it is now.
///
/// # Errors
/// The database cannot be written.
pub fn blank_account(tx: &mut Tx, id: AccountId, now: Time) -> Result<(Account, Vec<Detail>)> {
    register::lock(tx, id)?;
    let account = register::get(tx, id)?;
    let blank = Account {
        // No address of anybody, and of no other account.
        email: format!("{id}@erased.invalid"),
        name: String::new(),
        department: String::new(),
        phone: String::new(),
        limits: Limits { domains: Vec::new(), ..account.limits.clone() },
        ..account.clone()
    };
    register::set_entry(tx, &blank, now)?;
    on!(tx, c => diesel::delete(identities::table.filter(identities::account_id.eq(id))).execute(c))?;
    on!(tx, c => diesel::delete(devices::table.filter(devices::account_id.eq(id))).execute(c))?;
    on!(tx, c => diesel::delete(passkeys::table.filter(passkeys::account_id.eq(id))).execute(c))?;
    on!(tx, c => diesel::delete(invitations::table.filter(invitations::account_id.eq(id))).execute(c))?;
    on!(tx, c => diesel::delete(password_history::table.filter(password_history::account_id.eq(id))).execute(c))?;
    on!(tx, c => diesel::delete(sign_ins::table.filter(sign_ins::account_id.eq(id))).execute(c))?;
    on!(tx, c => diesel::update(tokens::table.filter(tokens::account_id.eq(id))).set(tokens::name.eq("")).execute(c))?;
    let reviewed = review_items::table.filter(review_items::account_id.eq(id));
    on!(tx, c => diesel::update(reviewed).set(review_items::reason.eq("")).execute(c))?;
    let changed = differences(&account, &blank);
    Ok((blank, changed))
}
