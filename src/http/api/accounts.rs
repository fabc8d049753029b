//! The account register, for programs: what joins, moves and leaves elsewhere does so here. Every change has a reason.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::{Input, id};
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::http::files;
use crate::http::guard::{StaffAdministrator, StaffRegisterReader};
use crate::http::problem::Failure;
use crate::model::{Account, AccountId, AccountState, Language, Leaving, Limits, Role, Time, Validity};
use crate::staff::register::{self, Change, NewAccount};
use crate::staff::{invitation, registrar::Registrar};

/// An entry of the register.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: AccountId,
    /// Mail address, also the sign-in name.
    email: String,
    /// Name.
    name: String,
    /// Department.
    department: String,
    /// Phone number.
    phone: String,
    /// Language of its pages.
    language: Language,
    /// What it may do.
    roles: Vec<Role>,
    /// Whether it may be used.
    state: AccountState,
    /// From when on and until when it may be used.
    validity: ValidityShape,
    /// What narrows the policy for it.
    limits: LimitsShape,
    /// Who takes over.
    #[schema(value_type = Option<Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    successor: Option<AccountId>,
    /// When it was last used, to the hour.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Shown once, by what makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    one_time_password: Option<String>,
}

/// Entries.
#[derive(Serialize, ToSchema)]
#[schema(as = Accounts)]
pub struct AccountsOut {
    /// By mail address.
    accounts: Vec<AccountOut>,
}

/// From when on and until when an account may be used; an absent bound is none.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Validity)]
#[serde(deny_unknown_fields)]
pub struct ValidityShape {
    /// The first moment.
    #[schema(format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The first moment that is too late.
    #[schema(format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// What narrows the policy; what is absent is as the policy says.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = AccountLimits)]
#[serde(deny_unknown_fields)]
pub struct LimitsShape {
    /// Bytes of a transfer at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most_bytes: Option<i64>,
    /// Recipients of a transfer at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most_recipients: Option<i32>,
    /// Hours that files are kept at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most_keep_hours: Option<i32>,
    /// Domains that may be sent to; empty: all.
    #[serde(default)]
    domains: Vec<String>,
    /// Whether every transfer must be approved.
    #[serde(default)]
    needs_approval: bool,
}

impl From<&Account> for AccountOut {
    fn from(account: &Account) -> Self {
        let Limits { most_bytes, most_recipients, most_keep_hours, domains, needs_approval } = account.limits.clone();
        Self {
            id: account.id,
            email: account.email.clone(),
            name: account.name.clone(),
            department: account.department.clone(),
            phone: account.phone.clone(),
            language: account.language,
            roles: account.roles.clone(),
            state: account.state,
            validity: ValidityShape {
                from: account.validity.from.map(Time::to_rfc3339),
                until: account.validity.until.map(Time::to_rfc3339),
            },
            limits: LimitsShape { most_bytes, most_recipients, most_keep_hours, domains, needs_approval },
            successor: account.successor,
            last_used_at: account.last_used_at.map(Time::to_rfc3339),
            created_at: account.created_at.to_rfc3339(),
            one_time_password: None,
        }
    }
}

impl ValidityShape {
    fn read(&self) -> Result<Validity> {
        Ok(Validity {
            from: time("valid_from", self.from.as_deref())?,
            until: time("valid_until", self.until.as_deref())?,
        })
    }
}

fn time(field: &'static str, text: Option<&str>) -> Result<Option<Time>> {
    let read = |text| chrono::DateTime::parse_from_rfc3339(text).map(|at| Time::from_millis(at.timestamp_millis()));
    let malformed = |_| Problem::Field { field, flaw: FieldFlaw::Malformed }.into();
    text.map(read).transpose().map_err(malformed)
}

impl From<LimitsShape> for Limits {
    fn from(shape: LimitsShape) -> Self {
        let LimitsShape { most_bytes, most_recipients, most_keep_hours, domains, needs_approval } = shape;
        Self { most_bytes, most_recipients, most_keep_hours, domains, needs_approval }
    }
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccountIn {
    /// Mail address, also the sign-in name.
    email: String,
    /// Name shown to recipients.
    name: String,
    /// What it may do.
    roles: Vec<Role>,
    /// Department.
    #[serde(default)]
    department: String,
    /// Phone number shown to recipients.
    #[serde(default)]
    phone: String,
    /// Language of its pages; absent: the office's.
    language: Option<Language>,
    /// From when on and until when it may be used.
    #[serde(default)]
    validity: ValidityShape,
    /// Whether its owner is invited by mail; else it has a one-time password, which is answered once.
    #[serde(default = "yes")]
    invite: bool,
    /// Why.
    reason: String,
}

const fn yes() -> bool {
    true
}

/// A change; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChangeIn {
    /// Mail address.
    email: Option<String>,
    /// Name.
    name: Option<String>,
    /// Department.
    department: Option<String>,
    /// Phone number.
    phone: Option<String>,
    /// Language of its pages.
    language: Option<Language>,
    /// All roles.
    roles: Option<Vec<Role>>,
    /// Both bounds.
    validity: Option<ValidityShape>,
    /// All limits.
    limits: Option<LimitsShape>,
    /// Who takes over; null for nobody.
    #[schema(value_type = Option<Uuid>)]
    #[serde(default, deserialize_with = "given")]
    successor: Option<Option<AccountId>>,
    /// Why.
    reason: String,
}

/// `null` is said, and not absent.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<AccountId>>, D::Error> {
    Option::<AccountId>::deserialize(from).map(Some)
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhyIn {
    /// Why.
    pub(super) reason: String,
}

/// How somebody leaves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeavingIn {
    /// What becomes of the running transfers.
    #[serde(default = "recall")]
    transfers: Leaving,
    /// Why.
    reason: String,
}

