//! Refusals as RFC 9457 problems: one table of stable types and statuses, worded in the reader's language. What is inside
//! a fault never leaves: it is logged here, once, and told as "try again later".

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_RANGE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use crate::error::{Error, Problem};
use crate::gateway::Gateway;
use crate::http::problem_text::problem_text;
use crate::http::text::Texts;
use crate::model::Language;

mod members;

use members::members;

/// The media type of every refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// How programs may say who they are (RFC 6750, 3).
pub const CHALLENGE: &str = "Bearer realm=\"kakitome\"";
/// Seconds after which it is worth coming back when we failed.
const COME_BACK: u32 = 10;

macro_rules! table {
    ($($problem:pat => $slug:literal $status:literal)*) => {
        /// The stable slug and the status of every refusal of the core.
        pub const TABLE: &[(&str, u16)] = &[$(($slug, $status),)*];

        /// The slug: the last step of the problem's `type`, and its `code`.
        pub const fn slug(problem: &Problem) -> &'static str {
            match problem { $($problem => $slug,)* }
        }

        /// The Fluent message of its text: `problem-` and its slug.
        pub const fn text_key(problem: &Problem) -> &'static str {
            match problem { $($problem => concat!("problem-", $slug),)* }
        }

        const fn number(problem: &Problem) -> u16 {
            match problem { $($problem => $status,)* }
        }
    };
}

table! {
    Problem::NotFound => "not-found" 404
    Problem::WrongPassword => "wrong-password" 403
    Problem::SignInNeeded => "sign-in-needed" 401
    Problem::SessionLocked => "session-locked" 401
    Problem::SecondStepNeeded => "second-step-needed" 401
    Problem::EnrolmentNeeded => "enrolment-needed" 403
    Problem::ConfirmationNeeded => "confirmation-needed" 403
    Problem::WrongCode => "wrong-code" 403
    Problem::PasskeyRefused => "passkey-refused" 403
    Problem::ProviderRefused => "provider-refused" 403
    Problem::ProviderUnavailable => "provider-unavailable" 503
    Problem::NotAdmitted => "not-admitted" 403
    Problem::CertificateNeeded => "certificate-needed" 403
    Problem::NetworkRefused => "network-refused" 403
    Problem::SourceBanned { .. } => "source-banned" 429
    Problem::WouldShutOut => "would-shut-out" 422
    Problem::PasswordChangeNeeded => "password-change-needed" 403
    Problem::SlowDown { .. } => "slow-down" 429
    Problem::Forbidden => "forbidden" 403
    Problem::Forged => "forged" 403
    Problem::PasswordRefused(_) => "password-refused" 422
    Problem::Field { .. } => "field" 422
    Problem::MessageCarriesSecret => "message-carries-secret" 422
    Problem::Malformed { .. } => "malformed" 400
    Problem::TooLarge { .. } => "too-large" 413
    Problem::TooManyFiles { .. } => "too-many-files" 422
    Problem::TooManyTemplates { .. } => "too-many-templates" 422
    Problem::TooManyRecipients { .. } => "too-many-recipients" 422
    Problem::SmsDeliveryLimit { .. } => "sms-delivery-limit" 409
    Problem::SmsDayLimit { .. } => "sms-day-limit" 409
    Problem::WrongState { .. } => "wrong-state" 409
    Problem::NoFiles => "no-files" 422
    Problem::EmptyFile => "empty-file" 422
    Problem::NoRecipients => "no-recipients" 422
    Problem::UploadUnfinished { .. } => "upload-unfinished" 409
    Problem::DraftChanged => "draft-changed" 409
    Problem::OffsetMismatch { .. } => "offset-mismatch" 409
    Problem::UploadBusy => "upload-busy" 423
    Problem::ChecksumMismatch => "checksum-mismatch" 460
    Problem::ChecksumUnsupported => "checksum-unsupported" 400
    Problem::AccountKeyNeeded => "account-key-needed" 403
    Problem::SenderSlotGone => "sender-slot-gone" 409
    Problem::NumberAlreadyShown => "number-already-shown" 409
    Problem::NumberMistyped => "number-mistyped" 422
    Problem::NumberLength { .. } => "number-length" 422
    Problem::NumberMissing => "number-missing" 422
    Problem::NumberWrong { .. } => "number-wrong" 403
    Problem::DeliveryPaused => "delivery-paused" 423
    Problem::OpeningsUsedUp => "openings-used-up" 403
    Problem::OpenElsewhere => "open-elsewhere" 409
    Problem::UnlockNeeded => "unlock-needed" 401
    Problem::DeliveryEnded { .. } => "delivery-ended" 410
    Problem::Busy { .. } => "busy" 503
    Problem::Unavailable => "unavailable" 503
    Problem::LogUnavailable => "log-unavailable" 503
    Problem::IdempotencyReused => "idempotency-reused" 422
    Problem::LastAdministrator => "last-administrator" 409
    Problem::OwnAccount => "own-account" 403
    Problem::InvitationOver => "invitation-over" 410
    Problem::ReviewOpen => "review-open" 409
    Problem::ReviewEnded { .. } => "review-ended" 409
    Problem::ReviewChanged => "review-changed" 409
    Problem::ReviewUndecided { .. } => "review-undecided" 409
    Problem::DomainRefused { .. } => "domain-refused" 422
    Problem::LinkReplaced { .. } => "link-replaced" 410
    Problem::NobodyWaits => "nobody-waits" 409
    Problem::RemindedLately => "reminded-lately" 409
    Problem::AskingInVain => "asking-in-vain" 409
    Problem::ApprovalEnded { .. } => "approval-ended" 409
    Problem::QuestionOpen => "question-open" 409
    Problem::ApprovalNeeded => "approval-needed" 403
    Problem::FaxNumbersDiffer => "fax-numbers-differ" 422
    Problem::FaxNumberNew { .. } => "fax-number-new" 422
    Problem::ConfirmRecipients { .. } => "confirm-recipients" 409
    Problem::AddressTaken => "address-taken" 409
    Problem::NotInLogYet => "not-in-log-yet" 409
    Problem::NeverSigned => "never-signed" 409
    Problem::NotProved => "not-proved" 409
    Problem::NotErased => "not-erased" 409
    Problem::FileRefused { .. } => "file-refused" 422
    Problem::ScanPending { .. } => "scan-pending" 409
    Problem::ScannerDown => "scanner-down" 503
    Problem::TooLargeToScan { .. } => "too-large-to-scan" 413
}

