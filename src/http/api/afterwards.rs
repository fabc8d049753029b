//! After sending: mails that do not wait, a new link, one more recipient, a corrected address. Numbers stand in the answer
//! only.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::{Input, id};
use super::numbers::NumberOut;
use super::recipients::RecipientIn;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::http::guard::StaffSender;
use crate::http::problem::{Failure, texts_for};
use crate::model::TransferId;
use crate::transfer::confirm::Confirmation;
use crate::transfer::{draft, release, remind, resend, widen};

type Answer = Result<HttpResponse, Failure>;

/// Who shall receive besides, or instead, and which flags on the address were confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidenIn {
    /// Who.
    recipient: RecipientIn,
    /// The words of the flags that the sender has checked: `first_time`, `look_alike`, `look_alike_here`, `scripts`, `free_mail`,
    /// `other_company`, `bounced`. One that is raised and not in here is refused as `confirmed`.
    #[serde(default)]
    confirmed: Vec<String>,
}

/// Lets the mails of a transfer leave now that are held. What waits for approval goes on waiting.
#[utoipa::path(post, operation_id = "releaseTransfer", path = "/transfers/{id}/release", tag = "transfers",
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 204, description = "They leave"), Refusals))]
pub async fn release_held(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    release::release(&gateway, &sender.0, id(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Adds a recipient to a transfer that was sent. Approval and hold are passed again.
#[utoipa::path(post, operation_id = "widenTransfer", path = "/transfers/{id}/widen", tag = "transfers", request_body = WidenIn,
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 201, description = "The pick-up number, once", body = NumberOut), Refusals))]
pub async fn add(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<WidenIn>,
) -> Answer {
    let transfer: TransferId = id(&path)?;
    let recipient = input.value.recipient.recipient(&gateway);
    let confirmation = Confirmation::Program(input.value.confirmed);
    let issued = widen::add(&gateway, &sender.0, transfer, recipient, confirmation).await?;
    Ok(HttpResponse::Created().json(NumberOut::of(&issued, &texts_for(&request))))
}

/// Sends to another address instead of a wrong one, whose link and number are void from then on. The delivery to the new
/// address has a reference of its own.
#[utoipa::path(put, operation_id = "correctAddress", path = "/deliveries/{reference}/address", tag = "deliveries",
    request_body = WidenIn,
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 200, description = "The pick-up number, once", body = NumberOut), Refusals))]
pub async fn correct(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<WidenIn>,
) -> Answer {
    let delivery = draft::own_delivery(&gateway, &sender.0.watcher(), &path).await?;
    let recipient = input.value.recipient.recipient(&gateway);
    let confirmation = Confirmation::Program(input.value.confirmed);
    let issued = widen::correct(&gateway, &sender.0, &delivery, recipient, confirmation).await?;
    Ok(HttpResponse::Ok().json(NumberOut::of(&issued, &texts_for(&request))))
}

/// Sends a new link with a new number to the same recipient; the old ones are void from then on.
#[utoipa::path(post, operation_id = "resendDelivery", path = "/deliveries/{reference}/resend", tag = "deliveries",
    params(("reference" = String, Path, description = "Reference of a delivery")),
    responses((status = 200, description = "The pick-up number, once", body = NumberOut), Refusals))]
pub async fn send_again(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
) -> Answer {
    let delivery = draft::own_delivery(&gateway, &sender.0.watcher(), &path).await?;
    let issued = resend::resend(&gateway, &sender.0, &delivery).await?;
    Ok(HttpResponse::Ok().json(NumberOut::of(&issued, &texts_for(&request))))
}

/// Who was reminded.
#[derive(Serialize, ToSchema)]
#[schema(as = Reminded)]
pub struct RemindedOut {
    /// References of the deliveries whose recipients were.
    reminded: Vec<String>,
}

/// Reminds everybody who has not collected everything, and was not reminded within a day.
#[utoipa::path(post, operation_id = "remindRecipients", path = "/transfers/{id}/remind", tag = "transfers",
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 200, description = "The mails are on their way", body = RemindedOut), Refusals))]
pub async fn remind(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    let reminded = remind::remind(&gateway, &sender.0, id(&path)?).await?;
    let reminded = reminded.into_iter().map(|delivery| delivery.reference).collect();
    Ok(HttpResponse::Ok().json(RemindedOut { reminded }))
}