const fn recall() -> Leaving {
    Leaving::Recall
}

type Answer = Result<HttpResponse, Failure>;

async fn found(gateway: &Gateway, text: &str) -> Result<Account, Failure> {
    Ok(register::get(gateway, id(text)?).await?)
}

async fn shown(gateway: &Gateway, id: AccountId) -> Answer {
    let account = register::get(gateway, id).await?;
    Ok(HttpResponse::Ok().json(AccountOut::from(&account)))
}

/// Lists the register.
#[utoipa::path(get, operation_id = "listAccounts", path = "/accounts", tag = "register",
    responses((status = 200, description = "The register", body = AccountsOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, _reader: StaffRegisterReader) -> Answer {
    let accounts = register::list(&gateway).await?;
    Ok(HttpResponse::Ok().json(AccountsOut { accounts: accounts.iter().map(AccountOut::from).collect() }))
}

/// Shows an entry.
#[utoipa::path(get, operation_id = "showAccount", path = "/accounts/{id}", tag = "register",
    params(("id" = String, Path)),
    responses((status = 200, description = "The entry", body = AccountOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, path: web::Path<String>, _reader: StaffRegisterReader) -> Answer {
    let account = found(&gateway, &path).await?;
    Ok(HttpResponse::Ok().json(AccountOut::from(&account)))
}

/// Writes the register as a CSV file.
#[utoipa::path(get, operation_id = "exportAccounts", path = "/accounts.csv", tag = "register",
    responses((status = 200, description = "The register", body = String, content_type = "text/csv"), Refusals))]
pub async fn export(gateway: web::Data<Gateway>, reader: StaffRegisterReader) -> Answer {
    Ok(files::register(register::export(&gateway, &reader.0).await?))
}

/// Adds an account.
#[utoipa::path(post, operation_id = "addAccount", path = "/accounts", tag = "register", request_body = NewAccountIn,
    responses((status = 201, description = "The entry", body = AccountOut), Refusals))]
pub async fn add(gateway: web::Data<Gateway>, by: StaffAdministrator, input: Input<NewAccountIn>) -> Answer {
    let given = input.value;
    let registrar = Registrar::administrator(&gateway, &by.0, &given.reason)?;
    let validity = given.validity.read()?;
    let new = NewAccount {
        email: given.email,
        name: given.name,
        department: given.department,
        phone: given.phone,
        language: given.language.unwrap_or_else(|| gateway.default_language()),
        roles: given.roles,
    };
    let out = if given.invite {
        AccountOut::from(&invitation::add_within(&gateway, new, validity, &registrar).await?)
    } else {
        let issued = register::add_within(&gateway, new, validity, &registrar).await?;
        let one_time_password = Some(issued.one_time_password.as_str().to_owned());
        AccountOut { one_time_password, ..AccountOut::from(&issued.account) }
    };
    Ok(HttpResponse::Created().json(out))
}

