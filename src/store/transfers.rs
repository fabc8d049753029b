//! Transfers: rows, and the guarded statements that move their state.

use diesel::prelude::*;

use crate::error::{Error, Problem, Result};
use crate::model::{AccountId, BlobId, EndReason, ManifestRef, SenderSlot, Time, Transfer, TransferId, TransferState};

use super::Tx;
use super::database::on;
use super::schema::transfers;

#[derive(Queryable, Selectable)]
#[diesel(table_name = transfers)]
pub(super) struct Row {
    pub(super) id: TransferId,
    owner_id: AccountId,
    state: TransferState,
    revision: i64,
    recipient_key: String,
    manifest_blob: Option<BlobId>,
    manifest_length: Option<i64>,
    manifest_hash: Option<Vec<u8>>,
    keep_seconds: i64,
    grace_seconds: i64,
    number_digits: i32,
    sender_slot: SenderSlot,
    file_count: i32,
    total_bytes: i64,
    created_at: Time,
    draft_until: Time,
    sealed_at: Option<Time>,
    dispatched_at: Option<Time>,
    expires_at: Option<Time>,
    finished_at: Option<Time>,
    shredded_at: Option<Time>,
    end_reason: Option<EndReason>,
}

impl From<Row> for Transfer {
    fn from(row: Row) -> Self {
        let hash: Option<[u8; 32]> = row.manifest_hash.and_then(|hash| hash.try_into().ok());
        let manifest = match (row.manifest_blob, row.manifest_length, hash) {
            (Some(blob), Some(length), Some(hash)) => Some(ManifestRef { blob, length, hash }),
            _ => None,
        };
        Self {
            id: row.id,
            owner: row.owner_id,
            state: row.state,
            revision: row.revision,
            recipient_key: row.recipient_key,
            manifest,
            keep_seconds: row.keep_seconds,
            grace_seconds: row.grace_seconds,
            number_digits: row.number_digits,
            sender_slot: row.sender_slot,
            file_count: row.file_count,
            total_bytes: row.total_bytes,
            created_at: row.created_at,
            draft_until: row.draft_until,
            sealed_at: row.sealed_at,
            dispatched_at: row.dispatched_at,
            expires_at: row.expires_at,
            finished_at: row.finished_at,
            shredded_at: row.shredded_at,
            end_reason: row.end_reason,
        }
    }
}

