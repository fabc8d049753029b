//! What a sender does with one delivery: saying that its number was told, a new number, going on after a pause, taking it
//! back.

use actix_web::{HttpResponse, web};

use super::desk::Desk;
use super::posted::Posted;
use super::sent;
use super::sign_in::unlock::confirm_first;
use super::stale;
use super::transfers;
use super::view::Notice;
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::model::{Delivery, DeliveryState, TransferId};
use crate::staff::permit::Sender;
use crate::transfer::reissue::Way;
use crate::transfer::tell::Telling;
use crate::transfer::{draft, recall, reissue, remind, resume, tell};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/deliveries/{reference}/reissue").post(Access::Sender, new_number))
        .add(at("/deliveries/{reference}/told").post(Access::Sender, told))
        .add(at("/deliveries/{reference}/remind").post(Access::Sender, remind_one))
        .add(at("/deliveries/{reference}/resume").post(Access::Sender, go_on))
        .add(at("/deliveries/{reference}/recall").post(Access::Sender, take_back));
}

pub(super) async fn own(desk: &Desk, sender: &Sender, reference: &str) -> actix_web::Result<Delivery> {
    let found = draft::own_delivery(&desk.gateway, &sender.watcher(), reference).await;
    found.map_err(|error| desk.refuse(error))
}

fn back(desk: &Desk, transfer: TransferId, notice: Notice) -> HttpResponse {
    desk.go(&format!("/transfers/{transfer}?done={notice}"))
}

async fn new_number(form: Posted<Desk>, reference: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let delivery = own(&desk, &sender, &reference).await?;
    let way = fields.get("channel").parse().ok().map(|channel| {
        let phone = Some(fields.get("phone").to_owned());
        Way { channel, phone }
    });
    match reissue::reissue_by(&desk.gateway, &sender, &delivery, way).await {
        Ok(issued) => sent::reissued(&desk, &sender, issued).await,
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem @ Problem::Field { field: "phone", .. })) => {
            no_phone(&desk, &delivery, &problem, fields.get("phone")).await
        }
        Err(error) => stale::of_delivery(&desk, &delivery, error),
    }
}

/// The transfer's page with the phone number that takes no SMS, at the form that asks for one.
async fn no_phone(desk: &Desk, delivery: &Delivery, problem: &Problem, phone: &str) -> Answer {
    let mut page = transfers::page(desk, &delivery.transfer.to_string()).await?;
    phone.clone_into(&mut page.phone);
    page.frame.refuse(&format!("sms-{}", delivery.reference), problem);
    Ok(desk.refused_page(problem, &page))
}

async fn told(form: Posted<Desk>, reference: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let delivery = own(&desk, &sender, &reference).await?;
    let telling = Telling { delivery: delivery.id, phone: Some(fields.get("phone").to_owned()) };
    let told = tell::told(&desk.gateway, &sender, delivery.transfer, vec![telling]).await;
    told.map_err(|error| desk.refuse(error))?;
    Ok(back(&desk, delivery.transfer, Notice::Told))
}

async fn remind_one(form: Posted<Desk>, reference: web::Path<String>) -> Answer {
    let desk = form.by;
    let sender = desk.sender()?;
    let delivery = own(&desk, &sender, &reference).await?;
    match remind::remind_delivery(&desk.gateway, &sender, &delivery).await {
        Ok(()) => Ok(back(&desk, delivery.transfer, Notice::Reminded)),
        Err(Error::Problem(Problem::NobodyWaits | Problem::RemindedLately)) => {
            Ok(stale::again(&desk, delivery.transfer, delivery.retrieved_at.is_some()))
        }
        Err(error) => stale::of_delivery(&desk, &delivery, error),
    }
}

async fn go_on(form: Posted<Desk>, reference: web::Path<String>) -> Answer {
    let desk = form.by;
    let sender = desk.sender()?;
    let delivery = own(&desk, &sender, &reference).await?;
    match resume::resume(&desk.gateway, &sender, &delivery).await {
        Ok(()) => Ok(back(&desk, delivery.transfer, Notice::Resumed)),
        Err(error) => stale::of_delivery(&desk, &delivery, error),
    }
}

async fn take_back(form: Posted<Desk>, reference: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let delivery = own(&desk, &sender, &reference).await?;
    if delivery.state == DeliveryState::Retrieved {
        return Ok(stale::again(&desk, delivery.transfer, true));
    }
    match recall::recall_delivery(&desk.gateway, &sender, &delivery, fields.get("reason")).await {
        Ok(()) => Ok(back(&desk, delivery.transfer, Notice::Recalled)),
        Err(error) => stale::of_delivery(&desk, &delivery, error),
    }
}
