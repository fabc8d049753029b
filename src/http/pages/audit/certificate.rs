//! Certificates of deletion and receipts: of one transfer, for its sender and for auditors; and of a month.

use actix_web::http::StatusCode;
use actix_web::web;

use crate::error::{Error, Problem};
use crate::http::api::proofs;
use crate::http::pages::desk::Desk;
use crate::http::pages::view::{CertificatePage, CertificatesPage, Obstacle};
use crate::http::pages::visit::Answer;
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};
use crate::model::{CertificateForm, TransferId};
use crate::staff::log::certificate::{Batch, Month, certificate, erased};
use crate::staff::log::{Asking, receipt};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/transfers/{id}/certificate").get_alone(Access::Watcher, own))
        .add(at("/transfers/{id}/certificate.json").get_alone(Access::Watcher, own_file))
        .add(at("/transfers/{id}/receipts/{event}").get(Access::Watcher, own_receipt))
        .add(at("/audit/certificates").get(Access::LogReader, month))
        .add(at("/audit/certificates.jsonl").get_alone(Access::LogReader, month_file))
        .add(at("/audit/transfers/{id}/certificate").get_alone(Access::LogReader, any))
        .add(at("/audit/transfers/{id}/certificate.json").get_alone(Access::LogReader, any_file))
        .add(at("/audit/transfers/{id}/receipts/{event}").get(Access::LogReader, any_receipt));
}

fn transfer(desk: &Desk, text: &str) -> actix_web::Result<TransferId> {
    text.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

async fn own(desk: Desk, id: web::Path<String>) -> Answer {
    let asking = Asking::owner(&desk.watcher()?);
    page(&desk, asking, "/transfers", transfer(&desk, &id)?).await
}

async fn any(desk: Desk, id: web::Path<String>) -> Answer {
    let asking = Asking::reader(&desk.log_reader()?);
    page(&desk, asking, "/audit/transfers", transfer(&desk, &id)?).await
}

/// The page, which is the certificate when it is printed; before the erasure it offers the receipts that there are.
async fn page(desk: &Desk, asking: Asking, place: &'static str, id: TransferId) -> Answer {
    let gateway = &desk.gateway;
    let offered = receipt::offered(gateway, asking.clone(), id).await.map_err(|error| desk.refuse(error))?;
    let made = match certificate(gateway, asking.clone(), id, CertificateForm::Page).await {
        Ok(made) => Ok(made),
        Err(Error::Problem(Problem::NotErased)) => Err(Obstacle::NotErased),
        Err(Error::Problem(Problem::NotInLogYet)) => Err(Obstacle::NotSigned),
        Err(Error::Problem(Problem::NeverSigned)) => Err(Obstacle::NeverSigned),
        Err(error) => return Err(desk.refuse(error)),
    };
    let base = format!("{place}/{id}");
    let references = receipt::references_of(gateway, asking, id).await.map_err(|error| desk.refuse(error))?;
    let page = CertificatePage {
        frame: desk.frame(&format!("{base}/certificate")),
        contact: desk.gateway.office(),
        base,
        is_own: place == "/transfers",
        issued_at: gateway.now(),
        made,
        offered,
        references,
    };
    Ok(desk.page(StatusCode::OK, &page))
}

async fn own_file(desk: Desk, id: web::Path<String>) -> Answer {
    let asking = Asking::owner(&desk.watcher()?);
    file(&desk, asking, transfer(&desk, &id)?).await
}

async fn any_file(desk: Desk, id: web::Path<String>) -> Answer {
    let asking = Asking::reader(&desk.log_reader()?);
    file(&desk, asking, transfer(&desk, &id)?).await
}

async fn file(desk: &Desk, asking: Asking, id: TransferId) -> Answer {
    let made = certificate(&desk.gateway, asking, id, CertificateForm::File).await;
    let made = made.map_err(|error| desk.refuse(error))?;
    Ok(proofs::file(&format!("certificate-{id}.json"), made.text))
}

async fn own_receipt(desk: Desk, path: web::Path<(String, String)>) -> Answer {
    let asking = Asking::owner(&desk.watcher()?);
    receipt_file(&desk, asking, path.into_inner()).await
}

async fn any_receipt(desk: Desk, path: web::Path<(String, String)>) -> Answer {
    let asking = Asking::reader(&desk.log_reader()?);
    receipt_file(&desk, asking, path.into_inner()).await
}

async fn receipt_file(desk: &Desk, asking: Asking, (id, event): (String, String)) -> Answer {
    let event = event.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    let found = receipt::receipt(&desk.gateway, asking, transfer(desk, &id)?, event).await;
    let found = found.map_err(|error| desk.refuse(error))?;
    let (text, _) = receipt::written(&found).map_err(|error| desk.refuse(error))?;
    Ok(proofs::file(&proofs::receipt_name(&found), text))
}

/// The month that is asked for; the present one where nobody asks, or for none.
fn asked(desk: &Desk) -> Month {
    let typed = parameter(&desk.request, "month").and_then(|text| Month::parse(&text).ok());
    typed.unwrap_or_else(|| Month::of(&desk.gateway, desk.gateway.now()))
}

async fn month(desk: Desk) -> Answer {
    let (asking, month) = (Asking::reader(&desk.log_reader()?), asked(&desk));
    let after = parameter(&desk.request, "after").and_then(|text| text.parse().ok());
    let found = erased(&desk.gateway, asking, month, after).await;
    let (rows, more) = found.map_err(|error| desk.refuse(error))?;
    let frame = desk.frame(&format!("/audit/certificates?month={}", month.text()));
    let (before, after) = (month.before().text(), month.after().text());
    let page = CertificatesPage { frame, month: month.text(), before, after, rows, more };
    Ok(desk.page(StatusCode::OK, &page))
}

async fn month_file(desk: Desk) -> Answer {
    let (asking, month) = (Asking::reader(&desk.log_reader()?), asked(&desk));
    let batch = Batch::begin(&desk.gateway, asking, month).await.map_err(|error| desk.refuse(error))?;
    Ok(proofs::lines(desk.gateway.clone().into(), batch, month))
}