/// The status of a refusal.
pub fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(number(problem)).unwrap_or(StatusCode::BAD_REQUEST)
}

/// A refusal or a fault on its way out of a handler.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem.into())
    }
}

impl Failure {
    /// The answer, worded for the reader of `request`; a fault is logged.
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        log_fault(&self.0);
        answer(&self.0, &texts_for(request))
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        status(told(&self.0))
    }

    /// In English; [`in_the_readers_language`] words it for who asked.
    fn error_response(&self) -> HttpResponse {
        log_fault(&self.0);
        answer(&self.0, &Texts::new(Language::En, Tz::UTC))
    }
}

/// What only HTTP can get wrong; the core never hears of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Protocol {
    /// The resource has no such method; what it has.
    #[error("method not allowed")]
    MethodNotAllowed(String),
    /// The body's media type is another one; what is taken.
    #[error("media type not supported")]
    MediaType(&'static str),
    /// `Tus-Resumable` names another version, or is missing.
    #[error("tus version not supported")]
    TusVersion,
    /// The range begins behind the end; the object's length in bytes.
    #[error("range not satisfiable")]
    Range(u64),
}

impl Protocol {
    /// The stable slug and the status of every refusal of the protocol.
    pub const TABLE: &[(&str, u16)] =
        &[("method-not-allowed", 405), ("media-type", 415), ("tus-version", 412), ("range", 416)];

    const fn row(&self) -> (&'static str, u16) {
        match self {
            Self::MethodNotAllowed(_) => ("method-not-allowed", 405),
            Self::MediaType(_) => ("media-type", 415),
            Self::TusVersion => ("tus-version", 412),
            Self::Range(_) => ("range", 416),
        }
    }

    const fn key(&self) -> &'static str {
        match self {
            Self::MethodNotAllowed(_) => "protocol-method-not-allowed",
            Self::MediaType(_) => "protocol-media-type",
            Self::TusVersion => "protocol-tus-version",
            Self::Range(_) => "protocol-range",
        }
    }

    /// The answer, worded for the reader of `request`.
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        self.answer(&texts_for(request))
    }

    fn answer(&self, texts: &Texts) -> HttpResponse {
        let (slug, status) = self.row();
        let mut members = Map::new();
        let mut answer = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST));
        match self {
            Self::MethodNotAllowed(allowed) => {
                answer.insert_header((ALLOW, allowed.as_str()));
            }
            Self::MediaType(taken) => {
                members.insert("want".into(), json!(taken));
            }
            Self::TusVersion => {
                answer.insert_header(("Tus-Version", super::uploads::VERSION));
            }
            Self::Range(length) => {
                answer.insert_header((CONTENT_RANGE, format!("bytes */{length}")));
            }
        }
        let detail = texts.text(&format!("{}.next", self.key()));
        answer.content_type(MEDIA_TYPE).insert_header((CACHE_CONTROL, "no-store"));
        answer.body(document(slug, status, &texts.text(self.key()), &detail, members).to_string())
    }
}

