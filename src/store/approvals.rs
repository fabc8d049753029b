//! Questions to approvers, and their answers.

use diesel::dsl::not;
use diesel::prelude::*;

use crate::error::{Error, Result};
use crate::model::{AccountId, Approval, ApprovalId, ApprovalReason, ApprovalState, DeliveryId, Time, TransferId};

use super::Tx;
use super::database::on;
use super::schema::approvals;

#[derive(Queryable, Selectable)]
#[diesel(table_name = approvals)]
struct Row {
    id: ApprovalId,
    transfer_id: TransferId,
    delivery_id: DeliveryId,
    owner_id: AccountId,
    asked_by: AccountId,
    state: ApprovalState,
    reasons: String,
    manifest_hash: Vec<u8>,
    email: String,
    latest_expiry: Time,
    asked_at: Time,
    decide_by: Time,
    decided_at: Option<Time>,
    decided_by: Option<AccountId>,
    on_behalf_of: Option<AccountId>,
}

impl TryFrom<Row> for Approval {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let wrong = |what: &'static str| move |_| Error::fault("reading an approval", what);
        let reasons = row.reasons.split_whitespace().map(str::parse::<ApprovalReason>);
        Ok(Self {
            id: row.id,
            transfer: row.transfer_id,
            delivery: row.delivery_id,
            owner: row.owner_id,
            asked_by: row.asked_by,
            state: row.state,
            reasons: reasons.collect::<Result<_, _>>().map_err(wrong("its reasons are none"))?,
            manifest_hash: row
                .manifest_hash
                .try_into()
                .map_err(|_| Error::fault("reading an approval", "its digest is not 32 bytes"))?,
            email: row.email,
            latest_expiry: row.latest_expiry,
            asked_at: row.asked_at,
            decide_by: row.decide_by,
            decided_at: row.decided_at,
            decided_by: row.decided_by,
            on_behalf_of: row.on_behalf_of,
        })
    }
}

fn read(rows: Vec<Row>) -> Result<Vec<Approval>> {
    rows.into_iter().map(Approval::try_from).collect()
}

/// Stores a question.
///
/// # Errors
/// Another one about the same delivery is open, or the database cannot be written.
pub fn insert(tx: &mut Tx, approval: &Approval) -> Result<()> {
    let reasons: Vec<&str> = approval.reasons.iter().map(|reason| reason.word()).collect();
    on!(tx, c => diesel::insert_into(approvals::table)
        .values((
            approvals::id.eq(approval.id),
            approvals::transfer_id.eq(approval.transfer),
            approvals::delivery_id.eq(approval.delivery),
            approvals::owner_id.eq(approval.owner),
            approvals::asked_by.eq(approval.asked_by),
            approvals::state.eq(approval.state),
            approvals::reasons.eq(reasons.join(" ")),
            approvals::manifest_hash.eq(approval.manifest_hash.as_slice()),
            approvals::email.eq(approval.email.as_str()),
            approvals::latest_expiry.eq(approval.latest_expiry),
            approvals::asked_at.eq(approval.asked_at),
            approvals::decide_by.eq(approval.decide_by),
        ))
        .execute(c))?;
    Ok(())
}

/// The newest question about a delivery, whatever became of it.
///
/// # Errors
/// The database cannot be read.
pub fn newest(tx: &mut Tx, delivery: DeliveryId) -> Result<Option<Approval>> {
    let row: Option<Row> = on!(tx, c => approvals::table
        .filter(approvals::delivery_id.eq(delivery))
        .order((approvals::asked_at.desc(), approvals::id.desc()))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(Approval::try_from).transpose()
}

/// Every question about a delivery, the oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_delivery(tx: &mut Tx, delivery: DeliveryId) -> Result<Vec<Approval>> {
    read(on!(tx, c => approvals::table
        .filter(approvals::delivery_id.eq(delivery))
        .order((approvals::asked_at, approvals::id))
        .select(Row::as_select())
        .load(c))?)
}

/// Every question about a transfer, the oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_transfer(tx: &mut Tx, transfer: TransferId) -> Result<Vec<Approval>> {
    read(on!(tx, c => approvals::table
        .filter(approvals::transfer_id.eq(transfer))
        .order((approvals::asked_at, approvals::id))
        .select(Row::as_select())
        .load(c))?)
}

