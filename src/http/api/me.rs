//! Who asks.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::describe::Refusals;
use super::scans::ScannerOut;
use crate::error::{Error, Problem};
use crate::gateway::Gateway;
use crate::http::guard::Staff;
use crate::http::problem::Failure;
use crate::model::{Language, Role};

/// An account, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeOut {
    /// Mail address.
    email: String,
    /// Name.
    name: String,
    /// What it may do.
    roles: Vec<Role>,
    /// Language of its pages.
    language: Language,
    /// Whether this sign-in can issue new numbers.
    account_key: bool,
    /// The scanner of this gateway: what it takes, and whether it answers.
    scanner: ScannerOut,
}

/// Shows the own account.
#[utoipa::path(get, operation_id = "showMe", path = "/me", tag = "account",
    responses((status = 200, description = "The account", body = MeOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, staff: Staff) -> Result<HttpResponse, Failure> {
    let account_key = match staff.0.account_key(&gateway.store).await {
        Ok(_) => true,
        Err(Error::Problem(Problem::AccountKeyNeeded)) => false,
        Err(error) => return Err(error.into()),
    };
    let account = staff.0.account;
    Ok(HttpResponse::Ok().json(MeOut {
        email: account.email,
        name: account.name,
        roles: account.roles,
        language: account.language,
        account_key,
        scanner: ScannerOut::of(&gateway),
    }))
}
