//! Files of drafts and their parts.

use diesel::prelude::*;

use crate::error::{Error, Result};
use crate::model::{
    BlobId, Content, DraftFile, FileId, FileState, Part, Report, Signatures, Time, TransferId, Verdict,
};

use super::Tx;
use super::database::on;
use super::doomed;
use super::schema::{files, parts, transfers};

#[derive(Queryable, Selectable)]
#[diesel(table_name = files)]
struct Row {
    id: FileId,
    transfer_id: TransferId,
    position: i32,
    size: i64,
    received: i64,
    state: FileState,
    name_sealed: Vec<u8>,
    digest_sealed: Option<Vec<u8>>,
    upload_until: Time,
    verdict: Option<Verdict>,
    finding: Option<String>,
    scanned_at: Option<Time>,
    signatures: Option<String>,
    signatures_at: Option<Time>,
    content: Option<Content>,
    macros: bool,
    look_sealed: Option<Vec<u8>>,
}

impl From<Row> for DraftFile {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            transfer: row.transfer_id,
            position: row.position,
            size: row.size,
            received: row.received,
            state: row.state,
            name_sealed: row.name_sealed,
            digest_sealed: row.digest_sealed,
            upload_until: row.upload_until,
            again: row.verdict.is_none() && row.scanned_at.is_some(),
            report: row.verdict.map(|verdict| Report {
                verdict,
                finding: row.finding,
                signatures: row.signatures.map(|version| Signatures { version, made_at: row.signatures_at }),
                at: row.scanned_at.unwrap_or_default(),
            }),
            content: row.content,
            macros: row.macros,
            look_sealed: row.look_sealed,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = parts)]
struct PartRow {
    blob: BlobId,
    file_id: FileId,
    position: i32,
    plain_length: i64,
    cipher_length: i64,
    head_sha256: Vec<u8>,
}

impl TryFrom<PartRow> for Part {
    type Error = Error;
    fn try_from(row: PartRow) -> Result<Self> {
        Ok(Self {
            blob: row.blob,
            file: row.file_id,
            position: row.position,
            plain_length: row.plain_length,
            cipher_length: row.cipher_length,
            head_sha256: row
                .head_sha256
                .try_into()
                .map_err(|_| Error::fault("reading a part", "its digest is not 32 bytes"))?,
        })
    }
}

/// The sizes in bytes of the files of several transfers.
///
/// # Errors
/// The database cannot be read.
pub fn sizes(tx: &mut Tx, transfers: &[TransferId]) -> Result<Vec<(TransferId, i64)>> {
    Ok(on!(tx, c => files::table
        .filter(files::transfer_id.eq_any(transfers))
        .select((files::transfer_id, files::size))
        .load(c))?)
}

