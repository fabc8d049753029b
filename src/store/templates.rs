//! Set-ups of transfers that senders keep. Each sees only the own ones.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::{Doing, Result};
use crate::model::{AccountId, Channel, Language, Recipient, Template, TemplateId, Time};

use super::Tx;
use super::database::on;
use super::schema::templates;

#[derive(Queryable, Selectable)]
#[diesel(table_name = templates)]
struct Row {
    id: TemplateId,
    owner_id: AccountId,
    name: String,
    recipients: String,
    message_sealed: Option<Vec<u8>>,
    keep_seconds: i64,
    changed_at: Time,
}

/// A recipient as it is stored.
#[derive(Serialize, Deserialize)]
struct Kept {
    email: String,
    name: String,
    language: Language,
    phone: String,
    phrase: String,
    channel: Channel,
}

impl From<&Recipient> for Kept {
    fn from(who: &Recipient) -> Self {
        let Recipient { email, name, language, phone, phrase, channel } = who.clone();
        Self { email, name, language, phone, phrase, channel }
    }
}

impl From<Kept> for Recipient {
    fn from(kept: Kept) -> Self {
        let Kept { email, name, language, phone, phrase, channel } = kept;
        Self { email, name, language, phone, phrase, channel }
    }
}

fn template(row: Row) -> Result<Template> {
    let kept: Vec<Kept> = serde_json::from_str(&row.recipients).doing("reading a template")?;
    Ok(Template {
        id: row.id,
        owner: row.owner_id,
        name: row.name,
        recipients: kept.into_iter().map(Recipient::from).collect(),
        message_sealed: row.message_sealed,
        keep_seconds: row.keep_seconds,
        changed_at: row.changed_at,
    })
}

/// The recipients of a template without this address; none where it is not among them.
///
/// # Errors
/// What is stored is no list of recipients.
pub(super) fn without(recipients: &str, address: &str) -> Result<Option<String>> {
    let mut kept: Vec<Kept> = serde_json::from_str(recipients).doing("reading a template")?;
    let before = kept.len();
    kept.retain(|one| one.email.to_lowercase() != address);
    if kept.len() == before {
        return Ok(None);
    }
    serde_json::to_string(&kept).doing("writing a template").map(Some)
}

/// Stores a new template; false when the owner has one of this name.
///
/// # Errors
/// The database cannot be written.
pub fn insert(tx: &mut Tx, template: &Template) -> Result<bool> {
    let kept: Vec<Kept> = template.recipients.iter().map(Kept::from).collect();
    let recipients = serde_json::to_string(&kept).doing("writing a template")?;
    let rows = on!(tx, c => diesel::insert_into(templates::table)
        .values((
            templates::id.eq(template.id),
            templates::owner_id.eq(template.owner),
            templates::name.eq(template.name.as_str()),
            templates::recipients.eq(recipients.as_str()),
            templates::message_sealed.eq(template.message_sealed.as_deref()),
            templates::keep_seconds.eq(template.keep_seconds),
            templates::changed_at.eq(template.changed_at),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(rows == 1)
}

/// Gives a template another name; false when this account has none with the id.
///
/// # Errors
/// The database cannot be written.
pub fn rename(tx: &mut Tx, owner: AccountId, id: TemplateId, name: &str, now: Time) -> Result<bool> {
    let row = templates::table.filter(templates::id.eq(id).and(templates::owner_id.eq(owner)));
    let rows = on!(tx, c => diesel::update(row)
        .set((templates::name.eq(name), templates::changed_at.eq(now)))
        .execute(c))?;
    Ok(rows == 1)
}

/// Removes a template; false when this account has none with the id.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, owner: AccountId, id: TemplateId) -> Result<bool> {
    let row = templates::table.filter(templates::id.eq(id).and(templates::owner_id.eq(owner)));
    Ok(on!(tx, c => diesel::delete(row).execute(c))? == 1)
}

/// The account's templates, by name.
///
/// # Errors
/// The database cannot be read.
pub fn of_owner(tx: &mut Tx, owner: AccountId) -> Result<Vec<Template>> {
    let rows: Vec<Row> = on!(tx, c => templates::table
        .filter(templates::owner_id.eq(owner))
        .order((templates::name, templates::id))
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(template).collect()
}
