//! `/me/hand-over`: who leaves gives the running transfers to the successor.

use actix_web::http::StatusCode;

use super::desk::Desk;
use super::posted::Posted;
use super::sign_in::unlock::confirm_first;
use super::view::{HandOverPage, RunningRow};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::transfer::hand_over::{self, Prospect};

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/me/hand-over").get(Access::Sender, show).post(Access::Sender, hand));
}

async fn page(desk: &Desk) -> actix_web::Result<HandOverPage> {
    let found = hand_over::prospect(&desk.gateway, &desk.sender()?).await;
    let Prospect { successor, running } = found.map_err(|error| desk.refuse(error))?;
    let rows = running.into_iter().map(|transfer| RunningRow {
        id: transfer.id,
        sent_at: transfer.sealed_at.unwrap_or(transfer.created_at),
        files: u32::try_from(transfer.file_count).unwrap_or(0),
        bytes: u64::try_from(transfer.total_bytes).unwrap_or(0),
        expires_at: transfer.expires_at.unwrap_or(transfer.created_at),
    });
    Ok(HandOverPage {
        frame: desk.frame("/me/hand-over"),
        successor: successor.map(|account| (account.name, account.email)),
        keeps_numbers: desk.person()?.carries_key(),
        running: rows.collect(),
    })
}

async fn show(desk: Desk) -> Answer {
    let page = page(&desk).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

async fn hand(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    match hand_over::hand_over(&desk.gateway, &desk.sender()?).await {
        Ok(_) => Ok(desk.go("/me/hand-over?done=handed_over")),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem @ Problem::Field { .. })) => {
            let mut page = page(&desk).await?;
            page.frame.refuse("", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}
