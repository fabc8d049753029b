//! What a recipient does, without an account: look, open, fetch, confirm. Link secret and number come in bodies only.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::describe::Refusals;
use super::input::Input;
use crate::gateway::Gateway;
use crate::http::problem::Failure;
use crate::http::{download, guard, link_code};
use crate::model::{FileId, Language, LinkSecret, Time};
use crate::transfer::again::{self, Asking};
use crate::transfer::look::{self, Condition, Seen};
use crate::transfer::open::{self, Attempt};
use crate::transfer::retrieve::{self, Asked, OpenedDelivery};

type Answer = Result<HttpResponse, Failure>;

/// What the link carries behind its `#`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookIn {
    /// The link's code, in any spelling.
    secret: String,
}

/// Both halves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenIn {
    /// The link's code, in any spelling.
    secret: String,
    /// The pick-up number, in any spelling.
    #[serde(default)]
    #[schema(required = true)]
    number: String,
    /// Whether a session elsewhere may be ended by this.
    #[serde(default)]
    take_over: bool,
}

/// What a bearer of the link may know before the number.
#[derive(Serialize, ToSchema)]
#[schema(as = Look)]
pub struct LookOut {
    /// The id in the link.
    public_id: String,
    /// The public short name.
    reference: String,
    /// `open`, `paused`, `collected`, `expired`, `recalled` or `key_lost`.
    state: &'static str,
    /// Whether somebody has it open now.
    open_elsewhere: bool,
    /// The sending office.
    office: OfficeOut,
    /// The sender.
    sender: SenderOut,
    /// The recipient.
    recipient: AddresseeOut,
    /// The agreed phrase; may be empty.
    phrase: String,
    /// Number of files.
    file_count: u32,
    /// Bytes of all files.
    total_bytes: u64,
    /// Until when it can be opened.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// Digits of the number.
    number_digits: u32,
    /// Whether the sender can be asked for the files again now.
    may_ask: bool,
    /// Each time link and number were accepted.
    accepted: Vec<AcceptedOut>,
}

/// How the office presents itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Office)]
pub struct OfficeOut {
    /// Its name.
    name: String,
    /// Postal address; may be empty.
    address: String,
    /// Phone number; may be empty.
    phone: String,
    /// Hours in which it answers; may be empty.
    hours: String,
    /// Its own web page; may be empty.
    web: String,
}

/// Who sent it.
#[derive(Serialize, ToSchema)]
#[schema(as = SenderOfDelivery)]
pub struct SenderOut {
    /// Name.
    name: String,
    /// Phone number; may be empty.
    phone: String,
}

/// Whom it is for.
#[derive(Serialize, ToSchema)]
#[schema(as = Addressee)]
pub struct AddresseeOut {
    /// Name; may be empty.
    name: String,
    /// Language.
    language: Language,
}

/// An opening.
#[derive(Serialize, ToSchema)]
#[schema(as = Accepted)]
pub struct AcceptedOut {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// From which network address.
    source: String,
}

/// What an opened delivery holds.
#[derive(Serialize, ToSchema)]
#[schema(as = Files)]
pub struct FilesOut {
    /// When the session ends at the latest.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The files, in order.
    files: Vec<FileOut>,
    /// Bytes of all files.
    total_bytes: u64,
    /// All of them as one zip.
    archive: ArchiveOut,
}

/// A file to be fetched.
#[derive(Serialize, ToSchema)]
#[schema(as = ReceivedFile)]
pub struct FileOut {
    /// Its number in the path, from 1.
    n: usize,
    /// Its name, safe to save.
    name: String,
    /// Bytes.
    size: u64,
    /// SHA-256, hexadecimal.
    sha256: String,
    /// When all of it was served.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    complete_at: Option<String>,
}

/// The zip.
#[derive(Serialize, ToSchema)]
#[schema(as = Archive)]
pub struct ArchiveOut {
    /// Its name.
    name: String,
    /// Bytes.
    length: u64,
}

fn secret(code: String) -> Result<LinkSecret, Failure> {
    let code = Zeroizing::new(code);
    link_code::read(&code).map_err(Failure::from)
}

const fn word(condition: Condition) -> &'static str {
    match condition {
        Condition::Open => "open",
        Condition::Paused => "paused",
        Condition::Collected => "collected",
        Condition::Expired => "expired",
        Condition::Recalled => "recalled",
        Condition::KeyLost => "key_lost",
    }
}

/// Looks at a delivery by its link secret alone.
#[utoipa::path(post, operation_id = "look", path = "/r/look", tag = "receive", request_body = LookIn, security(()),
    responses((status = 200, description = "How it stands", body = LookOut), Refusals))]
pub async fn look(request: HttpRequest, gateway: web::Data<Gateway>, input: Input<LookIn>) -> Answer {
    looked(&request, &gateway, None, input.value.secret).await
}

/// Looks at the delivery of a link.
#[utoipa::path(post, operation_id = "lookAt", path = "/r/{public_id}/look", tag = "receive", request_body = LookIn, security(()),
    params(("public_id" = String, Path, description = "The id in the link")),
    responses((status = 200, description = "How it stands", body = LookOut), Refusals))]
pub async fn look_at(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    input: Input<LookIn>,
) -> Answer {
    looked(&request, &gateway, Some(&path), input.value.secret).await
}

async fn looked(request: &HttpRequest, gateway: &Gateway, public_id: Option<&str>, code: String) -> Answer {
    guard::check_origin(request)?;
    let source = guard::source(request)?;
    let seen = look::look(gateway, &secret(code)?, public_id, Some(source)).await?;
    let open_elsewhere = look::is_open_elsewhere(gateway, &seen.delivery).await?;
    Ok(HttpResponse::Ok().json(look_out(gateway, seen, open_elsewhere)))
}

