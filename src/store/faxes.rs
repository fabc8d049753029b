//! Entries of the fax register.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{
    AccountId, DeliveryId, Fax, FaxConfirmation, FaxDetails, FaxId, FaxOriginal, FaxState, Language, Time,
};

use super::Tx;
use super::database::on;
use super::schema::faxes;

#[derive(Queryable, Selectable)]
#[diesel(table_name = faxes)]
struct Row {
    id: FaxId,
    owner_id: AccountId,
    delivery_id: Option<DeliveryId>,
    recipient: String,
    company: String,
    number: String,
    subject: String,
    pages: i32,
    reference: String,
    language: Language,
    differs: bool,
    checked_by: String,
    state: FaxState,
    created_at: Time,
    sent_at: Option<Time>,
    confirmed_at: Option<Time>,
    confirmed_by: Option<AccountId>,
    confirmed_with: String,
    confirmed_phone: String,
    stored_at: Option<Time>,
    stored_by: Option<AccountId>,
    stored_place: String,
    closed_at: Option<Time>,
    note: String,
}

impl From<Row> for Fax {
    fn from(row: Row) -> Self {
        let call = row.confirmed_at.zip(row.confirmed_by);
        let original = row.stored_at.zip(row.stored_by);
        Self {
            id: row.id,
            owner: row.owner_id,
            delivery: row.delivery_id,
            details: FaxDetails {
                recipient: row.recipient,
                company: row.company,
                number: row.number,
                subject: row.subject,
                pages: row.pages,
                reference: row.reference,
                language: row.language,
                differs: row.differs,
                checked_by: row.checked_by,
            },
            state: row.state,
            created_at: row.created_at,
            sent_at: row.sent_at,
            confirmed: call.map(|(at, by)| FaxConfirmation {
                at,
                by,
                with: row.confirmed_with,
                phone: row.confirmed_phone,
            }),
            stored: original.map(|(at, by)| FaxOriginal { at, by, place: row.stored_place }),
            closed_at: row.closed_at,
            note: row.note,
        }
    }
}

fn read(rows: Vec<Row>) -> Vec<Fax> {
    rows.into_iter().map(Fax::from).collect()
}

/// Stores a new entry.
///
/// # Errors
/// The database cannot be written.
pub fn insert(tx: &mut Tx, fax: &Fax) -> Result<()> {
    let details = &fax.details;
    on!(tx, c => diesel::insert_into(faxes::table)
        .values((
            faxes::id.eq(fax.id),
            faxes::owner_id.eq(fax.owner),
            faxes::delivery_id.eq(fax.delivery),
            faxes::recipient.eq(details.recipient.as_str()),
            faxes::company.eq(details.company.as_str()),
            faxes::recipient_key.eq(details.recipient_key()),
            faxes::number.eq(details.number.as_str()),
            faxes::subject.eq(details.subject.as_str()),
            faxes::pages.eq(details.pages),
            faxes::reference.eq(details.reference.as_str()),
            faxes::language.eq(details.language),
            faxes::differs.eq(details.differs),
            faxes::checked_by.eq(details.checked_by.as_str()),
            faxes::state.eq(fax.state),
            faxes::created_at.eq(fax.created_at),
        ))
        .execute(c))?;
    Ok(())
}

/// An entry.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: FaxId) -> Result<Option<Fax>> {
    let row: Option<Row> = on!(tx, c => faxes::table.find(id).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(Fax::from))
}

/// Entries, the newest first: of one account, or of everybody; only the open ones, or all; `limit` at most.
///
/// # Errors
/// The database cannot be read.
pub fn newest(tx: &mut Tx, owner: Option<AccountId>, only_open: bool, limit: i64) -> Result<Vec<Fax>> {
    let rows: Vec<Row> = on!(tx, c => {
        let mut query = faxes::table.select(Row::as_select()).into_boxed();
        if let Some(owner) = owner {
            query = query.filter(faxes::owner_id.eq(owner));
        }
        if only_open {
            query = query.filter(faxes::state.eq_any(FaxState::OPEN));
        }
        query.order((faxes::created_at.desc(), faxes::id.desc())).limit(limit).load(c)
    })?;
    Ok(read(rows))
}

/// How many entries of this account are open.
///
/// # Errors
/// The database cannot be read.
pub fn count_open(tx: &mut Tx, owner: AccountId) -> Result<i64> {
    let open = faxes::table.filter(faxes::owner_id.eq(owner).and(faxes::state.eq_any(FaxState::OPEN)));
    Ok(on!(tx, c => open.count().get_result(c))?)
}

