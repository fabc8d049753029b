//! Reviews of the account register.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::{Input, id};
use crate::error::{FieldFlaw, Problem};
use crate::gateway::Gateway;
use crate::http::days;
use crate::http::guard::{StaffAdministrator, StaffRegisterReader};
use crate::http::problem::Failure;
use crate::model::{Account, AccountId, AccountState, Decision, ReviewId, ReviewState, Role, Time};
use crate::staff::registrar::Registrar;
use crate::staff::review::{self, Decider, Reviewers, Row, Sheet, Viewer, Wanted, Whom, record};
use crate::store::reviews::Review;

/// Reviews.
#[derive(Serialize, ToSchema)]
#[schema(as = Reviews)]
pub struct ReviewsOut {
    /// When the next one is due.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    next_due_at: Option<String>,
    /// The newest first.
    reviews: Vec<ReviewOut>,
}

/// A review.
#[derive(Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ReviewId,
    /// Where it is.
    state: ReviewState,
    /// When it was begun.
    #[schema(format = DateTime)]
    started_at: String,
    /// Until when it should be signed.
    #[schema(format = DateTime)]
    deadline_at: String,
    /// When it was signed or given up.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// SHA-256 of its record, once it is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
}

impl From<&Review> for ReviewOut {
    fn from(review: &Review) -> Self {
        Self {
            id: review.id,
            state: review.state,
            started_at: review.started_at.to_rfc3339(),
            deadline_at: review.deadline_at.to_rfc3339(),
            ended_at: review.ended_at.map(Time::to_rfc3339),
            digest: review.digest.as_deref().map(|digest| data_encoding::HEXLOWER.encode(digest)),
        }
    }
}

/// A review with its accounts.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewSheet)]
pub struct SheetOut {
    /// The review.
    #[serde(flatten)]
    review: ReviewOut,
    /// How many accounts were decided.
    decided: usize,
    /// Tells these decisions from any others; a signature may name it.
    mark: String,
    /// The accounts, by department and name.
    accounts: Vec<ReviewedOut>,
}

impl From<&Sheet> for SheetOut {
    fn from(sheet: &Sheet) -> Self {
        Self {
            review: ReviewOut::from(&sheet.review),
            decided: sheet.settled(),
            mark: sheet.mark(),
            accounts: sheet.rows.iter().map(ReviewedOut::from).collect(),
        }
    }
}

/// An account of a review.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewedAccount)]
pub struct ReviewedOut {
    /// The account.
    #[schema(value_type = Uuid)]
    account: AccountId,
    /// Its mail address.
    email: String,
    /// Its name.
    name: String,
    /// Its department.
    department: String,
    /// Whether it is in use.
    state: AccountState,
    /// Its roles.
    roles: Vec<Role>,
    /// When it was last used, to the hour.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    /// Whether it was not used for long.
    dormant: bool,
    /// Whether it has a second factor or a passkey.
    second_factor: bool,
    /// Who is to decide.
    #[schema(value_type = Option<Uuid>)]
    reviewer: Option<AccountId>,
    /// What was decided; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Decision>,
    /// The roles that it keeps, where they are reduced.
    roles_left: Vec<Role>,
    /// Why.
    reason: String,
    /// Whether the decision can be carried out as it stands.
    settled: bool,
}

impl From<&Row> for ReviewedOut {
    fn from(row: &Row) -> Self {
        let Account { id, email, name, department, state, roles, last_used_at, .. } = row.account.clone();
        let verdict = row.verdict.as_ref();
        Self {
            account: id,
            email,
            name,
            department,
            state,
            roles,
            last_used_at: last_used_at.map(Time::to_rfc3339),
            dormant: row.dormant,
            second_factor: row.second_factor,
            reviewer: row.reviewer,
            decision: verdict.map(|verdict| verdict.decision),
            roles_left: verdict.map(|verdict| verdict.roles.clone()).unwrap_or_default(),
            reason: verdict.map(|verdict| verdict.reason.clone()).unwrap_or_default(),
            settled: row.settled,
        }
    }
}

/// How a review begins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReview)]
pub struct StartIn {
    /// The last day, in the office's time zone; without one as the policy says.
    #[serde(default)]
    #[schema(format = Date)]
    deadline: Option<String>,
    /// Who decides; without one whoever begins.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    reviewer: Option<AccountId>,
    /// Who decides about the accounts of a department.
    #[serde(default)]
    departments: Vec<DepartmentIn>,
}