/// Stores a file that is about to arrive.
///
/// # Errors
/// The database cannot be written.
pub fn insert(tx: &mut Tx, file: &DraftFile, now: Time) -> Result<()> {
    on!(tx, c => diesel::insert_into(files::table)
        .values((
            files::id.eq(file.id),
            files::transfer_id.eq(file.transfer),
            files::position.eq(file.position),
            files::size.eq(file.size),
            files::received.eq(file.received),
            files::state.eq(file.state),
            files::name_sealed.eq(file.name_sealed.as_slice()),
            files::digest_sealed.eq(file.digest_sealed.as_deref()),
            files::upload_until.eq(file.upload_until),
            files::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// The file, if it exists.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: FileId) -> Result<Option<DraftFile>> {
    let row: Option<Row> = on!(tx, c => files::table.find(id).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(DraftFile::from))
}

/// The files of a transfer, in order.
///
/// # Errors
/// The database cannot be read.
pub fn of_transfer(tx: &mut Tx, transfer: TransferId) -> Result<Vec<DraftFile>> {
    let rows: Vec<Row> = on!(tx, c => files::table
        .filter(files::transfer_id.eq(transfer))
        .order(files::position)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(DraftFile::from).collect())
}

/// The parts of a file, in order.
///
/// # Errors
/// The database cannot be read.
pub fn parts(tx: &mut Tx, file: FileId) -> Result<Vec<Part>> {
    let rows: Vec<PartRow> = on!(tx, c => parts::table
        .filter(parts::file_id.eq(file))
        .order(parts::position)
        .select(PartRow::as_select())
        .load(c))?;
    rows.into_iter().map(Part::try_from).collect()
}

/// The parts of every file of a transfer.
///
/// # Errors
/// The database cannot be read.
pub fn parts_of_transfer(tx: &mut Tx, transfer: TransferId) -> Result<Vec<Part>> {
    let of_transfer = files::table.filter(files::transfer_id.eq(transfer)).select(files::id);
    let rows: Vec<PartRow> = on!(tx, c => parts::table
        .filter(parts::file_id.eq_any(of_transfer))
        .select(PartRow::as_select())
        .load(c))?;
    rows.into_iter().map(Part::try_from).collect()
}

/// A part that became durable, and what the file is with it.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The new part.
    pub part: Part,
    /// The short tail that the new part replaces.
    pub replaces: Option<BlobId>,
    /// Durable bytes of the file before.
    pub received_before: i64,
    /// Durable bytes of the file now.
    pub received: i64,
    /// The running digests, sealed to the custody key.
    pub digest_sealed: Vec<u8>,
    /// When an unfinished upload is given up.
    pub upload_until: Time,
}

/// Makes a part visible, only if nobody else wrote to the file in between: true for the call that did.
///
/// # Errors
/// The database cannot be written.
pub fn arrive(tx: &mut Tx, transfer: TransferId, arrival: &Arrival, now: Time) -> Result<bool> {
    let part = &arrival.part;
    let row = files::table
        .find(part.file)
        .filter(files::received.eq(arrival.received_before).and(files::state.eq(FileState::Uploading)));
    let moved = on!(tx, c => diesel::update(row)
        .set((
            files::received.eq(arrival.received),
            files::digest_sealed.eq(Some(arrival.digest_sealed.as_slice())),
            files::upload_until.eq(arrival.upload_until),
        ))
        .execute(c))?;
    if moved != 1 {
        return Ok(false);
    }
    if let Some(tail) = arrival.replaces {
        on!(tx, c => diesel::delete(parts::table.find(tail)).execute(c))?;
        doomed::insert_blobs(tx, Some(transfer), &[tail], now)?;
    }
    on!(tx, c => diesel::insert_into(parts::table)
        .values((
            parts::blob.eq(part.blob),
            parts::file_id.eq(part.file),
            parts::position.eq(part.position),
            parts::plain_length.eq(part.plain_length),
            parts::cipher_length.eq(part.cipher_length),
            parts::head_sha256.eq(part.head_sha256.as_slice()),
        ))
        .execute(c))?;
    Ok(true)
}

/// What was seen of a file's bytes.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it is; none while too little of it is there.
    pub content: Option<Content>,
    /// Whether it carries macros.
    pub macros: bool,
    /// What is needed to go on looking, sealed to the custody key; none for a whole file.
    pub look_sealed: Option<Vec<u8>>,
}

/// Keeps what was seen of a file with the parts that just arrived.
///
/// # Errors
/// The database cannot be written.
pub fn see(tx: &mut Tx, file: FileId, seen: &Seen) -> Result<()> {
    on!(tx, c => diesel::update(files::table.find(file))
        .set((
            files::content.eq(seen.content),
            files::macros.eq(seen.macros),
            files::look_sealed.eq(seen.look_sealed.as_deref()),
        ))
        .execute(c))?;
    Ok(())
}

/// Sets the length of an arriving file that was announced without one.
///
/// # Errors
/// The database cannot be written.
pub fn resize(tx: &mut Tx, file: FileId, size: i64) -> Result<()> {
    let row = files::table.find(file).filter(files::state.eq(FileState::Uploading));
    on!(tx, c => diesel::update(row).set(files::size.eq(size)).execute(c))?;
    Ok(())
}

/// Marks a file as whole; from now on it waits for a scanner.
///
/// # Errors
/// The database cannot be written.
pub fn complete(tx: &mut Tx, file: FileId, now: Time) -> Result<()> {
    let row = files::table.find(file).filter(files::received.eq(files::size));
    on!(tx, c => diesel::update(row)
        .set((files::state.eq(FileState::Complete), files::scan_after.eq(now)))
        .execute(c))?;
    Ok(())
}

/// Removes a file and dooms its blobs.
///
/// # Errors
/// The database cannot be written.
pub fn remove(tx: &mut Tx, transfer: TransferId, file: FileId, now: Time) -> Result<()> {
    let blobs: Vec<BlobId> = on!(tx, c => parts::table.filter(parts::file_id.eq(file)).select(parts::blob).load(c))?;
    doomed::insert_blobs(tx, Some(transfer), &blobs, now)?;
    on!(tx, c => diesel::delete(parts::table.filter(parts::file_id.eq(file))).execute(c))?;
    on!(tx, c => diesel::delete(files::table.find(file)).execute(c))?;
    Ok(())
}

/// Unfinished uploads whose time is over, with their transfers.
///
/// # Errors
/// The database cannot be read.
pub fn stale_uploads(tx: &mut Tx, now: Time, limit: i64) -> Result<Vec<(FileId, TransferId)>> {
    Ok(on!(tx, c => files::table
        .filter(files::state.eq(FileState::Uploading).and(files::upload_until.le(now)))
        .select((files::id, files::transfer_id))
        .limit(limit)
        .load(c))?)
}

/// Every blob that a row names: parts, manifests, files of the log's entries, and those already doomed.
///
/// # Errors
/// The database cannot be read.
pub fn known_blobs(tx: &mut Tx) -> Result<std::collections::HashSet<BlobId>> {
    let parts: Vec<BlobId> = on!(tx, c => parts::table.select(parts::blob).load(c))?;
    let manifests: Vec<Option<BlobId>> = on!(tx, c => transfers::table
        .filter(transfers::shredded_at.is_null())
        .select(transfers::manifest_blob)
        .load(c))?;
    let doomed = {
        use super::schema::doomed_blobs;
        let blobs: Vec<BlobId> = on!(tx, c => doomed_blobs::table.select(doomed_blobs::blob).load(c))?;
        blobs
    };
    let exported = {
        use super::schema::export_parts;
        let blobs: Vec<BlobId> = on!(tx, c => export_parts::table.select(export_parts::blob).load(c))?;
        blobs
    };
    let all = parts.into_iter().chain(manifests.into_iter().flatten()).chain(doomed).chain(exported);
    Ok(all.collect())
}
