//! Recipients with the files: what is there, what was collected, and the end.

use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, web};

use super::offer::{self, offered, openings};
use super::posted::Posted;
use super::recipient::session_ended;
use super::view::{AskAgain, CollectFile, Collected, EndedPage, Ending, FilesPage};
use super::visit::{Answer, Visit};
use crate::crypt::ManifestFile;
use crate::error::{Error, Problem, Result};
use crate::http::guard;
use crate::http::routes::{Access, Routes, at};
use crate::model::{Account, Time};
use crate::store::{events, transfers};
use crate::transfer::contact::{self, Contact};
use crate::transfer::retrieve::{self, Asked, OpenedDelivery};

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/r/{id}/files").get(Access::Recipient, files)).add(at("/r/{id}/done").post(Access::Recipient, done));
}

/// The opened delivery of this browser. Without one the page that asks for the code is the answer.
pub(super) async fn opened(visit: &mut Visit, id: &str) -> actix_web::Result<OpenedDelivery> {
    let cookie = visit.request.cookie(&guard::unlock_cookie_name(id));
    let found = match &cookie {
        Some(cookie) if watches(visit) => retrieve::watched(&visit.gateway, id, cookie.value()).await,
        Some(cookie) => retrieve::opened(&visit.gateway, id, cookie.value()).await,
        None => Err(Problem::UnlockNeeded.into()),
    };
    match found {
        Ok(opened) => {
            visit.prefer(opened.delivery.recipient.language);
            Ok(opened)
        }
        Err(Error::Problem(Problem::UnlockNeeded)) => Err(visit.end(session_ended(visit, id))),
        Err(error) => Err(visit.refuse(error)),
    }
}

/// Whether the page's script asks by itself how far the downloads are (`web/components/files/collect.ts`).
fn watches(visit: &Visit) -> bool {
    visit.request.headers().contains_key(guard::WATCH)
}

/// What surrounds the files on their page.
struct Around {
    sender: Account,
    contact: Option<Contact>,
    message: String,
    accepted: Vec<(Time, String)>,
}

async fn around(visit: &Visit, opened: &OpenedDelivery) -> Result<Around> {
    let (delivery, transfer) = (opened.delivery.id, opened.transfer.id);
    let gateway = &visit.gateway;
    let ((sender, contact), message, accepted) = gateway
        .store
        .read(move |tx| {
            let contact = contact::of_transfer(tx, transfer)?;
            Ok((contact, transfers::message(tx, transfer)?, events::acceptances(tx, delivery)?))
        })
        .await?;
    Ok(Around { sender, contact, message: gateway.open_text(message.as_deref())?, accepted })
}

async fn files(mut visit: Visit, id: web::Path<String>) -> Answer {
    let opened = opened(&mut visit, &id).await?;
    let around = around(&visit, &opened).await.map_err(|error| visit.refuse(error))?;
    let zip = opened.servable(Asked::Archive).map_err(|error| visit.refuse(error))?;
    let (delivery, transfer) = (&opened.delivery, &opened.transfer);
    let ends = delivery.grace_until.or(transfer.expires_at);
    let page = FilesPage {
        frame: offer::frame(&visit, &format!("/r/{}/files", delivery.public_id), around.contact.as_ref()),
        id: delivery.public_id.clone(),
        offered: offered(delivery, transfer, &around.sender),
        message: around.message,
        files: opened.manifest.files.iter().zip(1..).map(|(file, number)| row(&opened, file, number)).collect(),
        zip_bytes: zip.length,
        again_until: ends.unwrap_or(transfer.created_at),
        openings: openings(&around.accepted),
        on_iphone: is_iphone(&visit.request),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// Whether the browser says that it runs on an iPhone or iPad, where people ask where a file went.
fn is_iphone(request: &HttpRequest) -> bool {
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    agent.is_some_and(|agent| agent.contains("iPhone") || agent.contains("iPad"))
}

fn row(opened: &OpenedDelivery, file: &ManifestFile, number: u32) -> CollectFile {
    let collected = match opened.complete.iter().any(|(id, _)| *id == file.id) {
        true => Collected::Yes,
        false if opened.partial.contains(&file.id) => Collected::Partly,
        false => Collected::No,
    };
    CollectFile { number, name: file.name.clone(), size: file.size, collected }
}

/// The recipient has everything: access ends here and now.
async fn done(form: Posted<Visit>, id: web::Path<String>) -> Answer {
    let mut visit = form.by;
    let opened = opened(&mut visit, &id).await?;
    let around = around(&visit, &opened).await.map_err(|error| visit.refuse(error))?;
    let (delivery, transfer) = (opened.delivery.clone(), opened.transfer.clone());
    retrieve::confirm(&visit.gateway, opened).await.map_err(|error| visit.refuse(error))?;
    let id = transfer.id;
    let now = visit.gateway.store.read(move |tx| transfers::get(tx, id)).await.map_err(|error| visit.refuse(error))?;
    let page = EndedPage {
        ask: AskAgain::No,
        frame: offer::frame(&visit, "/r", around.contact.as_ref()),
        offered: offered(&delivery, &transfer, &around.sender),
        ending: Ending::Closed {
            at: delivery.retrieved_at.unwrap_or_else(|| visit.gateway.now()),
            erased: offer::is_erased(&now),
        },
        openings: openings(&around.accepted),
    };
    Ok(visit.page(StatusCode::OK, &page))
}
