//! The outbox: mails as rows, written in the transaction that causes them, delivered by a leased worker.

mod offers;

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{AccountId, DeliveryId, LetterId, LetterKind, Time, TransferId, words};

use super::Tx;
use super::database::on;
use super::lease::free;
use super::schema::{deliveries, letters};
use super::transfers;

pub use offers::{
    held_until, is_newest_offer, offer_accepted_at, offer_is_due, offer_state, release, release_held, undelivered,
    withdraw_offers, withheld_at,
};

words! {
    /// Where a mail is.
    pub enum LetterState {
        /// Waits for its turn or its next try.
        Queued = "queued",
        /// The mail system took responsibility.
        Accepted = "accepted",
        /// Refused for good.
        Failed = "failed",
        /// Came back after the mail system had taken it.
        Bounced = "bounced",
        /// Taken back before it left.
        Withdrawn = "withdrawn",
    }
}

impl LetterState {
    /// Whether it reached nobody.
    pub const fn is_undelivered(self) -> bool {
        matches!(self, Self::Failed | Self::Bounced)
    }

    /// The states of mails that reached nobody.
    pub fn undelivered() -> Vec<Self> {
        Self::ALL.iter().copied().filter(|state| state.is_undelivered()).collect()
    }
}

/// A mail that waits.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = letters)]
pub struct QueuedLetter {
    /// Row id.
    pub id: LetterId,
    /// Which mail.
    pub kind: LetterKind,
    /// The transfer it is about; none if it is about an account.
    pub transfer_id: Option<TransferId>,
    /// The delivery it is about; none if it is about an account.
    pub delivery_id: Option<DeliveryId>,
    /// The account it is about; none if it is about a delivery.
    pub account_id: Option<AccountId>,
    /// Where it is.
    pub state: LetterState,
    /// The link secret of an offer, sealed to the custody key; gone once accepted.
    pub secret_sealed: Option<Vec<u8>>,
    /// Tries so far, the running one included.
    pub attempts: i32,
    /// Not before this time.
    pub not_before: Time,
    /// Since when it stays because a file's verdict does not let it pass.
    pub withheld_at: Option<Time>,
    /// When it was written.
    pub created_at: Time,
}

impl QueuedLetter {
    /// A mail that waits from `now` on, about nothing yet.
    pub fn new(kind: LetterKind, now: Time) -> Self {
        Self {
            id: LetterId::new(now),
            kind,
            transfer_id: None,
            delivery_id: None,
            account_id: None,
            state: LetterState::Queued,
            secret_sealed: None,
            attempts: 0,
            not_before: now,
            withheld_at: None,
            created_at: now,
        }
    }

    /// About this delivery.
    #[must_use]
    pub fn of_delivery(self, transfer: TransferId, delivery: DeliveryId) -> Self {
        Self { transfer_id: Some(transfer), delivery_id: Some(delivery), ..self }
    }

    /// About this account.
    #[must_use]
    pub fn of_account(self, account: AccountId) -> Self {
        Self { account_id: Some(account), ..self }
    }
}

