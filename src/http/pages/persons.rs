//! Recipients of a draft, from its page: added, changed, removed.

use actix_web::web;

use super::compose::{Typed, draft_of, page, save, transfer_id, usual_channel};
use super::desk::Desk;
use super::draft_rows::form_of;
use super::posted::{Fields, Posted};
use super::view::{Editing, RecipientForm};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};
use crate::model::{Channel, DeliveryId, Recipient, TransferId};
use crate::staff::permit::Sender;
use crate::transfer::{book, draft, recipients};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/send/{id}/recipients").post(Access::Sender, add))
        .add(at("/send/{id}/recipients/{delivery}").get(Access::Sender, edit).post(Access::Sender, change))
        .add(at("/send/{id}/recipients/{delivery}/remove").post(Access::Sender, remove));
}

/// The recipient in the form, and which one it changes.
pub(super) fn typed_person(desk: &Desk, fields: &Fields) -> actix_web::Result<(RecipientForm, Option<Editing>)> {
    let form = RecipientForm {
        email: fields.get("email").to_owned(),
        name: fields.get("name").to_owned(),
        language: fields.get("language").parse().unwrap_or(desk.texts().language()),
        phone: fields.get("phone").to_owned(),
        phrase: fields.get("phrase").to_owned(),
        channel: fields.get("channel").parse().unwrap_or_else(|_| usual_channel(desk, Channel::Phone)),
    };
    let from_check = fields.get("from") == "check";
    let editing = match fields.get("editing") {
        "" => None,
        delivery => Some(Editing { delivery: delivery_id(desk, delivery)?, from_check }),
    };
    Ok((form, editing))
}

fn delivery_id(desk: &Desk, text: &str) -> actix_web::Result<DeliveryId> {
    text.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

/// Whether the recipient goes into the address book, too.
pub(super) fn keeps_contact(fields: &Fields) -> bool {
    fields.get("keep_contact") == "1"
}

pub(super) fn is_begun(form: &RecipientForm) -> bool {
    [&form.email, &form.name, &form.phone, &form.phrase].iter().any(|text| !text.trim().is_empty())
}

/// Stores the recipient that was typed.
pub(super) async fn add_or_change(
    desk: &Desk,
    sender: &Sender,
    id: TransferId,
    form: RecipientForm,
    editing: Option<Editing>,
    typed: &mut Typed,
) -> actix_web::Result<()> {
    let recipient = Recipient {
        email: form.email.clone(),
        name: form.name.clone(),
        language: form.language,
        phone: form.phone.clone(),
        phrase: form.phrase.clone(),
        channel: form.channel,
    };
    let kept = recipient.clone();
    let done = match editing {
        Some(Editing { delivery, .. }) => recipients::change(&desk.gateway, sender, id, delivery, recipient).await,
        None => recipients::add(&desk.gateway, sender, id, recipient, None).await.map(drop),
    };
    let Err(error) = done else {
        if typed.keep_contact {
            book::keep(&desk.gateway, sender, kept).await.map_err(|error| desk.refuse(error))?;
        }
        return Ok(());
    };
    let field = match &error {
        Error::Problem(Problem::MessageCarriesSecret) => "phrase",
        Error::Problem(Problem::TooManyRecipients { .. } | Problem::DomainRefused { .. }) => "email",
        _ => "",
    };
    (typed.recipient, typed.editing) = (Some(form), editing);
    typed.note(desk, field, error)
}

async fn add(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let id = draft_of(&desk, &sender, &id).await?;
    let mut typed = Typed { keep_contact: keeps_contact(&fields), ..Typed::default() };
    save(&desk, &sender, id, &fields, &mut typed).await?;
    let (form, _) = typed_person(&desk, &fields)?;
    add_or_change(&desk, &sender, id, form, None, &mut typed).await?;
    match typed.problems.is_empty() {
        true => Ok(desk.go(&format!("/send/{id}#to-title"))),
        false => page(&desk, &sender, Some(id), typed).await,
    }
}

/// The page with one of its recipients in the form.
async fn edit(desk: Desk, path: web::Path<(String, String)>) -> Answer {
    let sender = desk.sender()?;
    let (id, delivery) = path.into_inner();
    let (id, delivery) = (transfer_id(&desk, &id)?, delivery_id(&desk, &delivery)?);
    let overview = draft::overview(&desk.gateway, &sender.watcher(), id).await.map_err(|error| desk.refuse(error))?;
    let Some(row) = overview.deliveries.iter().find(|row| row.id == delivery) else {
        return Err(desk.refuse(Problem::NotFound));
    };
    let from_check = parameter(&desk.request, "from").as_deref() == Some("check");
    let editing = Some(Editing { delivery, from_check });
    let typed = Typed { recipient: Some(form_of(&row.recipient)), editing, ..Typed::default() };
    page(&desk, &sender, Some(id), typed).await
}

async fn change(form: Posted<Desk>, path: web::Path<(String, String)>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let (id, delivery) = path.into_inner();
    let (id, delivery) = (transfer_id(&desk, &id)?, delivery_id(&desk, &delivery)?);
    let mut typed = Typed { keep_contact: keeps_contact(&fields), ..Typed::default() };
    save(&desk, &sender, id, &fields, &mut typed).await?;
    let (form, named) = typed_person(&desk, &fields)?;
    let from_check = named.is_some_and(|editing| editing.from_check);
    let editing = Some(Editing { delivery, from_check });
    add_or_change(&desk, &sender, id, form, editing, &mut typed).await?;
    match (typed.problems.is_empty(), from_check) {
        (true, true) => Ok(desk.go(&format!("/send/{id}/check"))),
        (true, false) => Ok(desk.go(&format!("/send/{id}#to-title"))),
        (false, _) => page(&desk, &sender, Some(id), typed).await,
    }
}

async fn remove(form: Posted<Desk>, path: web::Path<(String, String)>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let (id, delivery) = path.into_inner();
    let (id, delivery) = (transfer_id(&desk, &id)?, delivery_id(&desk, &delivery)?);
    let mut typed = Typed { keep_contact: keeps_contact(&fields), ..Typed::default() };
    save(&desk, &sender, id, &fields, &mut typed).await?;
    let (form, editing) = typed_person(&desk, &fields)?;
    let editing = editing.filter(|editing| editing.delivery != delivery);
    // What stands in the form of the one that goes, goes with it.
    let stays = is_begun(&form) && (editing.is_some() || fields.get("editing").is_empty());
    (typed.recipient, typed.editing) = (stays.then_some(form), editing);
    match recipients::remove(&desk.gateway, &sender, id, delivery).await {
        // Pressed twice: it is gone, as wanted.
        Ok(()) | Err(Error::Problem(Problem::NotFound)) => {}
        Err(error) => return Err(desk.refuse(error)),
    }
    // A recipient that was half typed is kept, which a redirect could not do.
    match typed.problems.is_empty() && typed.recipient.is_none() {
        true => Ok(desk.go(&format!("/send/{id}#to-title"))),
        false => page(&desk, &sender, Some(id), typed).await,
    }
}
