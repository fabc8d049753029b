//! Recipients of a draft.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::{Input, id};
use super::shapes::DeliveryOut;
use crate::error::Problem;
use crate::gateway::Gateway;
use crate::http::guard::StaffSender;
use crate::http::problem::Failure;
use crate::model::{Channel, Language, Recipient};
use crate::transfer::{draft, recipients};

/// Who shall receive.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientIn {
    /// Mail address.
    #[serde(default)]
    #[schema(required = true)]
    email: String,
    /// Name.
    #[serde(default)]
    name: String,
    /// Language of mail and first page; the office's if absent.
    language: Option<Language>,
    /// Phone number to tell the pick-up number to.
    #[serde(default)]
    phone: String,
    /// Words that the recipient knows from the sender.
    #[serde(default)]
    phrase: String,
    /// How the number is told; by phone if absent.
    channel: Option<Channel>,
}

/// Adds a recipient.
#[utoipa::path(post, operation_id = "addRecipient", path = "/transfers/{id}/recipients", tag = "transfers", request_body = RecipientIn,
    params(("id" = Uuid, Path, description = "Id of a transfer"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats answer with what the first added")),
    responses((status = 201, description = "The delivery", body = DeliveryOut), Refusals))]
pub async fn add(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<RecipientIn>,
) -> Result<HttpResponse, Failure> {
    let transfer = id(&path)?;
    let key = input.key(&request, &sender.0)?;
    let typed = input.value;
    let recipient = Recipient {
        email: typed.email,
        name: typed.name,
        language: typed.language.unwrap_or_else(|| gateway.default_language()),
        phone: typed.phone,
        phrase: typed.phrase,
        channel: typed.channel.unwrap_or(Channel::Phone),
    };
    let added = recipients::add(&gateway, &sender.0, transfer, recipient, key).await?;
    let overview = draft::overview(&gateway, &sender.0.watcher(), transfer).await?;
    let delivery = overview.deliveries.iter().find(|delivery| delivery.id == added).ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Created().json(DeliveryOut::from(delivery)))
}

/// Removes a recipient.
#[utoipa::path(delete, operation_id = "removeRecipient", path = "/transfers/{id}/recipients/{delivery}", tag = "transfers",
    params(("id" = Uuid, Path, description = "Id of a transfer"),
        ("delivery" = Uuid, Path, description = "Id of a delivery")),
    responses((status = 204, description = "Gone"), Refusals))]
pub async fn remove(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (transfer, delivery) = path.into_inner();
    recipients::remove(&gateway, &sender.0, id(&transfer)?, id(&delivery)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
