//! A transfer as auditors see it: who got what when, and whether it is gone.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::standing::status_of;
use super::super::view::{AuditDelivery, AuditRow, AuditTransferPage, Status};
use super::{Answer, Desk};
use crate::error::Problem;
use crate::staff::log;
use crate::transfer::timeline::{self, DeliveryStatus};

pub(super) async fn show(desk: Desk, id: web::Path<String>) -> Answer {
    let reader = desk.log_reader()?;
    let id = id.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    let found = async {
        let timeline = timeline::of_any(&desk.gateway, &reader, id).await?;
        let told = log::of_transfer(&desk.gateway, &reader, id).await?;
        Ok::<_, crate::error::Error>((timeline, told))
    };
    let (timeline, told) = found.await.map_err(|error| desk.refuse(error))?;
    let transfer = &timeline.transfer;
    let texts = desk.texts();
    let page = AuditTransferPage {
        frame: desk.frame_here(),
        id,
        status: status_of(&timeline),
        sender: told.sender.as_ref().map(|account| format!("{} <{}>", account.name, account.email)).unwrap_or_default(),
        file_count: u32::try_from(transfer.file_count).unwrap_or(0),
        total_bytes: u64::try_from(transfer.total_bytes).unwrap_or(0),
        sent_at: transfer.sealed_at,
        expires_at: transfer.expires_at,
        erased_at: transfer.shredded_at,
        deliveries: timeline.deliveries.iter().map(|one| delivery(one, &told)).collect(),
        rows: told.rows.iter().map(|row| AuditRow::of(&texts, row)).collect(),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn delivery(one: &DeliveryStatus, told: &log::OfTransfer) -> AuditDelivery {
    let delivery = &one.delivery;
    let undelivered = one.mail.is_some_and(|(state, _)| state.is_undelivered());
    let accepted = told
        .rows
        .iter()
        .filter(|row| row.told.found.event == "number_accepted" && row.told.found.delivery == Some(delivery.id));
    AuditDelivery {
        reference: delivery.reference.clone(),
        name: delivery.recipient.name.clone(),
        email: delivery.recipient.email.clone(),
        status: Status::of_delivery(delivery.state, undelivered),
        offered_at: delivery.offered_at,
        opened_at: delivery.opened_at,
        retrieved_at: delivery.retrieved_at,
        ended_at: delivery.ended_at,
        openings: accepted.map(|row| (row.told.found.at, row.value("source").unwrap_or_default().to_owned())).collect(),
    }
}
