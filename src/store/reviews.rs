//! Reviews of the account register, and what was decided about each account.

use diesel::prelude::*;

use crate::error::{Doing, Error, Problem, Result};
use crate::model::{AccountId, Decision, ReviewId, ReviewState, Role, Time};

use super::Tx;
use super::accounts::roles_text;
use super::database::on;
use super::schema::{review_items, reviews};

/// A review, its record aside.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = reviews)]
pub struct Review {
    /// Row id.
    pub id: ReviewId,
    /// Where it is.
    pub state: ReviewState,
    /// Who began it; nobody known at the console.
    pub started_by: Option<AccountId>,
    /// When it was begun.
    pub started_at: Time,
    /// Until when it should be signed.
    pub deadline_at: Time,
    /// The last reminder: days before the deadline, -1 for the day after.
    pub reminded: Option<i32>,
    /// Who signed it or gave it up.
    pub ended_by: Option<AccountId>,
    /// When it was signed or given up.
    pub ended_at: Option<Time>,
    /// What was said with that.
    pub note: String,
    /// SHA-256 of its record, once it is signed.
    pub digest: Option<Vec<u8>>,
}

/// An account of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The review.
    pub review: ReviewId,
    /// The account.
    pub account: AccountId,
    /// Who is to decide.
    pub reviewer: Option<AccountId>,
    /// What was decided; none: not yet.
    pub verdict: Option<Verdict>,
}

/// What was decided about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What becomes of it.
    pub decision: Decision,
    /// The roles that it keeps; empty where it is stopped.
    pub roles: Vec<Role>,
    /// Why; may be empty for an account that is kept.
    pub reason: String,
    /// Who decided, or was said at the console to have decided; nobody: somebody at the console.
    pub by: Option<AccountId>,
    /// When.
    pub at: Time,
    /// Whether it was typed at the console.
    pub at_console: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = review_items)]
struct Row {
    review_id: ReviewId,
    account_id: AccountId,
    reviewer_id: Option<AccountId>,
    decision: Option<Decision>,
    roles: Option<String>,
    reason: String,
    decided_by: Option<AccountId>,
    decided_at: Option<Time>,
    at_console: bool,
}

impl TryFrom<Row> for Item {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let roles = row.roles.as_deref().unwrap_or_default().split_whitespace().map(str::parse);
        let roles = roles.collect::<Result<_, _>>().doing("reading the roles of a decision")?;
        let verdict = row.decision.zip(row.decided_at).map(|(decision, at)| Verdict {
            decision,
            roles,
            reason: row.reason,
            by: row.decided_by,
            at,
            at_console: row.at_console,
        });
        Ok(Self { review: row.review_id, account: row.account_id, reviewer: row.reviewer_id, verdict })
    }
}

/// How a review ended.
pub struct End {
    /// Signed or given up.
    pub state: ReviewState,
    /// Who.
    pub by: Option<AccountId>,
    /// When.
    pub at: Time,
    /// What was said with it.
    pub note: String,
    /// The record and its digest, of one that was signed.
    pub record: Option<(Vec<u8>, [u8; 32])>,
}

