//! The fax register.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::{Input, id};
use crate::error::{FieldFlaw, Problem};
use crate::gateway::Gateway;
use crate::http::guard::{StaffFaxReader, StaffSender};
use crate::http::problem::Failure;
use crate::model::{Fax, FaxId, FaxState, Language, Time, fax_number};
use crate::transfer::fax::{self, Call, Wanted};

type Answer = Result<HttpResponse, Failure>;

/// An entry of the fax register.
#[derive(Serialize, ToSchema)]
#[schema(as = Fax)]
pub struct FaxOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: FaxId,
    /// Where it is.
    state: FaxState,
    /// Whether somebody still has to do something.
    open: bool,
    /// Who receives.
    recipient: String,
    /// The company.
    company: String,
    /// The number that is dialled.
    number: String,
    /// Whether the number differs from earlier ones, and was said to be right.
    differs: bool,
    /// Who compared it besides the sender.
    checked_by: String,
    /// What it is.
    subject: String,
    /// Pages with the cover.
    pages: i32,
    /// The office's own reference.
    reference: String,
    /// Language of the cover.
    language: Language,
    /// When it was recorded.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it went through.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<String>,
    /// When its receipt was confirmed.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<String>,
    /// Who confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_with: Option<String>,
    /// At which phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_phone: Option<String>,
    /// When the original was put away.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    stored_at: Option<String>,
    /// Where it lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// When it was closed without being complete.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<String>,
    /// Why, or what was done about it.
    note: String,
}

/// Programs read what is dialled; people read what was typed.
fn dialled(number: &str) -> String {
    fax_number(number).unwrap_or_else(|| number.to_owned())
}

impl From<Fax> for FaxOut {
    fn from(fax: Fax) -> Self {
        let (details, call, original) = (fax.details, fax.confirmed, fax.stored);
        Self {
            id: fax.id,
            state: fax.state,
            open: fax.state.is_open(),
            recipient: details.recipient,
            company: details.company,
            number: dialled(&details.number),
            differs: details.differs,
            checked_by: details.checked_by,
            subject: details.subject,
            pages: details.pages,
            reference: details.reference,
            language: details.language,
            created_at: fax.created_at.to_rfc3339(),
            sent_at: fax.sent_at.map(Time::to_rfc3339),
            confirmed_at: call.as_ref().map(|call| call.at.to_rfc3339()),
            confirmed_phone: call.as_ref().map(|call| dialled(&call.phone)),
            confirmed_with: call.map(|call| call.with),
            stored_at: original.as_ref().map(|original| original.at.to_rfc3339()),
            place: original.map(|original| original.place),
            closed_at: fax.closed_at.map(Time::to_rfc3339),
            note: fax.note,
        }
    }
}

/// Entries of the fax register.
#[derive(Serialize, ToSchema)]
#[schema(as = Faxes)]
pub struct FaxesOut {
    /// The open ones first, each group the newest first.
    faxes: Vec<FaxOut>,
}

/// A fax that is going to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFax)]
pub struct FaxIn {
    /// Who receives.
    recipient: String,
    /// The company.
    #[serde(default)]
    company: String,
    /// The number.
    number: String,
    /// The number, from a second look at its source.
    again: String,
    /// What it is. Never a pick-up number.
    subject: String,
    /// Pages with the cover.
    pages: i32,
    /// The office's own reference.
    #[serde(default)]
    reference: String,
    /// Language of the cover.
    language: Language,
    /// Who compared the number besides the sender.
    #[serde(default)]
    checked_by: String,
    /// That a number which differs from the recipient's earlier ones is right.
    #[serde(default)]
    differs: bool,
    /// Reference of the own delivery whose notice sheet it is.
    #[serde(default)]
    delivery: Option<String>,
}

/// That a fax was sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaxSent)]
pub struct SentIn {
    /// When; absent: now.
    #[schema(format = DateTime)]
    #[serde(default)]
    at: Option<String>,
    /// Whether it went through; one that did not may be tried again.
    #[serde(default = "yes")]
    went_through: bool,
}

const fn yes() -> bool {
    true
}

/// The call by which a fax was confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaxConfirmed)]
pub struct ConfirmedIn {
    /// Who confirmed it.
    with: String,
    /// At which phone number.
    phone: String,
    /// When; absent: now.
    #[schema(format = DateTime)]
    #[serde(default)]
    at: Option<String>,
}

/// Where the original of a fax lies.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaxStored)]
pub struct StoredIn {
    /// The place.
    place: String,
}

/// Why a fax is closed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaxNote)]
pub struct NoteIn {
    /// Why, or what was done about it.
    note: String,
}

fn time(text: Option<&str>) -> Result<Option<Time>, Failure> {
    let wrong = |_| Failure(Problem::Field { field: "at", flaw: FieldFlaw::Malformed }.into());
    let read = |text| chrono::DateTime::parse_from_rfc3339(text).map_err(wrong);
    text.map(read).transpose().map(|at| at.map(|at| Time::from_millis(at.timestamp_millis())))
}

