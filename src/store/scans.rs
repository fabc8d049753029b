//! Files that wait for the scanner, and what it said of them. A file is at one scan at a time: whoever takes it holds it
//! until a time, and only with that time in hand a verdict is written.

use std::time::Duration;

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{FileId, FileState, Report, Signatures, Time, TransferId, TransferState, Verdict};

use super::Tx;
use super::database::on;
use super::schema::{files, transfers};

/// A file that somebody looks at.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = files)]
pub struct Claim {
    /// The file.
    #[diesel(column_name = id)]
    pub file: FileId,
    /// Its transfer.
    #[diesel(column_name = transfer_id)]
    pub transfer: TransferId,
    /// Its bytes.
    pub size: i64,
    /// Until when nobody else takes it; also what the claim is known by.
    #[diesel(column_name = scan_after)]
    pub until: Time,
    /// How often it was looked at without a verdict, this time included.
    #[diesel(column_name = scan_tries)]
    pub tries: i32,
}

/// Whole files of drafts without a verdict.
macro_rules! waiting {
    () => {
        files::verdict.is_null().and(files::state.eq(FileState::Complete)).and(
            files::transfer_id
                .eq_any(transfers::table.filter(transfers::state.eq(TransferState::Draft)).select(transfers::id)),
        )
    };
}

/// Takes the file that waits longest: nobody else takes it until `now + lease`.
///
/// # Errors
/// The database cannot be written.
pub fn claim(tx: &mut Tx, now: Time, lease: Duration) -> Result<Option<Claim>> {
    let due: Option<FileId> = on!(tx, c => files::table
        .filter(waiting!())
        .filter(files::scan_after.le(now))
        .order((files::scan_after, files::id))
        .select(files::id)
        .first(c)
        .optional())?;
    match due {
        Some(file) => hold(tx, file, now, lease),
        None => Ok(None),
    }
}

/// Takes this file, if it waits and nobody has it.
///
/// # Errors
/// The database cannot be written.
pub fn hold(tx: &mut Tx, file: FileId, now: Time, lease: Duration) -> Result<Option<Claim>> {
    let row = files::table
        .find(file)
        .filter(files::verdict.is_null().and(files::state.eq(FileState::Complete)))
        .filter(files::scan_after.le(now));
    let taken = on!(tx, c => diesel::update(row)
        .set((files::scan_after.eq(now + lease), files::scan_tries.eq(files::scan_tries + 1)))
        .execute(c))?;
    if taken != 1 {
        return Ok(None);
    }
    Ok(Some(on!(tx, c => files::table.find(file).select(Claim::as_select()).first(c))?))
}

/// Holds a file for longer; none when it is held no more.
///
/// # Errors
/// The database cannot be written.
pub fn renew(tx: &mut Tx, claim: &Claim, until: Time) -> Result<Option<Claim>> {
    let row = files::table.find(claim.file).filter(files::verdict.is_null().and(files::scan_after.eq(claim.until)));
    let held = on!(tx, c => diesel::update(row).set(files::scan_after.eq(until)).execute(c))?;
    Ok((held == 1).then(|| Claim { until, ..claim.clone() }))
}

/// Gives a file back without a verdict. `counts` says whether the try counts.
///
/// # Errors
/// The database cannot be written.
pub fn put_back(tx: &mut Tx, claim: &Claim, after: Time, counts: bool) -> Result<()> {
    let row = files::table.find(claim.file).filter(files::verdict.is_null().and(files::scan_after.eq(claim.until)));
    let tries = if counts { claim.tries } else { claim.tries - 1 };
    on!(tx, c => diesel::update(row)
        .set((files::scan_after.eq(after), files::scan_tries.eq(tries)))
        .execute(c))?;
    Ok(())
}

/// Writes a verdict, only if this claim still holds the file: true for the call that did.
///
/// # Errors
/// The database cannot be written.
pub fn settle(tx: &mut Tx, claim: &Claim, report: &Report) -> Result<bool> {
    let row = files::table.find(claim.file).filter(files::verdict.is_null().and(files::scan_after.eq(claim.until)));
    let signatures = report.signatures.as_ref();
    let settled = on!(tx, c => diesel::update(row)
        .set((
            files::verdict.eq(Some(report.verdict)),
            files::finding.eq(report.finding.as_deref()),
            files::scanned_at.eq(Some(report.at)),
            files::signatures.eq(signatures.map(|signatures| signatures.version.as_str())),
            files::signatures_at.eq(signatures.and_then(|signatures| signatures.made_at)),
            files::scan_tries.eq(0),
        ))
        .execute(c))?;
    Ok(settled == 1)
}

/// Writes down that a file was not looked at, as the configuration says: true if it had no verdict.
///
/// # Errors
/// The database cannot be written.
pub fn set_off(tx: &mut Tx, file: FileId, now: Time) -> Result<bool> {
    let row = files::table.find(file).filter(files::verdict.is_null());
    let set = on!(tx, c => diesel::update(row)
        .set((files::verdict.eq(Some(Verdict::Off)), files::scanned_at.eq(Some(now))))
        .execute(c))?;
    Ok(set == 1)
}

/// Takes back the verdicts on files of drafts (of one, if said) that rest on older signatures than these, or on none: they
/// wait again. What the scanner did not take is not handed to it again. Returns how many.
///
/// # Errors
/// The database cannot be written.
pub fn outdate(tx: &mut Tx, transfer: Option<TransferId>, newer: &Signatures, now: Time) -> Result<usize> {
    // Where only one side says of when it is, another version counts as an older one.
    let made_at = newer.made_at.unwrap_or(Time::from_millis(i64::MAX));
    let reset = (files::verdict.eq(None::<Verdict>), files::scan_after.eq(now), files::scan_tries.eq(0));
    macro_rules! older {
        () => {
            files::table
                .filter(
                    files::transfer_id.eq_any(
                        transfers::table.filter(transfers::state.eq(TransferState::Draft)).select(transfers::id),
                    ),
                )
                .filter(files::verdict.is_not_null().and(files::verdict.ne(Verdict::Oversized)))
                .filter(files::signatures.is_null().or(files::signatures.ne(newer.version.as_str())))
                .filter(files::signatures_at.is_null().or(files::signatures_at.lt(made_at)))
        };
    }
    Ok(match transfer {
        Some(one) => on!(tx, c => diesel::update(older!().filter(files::transfer_id.eq(one))).set(reset).execute(c))?,
        None => on!(tx, c => diesel::update(older!()).set(reset).execute(c))?,
    })
}

/// The files that wait, in the order in which they are taken: the first `most` of them.
///
/// # Errors
/// The database cannot be read.
pub fn queue(tx: &mut Tx, most: i64) -> Result<Vec<FileId>> {
    Ok(on!(tx, c => files::table
        .filter(waiting!())
        .order((files::scan_after, files::id))
        .select(files::id)
        .limit(most)
        .load(c))?)
}

/// How many files wait, in all.
///
/// # Errors
/// The database cannot be read.
pub fn waiting(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => files::table.filter(waiting!()).count().get_result(c))?)
}

/// When the next file may be taken, if any waits.
///
/// # Errors
/// The database cannot be read.
pub fn next_due(tx: &mut Tx) -> Result<Option<Time>> {
    Ok(on!(tx, c => files::table
        .filter(waiting!())
        .order(files::scan_after)
        .select(files::scan_after)
        .first(c)
        .optional())?)
}
