//! Transfers: draft, check, send, and what a sender does with one that was sent.

use std::time::Duration;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::describe::Refusals;
use super::input::{Input, id};
use super::numbers::NumberOut;
use super::shapes::{DeliveryOut, FileOut, TransferOut};
use crate::error::{FieldFlaw, Problem};
use crate::gateway::Gateway;
use crate::http::days;
use crate::http::guard::{StaffSender, StaffWatcher};
use crate::http::problem::{Failure, described, slug, texts_for};
use crate::model::{DeliveryId, FileState, Order, Standing, TransferId, TransferState};
use crate::staff::permit::Watcher;
use crate::transfer::allowed::{Allowed, allowed};
use crate::transfer::confirm::{self, Confirmation};
use crate::transfer::draft::{self, Options, Overview};
use crate::transfer::flag::Flag;
use crate::transfer::screening::Screening;
use crate::transfer::tell::Telling;
use crate::transfer::timeline::{self, Asked};
use crate::transfer::{approve, extend, recall, seal, tell};

/// Transfers of a page at most.
const PAGE_MOST: usize = 200;
const PAGE: usize = 50;

/// A draft to be made, or changes to one.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftIn {
    /// A message for the mail, at most 400 characters; never a pick-up number or a link.
    message: Option<String>,
    /// Hours that files are kept after sealing.
    keep_hours: Option<u32>,
}

/// What was confirmed before sending.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendIn {
    /// The flags of the check that the sender confirms: `look_alike` for every recipient that has this flag, or
    /// `K-7K2M-90QF:look_alike` for one, named by reference, id of the delivery, or address. Where recipients have other
    /// flags, nothing is sent and the answer lists them (`confirm-recipients`). `first_time` alone needs no confirmation
    /// unless the policy's `confirm_first_time` says so.
    #[serde(default)]
    confirmed: Vec<String>,
}

/// Why it is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecallIn {
    /// A reason for the log, at most 400 characters.
    #[serde(default)]
    pub(super) reason: String,
}

/// How much longer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendIn {
    /// Hours from now.
    keep_hours: u32,
}

/// Whose numbers were told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToldIn {
    /// Ids of deliveries.
    #[schema(value_type = Vec<Uuid>)]
    deliveries: Vec<DeliveryId>,
}

/// Which transfers to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those that stand so.
    #[param(inline)]
    state: Option<Standing>,
    /// Only those that have each of these words in a recipient's address, name or reference. File names are sealed and
    /// not looked through.
    #[serde(default)]
    q: String,
    /// Only those sent on this day or later, in the office's time zone; drafts count by the day they were begun.
    #[param(value_type = Option<String>, format = Date)]
    #[serde(default)]
    from: String,
    /// Only those sent on this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    #[serde(default)]
    to: String,
    /// In which order; the newest first without it.
    #[param(inline)]
    order: Option<Order>,
    /// Only what comes behind the page before: its `next`.
    cursor: Option<String>,
    /// At most this many, up to 200.
    limit: Option<usize>,
}

/// A page of transfers.
#[derive(Serialize, ToSchema)]
#[schema(as = Transfers)]
pub struct TransfersOut {
    /// In the order that was asked for.
    transfers: Vec<TransferOut>,
    /// The cursor of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What would be sent, and what is missing.
#[derive(Serialize, ToSchema)]
#[schema(as = Check)]
pub struct CheckOut {
    /// Whether it can be sent.
    ready: bool,
    /// Codes of the problems that sending would meet.
    missing: Vec<&'static str>,
    /// The same problems in full, one for each file where they are about files.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<serde_json::Value>,
    /// The files, in order.
    files: Vec<FileOut>,
    /// The recipients, in order, each with its flags.
    deliveries: Vec<CheckedOut>,
    /// The message.
    message: String,
    /// Until when it could be opened.
    #[schema(format = DateTime)]
    expires_if_sent_now: String,
}

/// A recipient that is checked before sending.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckedDelivery)]
pub struct CheckedOut {
    #[serde(flatten)]
    delivery: DeliveryOut,
    /// What is to be looked at twice, the gravest first: `flag` is `look_alike` (with the `known` domain), `look_alike_here`
    /// (with the `other` domain of this transfer), `scripts` (with
    /// the domain as people read it, `shown`), `bounced`, `first_time`, `free_mail` or `other_company` (with the domain of
    /// the `others`).
    #[schema(value_type = Vec<Object>)]
    flags: Vec<Flag>,
}

/// A transfer that was just sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Sent)]
pub struct SentOut {
    /// The transfer.
    transfer: TransferOut,
    /// A pick-up number for each recipient. They are in this answer only.
    deliveries: Vec<NumberOut>,
}

type Answer = Result<HttpResponse, Failure>;

pub(super) async fn whole(gateway: &Gateway, watcher: &Watcher, id: TransferId) -> Result<TransferOut, Failure> {
    let mut out = TransferOut::from(&timeline::timeline(gateway, watcher, id).await?);
    if out.state == TransferState::Draft {
        let overview = draft::overview(gateway, watcher, id).await?;
        out.files = Some(FileOut::all(gateway, &overview.files).await?);
        out.message = Some(overview.message);
    }
    Ok(out)
}

/// Begins a draft.
#[utoipa::path(post, operation_id = "createTransfer", path = "/transfers", tag = "transfers", request_body = DraftIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeats answer with what the first made")),
    responses((status = 201, description = "The draft", body = TransferOut), Refusals))]