/// Numbers at which this recipient was reached, those of the newest entries first; what went astray or was not sent is none.
///
/// # Errors
/// The database cannot be read.
pub fn earlier_numbers(tx: &mut Tx, recipient_key: &str, except: Option<FaxId>) -> Result<Vec<String>> {
    let reached = [FaxState::Sent, FaxState::Confirmed, FaxState::Stored, FaxState::Complete];
    let rows: Vec<(FaxId, String)> = on!(tx, c => faxes::table
        .filter(faxes::recipient_key.eq(recipient_key).and(faxes::state.eq_any(reached)))
        .order((faxes::created_at.desc(), faxes::id.desc()))
        .limit(50)
        .select((faxes::id, faxes::number))
        .load(c))?;
    Ok(rows.into_iter().filter(|(id, _)| Some(*id) != except).map(|(_, number)| number).collect())
}

/// Writes down what is faxed to whom anew, as long as it was not sent: true for the call that did.
///
/// # Errors
/// The database cannot be written.
pub fn correct(tx: &mut Tx, id: FaxId, details: &FaxDetails) -> Result<bool> {
    let unsent = faxes::table.find(id).filter(faxes::state.eq(FaxState::Recorded));
    let changed = on!(tx, c => diesel::update(unsent)
        .set((
            faxes::recipient.eq(details.recipient.as_str()),
            faxes::company.eq(details.company.as_str()),
            faxes::recipient_key.eq(details.recipient_key()),
            faxes::number.eq(details.number.as_str()),
            faxes::subject.eq(details.subject.as_str()),
            faxes::pages.eq(details.pages),
            faxes::reference.eq(details.reference.as_str()),
            faxes::language.eq(details.language),
            faxes::differs.eq(details.differs),
            faxes::checked_by.eq(details.checked_by.as_str()),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// It went through: true for the call that said so first.
///
/// # Errors
/// The database cannot be written.
pub fn set_sent(tx: &mut Tx, id: FaxId, at: Time) -> Result<bool> {
    let unsent = faxes::table.find(id).filter(faxes::state.eq(FaxState::Recorded));
    let changed = on!(tx, c => diesel::update(unsent)
        .set((faxes::state.eq(FaxState::Sent), faxes::sent_at.eq(Some(at))))
        .execute(c))?;
    Ok(changed == 1)
}

/// Its receipt was confirmed; it was in `from` and is now in `to`: true for the call that said so first.
///
/// # Errors
/// The database cannot be written.
pub fn set_confirmed(tx: &mut Tx, id: FaxId, from: FaxState, to: FaxState, call: &FaxConfirmation) -> Result<bool> {
    let there = faxes::table.find(id).filter(faxes::state.eq(from));
    let changed = on!(tx, c => diesel::update(there)
        .set((
            faxes::state.eq(to),
            faxes::confirmed_at.eq(Some(call.at)),
            faxes::confirmed_by.eq(Some(call.by)),
            faxes::confirmed_with.eq(call.with.as_str()),
            faxes::confirmed_phone.eq(call.phone.as_str()),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Its original was put away; it was in `from` and is now in `to`: true for the call that said so first.
///
/// # Errors
/// The database cannot be written.
pub fn set_stored(tx: &mut Tx, id: FaxId, from: FaxState, to: FaxState, original: &FaxOriginal) -> Result<bool> {
    let there = faxes::table.find(id).filter(faxes::state.eq(from));
    let changed = on!(tx, c => diesel::update(there)
        .set((
            faxes::state.eq(to),
            faxes::stored_at.eq(Some(original.at)),
            faxes::stored_by.eq(Some(original.by)),
            faxes::stored_place.eq(original.place.as_str()),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Closes it without its being complete: true for the call that did.
///
/// # Errors
/// The database cannot be written.
pub fn close(tx: &mut Tx, id: FaxId, to: FaxState, note: &str, now: Time) -> Result<bool> {
    let there = faxes::table.find(id).filter(faxes::state.eq_any(FaxState::before(to)));
    let changed = on!(tx, c => diesel::update(there)
        .set((faxes::state.eq(to), faxes::closed_at.eq(Some(now)), faxes::note.eq(note)))
        .execute(c))?;
    Ok(changed == 1)
}

/// Hands the open entries of one account over to another.
///
/// # Errors
/// The database cannot be written.
pub fn hand_over(tx: &mut Tx, from: AccountId, to: AccountId) -> Result<Vec<FaxId>> {
    let open = faxes::owner_id.eq(from).and(faxes::state.eq_any(FaxState::OPEN));
    let moved = on!(tx, c => faxes::table.filter(open.clone()).select(faxes::id).load(c))?;
    on!(tx, c => diesel::update(faxes::table.filter(open.clone())).set(faxes::owner_id.eq(to)).execute(c))?;
    Ok(moved)
}
