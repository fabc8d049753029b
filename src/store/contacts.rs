//! The address book. A sender reads the own entries and the office's.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, Channel, Contact, ContactId, Language, Recipient, Time};

use super::Tx;
use super::database::on;
use super::schema::contacts;

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts)]
struct Row {
    id: ContactId,
    owner_id: Option<AccountId>,
    email: String,
    name: String,
    company: String,
    language: Language,
    phone: String,
    phone_from_mail: bool,
    phone_verified_at: Option<Time>,
    phone_verified_by: Option<AccountId>,
    phrase: String,
    channel: Channel,
    note: String,
    changed_at: Time,
}

impl From<Row> for Contact {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            owner: row.owner_id,
            company: row.company,
            recipient: Recipient {
                email: row.email,
                name: row.name,
                language: row.language,
                phone: row.phone,
                phrase: row.phrase,
                channel: row.channel,
            },
            phone_from_mail: row.phone_from_mail,
            phone_verified: row.phone_verified_at.zip(row.phone_verified_by),
            note: row.note,
            changed_at: row.changed_at,
        }
    }
}

/// Stores a new entry.
///
/// # Errors
/// The address stands in the same book, or the database cannot be written.
pub fn insert(tx: &mut Tx, contact: &Contact) -> Result<()> {
    let who = &contact.recipient;
    on!(tx, c => diesel::insert_into(contacts::table)
        .values((
            contacts::id.eq(contact.id),
            contacts::owner_id.eq(contact.owner),
            contacts::email.eq(who.email.as_str()),
            contacts::address.eq(who.email.to_lowercase()),
            contacts::name.eq(who.name.as_str()),
            contacts::company.eq(contact.company.as_str()),
            contacts::language.eq(who.language),
            contacts::phone.eq(who.phone.as_str()),
            contacts::phone_from_mail.eq(contact.phone_from_mail),
            contacts::phone_verified_at.eq(contact.phone_verified.map(|(at, _)| at)),
            contacts::phone_verified_by.eq(contact.phone_verified.map(|(_, by)| by)),
            contacts::phrase.eq(who.phrase.as_str()),
            contacts::channel.eq(who.channel),
            contacts::note.eq(contact.note.as_str()),
            contacts::created_at.eq(contact.changed_at),
            contacts::changed_at.eq(contact.changed_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes an entry anew; it stays in its book.
///
/// # Errors
/// The address stands in the same book, or the database cannot be written.
pub fn update(tx: &mut Tx, contact: &Contact) -> Result<()> {
    let who = &contact.recipient;
    on!(tx, c => diesel::update(contacts::table.find(contact.id))
        .set((
            contacts::email.eq(who.email.as_str()),
            contacts::address.eq(who.email.to_lowercase()),
            contacts::name.eq(who.name.as_str()),
            contacts::company.eq(contact.company.as_str()),
            contacts::language.eq(who.language),
            contacts::phone.eq(who.phone.as_str()),
            contacts::phone_from_mail.eq(contact.phone_from_mail),
            contacts::phone_verified_at.eq(contact.phone_verified.map(|(at, _)| at)),
            contacts::phone_verified_by.eq(contact.phone_verified.map(|(_, by)| by)),
            contacts::phrase.eq(who.phrase.as_str()),
            contacts::channel.eq(who.channel),
            contacts::note.eq(contact.note.as_str()),
            contacts::changed_at.eq(contact.changed_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Removes an entry.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, id: ContactId) -> Result<()> {
    on!(tx, c => diesel::delete(contacts::table.find(id)).execute(c))?;
    Ok(())
}

/// An entry that this account may read.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, reader: AccountId, id: ContactId) -> Result<Option<Contact>> {
    let row: Option<Row> = on!(tx, c => contacts::table
        .find(id)
        .filter(contacts::owner_id.eq(reader).or(contacts::owner_id.is_null()))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Contact::from))
}

/// The entry with this address in a book: that of an account, or without one the office's.
///
/// # Errors
/// The database cannot be read.
pub fn in_book(tx: &mut Tx, owner: Option<AccountId>, email: &str) -> Result<Option<Contact>> {
    let rows: Vec<Row> = on!(tx, c => contacts::table
        .filter(contacts::address.eq(email.to_lowercase()))
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Contact::from).find(|contact| contact.owner == owner))
}

/// Every entry of a book: that of an account, or without one the office's.
///
/// # Errors
/// The database cannot be read.
pub fn of_book(tx: &mut Tx, owner: Option<AccountId>) -> Result<Vec<Contact>> {
    let rows: Vec<Row> = match owner {
        Some(owner) => on!(tx, c => contacts::table
            .filter(contacts::owner_id.eq(owner))
            .select(Row::as_select())
            .load(c))?,
        None => on!(tx, c => contacts::table
            .filter(contacts::owner_id.is_null())
            .select(Row::as_select())
            .load(c))?,
    };
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// Everything that this account may read, by company and name.
///
/// # Errors
/// The database cannot be read.
pub fn readable(tx: &mut Tx, reader: AccountId) -> Result<Vec<Contact>> {
    let rows: Vec<Row> = on!(tx, c => contacts::table
        .filter(contacts::owner_id.eq(reader).or(contacts::owner_id.is_null()))
        .order((contacts::company, contacts::name, contacts::address, contacts::id))
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// Addresses of people whom somebody knows: the office's entries, and the own ones whose phone number was made sure of.
///
/// # Errors
/// The database cannot be read.
pub fn known(tx: &mut Tx, reader: AccountId) -> Result<Vec<String>> {
    let sure = contacts::owner_id.eq(reader).and(contacts::phone_verified_at.is_not_null());
    Ok(on!(tx, c => contacts::table
        .filter(contacts::owner_id.is_null().or(sure))
        .select(contacts::address)
        .load(c))?)
}