fn look_out(gateway: &Gateway, seen: Seen, open_elsewhere: bool) -> LookOut {
    let (delivery, transfer, office) = (seen.delivery, seen.transfer, gateway.office());
    LookOut {
        public_id: delivery.public_id,
        reference: delivery.reference,
        state: word(seen.condition),
        open_elsewhere,
        office: OfficeOut {
            name: office.name.clone(),
            address: office.address.clone(),
            phone: office.phone.clone(),
            hours: office.hours.clone(),
            web: office.web.clone(),
        },
        sender: SenderOut {
            name: seen.sender.name,
            phone: seen.contact.map_or_else(|| office.phone.clone(), |contact| contact.person.phone),
        },
        recipient: AddresseeOut { name: delivery.recipient.name, language: delivery.recipient.language },
        phrase: delivery.recipient.phrase,
        file_count: u32::try_from(transfer.file_count).unwrap_or(0),
        total_bytes: u64::try_from(transfer.total_bytes).unwrap_or(0),
        expires_at: transfer.expires_at.map(Time::to_rfc3339),
        ended_at: delivery.ended_at.map(Time::to_rfc3339),
        may_ask: seen.asking == Asking::May,
        number_digits: u32::try_from(delivery.number_digits).unwrap_or(0),
        accepted: seen.accepted.into_iter().map(|(at, source)| AcceptedOut { at: at.to_rfc3339(), source }).collect(),
    }
}

/// That the sender was told.
#[derive(Serialize, ToSchema)]
#[schema(as = AskedAgain)]
pub struct AskedOut {
    /// When the mail to the sender was written: now, or earlier on the same day.
    #[schema(format = DateTime)]
    asked_at: String,
}

/// Asks the sender for files again that can no longer be opened by the link: they expired, were taken back, were lost, or the
/// link was replaced. The sender gets at most one mail a day.
#[utoipa::path(post, operation_id = "askAgain", path = "/r/{public_id}/ask", tag = "receive", request_body = LookIn, security(()),
    params(("public_id" = String, Path, description = "The id in the link")),
    responses((status = 200, description = "The sender was told", body = AskedOut), Refusals))]
pub async fn ask(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    input: Input<LookIn>,
) -> Answer {
    guard::check_origin(&request)?;
    let source = guard::source(&request)?;
    let secret = secret(input.value.secret)?;
    let (_, at) = again::ask(&gateway, &secret, Some(&path), Some(source)).await?;
    Ok(HttpResponse::Ok().json(AskedOut { asked_at: at.to_rfc3339() }))
}

/// Opens a delivery with link and number. The session is a cookie.
#[utoipa::path(post, operation_id = "open", path = "/r/{public_id}/open", tag = "receive", request_body = OpenIn, security(()),
    params(("public_id" = String, Path, description = "The id in the link")),
    responses((status = 200, description = "The files", body = FilesOut,
        headers(("Set-Cookie" = String, description = "The session, `__Host-r-` and the id in the link"))), Refusals))]
pub async fn open(
    request: HttpRequest,
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    input: Input<OpenIn>,
) -> Answer {
    guard::check_origin(&request)?;
    let public_id = path.into_inner();
    let OpenIn { secret: code, number, take_over } = input.value;
    let source = guard::source(&request)?;
    let attempt = Attempt { public_id: public_id.clone(), secret: secret(code)?, number, take_over, source };
    let session = open::open(&gateway, attempt).await?;
    let opened = retrieve::opened(&gateway, &public_id, &session.cookie).await?;
    let cookie = guard::set_unlock_cookie(&public_id, &session.cookie);
    Ok(HttpResponse::Ok().cookie(cookie).json(files_out(&opened)?))
}

/// Lists the files of an opened delivery.
#[utoipa::path(get, operation_id = "listFiles", path = "/r/{public_id}/files", tag = "receive", security(("delivery" = [])),
    params(("public_id" = String, Path, description = "The id in the link")),
    responses((status = 200, description = "The files", body = FilesOut), Refusals))]
pub async fn files(request: HttpRequest, gateway: web::Data<Gateway>, path: web::Path<String>) -> Answer {
    let opened = download::opened(&request, &gateway, &path).await?;
    Ok(HttpResponse::Ok().json(files_out(&opened)?))
}

fn files_out(opened: &OpenedDelivery) -> Result<FilesOut, Failure> {
    let archive = opened.servable(Asked::Archive)?;
    let complete = |id: FileId| opened.complete.iter().find(|(file, _)| *file == id).map(|(_, at)| at.to_rfc3339());
    let files = opened.manifest.files.iter().enumerate().map(|(index, file)| FileOut {
        n: index + 1,
        name: file.zip_name.clone(),
        size: file.size,
        sha256: data_encoding::HEXLOWER.encode(&file.sha256),
        complete_at: complete(file.id),
    });
    Ok(FilesOut {
        expires_at: opened.session_ends_at().to_rfc3339(),
        files: files.collect(),
        total_bytes: opened.manifest.files.iter().map(|file| file.size).sum(),
        archive: ArchiveOut { name: archive.name, length: archive.length },
    })
}

/// "I have everything": ends the grace time.
#[utoipa::path(post, operation_id = "confirm", path = "/r/{public_id}/done", tag = "receive", security(("delivery" = [])),
    params(("public_id" = String, Path, description = "The id in the link")),
    responses((status = 204, description = "Closed"), Refusals))]
pub async fn done(request: HttpRequest, gateway: web::Data<Gateway>, path: web::Path<String>) -> Answer {
    guard::check_origin(&request)?;
    let opened = download::opened(&request, &gateway, &path).await?;
    retrieve::confirm(&gateway, opened).await?;
    Ok(HttpResponse::NoContent().finish())
}
