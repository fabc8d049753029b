//! Approvals: what waits for the one who asks, and the answer. A person answers: tokens do not.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::{Input, id};
use crate::error::Problem;
use crate::gateway::Gateway;
use crate::http::download;
use crate::http::guard::StaffApprover;
use crate::http::problem::Failure;
use crate::model::{Approval, ApprovalId, ApprovalReason, ApprovalState, TransferId};
use crate::transfer::approve::{self, Answer as Said, Decided, Line};
use crate::transfer::confirm;
use crate::transfer::inspect::{self, Waiting};

type Answer = Result<HttpResponse, Failure>;

/// What waits, and what was decided lately.
#[derive(Serialize, ToSchema)]
#[schema(as = Approvals)]
pub struct ApprovalsOut {
    /// Transfers that wait for an answer, the oldest first.
    waiting: Vec<WaitingOut>,
    /// What the one who asks decided in the last 30 days, the newest first.
    decided: Vec<DecidedOut>,
}

/// A transfer that waits for an answer.
#[derive(Serialize, ToSchema)]
#[schema(as = WaitingApproval)]
pub struct WaitingOut {
    /// The transfer.
    #[schema(value_type = Uuid)]
    transfer: TransferId,
    /// Who sends it: a mail address.
    sender: String,
    /// To whom, as far as it is asked about.
    recipients: Vec<String>,
    /// Number of files.
    file_count: i32,
    /// Sum of their sizes in bytes.
    total_bytes: i64,
    /// Since when it waits.
    #[schema(format = DateTime)]
    asked_at: String,
    /// When it counts as refused.
    #[schema(format = DateTime)]
    decide_by: String,
}

/// A decision.
#[derive(Serialize, ToSchema)]
#[schema(as = DecidedApproval)]
pub struct DecidedOut {
    /// The transfer.
    #[schema(value_type = Uuid)]
    transfer: TransferId,
    /// Who sends it: a mail address.
    sender: String,
    /// About whom.
    recipients: Vec<String>,
    /// What was said.
    state: ApprovalState,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// On whose behalf, where it was as a deputy: a mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_behalf_of: Option<String>,
}

/// What is to be decided.
#[derive(Serialize, ToSchema)]
#[schema(as = Approval)]
pub struct ApprovalOut {
    /// The transfer.
    #[schema(value_type = Uuid)]
    transfer: TransferId,
    /// Who sends it: a mail address.
    sender: String,
    /// The message for the mail; may be empty.
    message: String,
    /// Whether the one who asks has a key to open the files with.
    can_open: bool,
    /// The files, in the order of the manifest.
    files: Vec<InspectedOut>,
    /// What is asked, recipient by recipient.
    questions: Vec<QuestionOut>,
}

/// A file of what is to be decided.
#[derive(Serialize, ToSchema)]
#[schema(as = ApprovalFile)]
pub struct InspectedOut {
    /// Its name.
    name: String,
    /// Bytes.
    size: i64,
    /// Media type as it came; data only.
    media_type: String,
    /// What the scanner said; none where nothing is scanned.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
}

/// A question about one recipient.
#[derive(Serialize, ToSchema)]
#[schema(as = ApprovalQuestion)]
pub struct QuestionOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ApprovalId,
    /// Mail address.
    email: String,
    /// Why it is asked.
    reasons: Vec<ApprovalReason>,
    /// What makes somebody look twice: `flag` and what belongs to it.
    #[schema(value_type = Vec<Object>)]
    flags: Vec<crate::transfer::flag::Flag>,
    /// Until when it could be open.
    #[schema(format = DateTime)]
    latest_expiry: String,
    /// When it counts as refused.
    #[schema(format = DateTime)]
    decide_by: String,
}

/// Which questions are answered with yes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveIn {
    /// Their ids: those that were read. All of them are answered, or none.
    #[schema(value_type = Vec<Uuid>)]
    questions: Vec<ApprovalId>,
}

/// Which questions are answered with no, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseIn {
    /// Their ids: those that were read. All of them are answered, or none.
    #[schema(value_type = Vec<Uuid>)]
    questions: Vec<ApprovalId>,
    /// The reason, at most 400 characters: the sender sees it.
    #[serde(default)]
    #[schema(required = true)]
    reason: String,
}

impl From<Line> for WaitingOut {
    fn from(line: Line) -> Self {
        Self {
            transfer: line.transfer.id,
            sender: line.sender.email,
            recipients: line.deliveries.into_iter().map(|delivery| delivery.recipient.email).collect(),
            file_count: line.transfer.file_count,
            total_bytes: line.transfer.total_bytes,
            asked_at: line.asked_at.to_rfc3339(),
            decide_by: line.decide_by.to_rfc3339(),
        }
    }
}