/// Changes an entry.
#[utoipa::path(patch, operation_id = "changeAccount", path = "/accounts/{id}", tag = "register",
    params(("id" = String, Path)), request_body = AccountChangeIn,
    responses((status = 200, description = "The entry", body = AccountOut), Refusals))]
pub async fn change(
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    by: StaffAdministrator,
    input: Input<AccountChangeIn>,
) -> Answer {
    let given = input.value;
    let registrar = Registrar::administrator(&gateway, &by.0, &given.reason)?;
    let change = Change {
        email: given.email,
        name: given.name,
        phone: given.phone,
        department: given.department,
        language: given.language,
        roles: given.roles,
        validity: given.validity.map(|validity| validity.read()).transpose()?,
        limits: given.limits.map(Limits::from),
        successor: given.successor,
    };
    let account = register::change(&gateway, &registrar, id(&path)?, change).await?;
    Ok(HttpResponse::Ok().json(AccountOut::from(&account)))
}

/// Stops an account.
#[utoipa::path(post, operation_id = "stopAccount", path = "/accounts/{id}/stop", tag = "register",
    params(("id" = String, Path)), request_body = LeavingIn,
    responses((status = 200, description = "The entry", body = AccountOut), Refusals))]
pub async fn stop(
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    by: StaffAdministrator,
    input: Input<LeavingIn>,
) -> Answer {
    let registrar = Registrar::administrator(&gateway, &by.0, &input.value.reason)?;
    let account = found(&gateway, &path).await?;
    register::stop(&gateway, &account, input.value.transfers, &registrar).await?;
    shown(&gateway, account.id).await
}

/// Takes a stopped account back into use.
#[utoipa::path(post, operation_id = "resumeAccount", path = "/accounts/{id}/resume", tag = "register",
    params(("id" = String, Path)), request_body = WhyIn,
    responses((status = 200, description = "The entry", body = AccountOut), Refusals))]
pub async fn resume(
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    by: StaffAdministrator,
    input: Input<WhyIn>,
) -> Answer {
    let registrar = Registrar::administrator(&gateway, &by.0, &input.value.reason)?;
    let account = found(&gateway, &path).await?;
    register::resume(&gateway, &account, &registrar).await?;
    shown(&gateway, account.id).await
}

/// Resets an account; its one-time password is answered once.
#[utoipa::path(post, operation_id = "resetAccount", path = "/accounts/{id}/reset", tag = "register",
    params(("id" = String, Path)), request_body = WhyIn,
    responses((status = 200, description = "The entry", body = AccountOut), Refusals))]
pub async fn reset(
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    by: StaffAdministrator,
    input: Input<WhyIn>,
) -> Answer {
    let registrar = Registrar::administrator(&gateway, &by.0, &input.value.reason)?;
    let account = found(&gateway, &path).await?;
    let issued = register::reset(&gateway, &account, &registrar).await?;
    let one_time_password = Some(issued.one_time_password.as_str().to_owned());
    Ok(HttpResponse::Ok().json(AccountOut { one_time_password, ..AccountOut::from(&issued.account) }))
}

/// Invites somebody again who has not come yet.
#[utoipa::path(post, operation_id = "inviteAccount", path = "/accounts/{id}/invite", tag = "register",
    params(("id" = String, Path)), request_body = WhyIn,
    responses((status = 200, description = "The entry", body = AccountOut), Refusals))]
pub async fn invite(
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    by: StaffAdministrator,
    input: Input<WhyIn>,
) -> Answer {
    let registrar = Registrar::administrator(&gateway, &by.0, &input.value.reason)?;
    let account = found(&gateway, &path).await?;
    invitation::resend(&gateway, account.id, &registrar).await?;
    shown(&gateway, account.id).await
}