/// Who decides about a department.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewedDepartment)]
pub struct DepartmentIn {
    /// The department.
    department: String,
    /// Who decides.
    #[schema(value_type = Uuid)]
    reviewer: AccountId,
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewDecision)]
pub struct DecideIn {
    /// About these accounts.
    #[schema(value_type = Vec<Uuid>)]
    accounts: Vec<AccountId>,
    /// What becomes of them.
    decision: Decision,
    /// The roles that they keep, where they are reduced.
    #[serde(default)]
    roles: Vec<Role>,
    /// Why; needed to reduce or to stop.
    #[serde(default)]
    reason: String,
}

/// A change of reviewer: of an account, or of a department's accounts without a decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewAssignment)]
pub struct AssignIn {
    /// The account.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    account: Option<AccountId>,
    /// The department.
    #[serde(default)]
    department: Option<String>,
    /// Who decides from now on.
    #[schema(value_type = Uuid)]
    reviewer: AccountId,
}

/// What is said with a signature, or why a review is given up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewEnd)]
pub struct EndIn {
    /// Free text.
    #[serde(default)]
    reason: String,
}

/// A signature.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewSignature)]
pub struct SignIn {
    /// What is said with it.
    #[serde(default)]
    reason: String,
    /// The mark of the review as it was read; absent: whatever was decided.
    #[serde(default)]
    mark: Option<String>,
}

/// What a signature did.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedReview)]
pub struct SignedOut {
    /// SHA-256 of the record.
    digest: String,
    /// Accounts that stayed as they were.
    kept: i64,
    /// Accounts whose roles were reduced.
    reduced: i64,
    /// Accounts that were stopped.
    stopped: i64,
}

impl From<review::Signed> for SignedOut {
    fn from(signed: review::Signed) -> Self {
        let review::Signed { digest, kept, reduced, stopped } = signed;
        Self { digest: data_encoding::HEXLOWER.encode(&digest), kept, reduced, stopped }
    }
}

impl SignedOut {
    /// In one line.
    pub fn line(&self) -> String {
        let Self { digest, kept, reduced, stopped } = self;
        format!("{digest}  kept {kept}  reduced {reduced}  stopped {stopped}")
    }
}

/// Lists reviews.
#[utoipa::path(get, operation_id = "listReviews", path = "/reviews", tag = "register",
    responses((status = 200, description = "The reviews", body = ReviewsOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, reader: StaffRegisterReader) -> Result<HttpResponse, Failure> {
    let all = review::list(&gateway, &reader.0).await?;
    let next = review::status(&gateway).await?.next;
    let reviews = all.iter().map(ReviewOut::from).collect();
    Ok(HttpResponse::Ok().json(ReviewsOut { next_due_at: next.map(Time::to_rfc3339), reviews }))
}

/// Begins a review of every account that is not stopped.
#[utoipa::path(post, operation_id = "startReview", path = "/reviews", tag = "register", request_body = StartIn,
    responses((status = 201, description = "The review", body = SheetOut), Refusals))]
pub async fn start(
    gateway: web::Data<Gateway>,
    administrator: StaffAdministrator,
    input: Input<StartIn>,
) -> Result<HttpResponse, Failure> {
    let StartIn { deadline, reviewer, departments } = input.value;
    let zone = gateway.office().time_zone;
    let deadline = days::last_moment("deadline", deadline.as_deref().unwrap_or_default(), zone)?;
    let departments = departments.into_iter().map(|one| (one.department, one.reviewer)).collect();
    let registrar = Registrar::reviewing(&administrator.0, "")?;
    let id = review::start(&gateway, &registrar, deadline, Reviewers { usual: reviewer, departments }).await?;
    let sheet = review::look(&gateway, Viewer::All, id).await?;
    Ok(HttpResponse::Created().json(SheetOut::from(&sheet)))
}

/// Shows a review with its accounts.
#[utoipa::path(get, operation_id = "showReview", path = "/reviews/{id}", tag = "register",
    params(("id" = Uuid, Path, description = "The review")),
    responses((status = 200, description = "The review", body = SheetOut), Refusals))]