impl ResponseError for Protocol {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.row().1).unwrap_or(StatusCode::BAD_REQUEST)
    }

    fn error_response(&self) -> HttpResponse {
        self.answer(&Texts::new(Language::En, Tz::UTC))
    }
}

/// A fault is told as "unavailable", but for the one cause that is told.
fn told(error: &Error) -> &Problem {
    match error {
        Error::Problem(problem) => problem,
        fault if fault.is_log_unwritable() => &Problem::LogUnavailable,
        Error::Fault { .. } => &Problem::Unavailable,
    }
}

fn log_fault(error: &Error) {
    if let Error::Fault { .. } = error {
        tracing::error!(%error, "a request was not carried out");
    }
}

/// The problem document of an error, worded by `texts`. Logs nothing.
pub fn answer(error: &Error, texts: &Texts) -> HttpResponse {
    let problem = told(error);
    let mut answer = HttpResponse::build(status(problem));
    match problem {
        Problem::SlowDown { seconds } | Problem::Busy { seconds } | Problem::SourceBanned { seconds } => {
            answer.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        Problem::Unavailable | Problem::LogUnavailable | Problem::ScannerDown => {
            answer.insert_header((RETRY_AFTER, COME_BACK.to_string()));
        }
        Problem::SignInNeeded | Problem::SessionLocked | Problem::SecondStepNeeded => {
            answer.insert_header((WWW_AUTHENTICATE, CHALLENGE));
        }
        Problem::UnlockNeeded => {
            answer.insert_header((WWW_AUTHENTICATE, "PickUpNumber realm=\"kakitome\""));
        }
        _ => {}
    }
    answer.content_type(MEDIA_TYPE).insert_header((CACHE_CONTROL, "no-store"));
    answer.body(described(problem, texts).to_string())
}

/// A problem as a document (RFC 9457).
pub fn described(problem: &Problem, texts: &Texts) -> Value {
    let words = problem_text(texts, problem);
    let detail = match problem {
        // What a parser says of a body is for the writer of a client, and has no translation.
        Problem::Malformed { detail } => detail.clone(),
        _ => format!("{} {}", words.safe, words.next),
    };
    document(slug(problem), number(problem), &words.what, detail.trim(), members(problem))
}

fn document(slug: &str, status: u16, title: &str, detail: &str, members: Map<String, Value>) -> Value {
    let mut document = members;
    document.insert("type".into(), json!(format!("/problems/{slug}")));
    document.insert("title".into(), json!(title));
    document.insert("status".into(), json!(status));
    document.insert("detail".into(), json!(detail));
    document.insert("code".into(), json!(slug));
    Value::Object(document)
}

/// The words for who sent `request`: the first acceptable language (RFC 9110, 12.5.4), else the office's.
pub fn texts_for(request: &HttpRequest) -> Texts {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let accepted = header.and_then(preferred);
    match request.app_data::<web::Data<Gateway>>() {
        Some(gateway) => Texts::new(accepted.unwrap_or_else(|| gateway.default_language()), gateway.office().time_zone),
        None => Texts::new(accepted.unwrap_or(Language::En), Tz::UTC),
    }
}

/// The preferred one of our languages in an `Accept-Language`.
pub fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for range in header.split(',').take(20) {
        let mut parts = range.split(';').map(str::trim);
        let primary = parts.next()?.split('-').next()?.to_ascii_lowercase();
        let Ok(language) = primary.parse::<Language>() else { continue };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
        let weight = weight.filter(|weight| *weight > 0.0);
        if let Some(weight) = weight
            && best.is_none_or(|(_, other)| weight > other)
        {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// Middleware: rewords refusals for who asked, and makes problems of what the framework itself refuses.
///
/// # Errors
/// None of its own.
pub async fn in_the_readers_language<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let response = next.call(request).await?;
    let texts = texts_for(response.request());
    let Some(error) = response.response().error() else { return Ok(response.map_into_left_body()) };
    let mut worded = if let Some(failure) = error.as_error::<Failure>() {
        answer(&failure.0, &texts)
    } else if let Some(protocol) = error.as_error::<Protocol>() {
        protocol.answer(&texts)
    } else {
        answer(&foreign(error, response.status()), &texts)
    };
    let (request, plain) = response.into_parts();
    for (name, value) in plain.headers() {
        // What an inner layer added, such as the version of the upload protocol, is about the request, not the wording.
        if !worded.headers().contains_key(name) {
            worded.headers_mut().insert(name.clone(), value.clone());
        }
    }
    Ok(ServiceResponse::new(request, worded).map_into_right_body())
}

fn foreign(error: &actix_web::Error, status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Problem::NotFound.into(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { limit: super::JSON_MOST }.into(),
        status if status.is_client_error() => Problem::Malformed { detail: error.to_string() }.into(),
        _ => Problem::Unavailable.into(),
    }
}

#[cfg(test)]
mod tests;
