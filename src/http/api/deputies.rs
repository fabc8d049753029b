//! Who approves instead of somebody who is away, for programs that keep the register. An answer itself is a person's.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::WhyIn;
use super::describe::Refusals;
use super::input::{Input, id};
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::Gateway;
use crate::http::guard::{StaffAdministrator, StaffRegisterReader};
use crate::http::problem::Failure;
use crate::model::{AccountId, Time};
use crate::staff::deputy::{self, Named};
use crate::staff::registrar::Registrar;

/// A deputy.
#[derive(Serialize, ToSchema)]
#[schema(as = Deputy)]
pub struct DeputyOut {
    /// The account that stands in.
    #[schema(value_type = Uuid)]
    id: AccountId,
    /// Its mail address.
    email: String,
    /// The first moment.
    #[schema(format = DateTime)]
    from: String,
    /// The first moment that is too late.
    #[schema(format = DateTime)]
    until: String,
}

/// Whether there is a deputy.
#[derive(Serialize, ToSchema)]
#[schema(as = DeputyOf)]
pub struct DeputyOfOut {
    /// The deputy; null for none.
    deputy: Option<DeputyOut>,
}

/// Who stands in, and when.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewDeputy)]
#[serde(deny_unknown_fields)]
pub struct DeputyIn {
    /// Mail address of an account that may be used.
    deputy: String,
    /// The first moment.
    #[schema(format = DateTime)]
    from: String,
    /// The first moment that is too late, at most 92 days later.
    #[schema(format = DateTime)]
    until: String,
    /// Why.
    reason: String,
}

type Answer = Result<HttpResponse, Failure>;

fn out(named: Option<Named>) -> HttpResponse {
    let deputy = named.map(|named| DeputyOut {
        id: named.account.id,
        email: named.account.email,
        from: named.from_at.to_rfc3339(),
        until: named.until_at.to_rfc3339(),
    });
    HttpResponse::Ok().json(DeputyOfOut { deputy })
}

fn time(field: &'static str, text: &str) -> Result<Time> {
    let read = chrono::DateTime::parse_from_rfc3339(text).map(|at| Time::from_millis(at.timestamp_millis()));
    read.map_err(|_| Problem::Field { field, flaw: FieldFlaw::Malformed }.into())
}

/// Shows who approves instead of an account.
#[utoipa::path(get, operation_id = "showDeputy", path = "/accounts/{id}/deputy", tag = "register",
    params(("id" = String, Path)),
    responses((status = 200, description = "The deputy", body = DeputyOfOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, path: web::Path<String>, _reader: StaffRegisterReader) -> Answer {
    Ok(out(deputy::of_account(&gateway, id(&path)?).await?))
}

/// Names who approves instead of an account, in place of an earlier deputy; not whoever asks.
#[utoipa::path(post, operation_id = "nameDeputy", path = "/accounts/{id}/deputy", tag = "register",
    params(("id" = String, Path)), request_body = DeputyIn,
    responses((status = 204, description = "Named"), Refusals))]
pub async fn name(
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    by: StaffAdministrator,
    input: Input<DeputyIn>,
) -> Answer {
    let given = input.value;
    let registrar = Registrar::administrator(&gateway, &by.0, &given.reason)?;
    let period = (time("from", &given.from)?, time("until", &given.until)?);
    deputy::name_for(&gateway, &registrar, id(&path)?, &given.deputy, period).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends it at once.
#[utoipa::path(post, operation_id = "endDeputy", path = "/accounts/{id}/deputy/end", tag = "register",
    params(("id" = String, Path)), request_body = WhyIn,
    responses((status = 204, description = "Ended"), Refusals))]
pub async fn end(
    gateway: web::Data<Gateway>,
    path: web::Path<String>,
    by: StaffAdministrator,
    input: Input<WhyIn>,
) -> Answer {
    let registrar = Registrar::administrator(&gateway, &by.0, &input.value.reason)?;
    deputy::withdraw_for(&gateway, &registrar, id(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
