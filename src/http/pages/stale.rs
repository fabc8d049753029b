//! A button of a page that does not fit any more: somebody collected, or time passed, since the page was made. The page
//! comes again as things stand, and says so.

use super::desk::Desk;
use super::standing;
use super::view::{Notice, Status};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::model::{Delivery, DeliveryState, TransferId};
use crate::transfer::timeline;

/// The answer to an action on a delivery that was refused with `error`.
pub(super) fn of_delivery(desk: &Desk, delivery: &Delivery, error: Error) -> Answer {
    match error {
        Error::Problem(Problem::DeliveryEnded { state } | Problem::WrongState { state }) => {
            let collected = [DeliveryState::Retrieved.word(), DeliveryState::Closed.word()].contains(&state);
            Ok(again(desk, delivery.transfer, collected))
        }
        error => Err(desk.refuse(error)),
    }
}

/// The answer to an action on a transfer that was refused with `error`.
pub(super) async fn of_transfer(desk: &Desk, id: TransferId, error: Error) -> Answer {
    match error {
        Error::Problem(Problem::WrongState { .. }) => {
            let found = timeline::timeline(&desk.gateway, &desk.watcher()?, id).await;
            let found = found.map_err(|error| desk.refuse(error))?;
            Ok(again(desk, id, standing::status_of(&found) == Status::Collected))
        }
        error => Err(desk.refuse(error)),
    }
}

/// The transfer's page as it is now.
pub(super) fn again(desk: &Desk, id: TransferId, collected: bool) -> actix_web::HttpResponse {
    let notice = if collected { Notice::AlreadyCollected } else { Notice::Stale };
    desk.go(&format!("/transfers/{id}?done={notice}"))
}
