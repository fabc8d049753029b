//! Files that wait for the scanner, and what it said of them. A file is at one scan at a time: whoever takes it holds it
//! until a time, and only with that time in hand a verdict is written.

use std::time::Duration;

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{FileId, FileState, Report, Signatures, Time, TransferId, TransferState, Verdict};

use super::Tx;
use super::database::on;
use super::lease::over;
use super::schema::{files, transfers};

/// A file that is to be looked at with newer signatures than a node has is left to others for so long.
const LEFT_TO_OTHERS: Duration = Duration::from_secs(600);

/// The rank of what is looked at for the first time, or somebody waits for.
const FIRST: i32 = 0;
/// The rank of what is looked at again. An update of the signatures sends every draft back, and nobody's new file waits for
/// that.
const AGAIN: i32 = 1;
/// What nobody takes before so far in the future was written by a clock that was wrong.
const NEVER_SO_LATE: Duration = Duration::from_secs(24 * 3600);

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

/// Files that signatures of this time are new enough for.
macro_rules! ours {
    ($known:expr) => {
        files::scan_from.is_null().or(files::scan_from.le($known.unwrap_or(Time::from_millis(0))))
    };
}

/// Takes the file that waits longest: nobody else takes it until `now + lease`. `known` is of when the signatures are that it
/// is looked at with; what was sent back because of newer ones is left to those who have them, else two nodes would undo
/// each other's verdicts.
///
/// # Errors
/// The database cannot be written.
pub fn claim(tx: &mut Tx, known: Option<Time>, now: Time, lease: Duration) -> Result<Option<Claim>> {
    let due: Option<FileId> = on!(tx, c => files::table
        .filter(waiting!())
        .filter(
            files::scan_after
                .le(now)
                .and(ours!(known))
                .or(over!(files::scan_after, now - LEFT_TO_OTHERS, LEFT_TO_OTHERS + NEVER_SO_LATE)),
        )
        .order((files::scan_rank, files::scan_after, files::id))
        .select(files::id)
        .first(c)
        .optional())?;
    match due {
        Some(file) => hold(tx, file, now, lease),
        None => Ok(None),
    }
}

/// Puts the files of a draft that wait before those that are only looked at again: somebody wants to send it.
///
/// # Errors
/// The database cannot be written.
pub fn hurry(tx: &mut Tx, draft: TransferId, now: Time) -> Result<()> {
    let rows = files::table
        .filter(files::transfer_id.eq(draft).and(files::verdict.is_null()))
        .filter(files::scan_after.le(now).and(files::scan_rank.ne(FIRST)));
    on!(tx, c => diesel::update(rows).set(files::scan_rank.eq(FIRST)).execute(c))?;
    Ok(())
}

/// Takes this file, if it waits and nobody has it.
///
/// # Errors
/// The database cannot be written.
pub fn hold(tx: &mut Tx, file: FileId, now: Time, lease: Duration) -> Result<Option<Claim>> {
    let row = files::table
        .find(file)
        .filter(files::verdict.is_null().and(files::state.eq(FileState::Complete)))
        .filter(over!(files::scan_after, now, NEVER_SO_LATE));
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

/// Writes a verdict in place of the one that a file has.
///
/// # Errors
/// The database cannot be written.
pub fn replace(tx: &mut Tx, file: FileId, report: &Report) -> Result<()> {
    let signatures = report.signatures.as_ref();
    on!(tx, c => diesel::update(files::table.find(file))
        .set((
            files::verdict.eq(Some(report.verdict)),
            files::finding.eq(report.finding.as_deref()),
            files::scanned_at.eq(Some(report.at)),
            files::signatures.eq(signatures.map(|signatures| signatures.version.as_str())),
            files::signatures_at.eq(signatures.and_then(|signatures| signatures.made_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes down that a file was never looked at, as the configuration says: true if it had no verdict.
///
/// # Errors
/// The database cannot be written.
pub fn set_off(tx: &mut Tx, file: FileId, now: Time) -> Result<bool> {
    let row = files::table.find(file).filter(files::verdict.is_null().and(files::scanned_at.is_null()));
    let set = on!(tx, c => diesel::update(row)
        .set((files::verdict.eq(Some(Verdict::Off)), files::scanned_at.eq(Some(now))))
        .execute(c))?;
    Ok(set == 1)
}

/// Files of drafts whose verdict rests on older signatures than these, or on none. What the scanner does not take is not
/// handed to it again. Of two versions that do not say of when they are, the one at hand counts as the newer one; one that
/// does say is never older than one that does not.
macro_rules! older {
    ($newer:expr) => {
        files::verdict
            .is_not_null()
            .and(files::verdict.ne(Verdict::Oversized))
            .and(files::signatures.is_null().or(files::signatures.ne($newer.version.as_str())))
            .and(
                files::signatures_at
                    .is_null()
                    .or(files::signatures_at.lt($newer.made_at.unwrap_or(Time::from_millis(i64::MIN)))),
            )
            .and(
                files::transfer_id
                    .eq_any(transfers::table.filter(transfers::state.eq(TransferState::Draft)).select(transfers::id)),
            )
    };
}

/// The drafts with files whose verdict rests on older signatures than these, in order.
///
/// # Errors
/// The database cannot be read.
pub fn outdated(tx: &mut Tx, newer: &Signatures) -> Result<Vec<TransferId>> {
    Ok(on!(tx, c => files::table
        .filter(older!(newer))
        .select(files::transfer_id)
        .distinct()
        .order(files::transfer_id)
        .load(c))?)
}

/// Takes back the verdicts on a draft's files that rest on older signatures than these, or on none: they wait again.
/// Returns how many. Whoever seals the draft comes before or after this, not in between.
///
/// # Errors
/// The database cannot be written.
pub fn outdate(tx: &mut Tx, draft: TransferId, newer: &Signatures, now: Time) -> Result<usize> {
    super::transfers::lock(tx, draft)?;
    Ok(on!(tx, c => diesel::update(files::table.filter(files::transfer_id.eq(draft)).filter(older!(newer)))
        .set((
            files::verdict.eq(None::<Verdict>),
            files::scan_after.eq(now),
            files::scan_tries.eq(0),
            files::scan_from.eq(newer.made_at),
            files::scan_rank.eq(AGAIN),
        ))
        .execute(c))?)
}

/// The files that wait, in the order in which they are taken: the first `most` of them.
///
/// # Errors
/// The database cannot be read.
pub fn queue(tx: &mut Tx, most: i64) -> Result<Vec<FileId>> {
    Ok(on!(tx, c => files::table
        .filter(waiting!())
        .order((files::scan_rank, files::scan_after, files::id))
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

/// When the next file may be taken by who has signatures of the time `known`, if any waits.
///
/// # Errors
/// The database cannot be read.
pub fn next_due(tx: &mut Tx, known: Option<Time>) -> Result<Option<Time>> {
    let ours: Option<Time> = on!(tx, c => files::table
        .filter(waiting!())
        .filter(ours!(known))
        .order(files::scan_after)
        .select(files::scan_after)
        .first(c)
        .optional())?;
    let any: Option<Time> = on!(tx, c => files::table
        .filter(waiting!())
        .order(files::scan_after)
        .select(files::scan_after)
        .first(c)
        .optional())?;
    Ok(ours.into_iter().chain(any.map(|due| due + LEFT_TO_OTHERS)).min())
}
