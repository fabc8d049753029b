//! Deliveries, by their references.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::Input;
use super::numbers::NumberOut;
use super::transfers::RecallIn;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::http::guard::StaffSender;
use crate::http::problem::{Failure, texts_for};
use crate::model::{Channel, Delivery};
use crate::staff::permit::Sender;
use crate::transfer::reissue::Way;
use crate::transfer::tell::Telling;
use crate::transfer::{draft, recall, reissue, remind, resume, tell};

type Answer = Result<HttpResponse, Failure>;

async fn own(gateway: &Gateway, sender: &Sender, reference: &str) -> Result<Delivery> {
    draft::own_delivery(gateway, &sender.watcher(), reference).await
}

/// By which other way the new number travels.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReissueIn {
    /// The channel; as for the earlier number if absent.
    channel: Option<Channel>,
    /// The phone number; the recipient's if absent. It counts with a channel only.
    phone: Option<String>,
}

/// How a number was told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HowToldIn {
    /// The phone number that was called, if it is not the recipient's.
    phone: Option<String>,
}

/// Issues a new number on the same link, by another channel if one is named.
#[utoipa::path(post, operation_id = "reissueNumber", path = "/deliveries/{reference}/reissue", tag = "deliveries", request_body = ReissueIn,
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 200, description = "The new number, once", body = NumberOut), Refusals))]
pub async fn reissue(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<ReissueIn>,
) -> Answer {
    let delivery = own(&gateway, &sender.0, &path).await?;
    let ReissueIn { channel, phone } = input.value;
    let way = channel.map(|channel| Way { channel, phone });
    let issued = reissue::reissue_by(&gateway, &sender.0, &delivery, way).await?;
    Ok(HttpResponse::Ok().json(NumberOut::of(&issued, &texts_for(&request))))
}

/// Lets a paused delivery go on with the same number.
#[utoipa::path(post, operation_id = "resumeDelivery", path = "/deliveries/{reference}/resume", tag = "deliveries",
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 204, description = "It goes on"), Refusals))]
pub async fn resume(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    let delivery = own(&gateway, &sender.0, &path).await?;
    resume::resume(&gateway, &sender.0, &delivery).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Reminds a recipient by a mail that holds neither link nor number; once a day at most.
#[utoipa::path(post, operation_id = "remindRecipient", path = "/deliveries/{reference}/remind", tag = "deliveries",
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 204, description = "The mail is on its way"), Refusals))]
pub async fn remind(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    let delivery = own(&gateway, &sender.0, &path).await?;
    remind::remind_delivery(&gateway, &sender.0, &delivery).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes one delivery back.
#[utoipa::path(post, operation_id = "recallDelivery", path = "/deliveries/{reference}/recall", tag = "deliveries", request_body = RecallIn,
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 204, description = "Taken back"), Refusals))]
pub async fn recall(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<RecallIn>,
) -> Answer {
    let delivery = own(&gateway, &sender.0, &path).await?;
    recall::recall_delivery(&gateway, &sender.0, &delivery, &input.value.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says that the number was told.
#[utoipa::path(post, operation_id = "tellNumber", path = "/deliveries/{reference}/told", tag = "deliveries", request_body = HowToldIn,
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 204, description = "Noted"), Refusals))]
pub async fn told(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<HowToldIn>,
) -> Answer {
    let delivery = own(&gateway, &sender.0, &path).await?;
    let telling = Telling { delivery: delivery.id, phone: input.value.phone };
    tell::told(&gateway, &sender.0, delivery.transfer, vec![telling]).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Notes that the number was copied. Nothing else changes, and the number is no part of the request.
#[utoipa::path(post, operation_id = "noteCopied", path = "/deliveries/{reference}/copied", tag = "deliveries",
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 204, description = "Noted"), Refusals))]
pub async fn copied(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    let delivery = own(&gateway, &sender.0, &path).await?;
    tell::handled(&gateway, &sender.0, &delivery, tell::Handled::Copied).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Notes that the notice sheet went to the printer. Nothing else changes, and the number is no part of the request.
#[utoipa::path(post, operation_id = "notePrinted", path = "/deliveries/{reference}/printed", tag = "deliveries",
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 204, description = "Noted"), Refusals))]
pub async fn printed(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    let delivery = own(&gateway, &sender.0, &path).await?;
    tell::handled(&gateway, &sender.0, &delivery, tell::Handled::Printed).await?;
    Ok(HttpResponse::NoContent().finish())
}
