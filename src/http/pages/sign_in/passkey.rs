//! Passkeys at the door: signing in, and proving one more thing on a running session. Scripts talk to these; refusals are
//! problems.

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use serde::{Deserialize, Serialize};
use serde_json::json;
use webauthn_rs::prelude::PublicKeyCredential;

use super::{end_earlier, first_path, local_path, with_session};
use crate::error::{Error, Problem};
use crate::http::api::input::Input;
use crate::http::guard;
use crate::http::pages::visit::Visit;
use crate::http::problem::{Failure, in_the_readers_language};
use crate::http::routes::{Access, Face, Routes, at};
use crate::model::PrfOutput;
use crate::staff::passkey::{self, Answered, Begun};
use crate::staff::session::{self, Running};

pub(super) fn configure(routes: &mut Routes) {
    let mut scripts = routes.with(Face::Api);
    scripts.within("/sign-in/passkey", entering, |scope| scope.wrap(from_fn(in_the_readers_language)));
    scripts.within("/confirm/passkey", proving, |scope| scope.wrap(from_fn(in_the_readers_language)));
}

fn entering(routes: &mut Routes) {
    routes.add(at("").post(Access::Public, enter)).add(at("/options").post(Access::Public, ask));
}

/// The session may be locked, or may have to prove this very thing: the handlers look for themselves.
fn proving(routes: &mut Routes) {
    routes.add(at("").post(Access::Public, prove)).add(at("/options").post(Access::Public, ask_again));
}

/// What the browser is to ask, and the token that comes back with the answer.
#[derive(Serialize)]
pub(in crate::http::pages) struct BegunOut {
    token: String,
    options: serde_json::Value,
}

impl From<Begun> for BegunOut {
    fn from(begun: Begun) -> Self {
        Self { token: begun.token.to_string(), options: begun.options }
    }
}

/// What the authenticator said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerIn {
    token: String,
    credential: PublicKeyCredential,
    prf: Option<PrfIn>,
    #[serde(default)]
    next: String,
}

/// An authenticator's PRF output on its way in, in base64url.
pub(in crate::http::pages) struct PrfIn(PrfOutput);

impl<'de> Deserialize<'de> for PrfIn {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let text = zeroize::Zeroizing::new(String::deserialize(deserializer)?);
        let token =
            crate::crypt::parse_cookie(&text).ok_or_else(|| D::Error::custom("prf is not 32 bytes in base64url"))?;
        Ok(Self(PrfOutput::new(*token.expose())))
    }
}

impl From<PrfIn> for PrfOutput {
    fn from(given: PrfIn) -> Self {
        given.0
    }
}

impl AnswerIn {
    fn answered(self) -> (Answered<PublicKeyCredential>, String) {
        let answered = Answered { token: self.token, answer: self.credential, prf: self.prf.map(PrfOutput::from) };
        (answered, self.next)
    }
}

async fn ask(visit: Visit) -> Result<HttpResponse, Failure> {
    guard::check_script(&visit.request)?;
    let begun = passkey::begin_proving(&visit.gateway, None).await?;
    Ok(HttpResponse::Ok().json(BegunOut::from(begun)))
}

async fn enter(visit: Visit, input: Input<AnswerIn>) -> Result<HttpResponse, Failure> {
    guard::check_script(&visit.request)?;
    let (answered, next) = input.value.answered();
    let session = passkey::sign_in(&visit.gateway, answered, &guard::visitor(&visit.request)?).await?;
    end_earlier(&visit).await?;
    let path = first_path(&session, local_path(&next));
    Ok(with_session(&visit, &session, HttpResponse::Ok().json(json!({ "next": path }))))
}

async fn running(visit: &Visit) -> Result<Running, Failure> {
    guard::check_script(&visit.request)?;
    let cookie = guard::session_cookie(&visit.request).ok_or(Problem::SignInNeeded)?;
    session::running(&visit.gateway, &cookie).await.map_err(Failure)
}

async fn ask_again(visit: Visit) -> Result<HttpResponse, Failure> {
    let running = running(&visit).await?;
    let begun = passkey::begin_proving(&visit.gateway, Some(&running)).await?;
    Ok(HttpResponse::Ok().json(BegunOut::from(begun)))
}

async fn prove(visit: Visit, input: Input<AnswerIn>) -> Result<HttpResponse, Failure> {
    let running = running(&visit).await?;
    let (answered, next) = input.value.answered();
    let visitor = guard::visitor(&visit.request)?;
    passkey::prove(&visit.gateway, &running, answered, &visitor).await.map_err(Error::from)?;
    Ok(HttpResponse::Ok().json(json!({ "next": local_path(&next) })))
}