pub async fn show(
    gateway: web::Data<Gateway>,
    _: StaffRegisterReader,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    answer(&gateway, id(&path)?).await
}

async fn answer(gateway: &Gateway, id: ReviewId) -> Result<HttpResponse, Failure> {
    let sheet = review::look(gateway, Viewer::All, id).await?;
    Ok(HttpResponse::Ok().json(SheetOut::from(&sheet)))
}

/// Decides about accounts; nothing is changed before the signature.
#[utoipa::path(post, operation_id = "decideReview", path = "/reviews/{id}/decide", tag = "register",
    params(("id" = Uuid, Path, description = "The review")), request_body = DecideIn,
    responses((status = 200, description = "The review", body = SheetOut), Refusals))]
pub async fn decide(
    gateway: web::Data<Gateway>,
    administrator: StaffAdministrator,
    path: web::Path<String>,
    input: Input<DecideIn>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path)?;
    let DecideIn { accounts, decision, roles, reason } = input.value;
    let wanted = Wanted { decision, roles, reason };
    review::decide(&gateway, &Decider::from(&administrator.0), id, accounts, &wanted).await?;
    answer(&gateway, id).await
}

/// Gives accounts to another reviewer.
#[utoipa::path(post, operation_id = "assignReview", path = "/reviews/{id}/assign", tag = "register",
    params(("id" = Uuid, Path, description = "The review")), request_body = AssignIn,
    responses((status = 200, description = "The review", body = SheetOut), Refusals))]
pub async fn assign(
    gateway: web::Data<Gateway>,
    administrator: StaffAdministrator,
    path: web::Path<String>,
    input: Input<AssignIn>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path)?;
    let whom = match (input.value.account, input.value.department) {
        (Some(account), None) => Whom::Account(account),
        (None, Some(department)) => Whom::Department(department),
        _ => return Err(Problem::Field { field: "account", flaw: FieldFlaw::Missing }.into()),
    };
    let registrar = Registrar::reviewing(&administrator.0, "")?;
    review::assign(&gateway, &registrar, id, whom, input.value.reviewer).await?;
    answer(&gateway, id).await
}

/// Signs a review off: what was decided is carried out.
#[utoipa::path(post, operation_id = "signReview", path = "/reviews/{id}/sign", tag = "register",
    params(("id" = Uuid, Path, description = "The review")), request_body = SignIn,
    responses((status = 200, description = "What was done", body = SignedOut), Refusals))]
pub async fn sign(
    gateway: web::Data<Gateway>,
    administrator: StaffAdministrator,
    path: web::Path<String>,
    input: Input<SignIn>,
) -> Result<HttpResponse, Failure> {
    let registrar = Registrar::reviewing(&administrator.0, &input.value.reason)?;
    let signed = review::sign(&gateway, &registrar, id(&path)?, None, input.value.mark).await?;
    Ok(HttpResponse::Ok().json(SignedOut::from(signed)))
}

/// Gives a review up.
#[utoipa::path(post, operation_id = "abandonReview", path = "/reviews/{id}/abandon", tag = "register",
    params(("id" = Uuid, Path, description = "The review")), request_body = EndIn,
    responses((status = 200, description = "The review", body = SheetOut), Refusals))]
pub async fn abandon(
    gateway: web::Data<Gateway>,
    administrator: StaffAdministrator,
    path: web::Path<String>,
    input: Input<EndIn>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path)?;
    let registrar = Registrar::administrator(&gateway, &administrator.0, &input.value.reason)?;
    review::abandon(&gateway, &registrar, id).await?;
    answer(&gateway, id).await
}

/// The record of a signed review, byte for byte: its SHA-256 is in the log.
#[utoipa::path(get, operation_id = "readReviewRecord", path = "/reviews/{id}/record", tag = "register",
    params(("id" = Uuid, Path, description = "The review")),
    responses((status = 200, description = "Canonical JSON", content_type = "application/json"), Refusals))]
pub async fn read_record(
    gateway: web::Data<Gateway>,
    reader: StaffRegisterReader,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path)?;
    let kept = record::read(&gateway, id).await?;
    record::exported(&gateway, &reader.0, id, &kept.bytes).await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(kept.bytes))
}
