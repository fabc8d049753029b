//! Nudges: reminders to recipients, and recipients who ask for the files again. What is noted here keeps both rare.

use std::time::Duration;

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{DeliveryId, DeliveryState, Time, TransferState};

use super::Tx;
use super::database::on;
use super::lease::long_ago;
use super::schema::{deliveries, transfers};

/// How long it takes until somebody may be reminded, or may ask, again.
pub const APART: Duration = Duration::from_secs(24 * 3600);

/// States in which something waits for the recipient, and link and number open it.
pub const REMINDABLE: [DeliveryState; 3] =
    [DeliveryState::Offered, DeliveryState::Opened, DeliveryState::PartlyRetrieved];

/// What is noted of a delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nudged {
    /// When its recipient was reminded last.
    pub reminded_at: Option<Time>,
    /// When its recipient last asked for the files again.
    pub asked_again_at: Option<Time>,
}

impl Nudged {
    /// When the recipient was reminded, if that is too recent for another reminder.
    pub fn reminded_lately(&self, now: Time) -> Option<Time> {
        self.reminded_at.filter(|at| is_recent(*at, now))
    }

    /// When the recipient asked, if that is too recent for asking again.
    pub fn asked_lately(&self, now: Time) -> Option<Time> {
        self.asked_again_at.filter(|at| is_recent(*at, now))
    }
}

/// Less than [`APART`], on a clock that may have jumped either way.
fn is_recent(at: Time, now: Time) -> bool {
    now.since(at).max(at.since(now)) < APART
}

/// What is noted of a delivery.
///
/// # Errors
/// The database cannot be read.
pub fn of_delivery(tx: &mut Tx, id: DeliveryId) -> Result<Nudged> {
    let found: Option<(Option<Time>, Option<Time>)> = on!(tx, c => deliveries::table
        .find(id)
        .select((deliveries::reminded_at, deliveries::asked_again_at))
        .first(c)
        .optional())?;
    let (reminded_at, asked_again_at) = found.unwrap_or_default();
    Ok(Nudged { reminded_at, asked_again_at })
}

/// Deliveries that wait for their recipients, whose time is over within `ahead` from now, and of which the clock has not
/// reminded yet.
///
/// # Errors
/// The database cannot be read.
pub fn ending_soon(tx: &mut Tx, now: Time, ahead: Duration) -> Result<Vec<DeliveryId>> {
    let until = now + ahead;
    Ok(on!(tx, c => deliveries::table
        .inner_join(transfers::table.on(transfers::id.eq(deliveries::transfer_id)))
        .filter(deliveries::state.eq_any(REMINDABLE).and(deliveries::clock_reminded.eq(false)))
        .filter(transfers::state.eq(TransferState::Dispatched))
        .filter(transfers::expires_at.gt(Some(now)).and(transfers::expires_at.le(Some(until))))
        .order(transfers::expires_at)
        .select(deliveries::id)
        .load(c))?)
}

/// Notes a reminder, unless there was one lately or nothing waits: true for the call that noted it. What the clock does, it
/// does once.
///
/// # Errors
/// The database cannot be written.
pub fn remind(tx: &mut Tx, id: DeliveryId, by_clock: bool, now: Time) -> Result<bool> {
    let long_ago = long_ago!(deliveries::reminded_at, now, APART, APART);
    let row = deliveries::table.find(id).filter(deliveries::state.eq_any(REMINDABLE)).filter(long_ago);
    let noted = if by_clock {
        let row = row.filter(deliveries::clock_reminded.eq(false));
        on!(tx, c => diesel::update(row)
            .set((deliveries::reminded_at.eq(Some(now)), deliveries::clock_reminded.eq(true)))
            .execute(c))?
    } else {
        on!(tx, c => diesel::update(row).set(deliveries::reminded_at.eq(Some(now))).execute(c))?
    };
    Ok(noted == 1)
}

/// Notes that the recipient asks for the files again, unless that was so lately: true for the call that noted it.
///
/// # Errors
/// The database cannot be written.
pub fn ask_again(tx: &mut Tx, id: DeliveryId, now: Time) -> Result<bool> {
    let long_ago = long_ago!(deliveries::asked_again_at, now, APART, APART);
    let row = deliveries::table.find(id).filter(long_ago);
    let noted = on!(tx, c => diesel::update(row).set(deliveries::asked_again_at.eq(Some(now))).execute(c))?;
    Ok(noted == 1)
}
