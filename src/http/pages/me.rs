//! The own account: profile, API tokens.

use actix_web::http::StatusCode;
use actix_web::web;

use super::desk::Desk;
use super::posted::{Fields, Posted};
use super::sessions;
use super::sign_in::unlock::confirm_first;
use super::view::{MePage, ProfileForm, TokenForm, TokenRow};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::model::{Account, Role, Scope};
use crate::staff::sealing::{self, Sealing};
use crate::staff::{receipts, register, review, tokens};

/// Days that a token lives unless its maker says otherwise.
const TOKEN_DAYS: &str = "90";

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/me").get(Access::Person, show))
        .add(at("/me/profile").post(Access::Person, save_profile))
        .add(at("/me/receipts").post(Access::Person, save_receipts))
        .add(at("/me/tokens").post(Access::Person, make_token))
        .add(at("/me/tokens/{id}/revoke").post(Access::Person, revoke_token));
}

/// The page as it is stored; forms that were refused put what was typed over it.
async fn page(desk: &Desk) -> actix_web::Result<MePage> {
    let account = desk.account();
    let all = tokens::list(&desk.gateway, account.id).await.map_err(|error| desk.refuse(error))?;
    let now = desk.gateway.now();
    let live = all.into_iter().filter(|token| token.revoked_at.is_none() && token.expires_at > now);
    let rows = live.map(|token| TokenRow {
        id: token.id,
        name: token.name,
        scope: token.scope,
        expires_at: token.expires_at,
        used_at: token.last_used_at,
    });
    let scopes = scopes(account);
    let sessions = sessions::rows(desk).await?;
    Ok(MePage {
        sessions,
        frame: desk.frame("/me"),
        email: account.email.clone(),
        own_password: own_password(desk).await?,
        roles: account.roles.clone(),
        hands_over: account.successor.is_some() && account.has(Role::Sender),
        to_review: review::waiting(&desk.gateway, account.id).await.map_err(|error| desk.refuse(error))?,
        receipts: receipts_wanted(desk).await?,
        profile: ProfileForm { name: account.name.clone(), phone: account.phone.clone(), language: account.language },
        tokens: rows.collect(),
        token_form: TokenForm {
            name: String::new(),
            scope: scopes.first().copied().unwrap_or(Scope::Read),
            days: TOKEN_DAYS.into(),
            scopes,
        },
        new_token: None,
    })
}

async fn own_password(desk: &Desk) -> actix_web::Result<bool> {
    let state = sealing::state(&desk.gateway, &desk.person()?).await;
    Ok(state.map_err(|error| desk.refuse(error))? == Sealing::ByPassword)
}

fn scopes(account: &Account) -> Vec<Scope> {
    let needed = |scope: &&Scope| match scope {
        Scope::Send | Scope::Read => account.has(Role::Sender),
        Scope::Audit => account.has(Role::Auditor),
        Scope::Admin => account.has(Role::Administrator),
    };
    Scope::ALL.iter().filter(needed).copied().collect()
}

async fn show(desk: Desk) -> Answer {
    Ok(desk.page(StatusCode::OK, &page(&desk).await?))
}

async fn save_profile(form: Posted<Desk>) -> Answer {
    let Posted { by: mut desk, fields } = form;
    let language = fields.get("language").parse().unwrap_or(desk.account().language);
    let (name, phone) = (fields.get("name").to_owned(), fields.get("phone").to_owned());
    let saved = register::set_profile(&desk.gateway, &desk.person()?, name.clone(), phone.clone(), language).await;
    match saved {
        Ok(()) => {
            desk.choose_for_good(language.word());
            Ok(desk.go("/me?done=saved"))
        }
        Err(Error::Problem(problem)) => {
            let mut page = page(&desk).await?;
            page.frame.refuse("", &problem);
            page.profile = ProfileForm { name, phone, language };
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}

/// What is set about receipts; none for who does not send.
async fn receipts_wanted(desk: &Desk) -> actix_web::Result<Option<bool>> {
    if !desk.account().has(Role::Sender) {
        return Ok(None);
    }
    let wanted = receipts::wanted(&desk.gateway, &desk.person()?).await;
    wanted.map(Some).map_err(|error| desk.refuse(error))
}

async fn save_receipts(form: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = form;
    let set = receipts::set(&desk.gateway, &desk.person()?, fields.get("collected") == "1").await;
    set.map_err(|error| desk.refuse(error))?;
    Ok(desk.go("/me?done=saved"))
}

async fn make_token(form: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = form;
    let typed = token_form(&desk, &fields);
    // What is no number of days is out of bounds like any other wrong number.
    let days = typed.days.trim().parse().unwrap_or(0);
    match tokens::make(&desk.gateway, &desk.person()?, &typed.name, typed.scope, days).await {
        Ok(made) => {
            let mut page = page(&desk).await?;
            page.new_token = Some(made.text.to_string());
            Ok(desk.page(StatusCode::OK, &page))
        }
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem)) => {
            let mut page = page(&desk).await?;
            // Two forms of this page have a name.
            let of_name = matches!(problem, Problem::Field { field: "name", .. });
            page.frame.refuse(if of_name { "token-name" } else { "" }, &problem);
            page.token_form = typed;
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}

fn token_form(desk: &Desk, fields: &Fields) -> TokenForm {
    let scopes = scopes(desk.account());
    TokenForm {
        name: fields.get("name").to_owned(),
        scope: fields.get("scope").parse().unwrap_or(Scope::Read),
        days: fields.get("days").to_owned(),
        scopes,
    }
}

async fn revoke_token(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = form.by;
    let id = id.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    tokens::revoke(&desk.gateway, &desk.person()?, id).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go("/me?done=token_revoked"))
}