impl From<Decided> for DecidedOut {
    fn from(decided: Decided) -> Self {
        Self {
            transfer: decided.transfer,
            sender: decided.sender.email,
            recipients: decided.emails,
            state: decided.state,
            at: decided.at.to_rfc3339(),
            on_behalf_of: decided.on_behalf_of.map(|account| account.email),
        }
    }
}

/// Lists what waits for the one who asks, and what was decided lately.
#[utoipa::path(get, operation_id = "listApprovals", path = "/approvals", tag = "approvals",
    security(("session" = [], "csrf" = [])),
    responses((status = 200, description = "Both lists", body = ApprovalsOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, approver: StaffApprover) -> Answer {
    let lists = approve::lists(&gateway, &approver.0).await?;
    Ok(HttpResponse::Ok().json(ApprovalsOut {
        waiting: lists.waiting.into_iter().map(WaitingOut::from).collect(),
        decided: lists.decided.into_iter().map(DecidedOut::from).collect(),
    }))
}

/// Shows what is to be decided about a transfer.
#[utoipa::path(get, operation_id = "showApproval", path = "/approvals/{id}", tag = "approvals",
    security(("session" = [], "csrf" = [])),
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 200, description = "What is to be decided", body = ApprovalOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, approver: StaffApprover, path: web::Path<String>) -> Answer {
    let transfer: TransferId = id(&path)?;
    let waiting = inspect::waiting(&gateway, &approver.0, transfer).await?;
    let emails: Vec<String> = waiting.deliveries.iter().map(|delivery| delivery.recipient.email.clone()).collect();
    let flags = confirm::flags_of(&gateway, waiting.transfer.owner, transfer, emails).await?;
    let Waiting { deliveries, questions, .. } = &waiting;
    let open = |one: &&Approval| one.state == ApprovalState::Asked;
    let asked = deliveries.iter().zip(flags).filter_map(|(delivery, flags)| {
        let question = questions.iter().filter(open).find(|one| one.delivery == delivery.id)?;
        Some(QuestionOut {
            id: question.id,
            email: question.email.clone(),
            reasons: question.reasons.clone(),
            flags,
            latest_expiry: question.latest_expiry.to_rfc3339(),
            decide_by: question.decide_by.to_rfc3339(),
        })
    });
    let out = ApprovalOut {
        transfer,
        sender: waiting.sender.email.clone(),
        questions: asked.collect(),
        can_open: waiting.can_open,
        files: waiting
            .files
            .into_iter()
            .map(|file| InspectedOut {
                verdict: file.report.map(|report| report.verdict.word()),
                name: file.name,
                size: file.size,
                media_type: file.media_type,
            })
            .collect(),
        message: waiting.message,
    };
    Ok(HttpResponse::Ok().json(out))
}

/// Opens file `n`, counted from 1, of what is to be decided. That it was opened is logged.
#[utoipa::path(get, operation_id = "inspectFile", path = "/approvals/{id}/files/{n}", tag = "approvals",
    security(("session" = [], "csrf" = [])),
    params(("id" = Uuid, Path, description = "Id of a transfer"), ("n" = u32, Path, description = "Number of the file, from 1")),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"), Refusals))]
pub async fn file(gateway: web::Data<Gateway>, approver: StaffApprover, path: web::Path<(String, String)>) -> Answer {
    let (transfer, place) = path.into_inner();
    let place = place.parse::<usize>().ok().and_then(|place| place.checked_sub(1)).ok_or(Problem::NotFound)?;
    let opened = inspect::open(&gateway, &approver.0, id(&transfer)?, place).await?;
    Ok(download::inspected(&gateway, opened))
}

/// Approves: the mails leave, after the hold where there is one.
#[utoipa::path(post, operation_id = "approveTransfer", path = "/transfers/{id}/approve", tag = "approvals", request_body = ApproveIn,
    security(("session" = [], "csrf" = [])),
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 204, description = "Approved"), Refusals))]
pub async fn approve_it(
    gateway: web::Data<Gateway>,
    approver: StaffApprover,
    path: web::Path<String>,
    input: Input<ApproveIn>,
) -> Answer {
    approve::answer(&gateway, &approver.0, id(&path)?, input.value.questions, Said::Give).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Refuses: no mail leaves.
#[utoipa::path(post, operation_id = "refuseTransfer", path = "/transfers/{id}/refuse", tag = "approvals", request_body = RefuseIn,
    security(("session" = [], "csrf" = [])),
    params(("id" = Uuid, Path, description = "Id of a transfer")),
    responses((status = 204, description = "Refused"), Refusals))]
pub async fn refuse(
    gateway: web::Data<Gateway>,
    approver: StaffApprover,
    path: web::Path<String>,
    input: Input<RefuseIn>,
) -> Answer {
    let RefuseIn { questions, reason } = input.value;
    approve::answer(&gateway, &approver.0, id(&path)?, questions, Said::Refuse(reason)).await?;
    Ok(HttpResponse::NoContent().finish())
}