/// As what somebody looks for open questions.
#[derive(Clone, Debug)]
pub enum As {
    /// As an approver.
    Approver,
    /// As the deputy of these approvers: what they could decide about.
    DeputyOf(Vec<AccountId>),
}

/// Open questions that somebody may answer, those that lapse first first: about nothing own, and as a deputy about nothing of
/// everybody whom he stands for.
///
/// # Errors
/// The database cannot be read.
pub fn open_for(tx: &mut Tx, me: AccountId, by: &As, now: Time, limit: i64) -> Result<Vec<Approval>> {
    let principals = match by {
        As::Approver => None,
        As::DeputyOf(principals) if principals.is_empty() => return Ok(Vec::new()),
        As::DeputyOf(principals) => Some(principals.as_slice()),
    };
    read(on!(tx, c => {
        let mut query = approvals::table
            .filter(approvals::state.eq(ApprovalState::Asked).and(approvals::decide_by.gt(now)))
            .filter(approvals::owner_id.ne(me).and(approvals::asked_by.ne(me)))
            .order((approvals::decide_by, approvals::id))
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        // A question has two parties at most, so that of three principals one is none of them.
        query = match principals {
            Some([one]) => query.filter(approvals::owner_id.ne(one).and(approvals::asked_by.ne(one))),
            Some([one, other]) => query.filter(not(
                approvals::owner_id.eq(one).and(approvals::asked_by.eq(other))
                    .or(approvals::owner_id.eq(other).and(approvals::asked_by.eq(one))),
            )),
            _ => query,
        };
        query.load(c)
    })?)
}

/// Who decides, and for whom where it is a deputy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decider {
    /// Who says it.
    pub account: AccountId,
    /// For whom, where it is a deputy.
    pub on_behalf_of: Option<AccountId>,
}

/// Answers an open question, only once: true for the call that did.
///
/// # Errors
/// The database cannot be written; it refuses who decides about the own.
pub fn decide(tx: &mut Tx, id: ApprovalId, state: ApprovalState, by: Option<Decider>, now: Time) -> Result<bool> {
    let open = approvals::table.find(id).filter(approvals::state.eq(ApprovalState::Asked));
    let decided = on!(tx, c => diesel::update(open)
        .set((
            approvals::state.eq(state),
            approvals::decided_by.eq(by.map(|by| by.account)),
            approvals::on_behalf_of.eq(by.and_then(|by| by.on_behalf_of)),
            approvals::decided_at.eq(Some(now)),
        ))
        .execute(c))?;
    Ok(decided == 1)
}

/// Names the new sender of a transfer in its open questions: who takes over does not approve the own.
///
/// # Errors
/// The database cannot be written.
pub fn set_owner(tx: &mut Tx, transfer: TransferId, owner: AccountId) -> Result<()> {
    let open =
        approvals::table.filter(approvals::transfer_id.eq(transfer).and(approvals::state.eq(ApprovalState::Asked)));
    on!(tx, c => diesel::update(open).set(approvals::owner_id.eq(owner)).execute(c))?;
    Ok(())
}

/// Open questions that nobody answered in time.
///
/// # Errors
/// The database cannot be read.
pub fn overdue(tx: &mut Tx, now: Time, limit: i64) -> Result<Vec<Approval>> {
    read(on!(tx, c => approvals::table
        .filter(approvals::state.eq(ApprovalState::Asked).and(approvals::decide_by.le(now)))
        .order(approvals::decide_by)
        .limit(limit)
        .select(Row::as_select())
        .load(c))?)
}

/// What somebody decided since a time, the newest first.
///
/// # Errors
/// The database cannot be read.
pub fn decided_by(tx: &mut Tx, account: AccountId, since: Time, limit: i64) -> Result<Vec<Approval>> {
    read(on!(tx, c => approvals::table
        .filter(approvals::decided_by.eq(Some(account)).and(approvals::decided_at.ge(Some(since))))
        .order((approvals::decided_at.desc(), approvals::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load(c))?)
}

/// Open questions about the deliveries of several transfers.
///
/// # Errors
/// The database cannot be read.
pub fn open_of(tx: &mut Tx, transfers: &[TransferId]) -> Result<Vec<Approval>> {
    read(on!(tx, c => approvals::table
        .filter(approvals::transfer_id.eq_any(transfers.iter().copied()))
        .filter(approvals::state.eq(ApprovalState::Asked))
        .order(approvals::asked_at)
        .select(Row::as_select())
        .load(c))?)
}