pub async fn create(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    input: Input<DraftIn>,
) -> Answer {
    let key = input.key(&request, &sender.0)?;
    let DraftIn { message, keep_hours } = input.value;
    let id = draft::begin(&gateway, &sender.0, Options { message, keep_hours }, key).await?;
    let out = whole(&gateway, &sender.0.watcher(), id).await?;
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/transfers/{id}"))).json(out))
}

/// Lists own transfers.
#[utoipa::path(get, operation_id = "listTransfers", path = "/transfers", tag = "transfers", params(ListQuery),
    responses((status = 200, description = "A page", body = TransfersOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, watcher: StaffWatcher, query: web::Query<ListQuery>) -> Answer {
    let query = query.into_inner();
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MOST).contains(&limit) {
        let flaw = FieldFlaw::OutOfBounds { least: 1, most: i64::try_from(PAGE_MOST).unwrap_or(i64::MAX) };
        return Err(Problem::Field { field: "limit", flaw }.into());
    }
    let malformed = || Problem::Field { field: "cursor", flaw: FieldFlaw::Malformed };
    let after = query.cursor.map(|cursor| cursor.parse().map_err(|_| malformed())).transpose()?;
    let zone = gateway.office().time_zone;
    let asked = Asked {
        standing: query.state,
        search: query.q,
        from: days::begin("from", &query.from, zone)?,
        before: days::end("to", &query.to, zone)?,
        order: query.order.unwrap_or(Order::Newest),
        after,
        limit,
    };
    let (listed, next) = timeline::list(&gateway, &watcher.0, asked).await?;
    let transfers = listed.iter().map(TransferOut::from).collect();
    Ok(HttpResponse::Ok().json(TransfersOut { transfers, next: next.map(|cursor| cursor.to_string()) }))
}

/// Shows a transfer with its timeline. The id may also be the reference of a delivery.
#[utoipa::path(get, operation_id = "showTransfer", path = "/transfers/{id}", tag = "transfers",
    params(("id" = String, Path, description = "Id of a transfer, or reference of a delivery")),
    responses((status = 200, description = "The transfer", body = TransferOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, watcher: StaffWatcher, path: web::Path<String>) -> Answer {
    let id = timeline::find(&gateway, &watcher.0, &path).await?;
    Ok(HttpResponse::Ok().json(whole(&gateway, &watcher.0, id).await?))
}

/// Changes message or keeping time of a draft; what is not named stays.
#[utoipa::path(patch, operation_id = "changeTransfer", path = "/transfers/{id}", tag = "transfers", request_body = DraftIn,
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 200, description = "The draft", body = TransferOut), Refusals))]
pub async fn change(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<DraftIn>,
) -> Answer {
    let id = id(&path)?;
    let watcher = sender.0.watcher();
    let now = draft::overview(&gateway, &watcher, id).await?;
    let kept = u32::try_from(now.transfer.keep_seconds / 3600).ok();
    let options =
        Options { message: input.value.message.or(Some(now.message)), keep_hours: input.value.keep_hours.or(kept) };
    draft::set_options(&gateway, &sender.0, id, options).await?;
    Ok(HttpResponse::Ok().json(whole(&gateway, &watcher, id).await?))
}

/// Gives a draft up: keys and bytes go.
#[utoipa::path(delete, operation_id = "discardTransfer", path = "/transfers/{id}", tag = "transfers",
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 204, description = "Gone"), Refusals))]
pub async fn discard(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    draft::discard(&gateway, &sender.0, id(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Removes a file of a draft.
#[utoipa::path(delete, operation_id = "removeFile", path = "/transfers/{id}/files/{file}", tag = "transfers",
    params(("id" = Uuid, Path, description = "Id of a transfer"), ("file" = Uuid, Path, description = "Id of a file")),
    responses((status = 204, description = "Gone"), Refusals))]
pub async fn remove_file(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<(String, String)>,
) -> Answer {
    let (transfer, file) = path.into_inner();
    draft::remove_file(&gateway, &sender.0, id(&transfer)?, id(&file)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Shows what would be sent.
#[utoipa::path(get, operation_id = "checkTransfer", path = "/transfers/{id}/check", tag = "transfers",
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 200, description = "What would be sent", body = CheckOut), Refusals))]
pub async fn check(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    watcher: StaffWatcher,
    path: web::Path<String>,
) -> Answer {
    let overview = draft::overview(&gateway, &watcher.0, id(&path)?).await?;
    let allowed = allowed(&gateway, overview.transfer.owner).await?;
    let lacks_approver = approve::prospect(&gateway, &overview).await?.lacks_approver;
    let found = missing(&overview, &allowed, &Screening::of(&gateway), lacks_approver);
    let mut missing: Vec<_> = found.iter().map(slug).collect();
    missing.dedup();
    let texts = texts_for(&request);
    let emails = overview.deliveries.iter().map(|delivery| delivery.recipient.email.clone()).collect();
    let flags = confirm::flags(&gateway, &watcher.0, overview.transfer.id, emails).await?;
    let checked = overview.deliveries.iter().map(DeliveryOut::from).zip(flags);
    let keep = Duration::from_secs(u64::try_from(overview.transfer.keep_seconds).unwrap_or(0));
    Ok(HttpResponse::Ok().json(CheckOut {
        ready: missing.is_empty(),
        missing,
        problems: found.iter().map(|problem| described(problem, &texts)).collect(),
        files: FileOut::all(&gateway, &overview.files).await?,
        deliveries: checked.map(|(delivery, flags)| CheckedOut { delivery, flags }).collect(),
        message: overview.message,
        expires_if_sent_now: (gateway.now() + keep).to_rfc3339(),
    }))
}

