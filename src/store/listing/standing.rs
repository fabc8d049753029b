//! How a transfer stands, as conditions: of the sets of states that the pages' words are made from, too
//! (`http/pages/standing.rs`). A running transfer meets exactly one of the groups that `select` makes of them.

use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;

use crate::model::{ApprovalState, DeliveryState, EndReason, LetterKind, Standing, TransferState};
use crate::store::letters::LetterState;
use crate::store::schema::{approvals, deliveries, letters, transfers};

diesel::alias!(pub(super) const NEWER: Alias<Newer> = letters as newer_letters);

#[auto_type]
pub(super) fn is_running() -> _ {
    let running: [TransferState; 2] = TransferState::RUNNING;
    transfers::state.eq_any(running)
}

#[auto_type]
pub(super) fn has_ended_as(standing: Standing) -> _ {
    let reasons: Vec<EndReason> = standing.ends();
    transfers::end_reason.eq_any(reasons)
}

#[auto_type]
pub(super) fn its_deliveries() -> _ {
    deliveries::table.filter(deliveries::transfer_id.eq(transfers::id))
}

#[auto_type]
fn has_delivery_in(states: Vec<DeliveryState>) -> _ {
    exists(its_deliveries().filter(deliveries::state.eq_any(states)))
}

/// Whether somebody has everything, and nobody has anything left to collect.
#[auto_type]
pub(super) fn is_collected() -> _ {
    let collected: has_delivery_in = has_delivery_in(DeliveryState::COLLECTED.to_vec());
    let open: has_delivery_in = has_delivery_in(DeliveryState::OPEN.to_vec());
    collected.and(not(open))
}

/// Whether somebody is stopped after too many wrong numbers.
pub(super) fn is_paused() -> has_delivery_in {
    has_delivery_in(vec![DeliveryState::Paused])
}

/// Whether there is a mail with the same delivery's link that was written later.
#[auto_type]
fn has_successor() -> _ {
    let offer: LetterKind = LetterKind::Offer;
    let is_later = NEWER.field(letters::created_at).gt(letters::created_at);
    let is_as_late = NEWER.field(letters::created_at).eq(letters::created_at);
    exists(
        NEWER
            .filter(NEWER.field(letters::delivery_id).eq(letters::delivery_id))
            .filter(NEWER.field(letters::kind).eq(offer))
            .filter(is_later.or(is_as_late.and(NEWER.field(letters::id).gt(letters::id)))),
    )
}

/// Whether a newest mail with a link was refused or came back, and the link has not been opened some other way.
#[auto_type]
pub(super) fn has_undelivered_mail() -> _ {
    let (offer, unseen): (LetterKind, [DeliveryState; 2]) = (LetterKind::Offer, DeliveryState::UNSEEN);
    let undelivered: Vec<LetterState> = LetterState::undelivered();
    exists(
        letters::table
            .inner_join(deliveries::table.on(letters::delivery_id.eq(deliveries::id.nullable())))
            .filter(letters::transfer_id.eq(transfers::id.nullable()))
            .filter(letters::kind.eq(offer))
            .filter(letters::state.eq_any(undelivered))
            .filter(deliveries::state.eq_any(unseen))
            .filter(not(has_successor())),
    )
}

/// Whether a mail waits for an approver's answer, and nobody else's link is under way.
#[auto_type]
pub(super) fn waits_for_an_approver() -> _ {
    let (asked, pending): (ApprovalState, DeliveryState) = (ApprovalState::Asked, DeliveryState::Pending);
    let under_way: has_delivery_in = has_delivery_in(DeliveryState::UNDER_WAY.to_vec());
    exists(
        approvals::table
            .inner_join(deliveries::table.on(approvals::delivery_id.eq(deliveries::id)))
            .filter(approvals::transfer_id.eq(transfers::id))
            .filter(approvals::state.eq(asked))
            .filter(deliveries::state.eq(pending)),
    )
    .and(not(under_way))
}
