//! How far the log has left the house.

use actix_web::http::StatusCode;

use super::super::view::{CopiesCard, CopiesPage};
use super::{Answer, Desk};
use crate::error::Problem;
use crate::staff::log::copies;

pub(super) async fn show(desk: Desk) -> Answer {
    desk.log_reader()?;
    let standing = copies::standing(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    // Before the first event there is no log.
    let standing = standing.ok_or_else(|| desk.refuse(Problem::NotFound))?;
    Ok(desk.page(StatusCode::OK, &CopiesPage { frame: desk.frame_here(), card: CopiesCard::new(&standing) }))
}