fn missing(overview: &Overview, allowed: &Allowed, screening: &Screening, lacks_approver: bool) -> Vec<Problem> {
    let state = overview.transfer.state;
    let late = overview.files.iter().filter(|file| file.state != FileState::Complete).count();
    let whole = overview.files.iter().filter(|file| file.state == FileState::Complete);
    let waiting = whole.filter(|file| screening.awaits(file)).count();
    let found = [
        (state != TransferState::Draft).then_some(Problem::WrongState { state: state.word() }),
        overview.files.is_empty().then_some(Problem::NoFiles),
        overview.deliveries.is_empty().then_some(Problem::NoRecipients),
        (late > 0).then(|| Problem::UploadUnfinished { missing: u32::try_from(late).unwrap_or(u32::MAX) }),
        (waiting > 0).then(|| Problem::ScanPending { left: u32::try_from(waiting).unwrap_or(u32::MAX) }),
    ];
    let lacking = lacks_approver.then_some(Problem::ApprovalNeeded).into_iter();
    let refused = lacking.chain(overview.refusals(allowed, screening)).filter(|_| state == TransferState::Draft);
    found.into_iter().flatten().chain(refused).collect()
}

/// Seals the draft and queues its mails.
#[utoipa::path(post, operation_id = "sendTransfer", path = "/transfers/{id}/send", tag = "transfers", request_body = SendIn,
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 200, description = "The pick-up numbers, once", body = SentOut), Refusals))]
pub async fn send(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<SendIn>,
) -> Answer {
    let id = id(&path)?;
    let confirmation = Confirmation::Program(input.value.confirmed);
    let issued = seal::send_confirmed(&gateway, &sender.0, id, confirmation).await?;
    let texts = texts_for(&request);
    let deliveries = issued.iter().map(|issued| NumberOut::of(issued, &texts)).collect();
    let transfer = whole(&gateway, &sender.0.watcher(), id).await?;
    Ok(HttpResponse::Ok().json(SentOut { transfer, deliveries }))
}

/// Says that the answer with the numbers arrived: they will not be shown again.
#[utoipa::path(post, operation_id = "acknowledgeNumbers", path = "/transfers/{id}/acknowledge", tag = "transfers",
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 204, description = "Noted"), Refusals))]
pub async fn acknowledge(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    tell::acknowledge(&gateway, &sender.0, id(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says that numbers were told to their recipients.
#[utoipa::path(post, operation_id = "tellNumbers", path = "/transfers/{id}/told", tag = "transfers", request_body = ToldIn,
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 204, description = "Noted"), Refusals))]
pub async fn told(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<ToldIn>,
) -> Answer {
    tell::told(&gateway, &sender.0, id(&path)?, input.value.deliveries.into_iter().map(Telling::from).collect())
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes back every delivery that has not ended.
#[utoipa::path(post, operation_id = "recallTransfer", path = "/transfers/{id}/recall", tag = "transfers", request_body = RecallIn,
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 200, description = "The transfer", body = TransferOut), Refusals))]
pub async fn recall(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<RecallIn>,
) -> Answer {
    let id = id(&path)?;
    recall::recall(&gateway, &sender.0, id, &input.value.reason).await?;
    Ok(HttpResponse::Ok().json(whole(&gateway, &sender.0.watcher(), id).await?))
}

/// Keeps a transfer longer, or shorter, from now.
#[utoipa::path(post, operation_id = "extendTransfer", path = "/transfers/{id}/extend", tag = "transfers", request_body = ExtendIn,
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 200, description = "The transfer", body = TransferOut), Refusals))]
pub async fn extend(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<ExtendIn>,
) -> Answer {
    let id = id(&path)?;
    extend::extend(&gateway, &sender.0, id, input.value.keep_hours).await?;
    Ok(HttpResponse::Ok().json(whole(&gateway, &sender.0.watcher(), id).await?))
}