/// Stores a new draft.
///
/// # Errors
/// The database cannot be written.
pub fn insert(tx: &mut Tx, transfer: &Transfer) -> Result<()> {
    on!(tx, c => diesel::insert_into(transfers::table)
        .values((
            transfers::id.eq(transfer.id),
            transfers::owner_id.eq(transfer.owner),
            transfers::state.eq(transfer.state),
            transfers::revision.eq(transfer.revision),
            transfers::recipient_key.eq(transfer.recipient_key.as_str()),
            transfers::keep_seconds.eq(transfer.keep_seconds),
            transfers::grace_seconds.eq(transfer.grace_seconds),
            transfers::number_digits.eq(transfer.number_digits),
            transfers::sender_slot.eq(transfer.sender_slot),
            transfers::file_count.eq(0),
            transfers::total_bytes.eq(0_i64),
            transfers::created_at.eq(transfer.created_at),
            transfers::draft_until.eq(transfer.draft_until),
            transfers::listed_at.eq(transfer.created_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The transfer, if it exists.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: TransferId) -> Result<Option<Transfer>> {
    let row: Option<Row> = on!(tx, c => transfers::table.find(id).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(Transfer::from))
}

/// The transfer, which a foreign key says exists.
///
/// # Errors
/// The database cannot be read, or does not hold it.
pub fn get(tx: &mut Tx, id: TransferId) -> Result<Transfer> {
    find(tx, id)?.ok_or_else(|| Problem::NotFound.into())
}

/// The sender's transfers, newest first, from `before` on.
///
/// # Errors
/// The database cannot be read.
pub fn of_owner(
    tx: &mut Tx,
    owner: AccountId,
    state: Option<TransferState>,
    before: Option<TransferId>,
    limit: i64,
) -> Result<Vec<Transfer>> {
    let rows: Vec<Row> = on!(tx, c => {
        let mut query = transfers::table
            .filter(transfers::owner_id.eq(owner))
            .order(transfers::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(state) = state {
            query = query.filter(transfers::state.eq(state));
        }
        if let Some(before) = before {
            query = query.filter(transfers::id.lt(before));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(Transfer::from).collect())
}

/// Serialises what happens to one transfer: whoever holds its row decides alone until the transaction ends.
///
/// # Errors
/// There is no such transfer.
pub fn lock(tx: &mut Tx, id: TransferId) -> Result<()> {
    let row = transfers::table.find(id);
    let held = on!(tx, c => diesel::update(row).set(transfers::revision.eq(transfers::revision)).execute(c))?;
    if held == 1 { Ok(()) } else { Err(Problem::NotFound.into()) }
}

/// Marks a change of a draft's files or recipients and keeps the draft alive until `draft_until`.
///
/// # Errors
/// `WrongState` when it is no draft any more.
pub fn touch_draft(tx: &mut Tx, id: TransferId, draft_until: Time) -> Result<()> {
    let row = transfers::table.find(id).filter(transfers::state.eq(TransferState::Draft));
    let touched = on!(tx, c => diesel::update(row)
        .set((transfers::revision.eq(transfers::revision + 1), transfers::draft_until.eq(draft_until)))
        .execute(c))?;
    if touched == 1 {
        return Ok(());
    }
    let state = get(tx, id)?.state;
    Err(Problem::WrongState { state: state.word() }.into())
}

/// Sets a draft's message (sealed to the custody key) and keeping time.
///
/// # Errors
/// The database cannot be written.
pub fn set_options(tx: &mut Tx, id: TransferId, message_sealed: Option<&[u8]>, keep_seconds: i64) -> Result<()> {
    let row = transfers::table.find(id).filter(transfers::state.eq(TransferState::Draft));
    on!(tx, c => diesel::update(row)
        .set((transfers::message_sealed.eq(message_sealed), transfers::keep_seconds.eq(keep_seconds)))
        .execute(c))?;
    Ok(())
}

/// The sender's message, sealed to the custody key.
///
/// # Errors
/// The database cannot be read.
pub fn message(tx: &mut Tx, id: TransferId) -> Result<Option<Vec<u8>>> {
    let found: Option<Option<Vec<u8>>> = on!(tx, c => transfers::table
        .find(id)
        .select(transfers::message_sealed)
        .first(c)
        .optional())?;
    Ok(found.flatten())
}

/// What sealing fixes.
#[derive(Clone, Debug)]
pub struct Sealing {
    /// The revision of files and recipients that the manifest was made from.
    pub revision: i64,
    /// The manifest.
    pub manifest: ManifestRef,
    /// Number of files.
    pub file_count: i32,
    /// Sum of their sizes in bytes.
    pub total_bytes: i64,
    /// Seconds after retrieval in which it can be retrieved again.
    pub grace_seconds: i64,
    /// Digits of its numbers.
    pub number_digits: i32,
    /// How long the sender's own slot lives.
    pub sender_slot: SenderSlot,
    /// Until when it can be opened.
    pub expires_at: Time,
}

/// Draft to sealed, only if files and recipients are still those of the manifest.
///
/// # Errors
/// `DraftChanged` when they are not.
pub fn seal(tx: &mut Tx, id: TransferId, sealing: &Sealing, now: Time) -> Result<()> {
    let row = transfers::table
        .find(id)
        .filter(transfers::state.eq_any(TransferState::before(TransferState::Sealed)))
        .filter(transfers::revision.eq(sealing.revision));
    let sealed = on!(tx, c => diesel::update(row)
        .set((
            transfers::state.eq(TransferState::Sealed),
            transfers::manifest_blob.eq(Some(sealing.manifest.blob)),
            transfers::manifest_length.eq(Some(sealing.manifest.length)),
            transfers::manifest_hash.eq(Some(sealing.manifest.hash.as_slice())),
            transfers::file_count.eq(sealing.file_count),
            transfers::total_bytes.eq(sealing.total_bytes),
            transfers::grace_seconds.eq(sealing.grace_seconds),
            transfers::number_digits.eq(sealing.number_digits),
            transfers::sender_slot.eq(sealing.sender_slot),
            transfers::expires_at.eq(Some(sealing.expires_at)),
            transfers::sealed_at.eq(Some(now)),
            transfers::listed_at.eq(now),
        ))
        .execute(c))?;
    if sealed == 1 { Ok(()) } else { Err(Problem::DraftChanged.into()) }
}

/// Sealed to dispatched: true for the one call that moved it.
///
/// # Errors
/// The database cannot be written.
pub fn dispatch(tx: &mut Tx, id: TransferId, now: Time) -> Result<bool> {
    let before = TransferState::before(TransferState::Dispatched);
    let row = transfers::table.find(id).filter(transfers::state.eq_any(before));
    let moved = on!(tx, c => diesel::update(row)
        .set((transfers::state.eq(TransferState::Dispatched), transfers::dispatched_at.eq(Some(now))))
        .execute(c))?;
    Ok(moved == 1)
}

/// Draft or running to finished: true for the one call that moved it. Access ends here.
///
/// # Errors
/// The database cannot be written.
pub fn finish(tx: &mut Tx, id: TransferId, reason: EndReason, now: Time) -> Result<bool> {
    let before = TransferState::before(TransferState::Finished);
    let row = transfers::table.find(id).filter(transfers::state.eq_any(before));
    let moved = on!(tx, c => diesel::update(row)
        .set((
            transfers::state.eq(TransferState::Finished),
            transfers::finished_at.eq(Some(now)),
            transfers::end_reason.eq(Some(reason)),
            transfers::message_sealed.eq(None::<Vec<u8>>),
        ))
        .execute(c))?;
    Ok(moved == 1)
}

/// Finished to shredded: true for the one call that moved it.
///
/// # Errors
/// The database cannot be written.
pub fn shredded(tx: &mut Tx, id: TransferId, now: Time) -> Result<bool> {
    let before = TransferState::before(TransferState::Shredded);
    let row = transfers::table.find(id).filter(transfers::state.eq_any(before));
    let moved = on!(tx, c => diesel::update(row)
        .set((transfers::state.eq(TransferState::Shredded), transfers::shredded_at.eq(Some(now))))
        .execute(c))?;
    Ok(moved == 1)
}

/// Sets a later or earlier expiry of a running transfer whose time is not over yet.
///
/// # Errors
/// `WrongState` when it does not run, or its time is over: nothing opens again what recipients saw expire.
pub fn set_expiry(tx: &mut Tx, id: TransferId, expires_at: Time, now: Time) -> Result<()> {
    let in_time = transfers::expires_at.is_null().or(transfers::expires_at.gt(Some(now)));
    let row = transfers::table.find(id).filter(transfers::state.eq_any(TransferState::RUNNING).and(in_time));
    let set = on!(tx, c => diesel::update(row).set(transfers::expires_at.eq(Some(expires_at))).execute(c))?;
    if set == 1 {
        return Ok(());
    }
    let state = get(tx, id)?.state;
    Err(Problem::WrongState { state: state.word() }.into())
}

/// Drafts whose time is over.
///
/// # Errors
/// The database cannot be read.
pub fn stale_drafts(tx: &mut Tx, now: Time, limit: i64) -> Result<Vec<TransferId>> {
    Ok(on!(tx, c => transfers::table
        .filter(transfers::state.eq(TransferState::Draft).and(transfers::draft_until.le(now)))
        .select(transfers::id)
        .limit(limit)
        .load(c))?)
}

/// Running transfers whose time is over.
///
/// # Errors
/// The database cannot be read.
pub fn expired(tx: &mut Tx, now: Time, limit: i64) -> Result<Vec<TransferId>> {
    Ok(on!(tx, c => transfers::table
        .filter(transfers::state.eq_any(TransferState::RUNNING).and(transfers::expires_at.le(Some(now))))
        .select(transfers::id)
        .limit(limit)
        .load(c))?)
}

/// Finished transfers that are not shredded yet.
///
/// # Errors
/// The database cannot be read.
pub fn finished(tx: &mut Tx, limit: i64) -> Result<Vec<TransferId>> {
    Ok(on!(tx, c => transfers::table
        .filter(transfers::state.eq(TransferState::Finished))
        .order(transfers::finished_at)
        .select(transfers::id)
        .limit(limit)
        .load(c))?)
}

/// Every transfer in a state: for the invariant checker.
///
/// # Errors
/// The database cannot be read.
pub fn in_state(tx: &mut Tx, state: TransferState) -> Result<Vec<Transfer>, Error> {
    let rows: Vec<Row> =
        on!(tx, c => transfers::table.filter(transfers::state.eq(state)).select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(Transfer::from).collect())
}

/// How many transfers of an owner are running.
///
/// # Errors
/// The database cannot be read.
pub fn running(tx: &mut Tx, owner: AccountId) -> Result<i64> {
    Ok(on!(tx, c => transfers::table
        .filter(transfers::owner_id.eq(owner).and(transfers::state.eq_any(TransferState::RUNNING)))
        .count()
        .get_result(c))?)
}

/// The running transfers of an owner, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn running_of(tx: &mut Tx, owner: AccountId) -> Result<Vec<Transfer>> {
    let rows: Vec<Row> = on!(tx, c => transfers::table
        .filter(transfers::owner_id.eq(owner).and(transfers::state.eq_any(TransferState::RUNNING)))
        .order(transfers::id)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Transfer::from).collect())
}

/// Gives a running transfer to another owner, only if it is still its present owner's: true for the call that did.
///
/// # Errors
/// The database cannot be written.
pub fn hand_over(tx: &mut Tx, id: TransferId, (from, to): (AccountId, AccountId)) -> Result<bool> {
    let row = transfers::table
        .find(id)
        .filter(transfers::owner_id.eq(from).and(transfers::state.eq_any(TransferState::RUNNING)));
    Ok(on!(tx, c => diesel::update(row).set(transfers::owner_id.eq(to)).execute(c))? == 1)
}
