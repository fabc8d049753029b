//! Recipients of a draft.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::describe::Refusals;
use super::input::{Input, id};
use super::shapes::{DeliveryOut, RecipientOut};
use crate::error::{FieldFlaw, Problem};
use crate::gateway::Gateway;
use crate::http::guard::StaffSender;
use crate::http::problem::Failure;
use crate::model::TransferId;
use crate::model::{Channel, DeliveryId, Language, Recipient};
use crate::staff::permit::Sender;
use crate::transfer::known::{self, Known};
use crate::transfer::{draft, recipients};

/// Recipients of one answer.
const FOUND_MOST: usize = 8;
/// Characters of a search at most.
const SEARCH_LONGEST: usize = 100;

/// Whom to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words that stand in the name or the mail address, at most 100 characters; without them everybody is found.
    #[serde(default)]
    q: String,
}

/// Recipients sent to before.
#[derive(Serialize, ToSchema)]
#[schema(as = KnownRecipients)]
pub struct KnownRecipientsOut {
    /// Contacts first, then those sent to last, eight at most.
    recipients: Vec<KnownRecipientOut>,
}

/// A recipient sent to before, as typed last.
#[derive(Serialize, ToSchema)]
#[schema(as = KnownRecipient)]
pub struct KnownRecipientOut {
    /// Who.
    #[serde(flatten)]
    recipient: RecipientOut,
    /// How often, among the newest thousand; 0 for a contact never sent to.
    times: u64,
    /// When last.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    last_at: Option<String>,
    /// Whether the address book has it; it then says what stands there.
    in_book: bool,
    /// Whether somebody made sure of the phone number.
    phone_verified: bool,
}

impl From<Known> for KnownRecipientOut {
    fn from(known: Known) -> Self {
        Self {
            recipient: RecipientOut::from(&known.recipient),
            times: known.times.map_or(0, |times| times.count),
            last_at: known.times.map(|times| times.last.to_rfc3339()),
            in_book: known.in_book,
            phone_verified: known.phone_verified,
        }
    }
}

/// Finds contacts of the address book, then own earlier recipients.
#[utoipa::path(get, operation_id = "findRecipients", path = "/recipients", tag = "transfers", params(SearchQuery),
    responses((status = 200, description = "The recipients", body = KnownRecipientsOut), Refusals))]
pub async fn search(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    query: web::Query<SearchQuery>,
) -> Result<HttpResponse, Failure> {
    if query.q.chars().count() > SEARCH_LONGEST {
        let limit = u32::try_from(SEARCH_LONGEST).unwrap_or(u32::MAX);
        return Err(Problem::Field { field: "q", flaw: FieldFlaw::TooLong { limit } }.into());
    }
    let found = known::search(&gateway, &sender.0, &query.q, FOUND_MOST).await?;
    let recipients = found.into_iter().map(KnownRecipientOut::from).collect();
    Ok(HttpResponse::Ok().json(KnownRecipientsOut { recipients }))
}

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

impl RecipientIn {
    pub(super) fn recipient(self, gateway: &Gateway) -> Recipient {
        Recipient {
            email: self.email,
            name: self.name,
            language: self.language.unwrap_or_else(|| gateway.default_language()),
            phone: self.phone,
            phrase: self.phrase,
            channel: self.channel.unwrap_or(Channel::Phone),
        }
    }
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
    let recipient = input.value.recipient(&gateway);
    let added = recipients::add(&gateway, &sender.0, transfer, recipient, key).await?;
    Ok(HttpResponse::Created().json(shown(&gateway, &sender.0, transfer, added).await?))
}

async fn shown(
    gateway: &Gateway,
    sender: &Sender,
    transfer: TransferId,
    delivery: DeliveryId,
) -> Result<DeliveryOut, Failure> {
    let overview = draft::overview(gateway, &sender.watcher(), transfer).await?;
    let found = overview.deliveries.iter().find(|other| other.id == delivery).ok_or(Problem::NotFound)?;
    Ok(DeliveryOut::from(found))
}

/// Writes a recipient of a draft anew.
#[utoipa::path(put, operation_id = "changeRecipient", path = "/transfers/{id}/recipients/{delivery}", tag = "transfers",
    request_body = RecipientIn,
    params(("id" = Uuid, Path, description = "Id of a transfer"),
        ("delivery" = Uuid, Path, description = "Id of a delivery")),
    responses((status = 200, description = "The delivery", body = DeliveryOut), Refusals))]
pub async fn change(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<(String, String)>,
    input: Input<RecipientIn>,
) -> Result<HttpResponse, Failure> {
    let (transfer, delivery) = path.into_inner();
    let (transfer, delivery) = (id(&transfer)?, id(&delivery)?);
    let recipient = input.value.recipient(&gateway);
    recipients::change(&gateway, &sender.0, transfer, delivery, recipient).await?;
    Ok(HttpResponse::Ok().json(shown(&gateway, &sender.0, transfer, delivery).await?))
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
