//! Signing in with a card: the certificate that this connection presented names its holder.

use super::super::kept::Kept;
use super::super::posted::Posted;
use super::super::visit::{Answer, Visit};
use super::{entered, local_path, refused, unlock};
use crate::config::CertificateNames;
use crate::error::{Error, Problem};
use crate::http::guard;
use crate::http::routes::{Access, Routes, at};
use crate::staff::certificate;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/sign-in/certificate").post(Access::Public, enter))
        .add(at("/confirm/certificate").post(Access::Public, prove));
}

/// Whether this connection has a certificate that may stand alone.
pub(super) fn is_offered(visit: &Visit) -> bool {
    let names = visit.gateway.sign_in.certificate_names;
    names == CertificateNames::Person && guard::has_certificate(&visit.request)
}

async fn enter(form: Posted<Visit>) -> Answer {
    let Posted { by: visit, fields } = form;
    let next = local_path(fields.get("next"));
    match certificate::sign_in(&visit.gateway, &visit.visitor()?).await {
        Ok(session) => entered(&visit, &session, next).await,
        Err(error) => refused(&visit, error, "", next).await,
    }
}

/// A running session is unlocked or confirmed with the card; what waits behind the page goes on.
async fn prove(form: Posted<Visit>) -> Answer {
    let Posted { by: visit, fields } = form;
    let next = local_path(fields.get("next"));
    let kept = Kept::carried(&fields);
    let running = match unlock::running(&visit).await {
        Ok(running) => running,
        Err(Error::Problem(_)) => return Ok(visit.go("/sign-in")),
        Err(fault) => return Err(visit.refuse(fault)),
    };
    match certificate::prove(&visit.gateway, &running, &visit.visitor()?).await {
        Ok(()) => Ok(unlock::onward(&visit, next, &kept)),
        Err(Error::Problem(Problem::SignInNeeded)) => Ok(visit.go(next)),
        Err(Error::Problem(problem)) => Ok(unlock::page(visit, next, kept, Some(problem)).await),
        Err(fault) => Err(visit.refuse(fault)),
    }
}
