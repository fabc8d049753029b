//! Sessions, tokens and passwords of somebody else.

use std::str::FromStr;

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::view::{Notice, OneTimePasswordPage};
use super::super::visit::Answer;
use super::{account_id, answer, registrar};
use crate::error::{FieldFlaw, Problem, Result};
use crate::model::AccountId;
use crate::staff::permit::Administrator;
use crate::staff::register::{self, Issued, access};

/// The ids that were chosen; none for all of them.
fn chosen<T: FromStr>(fields: &Fields, name: &'static str) -> Result<Option<Vec<T>>> {
    if !fields.get("all").is_empty() {
        return Ok(None);
    }
    let ids: Vec<T> = fields.all(name).filter_map(|id| id.parse().ok()).collect();
    match ids.is_empty() {
        true => Err(Problem::Field { field: name, flaw: FieldFlaw::Missing }.into()),
        false => Ok(Some(ids)),
    }
}

pub(super) async fn end_sessions(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    let work = async {
        let which = chosen(&fields, "session")?;
        let registrar = registrar(&desk, &administrator, &fields)?;
        access::end_sessions(&desk.gateway, id, which, &registrar).await?;
        Ok(Notice::AccessEnded)
    };
    let done = work.await;
    answer(&desk, &fields, (id, "sessions"), done).await
}

pub(super) async fn revoke_tokens(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    let work = async {
        let which = chosen(&fields, "token")?;
        let registrar = registrar(&desk, &administrator, &fields)?;
        access::revoke_tokens(&desk.gateway, id, which, &registrar).await?;
        Ok(Notice::TokensRevoked)
    };
    let done = work.await;
    answer(&desk, &fields, (id, "tokens"), done).await
}

pub(super) async fn reset(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let (administrator, id) = (desk.administrator()?, account_id(&desk, &id)?);
    match issued(&desk, &administrator, &fields, id).await {
        Ok(issued) => Ok(desk.page(StatusCode::OK, &shown(&desk, issued, false))),
        Err(error) => answer(&desk, &fields, (id, "reset"), Err(error)).await,
    }
}

async fn issued(desk: &Desk, administrator: &Administrator, fields: &Fields, id: AccountId) -> Result<Issued> {
    let registrar = registrar(desk, administrator, fields)?;
    let account = register::get(&desk.gateway, id).await?;
    register::reset(&desk.gateway, &account, &registrar).await
}

/// The page that shows a one-time password, in the answer to the request that made it and never again.
pub(super) fn shown(desk: &Desk, issued: Issued, is_new: bool) -> OneTimePasswordPage {
    let Issued { account, one_time_password } = issued;
    OneTimePasswordPage {
        frame: desk.frame(&format!("/register/{}", account.id)),
        id: account.id,
        name: account.name,
        email: account.email,
        password: one_time_password.as_str().to_owned(),
        is_new,
    }
}
