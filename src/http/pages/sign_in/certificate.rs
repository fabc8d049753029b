//! Signing in with a card: the certificate that this connection presented names its holder.

use super::super::posted::Posted;
use super::super::visit::{Answer, Visit};
use super::{entered, local_path, refused};
use crate::config::CertificateNames;
use crate::http::guard;
use crate::http::routes::{Access, Routes, at};
use crate::staff::certificate;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/sign-in/certificate").post(Access::Public, enter));
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
