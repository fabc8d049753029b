//! After sending: one more recipient, a corrected address, a new link, and mails that do not wait any longer.

use actix_web::http::StatusCode;
use actix_web::web;

use super::compose::{allowed_to, transfer_id};
use super::deliveries::own;
use super::desk::Desk;
use super::draft_rows::form_of;
use super::persons::typed_person;
use super::posted::Posted;
use super::sent;
use super::sign_in::unlock::confirm_first;
use super::stale;
use super::standing::delivery_row;
use super::view::{DeliveryRow, Notice, RecipientForm, SentWhy, WidenPage};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::model::{Channel, Delivery, Recipient, TransferId};
use crate::staff::permit::Sender;
use crate::transfer::confirm::{self, Confirmation, Tick};
use crate::transfer::timeline::{self, Timeline};
use crate::transfer::{release, resend, widen};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/transfers/{id}/recipients").get(Access::Sender, ask_to_add).post(Access::Sender, add))
        .add(at("/transfers/{id}/release").post(Access::Sender, let_leave))
        .add(at("/deliveries/{reference}/address").get(Access::Sender, ask_to_correct).post(Access::Sender, correct))
        .add(at("/deliveries/{reference}/resend").post(Access::Sender, send_again));
}

/// What the form is about: a transfer, and a recipient whose address is wrong.
struct About {
    id: TransferId,
    wrong: Option<Delivery>,
}

async fn found(desk: &Desk, id: TransferId) -> actix_web::Result<Timeline> {
    timeline::timeline(&desk.gateway, &desk.watcher()?, id).await.map_err(|error| desk.refuse(error))
}

fn is_running(timeline: &Timeline, wrong: Option<&Delivery>) -> bool {
    timeline.transfer.state.is_running() && wrong.is_none_or(|delivery| !delivery.state.is_ended())
}

async fn form(
    desk: &Desk,
    sender: &Sender,
    about: &About,
    typed: Option<RecipientForm>,
) -> actix_web::Result<WidenPage> {
    let timeline = found(desk, about.id).await?;
    let row = |delivery: &Delivery| -> Option<DeliveryRow> {
        let one = timeline.deliveries.iter().find(|one| one.delivery.id == delivery.id)?;
        Some(delivery_row(&desk.gateway, &timeline, &[], one))
    };
    let usual = || match &about.wrong {
        Some(wrong) => form_of(&wrong.recipient),
        None => nobody(desk),
    };
    let here = match &about.wrong {
        Some(wrong) => format!("/deliveries/{}/address", wrong.reference),
        None => format!("/transfers/{}/recipients", about.id),
    };
    Ok(WidenPage {
        frame: desk.frame(&here),
        id: about.id,
        wrong: about.wrong.as_ref().and_then(row),
        recipient: typed.unwrap_or_else(usual),
        flags: Vec::new(),
        shown: String::new(),
        retype: desk.gateway.policy().retype_domain,
        confirmed: String::new(),
        hold_minutes: desk.gateway.policy().hold_minutes,
        domains: allowed_to(desk, sender).await?.domains(),
    })
}

fn nobody(desk: &Desk) -> RecipientForm {
    RecipientForm {
        email: String::new(),
        name: String::new(),
        language: desk.texts().language(),
        phone: String::new(),
        phrase: String::new(),
        channel: Channel::Phone,
    }
}

