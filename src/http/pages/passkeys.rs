//! `/me/passkeys`: the own passkeys. Seeing and removing needs no script; adding one is the browser's own dialog.

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use webauthn_rs::prelude::RegisterPublicKeyCredential;

use super::desk::{Desk, Threshold};
use super::posted::Posted;
use super::sign_in::passkey::{BegunOut, PrfIn};
use super::sign_in::unlock::confirm_first;
use super::view::{PasskeyCard, PasskeysPage};
use super::visit::{Answer, Visit};
use crate::error::{Error, Problem};
use crate::http::api::input::Input;
use crate::http::guard::{StaffNewcomer, visitor};
use crate::http::problem::{Failure, in_the_readers_language};
use crate::http::routes::{Access, Face, Routes, at};
use crate::model::PrfOutput;
use crate::staff::passkey::{self, Answered, Listed, New};
use crate::staff::permit::{Newcomer, Standing};

/// The page's address.
const HERE: &str = "/me/passkeys";

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at(HERE).get(Access::Newcomer, show))
        .add(at("/me/passkeys/{id}/remove").post(Access::Person, remove))
        .with(Face::Api)
        .within("/me/new-passkey", exchange, |scope| scope.wrap(from_fn(in_the_readers_language)));
}

/// What the page's script talks to.
fn exchange(routes: &mut Routes) {
    routes.add(at("").post(Access::Newcomer, add)).add(at("/options").post(Access::Newcomer, ask));
}

async fn page(visit: &Visit, newcomer: &Newcomer, ready: bool) -> actix_web::Result<PasskeysPage> {
    let own = passkey::own(&visit.gateway, newcomer).await.map_err(|error| visit.refuse(error))?;
    let card = |listed: Listed| PasskeyCard {
        id: listed.id,
        name: listed.name,
        added_at: listed.added_at,
        used_at: listed.used_at,
        opens_key: listed.opens_key,
    };
    Ok(PasskeysPage {
        frame: visit.frame(HERE),
        passkeys: own.into_iter().map(card).collect(),
        name: visit.visitor()?.browser,
        available: visit.gateway.passkeys.is_some(),
        ready,
        // Whoever had to set one up goes on to where that was asked.
        next: if ready { format!("{HERE}?done=passkey_added") } else { "/".into() },
    })
}

async fn show(visit: Threshold) -> Answer {
    let ready = visit.standing() == Standing::Ready;
    Ok(visit.page(StatusCode::OK, &page(&visit, &visit.newcomer()?, ready).await?))
}

async fn ask(visit: Visit, newcomer: StaffNewcomer) -> Result<HttpResponse, Failure> {
    let begun = passkey::begin_adding(&visit.gateway, &newcomer.0).await?;
    Ok(HttpResponse::Ok().json(BegunOut::from(begun)))
}

/// A new passkey, as the authenticator made it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewIn {
    token: String,
    credential: RegisterPublicKeyCredential,
    prf: Option<PrfIn>,
    name: String,
}

async fn add(visit: Visit, newcomer: StaffNewcomer, input: Input<NewIn>) -> Result<HttpResponse, Failure> {
    let NewIn { token, credential, prf, name } = input.value;
    let new = New { name, answered: Answered { token, answer: credential, prf: prf.map(PrfOutput::from) } };
    let opens_key = passkey::add(&visit.gateway, &newcomer.0, new, &visitor(&visit.request)?).await?;
    Ok(HttpResponse::Ok().json(json!({ "opens_key": opens_key })))
}

async fn remove(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let id = id.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    match passkey::remove(&desk.gateway, &desk.person()?, id).await {
        Ok(()) => Ok(desk.go("/me/passkeys?done=passkey_removed")),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem @ Problem::WouldShutOut)) => {
            let mut page = page(&desk, &desk.person()?.into(), true).await?;
            page.frame.refuse("", &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}