/// Entries of the fax register: the own ones, or all for auditors and administrators.
#[utoipa::path(get, operation_id = "listFaxes", path = "/faxes", tag = "fax",
    responses((status = 200, description = "Entries", body = FaxesOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, reader: StaffFaxReader) -> Answer {
    let faxes = fax::list(&gateway, &reader.0).await?.into_iter().map(|listed| listed.fax.into()).collect();
    Ok(HttpResponse::Ok().json(FaxesOut { faxes }))
}

/// An entry.
#[utoipa::path(get, operation_id = "showFax", path = "/faxes/{id}", tag = "fax",
    params(("id" = Uuid, Path, description = "The entry")),
    responses((status = 200, description = "The entry", body = FaxOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, reader: StaffFaxReader, path: web::Path<String>) -> Answer {
    let listed = fax::look(&gateway, &reader.0, id(&path)?).await?;
    Ok(HttpResponse::Ok().json(FaxOut::from(listed.fax)))
}

/// The register as CSV; the log has its digest.
#[utoipa::path(get, operation_id = "exportFaxes", path = "/faxes.csv", tag = "fax",
    responses((status = 200, description = "CSV", content_type = "text/csv"), Refusals))]
pub async fn export(gateway: web::Data<Gateway>, reader: StaffFaxReader) -> Answer {
    let text = fax::export(&gateway, &reader.0).await?;
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(text))
}

async fn answer(gateway: &Gateway, sender: StaffSender, id: FaxId) -> Answer {
    let reader = sender.0.signed_in().clone().fax_reader()?;
    let listed = fax::look(gateway, &reader, id).await?;
    Ok(HttpResponse::Ok().json(FaxOut::from(listed.fax)))
}

/// Records a fax before it is sent.
#[utoipa::path(post, operation_id = "recordFax", path = "/faxes", tag = "fax", request_body = FaxIn,
    responses((status = 201, description = "The entry", body = FaxOut), Refusals))]
pub async fn record(gateway: web::Data<Gateway>, sender: StaffSender, input: Input<FaxIn>) -> Answer {
    let given = input.value;
    let wanted = Wanted {
        recipient: given.recipient,
        company: given.company,
        number: given.number,
        again: given.again,
        subject: given.subject,
        pages: given.pages,
        reference: given.reference,
        language: given.language,
        checked_by: given.checked_by,
        differs_on_purpose: given.differs,
    };
    let id = fax::record(&gateway, &sender.0, &wanted, given.delivery.as_deref()).await?;
    let reader = sender.0.signed_in().clone().fax_reader()?;
    let listed = fax::look(&gateway, &reader, id).await?;
    Ok(HttpResponse::Created().json(FaxOut::from(listed.fax)))
}

/// Says that a fax was sent.
#[utoipa::path(post, operation_id = "faxSent", path = "/faxes/{id}/sent", tag = "fax", request_body = SentIn,
    params(("id" = Uuid, Path, description = "The entry")),
    responses((status = 200, description = "The entry", body = FaxOut), Refusals))]
pub async fn sent(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<SentIn>,
) -> Answer {
    let (id, at) = (id(&path)?, time(input.value.at.as_deref())?);
    fax::sent(&gateway, &sender.0, id, at, input.value.went_through).await?;
    answer(&gateway, sender, id).await
}

/// Says that the recipient confirmed a fax on the phone.
#[utoipa::path(post, operation_id = "faxConfirmed", path = "/faxes/{id}/confirmed", tag = "fax", request_body = ConfirmedIn,
    params(("id" = Uuid, Path, description = "The entry")),
    responses((status = 200, description = "The entry", body = FaxOut), Refusals))]
pub async fn confirmed(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<ConfirmedIn>,
) -> Answer {
    let (id, ConfirmedIn { with, phone, at }) = (id(&path)?, input.value);
    let call = Call { with, phone, at: time(at.as_deref())? };
    fax::confirmed(&gateway, &sender.0, id, call).await?;
    answer(&gateway, sender, id).await
}

/// Says that the original of a fax was collected and put away.
#[utoipa::path(post, operation_id = "faxStored", path = "/faxes/{id}/stored", tag = "fax", request_body = StoredIn,
    params(("id" = Uuid, Path, description = "The entry")),
    responses((status = 200, description = "The entry", body = FaxOut), Refusals))]
pub async fn stored(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<StoredIn>,
) -> Answer {
    let id = id(&path)?;
    fax::stored(&gateway, &sender.0, id, &input.value.place).await?;
    answer(&gateway, sender, id).await
}

/// Says that a fax is not sent after all.
#[utoipa::path(post, operation_id = "closeFax", path = "/faxes/{id}/close", tag = "fax", request_body = NoteIn,
    params(("id" = Uuid, Path, description = "The entry")),
    responses((status = 200, description = "The entry", body = FaxOut), Refusals))]
pub async fn close(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<NoteIn>,
) -> Answer {
    let id = id(&path)?;
    fax::close(&gateway, &sender.0, id, &input.value.note).await?;
    answer(&gateway, sender, id).await
}

/// Says that a fax went to a wrong number.
#[utoipa::path(post, operation_id = "faxMisdirected", path = "/faxes/{id}/misdirected", tag = "fax", request_body = NoteIn,
    params(("id" = Uuid, Path, description = "The entry")),
    responses((status = 200, description = "The entry", body = FaxOut), Refusals))]
pub async fn misdirected(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<NoteIn>,
) -> Answer {
    let id = id(&path)?;
    fax::misdirected(&gateway, &sender.0, id, &input.value.note).await?;
    answer(&gateway, sender, id).await
}
