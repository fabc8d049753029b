//! Files of entries of the log: who asked for them, who writes them, where their bytes are. One node at a time writes a file;
//! only with its hold in hand anything of it is written down.

use std::time::Duration;

use diesel::prelude::*;

use super::database::on;
use super::lease::free;
use super::schema::{export_parts, exports};
use super::{Tx, doomed};
use crate::crypt::{ManifestPart, PartSummary};
use crate::error::{Doing, Result};
use crate::model::{AccountId, BlobId, ExportFormat, ExportId, ExportState, Time};

/// A file that somebody asked for.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = exports)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// Who asked; none at the command line.
    #[diesel(column_name = account_id)]
    pub account: Option<AccountId>,
    /// How it is written.
    pub format: ExportFormat,
    /// Where it is.
    pub state: ExportState,
    /// What was asked for and why, sealed; none any more when it has ended.
    pub asked_sealed: Option<Vec<u8>>,
    /// The key of its parts, sealed.
    pub key_sealed: Option<Vec<u8>>,
    /// Its manifest, sealed.
    pub manifest_sealed: Option<Vec<u8>>,
    /// Entries that were expected.
    pub expected: i64,
    /// Entries written so far.
    pub written: i64,
    /// Bytes of the whole file.
    pub bytes: i64,
    /// SHA-256 of the whole file, hexadecimal; empty before it is whole.
    pub digest: String,
    /// How often it was begun.
    pub tries: i32,
    /// Until when somebody writes it; also what the hold is known by.
    pub leased_until: Option<Time>,
    /// When it was asked for.
    pub asked_at: Time,
    /// When it was whole.
    pub ready_at: Option<Time>,
    /// When it is destroyed.
    pub expires_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
}

