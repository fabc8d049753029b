//! The other tables: everything besides the log that names somebody outside, and the account of somebody who left.

use std::collections::BTreeSet;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::super::database::on;
use super::super::letters::LetterState;
use super::super::schema::{
    approvals as approval_rows, contacts as contact_rows, deliveries, devices, identities, invitations, letters,
    parties, passkeys, password_history, review_items, saved_searches, sign_ins, templates as template_rows, tokens,
    transfers,
};
use super::super::{Tx, accounts as register, templates as kept};
use super::{SOME, lower};
use crate::error::Result;
use crate::model::{
    Account, AccountId, DeliveryId, Detail, Limits, Person, SavedSearchId, TemplateId, Time, TransferState, differences,
};

/// Deliveries about which a mail waits.
macro_rules! waits {
    () => {
        letters::table
            .filter(letters::state.eq(LetterState::Queued).and(letters::delivery_id.is_not_null()))
            .select(letters::delivery_id.assume_not_null())
    };
}

/// Deliveries that are over: their transfer is destroyed, and nothing waits to be mailed about them.
macro_rules! over {
    () => {{
        let destroyed = transfers::table.filter(transfers::state.eq(TransferState::Shredded)).select(transfers::id);
        deliveries::transfer_id.eq_any(destroyed).and(deliveries::id.ne_all(waits!()))
    }};
}

/// Those to the person that are over.
macro_rules! mine {
    ($person:expr) => {
        deliveries::table.filter(lower(deliveries::email).eq($person.email.as_str())).filter(over!())
    };
}

pub(super) fn count_deliveries(tx: &mut Tx, person: &Person) -> Result<i64> {
    let mine = mine!(person);
    Ok(on!(tx, c => mine.count().get_result(c))?)
}

/// Deliveries to the person that are over.
pub(super) fn over(tx: &mut Tx, person: &Person) -> Result<Vec<DeliveryId>> {
    let mine = mine!(person).select(deliveries::id);
    Ok(on!(tx, c => mine.load(c))?)
}

/// Deliveries to the person that are not over.
///
/// # Errors
/// The database cannot be read.
pub fn running(tx: &mut Tx, person: &Person) -> Result<Vec<DeliveryId>> {
    let over = over(tx, person)?;
    let all = deliveries::table.filter(lower(deliveries::email).eq(person.email.as_str())).select(deliveries::id);
    let mut all: Vec<DeliveryId> = on!(tx, c => all.load(c))?;
    all.retain(|id| !over.contains(id));
    Ok(all)
}

/// The next deliveries to the person that are over.
///
/// # Errors
/// The database cannot be read.
pub fn ended(tx: &mut Tx, person: &Person, most: i64) -> Result<Vec<DeliveryId>> {
    let mine = mine!(person).select(deliveries::id).limit(most);
    Ok(on!(tx, c => mine.load(c))?)
}

/// The next deliveries that name somebody although their transfer was destroyed before this time: also those of a draft
/// that was given up, which never ended themselves.
///
/// # Errors
/// The database cannot be read.
pub fn old_deliveries(tx: &mut Tx, before: Time, most: i64) -> Result<Vec<DeliveryId>> {
    let old = transfers::table
        .inner_join(deliveries::table.on(deliveries::transfer_id.eq(transfers::id)))
        .filter(transfers::shredded_at.lt(Some(before)).and(deliveries::email.ne("")))
        .filter(deliveries::id.ne_all(waits!()))
        .order(transfers::shredded_at)
        .select(deliveries::id)
        .limit(most);
    Ok(on!(tx, c => old.load(c))?)
}

/// Takes the recipients out of those of these deliveries that are over. Returns which were.
///
/// # Errors
/// The database cannot be written.
pub fn blank_deliveries(tx: &mut Tx, ids: &[DeliveryId]) -> Result<Vec<DeliveryId>> {
    let named = deliveries::table.filter(deliveries::id.eq_any(ids).and(deliveries::email.ne(""))).filter(over!());
    let named: Vec<(DeliveryId, Option<i64>)> =
        on!(tx, c => named.select((deliveries::id, deliveries::party_id)).load(c))?;
    let (found, parties): (Vec<DeliveryId>, Vec<Option<i64>>) = named.into_iter().unzip();
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
    forget_parties(tx, parties.into_iter().flatten())?;
    Ok(found)
}

/// Takes away whom no delivery is for any more: the log is not searched by them then.
///
/// # Errors
/// The database cannot be written.
pub(in crate::store) fn forget_parties(tx: &mut Tx, ids: impl IntoIterator<Item = i64>) -> Result<()> {
    let ids: Vec<i64> = ids.into_iter().collect::<BTreeSet<i64>>().into_iter().collect();
    for some in ids.chunks(SOME) {
        // Their rows first: whoever adds a delivery to one of them is waited for, and then seen.
        let rows = parties::table.filter(parties::id.eq_any(some));
        on!(tx, c => diesel::update(rows).set(parties::search.eq(parties::search)).execute(c))?;
        let theirs = deliveries::table
            .filter(deliveries::email.eq(parties::email))
            .filter(deliveries::party_id.eq(parties::id.nullable()));
        let left = parties::table.filter(parties::id.eq_any(some)).filter(not(exists(theirs)));
        on!(tx, c => diesel::delete(left).execute(c))?;
    }
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

/// Kept set-ups with this recipient, or with a name that tells the person, and what is left of them: name and recipients.
fn naming_templates(tx: &mut Tx, person: &Person) -> Result<Vec<(TemplateId, String, String)>> {
    let columns = (template_rows::id, template_rows::name, template_rows::recipients);
    let all: Vec<(TemplateId, String, String)> = on!(tx, c => template_rows::table.select(columns).load(c))?;
    let mut found = Vec::new();
    for (id, name, recipients) in all {
        let rest = kept::without(&recipients, &person.email)?;
        let tells = person.is_told_by(&name);
        if rest.is_none() && !tells {
            continue;
        }
        // No two of an owner's have one name. What it is for can be told by what is in it.
        let name = if tells { id.to_string() } else { name };
        found.push((id, name, rest.unwrap_or(recipients)));
    }
    Ok(found)
}

/// Takes the person out of every kept set-up. One whose name tells the person has its id for a name.
///
/// # Errors
/// The database cannot be written.
pub fn templates(tx: &mut Tx, person: &Person) -> Result<usize> {
    let found = naming_templates(tx, person)?;
    for (id, name, rest) in &found {
        let row = template_rows::table.find(id);
        let left = (template_rows::name.eq(name.as_str()), template_rows::recipients.eq(rest.as_str()));
        on!(tx, c => diesel::update(row).set(left).execute(c))?;
    }
    Ok(found.len())
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