/// Puts a mail into the outbox.
///
/// # Errors
/// The database cannot be written.
pub fn insert(tx: &mut Tx, letter: &QueuedLetter) -> Result<()> {
    on!(tx, c => diesel::insert_into(letters::table)
        .values((
            letters::id.eq(letter.id),
            letters::kind.eq(letter.kind),
            letters::transfer_id.eq(letter.transfer_id),
            letters::delivery_id.eq(letter.delivery_id),
            letters::account_id.eq(letter.account_id),
            letters::state.eq(letter.state),
            letters::secret_sealed.eq(letter.secret_sealed.as_deref()),
            letters::attempts.eq(letter.attempts),
            letters::not_before.eq(letter.not_before),
            letters::created_at.eq(letter.created_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Leases the mail that is due longest: nobody else takes it until `now + lease`.
///
/// # Errors
/// The database cannot be written.
pub fn claim(tx: &mut Tx, now: Time, lease: Duration) -> Result<Option<QueuedLetter>> {
    let due: Option<(LetterId, Option<TransferId>)> = on!(tx, c => letters::table
        .filter(letters::state.eq(LetterState::Queued).and(letters::not_before.le(now)))
        .filter(free!(letters::leased_until, now, lease))
        .order(letters::not_before)
        .select((letters::id, letters::transfer_id))
        .first(c)
        .optional())?;
    let Some((id, transfer)) = due else { return Ok(None) };
    if let Some(transfer) = transfer {
        // As whoever ends one of its deliveries does, so that the two never wait for each other.
        transfers::lock(tx, transfer)?;
    }
    let row = letters::table.find(id).filter(letters::state.eq(LetterState::Queued)).filter(free!(
        letters::leased_until,
        now,
        lease
    ));
    let taken = on!(tx, c => diesel::update(row)
        .set((letters::leased_until.eq(Some(now + lease)), letters::attempts.eq(letters::attempts + 1)))
        .execute(c))?;
    if taken != 1 {
        return Ok(None);
    }
    Ok(Some(on!(tx, c => letters::table.find(id).select(QueuedLetter::as_select()).first(c))?))
}

/// Ends a leased mail, only if this attempt still holds it: true for the call that ended it. Its secret goes.
///
/// # Errors
/// The database cannot be written.
pub fn settle(tx: &mut Tx, letter: &QueuedLetter, state: LetterState, now: Time) -> Result<bool> {
    let row = letters::table
        .find(letter.id)
        .filter(letters::state.eq(LetterState::Queued).and(letters::attempts.eq(letter.attempts)));
    let settled = on!(tx, c => diesel::update(row)
        .set((
            letters::state.eq(state),
            letters::secret_sealed.eq(None::<Vec<u8>>),
            letters::leased_until.eq(None::<Time>),
            letters::ended_at.eq(Some(now)),
        ))
        .execute(c))?;
    Ok(settled == 1)
}

/// Gives a leased mail back for a later try, only if this attempt still holds it.
///
/// # Errors
/// The database cannot be written.
pub fn defer(tx: &mut Tx, letter: &QueuedLetter, not_before: Time) -> Result<bool> {
    let row = letters::table
        .find(letter.id)
        .filter(letters::state.eq(LetterState::Queued).and(letters::attempts.eq(letter.attempts)));
    let deferred = on!(tx, c => diesel::update(row)
        .set((letters::leased_until.eq(None::<Time>), letters::not_before.eq(not_before)))
        .execute(c))?;
    Ok(deferred == 1)
}

/// Lets a leased mail wait without counting the try, only if this attempt still holds it.
///
/// # Errors
/// The database cannot be written.
pub fn withhold(tx: &mut Tx, letter: &QueuedLetter, not_before: Time, now: Time) -> Result<bool> {
    let row = letters::table
        .find(letter.id)
        .filter(letters::state.eq(LetterState::Queued).and(letters::attempts.eq(letter.attempts)));
    let withheld = on!(tx, c => diesel::update(row)
        .set((
            letters::leased_until.eq(None::<Time>),
            letters::not_before.eq(not_before),
            letters::attempts.eq(letter.attempts - 1),
            letters::withheld_at.eq(Some(letter.withheld_at.unwrap_or(now))),
        ))
        .execute(c))?;
    Ok(withheld == 1)
}

/// Notes that nothing holds a mail back any more.
///
/// # Errors
/// The database cannot be written.
pub fn let_pass(tx: &mut Tx, letter: &QueuedLetter) -> Result<()> {
    on!(tx, c => diesel::update(letters::table.find(letter.id))
        .set(letters::withheld_at.eq(None::<Time>))
        .execute(c))?;
    Ok(())
}

/// Whether a mail of this kind was ever written about a delivery.
///
/// # Errors
/// The database cannot be read.
pub fn was_written(tx: &mut Tx, delivery: DeliveryId, kind: LetterKind) -> Result<bool> {
    let found: Option<LetterId> = on!(tx, c => letters::table
        .filter(letters::delivery_id.eq(delivery).and(letters::kind.eq(kind)))
        .select(letters::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// The mail with this id.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: LetterId) -> Result<Option<QueuedLetter>> {
    Ok(on!(tx, c => letters::table.find(id).select(QueuedLetter::as_select()).first(c).optional())?)
}

/// Notes that a mail came back: true for the call that noted it. One that is still being tried was taken by a server that
/// could not say so any more; it is not tried again.
///
/// # Errors
/// The database cannot be written.
pub fn bounce(tx: &mut Tx, id: LetterId, now: Time) -> Result<bool> {
    let taken = letters::state.eq(LetterState::Accepted);
    let tried = letters::state.eq(LetterState::Queued).and(letters::attempts.gt(0));
    let bounced = on!(tx, c => diesel::update(letters::table.find(id).filter(taken.or(tried)))
        .set((
            letters::state.eq(LetterState::Bounced),
            letters::secret_sealed.eq(None::<Vec<u8>>),
            letters::leased_until.eq(None::<Time>),
            letters::ended_at.eq(Some(now)),
        ))
        .execute(c))?;
    Ok(bounced == 1)
}

/// Notes that a mail is late: true for the call that noted it.
///
/// # Errors
/// The database cannot be written.
pub fn delay(tx: &mut Tx, id: LetterId, now: Time) -> Result<bool> {
    let row =
        letters::table.find(id).filter(letters::delayed_at.is_null().and(letters::state.eq(LetterState::Accepted)));
    let delayed = on!(tx, c => diesel::update(row).set(letters::delayed_at.eq(Some(now))).execute(c))?;
    Ok(delayed == 1)
}

/// Those of these addresses whose newest mail with a link, from whomever of the office, was refused or came back.
///
/// # Errors
/// The database cannot be read.
pub fn bounced_addresses(tx: &mut Tx, emails: &[String]) -> Result<Vec<String>> {
    let ended: [LetterState; 3] = [LetterState::Accepted, LetterState::Failed, LetterState::Bounced];
    let offers: Vec<(String, LetterState)> = on!(tx, c => letters::table
        .inner_join(deliveries::table.on(letters::delivery_id.eq(deliveries::id.nullable())))
        .filter(deliveries::email.eq_any(emails))
        .filter(letters::kind.eq(LetterKind::Offer).and(letters::state.eq_any(ended)))
        .order(letters::created_at)
        .select((deliveries::email, letters::state))
        .load(c))?;
    let newest: BTreeMap<String, LetterState> = offers.into_iter().collect();
    Ok(newest.into_iter().filter(|(_, state)| state.is_undelivered()).map(|(email, _)| email).collect())
}

/// When the next mail is due, if any waits.
///
/// # Errors
/// The database cannot be read.
pub fn next_due(tx: &mut Tx) -> Result<Option<Time>> {
    Ok(on!(tx, c => letters::table
        .filter(letters::state.eq(LetterState::Queued))
        .order(letters::not_before)
        .select(letters::not_before)
        .first(c)
        .optional())?)
}

/// Offers whose secret should be gone but is not, by state: for the invariant checker.
///
/// # Errors
/// The database cannot be read.
pub fn kept_secrets(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => letters::table
        .filter(letters::state.ne(LetterState::Queued).and(letters::secret_sealed.is_not_null()))
        .count()
        .get_result(c))?)
}