async fn ask(desk: &Desk, about: About) -> Answer {
    let sender = desk.sender()?;
    if !is_running(&found(desk, about.id).await?, about.wrong.as_ref()) {
        return Ok(stale::again(desk, about.id, false));
    }
    let page = form(desk, &sender, &about, None).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

async fn ask_to_add(desk: Desk, id: web::Path<String>) -> Answer {
    let id = transfer_id(&desk, &id)?;
    ask(&desk, About { id, wrong: None }).await
}

async fn ask_to_correct(desk: Desk, reference: web::Path<String>) -> Answer {
    let delivery = own(&desk, &desk.sender()?, &reference).await?;
    ask(&desk, About { id: delivery.transfer, wrong: Some(delivery) }).await
}

async fn add(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let id = transfer_id(&form.by, &id)?;
    write_to(form, About { id, wrong: None }).await
}

async fn correct(form: Posted<Desk>, reference: web::Path<String>) -> Answer {
    let delivery = own(&form.by, &form.by.sender()?, &reference).await?;
    write_to(form, About { id: delivery.transfer, wrong: Some(delivery) }).await
}

async fn write_to(posted: Posted<Desk>, about: About) -> Answer {
    let Posted { by: desk, fields } = posted;
    let sender = desk.sender()?;
    let (typed, _) = typed_person(&desk, &fields)?;
    let recipient = recipient_of(&typed);
    // A tick is for the address and the flags that it stood beside.
    let said = fields.get("confirmed").to_owned();
    let tick = Tick { shown: fields.get("shown").to_owned(), retyped: Some(said.clone()) };
    let confirmation = Confirmation::Person(Some(tick).filter(|_| !said.is_empty()).into_iter().collect());
    let flags = confirm::flags_of_one(&desk.gateway, &sender.watcher(), about.id, &recipient.email).await;
    let flags = flags.map_err(|error| desk.refuse(error))?;
    let shown = confirm::shown(recipient.email.trim(), &flags);
    let confirmed = if shown == fields.get("shown") { said } else { String::new() };
    let done = match &about.wrong {
        Some(wrong) => widen::correct(&desk.gateway, &sender, wrong, recipient, confirmation).await,
        None => widen::add(&desk.gateway, &sender, about.id, recipient, confirmation).await,
    };
    let problem = match done {
        Ok(issued) => {
            let why = if about.wrong.is_some() { SentWhy::Corrected } else { SentWhy::Added };
            return sent::issued_anew(&desk, &sender, why, issued).await;
        }
        Err(Error::Problem(Problem::ConfirmationNeeded)) => return confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(problem)) => problem,
        Err(fault) => return Err(desk.refuse(fault)),
    };
    match problem {
        Problem::WrongState { .. } | Problem::DeliveryEnded { .. } => Ok(stale::again(&desk, about.id, false)),
        Problem::NotFound | Problem::AccountKeyNeeded | Problem::SenderSlotGone | Problem::SignInNeeded => {
            Err(desk.refuse(problem))
        }
        _ => {
            let mut page = form(&desk, &sender, &about, Some(typed)).await?;
            (page.flags, page.shown, page.confirmed) = (flags, shown, confirmed);
            refuse(&mut page, &problem);
            Ok(desk.refused_page(&problem, &page))
        }
    }
}

fn refuse(page: &mut WidenPage, problem: &Problem) {
    match problem {
        Problem::ConfirmRecipients { .. } => {
            let key = if page.retype { "check-unretyped-one" } else { "flag-unconfirmed" };
            page.frame.refuse_in_words("confirmed", key);
        }
        Problem::MessageCarriesSecret => page.frame.refuse("phrase", problem),
        Problem::TooManyRecipients { .. } | Problem::DomainRefused { .. } => page.frame.refuse("email", problem),
        Problem::Field { .. } => page.frame.refuse("", problem),
        _ => page.frame.refuse_in_full(problem),
    }
}

fn recipient_of(form: &RecipientForm) -> Recipient {
    Recipient {
        email: form.email.clone(),
        name: form.name.clone(),
        language: form.language,
        phone: form.phone.clone(),
        phrase: form.phrase.clone(),
        channel: form.channel,
    }
}

async fn send_again(form: Posted<Desk>, reference: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let delivery = own(&desk, &sender, &reference).await?;
    match resend::resend(&desk.gateway, &sender, &delivery).await {
        Ok(issued) => sent::issued_anew(&desk, &sender, SentWhy::Resent, issued).await,
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(error) => stale::of_delivery(&desk, &delivery, error),
    }
}

async fn let_leave(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = form.by;
    let id = transfer_id(&desk, &id)?;
    match release::release(&desk.gateway, &desk.sender()?, id).await {
        Ok(_) => Ok(desk.go(&format!("/transfers/{id}?done={}", Notice::Released))),
        Err(error) => stale::of_transfer(&desk, id, error).await,
    }
}