/// Begins a review of these accounts.
///
/// # Errors
/// `ReviewOpen` while another one is open.
pub fn insert(tx: &mut Tx, review: &Review, items: &[Item]) -> Result<()> {
    if open(tx)?.is_some() {
        return Err(Problem::ReviewOpen.into());
    }
    on!(tx, c => diesel::insert_into(reviews::table)
        .values((
            reviews::id.eq(review.id),
            reviews::state.eq(review.state),
            reviews::revision.eq(0),
            reviews::started_by.eq(review.started_by),
            reviews::started_at.eq(review.started_at),
            reviews::deadline_at.eq(review.deadline_at),
            reviews::note.eq(review.note.as_str()),
        ))
        .execute(c))?;
    for item in items {
        on!(tx, c => diesel::insert_into(review_items::table)
            .values((
                review_items::review_id.eq(item.review),
                review_items::account_id.eq(item.account),
                review_items::reviewer_id.eq(item.reviewer),
                review_items::reason.eq(""),
                review_items::at_console.eq(false),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// The review that is open.
///
/// # Errors
/// The database cannot be read.
pub fn open(tx: &mut Tx) -> Result<Option<Review>> {
    let row = reviews::table.filter(reviews::state.eq(ReviewState::Open));
    Ok(on!(tx, c => row.select(Review::as_select()).first(c).optional())?)
}

/// The review of this id.
///
/// # Errors
/// `NotFound`.
pub fn get(tx: &mut Tx, id: ReviewId) -> Result<Review> {
    let row = reviews::table.find(id);
    on!(tx, c => row.select(Review::as_select()).first(c).optional())?.ok_or_else(|| Problem::NotFound.into())
}

/// Every review, the newest first.
///
/// # Errors
/// The database cannot be read.
pub fn all(tx: &mut Tx) -> Result<Vec<Review>> {
    Ok(on!(tx, c => reviews::table.order(reviews::id.desc()).select(Review::as_select()).load(c))?)
}

/// The review that was signed last.
///
/// # Errors
/// The database cannot be read.
pub fn last_signed(tx: &mut Tx) -> Result<Option<Review>> {
    let signed = reviews::table.filter(reviews::state.eq(ReviewState::Signed)).order(reviews::ended_at.desc());
    Ok(on!(tx, c => signed.select(Review::as_select()).first(c).optional())?)
}

/// Serialises what happens to a review: whoever holds its row decides alone until the transaction ends.
///
/// # Errors
/// `NotFound`; `ReviewEnded` for one that is open no longer.
pub fn hold(tx: &mut Tx, id: ReviewId) -> Result<Review> {
    let row = reviews::table.find(id);
    on!(tx, c => diesel::update(row).set(reviews::revision.eq(reviews::revision + 1)).execute(c))?;
    let review = get(tx, id)?;
    match review.state {
        ReviewState::Open => Ok(review),
        ended => Err(Problem::ReviewEnded { state: ended.word() }.into()),
    }
}

/// The accounts of a review.
///
/// # Errors
/// The database cannot be read.
pub fn items(tx: &mut Tx, id: ReviewId) -> Result<Vec<Item>> {
    let rows = review_items::table.filter(review_items::review_id.eq(id));
    let rows: Vec<Row> = on!(tx, c => rows.select(Row::as_select()).load(c))?;
    rows.into_iter().map(Item::try_from).collect()
}

/// An account of a review.
///
/// # Errors
/// `NotFound`.
pub fn item(tx: &mut Tx, id: ReviewId, account: AccountId) -> Result<Item> {
    let row = review_items::table.find((id, account));
    let row: Option<Row> = on!(tx, c => row.select(Row::as_select()).first(c).optional())?;
    row.map_or_else(|| Err(Problem::NotFound.into()), Item::try_from)
}

/// Writes down a decision, in place of an earlier one.
///
/// # Errors
/// The database cannot be written.
pub fn decide(tx: &mut Tx, id: ReviewId, account: AccountId, verdict: &Verdict) -> Result<()> {
    let roles = Some(roles_text(&verdict.roles)).filter(|roles| !roles.is_empty());
    on!(tx, c => diesel::update(review_items::table.find((id, account)))
        .set((
            review_items::decision.eq(Some(verdict.decision)),
            review_items::roles.eq(roles),
            review_items::reason.eq(verdict.reason.as_str()),
            review_items::decided_by.eq(verdict.by),
            review_items::decided_at.eq(Some(verdict.at)),
            review_items::at_console.eq(verdict.at_console),
        ))
        .execute(c))?;
    Ok(())
}

/// Gives an account of a review to another reviewer.
///
/// # Errors
/// The database cannot be written.
pub fn assign(tx: &mut Tx, id: ReviewId, account: AccountId, reviewer: AccountId) -> Result<()> {
    on!(tx, c => diesel::update(review_items::table.find((id, account)))
        .set(review_items::reviewer_id.eq(Some(reviewer)))
        .execute(c))?;
    Ok(())
}

/// How many accounts of the open review wait for the decision of this reviewer.
///
/// # Errors
/// The database cannot be read.
pub fn waiting_for(tx: &mut Tx, id: ReviewId, reviewer: AccountId) -> Result<i64> {
    let waiting = review_items::table
        .filter(review_items::review_id.eq(id).and(review_items::reviewer_id.eq(reviewer)))
        .filter(review_items::decision.is_null());
    Ok(on!(tx, c => waiting.count().get_result(c))?)
}

/// Who has accounts to decide about in this review.
///
/// # Errors
/// The database cannot be read.
pub fn awaited(tx: &mut Tx, id: ReviewId) -> Result<Vec<AccountId>> {
    let waiting = review_items::table
        .filter(review_items::review_id.eq(id).and(review_items::decision.is_null()))
        .filter(review_items::reviewer_id.is_not_null());
    Ok(on!(tx, c => waiting.select(review_items::reviewer_id.assume_not_null()).distinct().load(c))?)
}

/// Ends a review that is held.
///
/// # Errors
/// The database cannot be written.
pub fn end(tx: &mut Tx, id: ReviewId, end: &End) -> Result<()> {
    let (record, digest) = match &end.record {
        Some((record, digest)) => (Some(record.as_slice()), Some(digest.as_slice())),
        None => (None, None),
    };
    on!(tx, c => diesel::update(reviews::table.find(id))
        .set((
            reviews::state.eq(end.state),
            reviews::ended_by.eq(end.by),
            reviews::ended_at.eq(Some(end.at)),
            reviews::note.eq(end.note.as_str()),
            reviews::record.eq(record),
            reviews::digest.eq(digest),
        ))
        .execute(c))?;
    Ok(())
}

/// The record of a review, byte for byte as it was signed.
///
/// # Errors
/// `NotFound` for one that was not signed.
pub fn record(tx: &mut Tx, id: ReviewId) -> Result<Vec<u8>> {
    let row = reviews::table.find(id).select(reviews::record);
    let record: Option<Option<Vec<u8>>> = on!(tx, c => row.first(c).optional())?;
    record.flatten().ok_or_else(|| Problem::NotFound.into())
}

/// Notes the reminder of `days` before the deadline, if the review is open and none so late went out. True for the call
/// that did.
///
/// # Errors
/// The database cannot be written.
pub fn set_reminded(tx: &mut Tx, id: ReviewId, days: i32) -> Result<bool> {
    let row = reviews::table
        .find(id)
        .filter(reviews::state.eq(ReviewState::Open))
        .filter(reviews::reminded.is_null().or(reviews::reminded.gt(Some(days))));
    Ok(on!(tx, c => diesel::update(row).set(reviews::reminded.eq(Some(days))).execute(c))? == 1)
}