/// Notes that somebody asked for a file.
///
/// # Errors
/// The database cannot be written.
pub fn insert(
    tx: &mut Tx,
    (id, account): (ExportId, Option<AccountId>),
    format: ExportFormat,
    asked_sealed: &[u8],
    expected: i64,
    now: Time,
) -> Result<()> {
    on!(tx, c => diesel::insert_into(exports::table)
        .values((
            exports::id.eq(id),
            exports::account_id.eq(account),
            exports::format.eq(format),
            exports::state.eq(ExportState::Running),
            exports::asked_sealed.eq(Some(asked_sealed)),
            exports::expected.eq(expected),
            exports::written.eq(0_i64),
            exports::bytes.eq(0_i64),
            exports::digest.eq(""),
            exports::tries.eq(0),
            exports::asked_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// A file.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: ExportId) -> Result<Option<Export>> {
    Ok(on!(tx, c => exports::table.find(id).select(Export::as_select()).first(c).optional())?)
}

/// The newest files, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn newest(tx: &mut Tx, most: i64) -> Result<Vec<Export>> {
    Ok(on!(tx, c => exports::table
        .order((exports::asked_at.desc(), exports::id.desc()))
        .select(Export::as_select())
        .limit(most)
        .load(c))?)
}

/// Whether a row waits for somebody who writes its file.
macro_rules! waiting {
    ($now:expr, $lease:expr) => {
        exports::state.eq(ExportState::Running).and(free!(exports::leased_until, $now, $lease))
    };
}

/// Takes the file that waits longest, or the one that is named: nobody else writes it until `now + lease`. What an earlier
/// try wrote is doomed: it is begun anew, with this key.
///
/// # Errors
/// The database cannot be written.
pub fn claim(
    tx: &mut Tx,
    id: Option<ExportId>,
    key_sealed: &[u8],
    now: Time,
    lease: Duration,
) -> Result<Option<Export>> {
    let next: Option<ExportId> = match id {
        Some(id) => Some(id),
        None => on!(tx, c => exports::table
            .filter(waiting!(now, lease))
            .order((exports::asked_at, exports::id))
            .select(exports::id)
            .first(c)
            .optional())?,
    };
    let Some(id) = next else { return Ok(None) };
    let row = exports::table.find(id).filter(waiting!(now, lease));
    let taken = on!(tx, c => diesel::update(row)
        .set((
            exports::leased_until.eq(Some(now + lease)),
            exports::tries.eq(exports::tries + 1),
            exports::key_sealed.eq(Some(key_sealed)),
            exports::written.eq(0_i64),
        ))
        .execute(c))?;
    if taken != 1 {
        return Ok(None);
    }
    doom_parts(tx, id, now)?;
    find(tx, id)
}

/// Goes on holding a file of which so many entries are written; none when it is held no more, or taken back.
///
/// # Errors
/// The database cannot be written.
pub fn renew(tx: &mut Tx, held: &Export, written: i64, until: Time) -> Result<Option<Export>> {
    let row = exports::table
        .find(held.id)
        .filter(exports::state.eq(ExportState::Running).and(exports::leased_until.eq(held.leased_until)));
    let renewed = on!(tx, c => diesel::update(row)
        .set((exports::leased_until.eq(Some(until)), exports::written.eq(written)))
        .execute(c))?;
    Ok((renewed == 1).then(|| Export { leased_until: Some(until), written, ..held.clone() }))
}

/// Whether a file is still held; on PostgreSQL nobody ends it before this transaction does.
///
/// # Errors
/// The database cannot be written.
pub fn holds(tx: &mut Tx, held: &Export) -> Result<bool> {
    Ok(renew(tx, held, held.written, held.leased_until.unwrap_or_default())?.is_some())
}

/// Notes where a part of a file is.
///
/// # Errors
/// The database cannot be written.
pub fn add_part(tx: &mut Tx, id: ExportId, position: i32, blob: BlobId, part: &PartSummary) -> Result<()> {
    let plain = i64::try_from(part.plain_length).doing("noting a part of a file")?;
    let cipher = i64::try_from(part.cipher_length).doing("noting a part of a file")?;
    on!(tx, c => diesel::insert_into(export_parts::table)
        .values((
            export_parts::blob.eq(blob),
            export_parts::export_id.eq(id),
            export_parts::position.eq(position),
            export_parts::plain_length.eq(plain),
            export_parts::cipher_length.eq(cipher),
            export_parts::head_sha256.eq(part.head_sha256.as_slice()),
        ))
        .execute(c))?;
    Ok(())
}

/// The parts of a file, in order.
///
/// # Errors
/// The database cannot be read.
pub fn parts(tx: &mut Tx, id: ExportId) -> Result<Vec<ManifestPart>> {
    type Row = (BlobId, i64, i64, Vec<u8>);
    let rows: Vec<Row> = on!(tx, c => export_parts::table
        .filter(export_parts::export_id.eq(id))
        .order(export_parts::position)
        .select((
            export_parts::blob,
            export_parts::plain_length,
            export_parts::cipher_length,
            export_parts::head_sha256,
        ))
        .load(c))?;
    let part = |(blob, plain, cipher, head): Row| {
        Ok(ManifestPart {
            blob,
            plain: u64::try_from(plain).doing("reading a part of a file")?,
            cipher: u64::try_from(cipher).doing("reading a part of a file")?,
            head: head.as_slice().try_into().doing("reading a part of a file")?,
        })
    };
    rows.into_iter().map(part).collect()
}

/// What is known of a file that is whole.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Entries.
    pub rows: i64,
    /// Bytes.
    pub bytes: i64,
    /// SHA-256, hexadecimal.
    pub digest: String,
    /// Its manifest, sealed.
    pub manifest_sealed: Vec<u8>,
    /// When it is destroyed.
    pub expires_at: Time,
}

/// A held file is whole: true for the call that said so.
///
/// # Errors
/// The database cannot be written.
pub fn ready(tx: &mut Tx, held: &Export, whole: &Whole, now: Time) -> Result<bool> {
    let row = exports::table
        .find(held.id)
        .filter(exports::state.eq(ExportState::Running).and(exports::leased_until.eq(held.leased_until)));
    let ready = on!(tx, c => diesel::update(row)
        .set((
            exports::state.eq(ExportState::Ready),
            exports::written.eq(whole.rows),
            exports::bytes.eq(whole.bytes),
            exports::digest.eq(whole.digest.as_str()),
            exports::manifest_sealed.eq(Some(whole.manifest_sealed.as_slice())),
            exports::leased_until.eq(None::<Time>),
            exports::ready_at.eq(Some(now)),
            exports::expires_at.eq(Some(whole.expires_at)),
        ))
        .execute(c))?;
    Ok(ready == 1)
}

/// Ends a file that is in one of these states: its bytes are doomed, and what names people is taken away. True for the call
/// that did.
///
/// # Errors
/// The database cannot be written.
pub fn end(tx: &mut Tx, id: ExportId, from: &[ExportState], to: ExportState, now: Time) -> Result<bool> {
    let row = exports::table.find(id).filter(exports::state.eq_any(from));
    let ended = on!(tx, c => diesel::update(row)
        .set((
            exports::state.eq(to),
            exports::asked_sealed.eq(None::<Vec<u8>>),
            exports::key_sealed.eq(None::<Vec<u8>>),
            exports::manifest_sealed.eq(None::<Vec<u8>>),
            exports::leased_until.eq(None::<Time>),
            exports::expires_at.eq(None::<Time>),
            exports::ended_at.eq(Some(now)),
        ))
        .execute(c))?;
    if ended != 1 {
        return Ok(false);
    }
    doom_parts(tx, id, now)?;
    Ok(true)
}

/// Files that are there, or being written.
///
/// # Errors
/// The database cannot be read.
pub fn living(tx: &mut Tx) -> Result<Vec<ExportId>> {
    let living = exports::state.eq_any([ExportState::Running, ExportState::Ready]);
    Ok(on!(tx, c => exports::table.filter(living).select(exports::id).load(c))?)
}

/// Files whose time is over.
///
/// # Errors
/// The database cannot be read.
pub fn over(tx: &mut Tx, now: Time) -> Result<Vec<ExportId>> {
    Ok(on!(tx, c => exports::table
        .filter(exports::state.eq(ExportState::Ready).and(exports::expires_at.le(Some(now))))
        .select(exports::id)
        .load(c))?)
}

/// Forgets files that ended before this time; the log has them.
///
/// # Errors
/// The database cannot be written.
pub fn forget(tx: &mut Tx, before: Time) -> Result<()> {
    on!(tx, c => diesel::delete(exports::table.filter(exports::ended_at.lt(Some(before)))).execute(c))?;
    Ok(())
}

fn doom_parts(tx: &mut Tx, id: ExportId, now: Time) -> Result<()> {
    let rows = export_parts::table.filter(export_parts::export_id.eq(id));
    let blobs: Vec<BlobId> = on!(tx, c => rows.select(export_parts::blob).load(c))?;
    doomed::insert_blobs(tx, None, &blobs, now)?;
    on!(tx, c => diesel::delete(rows).execute(c))?;
    Ok(())
}
