//! The way to an OpenID provider and back. Going there is a link, which changes nothing here: a form may not lead abroad
//! (Content-Security-Policy, form-action), and everything that must be known on the way back travels in a sealed cookie.

use actix_web::web;

use super::super::kept::Kept;
use super::super::visit::{Answer, Visit};
use super::{entered, local_path, next_of, refused, unlock, with_cookie};
use crate::error::{Error, Problem, Result};
use crate::http::guard;
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};
use crate::staff::provider::{self, Outcome, Return};
use crate::staff::session::Running;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/sign-in/with/{id}").get(Access::Public, leave))
        .add(at("/sign-in/with/{id}/callback").get_alone(Access::Public, come_back));
}

/// The session of this browser, if one runs.
async fn running(visit: &Visit) -> Result<Option<Running>> {
    match unlock::running(visit).await {
        Ok(running) => Ok(Some(running)),
        Err(Error::Problem(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn leave(visit: Visit, id: web::Path<String>) -> Answer {
    // A foreign page that sends its visitors through here would end the session that they have.
    guard::check_origin(&visit.request).map_err(|error| visit.refuse(error))?;
    let next = next_of(&visit);
    let proves = parameter(&visit.request, "for").as_deref() == Some("session");
    let running = match proves {
        true => running(&visit).await.map_err(|error| visit.refuse(error))?,
        false => None,
    };
    match provider::begin(&visit.gateway, &id, &next, running.as_ref()).await {
        Ok(begun) => Ok(with_cookie(visit.go(&begun.url), guard::set_ticket_cookie(&begun.ticket, provider::MINUTES))),
        Err(Error::Problem(Problem::NotFound)) => Err(visit.refuse(Problem::NotFound)),
        Err(error) => again(visit, error, &next, running.is_some()).await,
    }
}

async fn come_back(visit: Visit, id: web::Path<String>) -> Answer {
    let answer = returned(visit, &id).await;
    // A ticket is for one return, however that ends.
    answer.map(|answer| with_cookie(answer, guard::clear_ticket_cookie()))
}

async fn returned(visit: Visit, id: &str) -> Answer {
    let back = match fitting(&visit, id) {
        Ok(back) => back,
        Err(error) => return again(visit, error, "/", false).await,
    };
    let next = local_path(back.next()).to_owned();
    let running = running(&visit).await.map_err(|error| visit.refuse(error))?;
    match provider::finish(&visit.gateway, &back, running.as_ref(), &visit.visitor()?).await {
        Ok(Outcome::Entered(session)) => entered(&visit, &session, &next).await,
        Ok(Outcome::Proven) => Ok(visit.go(&next)),
        Err(error) => again(visit, error, &next, back.is_proof()).await,
    }
}

fn fitting(visit: &Visit, id: &str) -> Result<Return> {
    let ticket = guard::ticket_cookie(&visit.request).ok_or(Problem::ProviderRefused)?;
    let answer = provider::Answer {
        state: parameter(&visit.request, "state").unwrap_or_default(),
        code: parameter(&visit.request, "code"),
    };
    provider::fit(&visit.gateway, id, &ticket, answer)
}

/// The page on which the way began, with why it led nowhere.
async fn again(visit: Visit, error: Error, next: &str, proves: bool) -> Answer {
    match error {
        Error::Problem(Problem::SignInNeeded) => Ok(visit.go(next)),
        Error::Problem(problem) if proves => Ok(unlock::page(visit, next, Kept::default(), Some(problem)).await),
        error => refused(&visit, error, "", next).await,
    }
}
