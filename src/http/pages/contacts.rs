//! The address book: the own entries and the office's.

mod file;

use actix_web::http::StatusCode;
use actix_web::web;

use super::desk::Desk;
use super::draft_rows::form_of;
use super::persons::typed_person;
use super::posted::{Fields, Posted};
use super::view::{ContactForm, ContactPage, ContactsPage, RecipientForm};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};
use crate::model::{Channel, Contact, ContactId, Recipient};
use crate::staff::permit::Sender;
use crate::transfer::book::{self, Typed};
use crate::transfer::known;

pub(super) fn configure(routes: &mut Routes) {
    file::configure(routes);
    routes
        .add(at("/contacts").get(Access::Sender, list))
        .add(at("/contacts/new").get(Access::Sender, blank).post(Access::Sender, add))
        .add(at("/contacts/{id}").get(Access::Sender, show).post(Access::Sender, change))
        .add(at("/contacts/{id}/verified").post(Access::Sender, verified))
        .add(at("/contacts/{id}/remove").post(Access::Sender, remove));
}

async fn list(desk: Desk) -> Answer {
    let sender = desk.sender()?;
    let query = parameter(&desk.request, "q").unwrap_or_default();
    let watcher = sender.watcher();
    let contacts = book::search(&desk.gateway, &watcher, &query).await.map_err(|error| desk.refuse(error))?;
    let emails = contacts.iter().map(|contact| contact.recipient.email.clone()).collect();
    let times = known::times(&desk.gateway, &watcher, emails).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.page(StatusCode::OK, &ContactsPage { frame: desk.frame("/contacts"), query, contacts, times }))
}

fn empty(desk: &Desk) -> ContactForm {
    let nobody = Recipient {
        email: String::new(),
        name: String::new(),
        language: desk.texts().language(),
        phone: String::new(),
        phrase: String::new(),
        channel: Channel::Phone,
    };
    ContactForm {
        company: String::new(),
        to: form_of(&nobody),
        phone_from_mail: false,
        note: String::new(),
        office: false,
    }
}

async fn blank(desk: Desk) -> Answer {
    let sender = desk.sender()?;
    let mut form = empty(&desk);
    if let Some(reference) = parameter(&desk.request, "delivery") {
        let of = book::entry_of(&desk.gateway, &sender.watcher(), &reference).await;
        match of.map_err(|error| desk.refuse(error))? {
            (_, Some(id)) => return Ok(desk.go(&format!("/contacts/{id}"))),
            (recipient, None) => form.to = form_of(&recipient),
        }
    }
    Ok(desk.page(StatusCode::OK, &new_page(&desk, &sender, form)))
}

fn new_page(desk: &Desk, sender: &Sender, form: ContactForm) -> ContactPage {
    ContactPage {
        frame: desk.frame("/contacts/new"),
        id: None,
        form,
        may_change: true,
        may_choose: book::may_change_office(sender),
        verified: None,
        times: None,
    }
}

fn typed_form(desk: &Desk, fields: &Fields) -> actix_web::Result<ContactForm> {
    let (to, _) = typed_person(desk, fields)?;
    Ok(ContactForm {
        company: fields.get("company").to_owned(),
        to,
        phone_from_mail: fields.get("phone_from_mail") == "1",
        note: fields.get("note").replace("\r\n", "\n"),
        office: fields.get("office") == "1",
    })
}

fn typed(form: &ContactForm) -> Typed {
    let RecipientForm { email, name, language, phone, phrase, channel } = form.to.clone();
    Typed {
        company: form.company.clone(),
        recipient: Recipient { email, name, language, phone, phrase, channel },
        phone_from_mail: form.phone_from_mail,
        note: form.note.clone(),
    }
}

async fn add(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let sender = desk.sender()?;
    let form = typed_form(&desk, &fields)?;
    match book::add(&desk.gateway, &sender, form.office, typed(&form)).await {
        Ok(id) => Ok(desk.go(&format!("/contacts/{id}?done=contact_saved"))),
        Err(Error::Problem(problem)) => {
            let mut page = new_page(&desk, &sender, form);
            page.frame.refuse(field(&problem), &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(fault) => Err(desk.refuse(fault)),
    }
}

fn field(problem: &Problem) -> &'static str {
    if *problem == Problem::MessageCarriesSecret { "phrase" } else { "" }
}

fn contact_id(desk: &Desk, text: &str) -> actix_web::Result<ContactId> {
    text.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

fn form_of_contact(contact: &Contact) -> ContactForm {
    ContactForm {
        company: contact.company.clone(),
        to: form_of(&contact.recipient),
        phone_from_mail: contact.phone_from_mail,
        note: contact.note.clone(),
        office: contact.owner.is_none(),
    }
}

async fn entry_page(desk: &Desk, sender: &Sender, id: ContactId) -> actix_web::Result<ContactPage> {
    let watcher = sender.watcher();
    let (contact, by) = book::entry(&desk.gateway, &watcher, id).await.map_err(|error| desk.refuse(error))?;
    let email = contact.recipient.email.clone();
    let times = known::times(&desk.gateway, &watcher, vec![email.clone()]).await.map_err(|error| desk.refuse(error))?;
    Ok(ContactPage {
        frame: desk.frame(&format!("/contacts/{id}")),
        id: Some(id),
        may_change: contact.owner.is_some() || book::may_change_office(sender),
        may_choose: false,
        verified: contact.phone_verified.map(|(at, _)| (at, by.unwrap_or_default())),
        times: times.get(&email).copied(),
        form: form_of_contact(&contact),
    })
}

async fn show(desk: Desk, id: web::Path<String>) -> Answer {
    let sender = desk.sender()?;
    let page = entry_page(&desk, &sender, contact_id(&desk, &id)?).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

async fn change(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let sender = desk.sender()?;
    let id = contact_id(&desk, &id)?;
    let form = typed_form(&desk, &fields)?;
    match book::change(&desk.gateway, &sender, id, typed(&form)).await {
        Ok(()) => Ok(desk.go(&format!("/contacts/{id}?done=contact_saved"))),
        Err(Error::Problem(problem @ (Problem::Field { .. } | Problem::MessageCarriesSecret))) => {
            let mut page = entry_page(&desk, &sender, id).await?;
            page.form = ContactForm { office: page.form.office, ..form };
            page.frame.refuse(field(&problem), &problem);
            Ok(desk.refused_page(&problem, &page))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}

async fn verified(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let sender = desk.sender()?;
    let id = contact_id(&desk, &id)?;
    match book::verify_phone(&desk.gateway, &sender, id, fields.get("phone")).await {
        Ok(()) => Ok(desk.go(&format!("/contacts/{id}?done=phone_verified"))),
        Err(Error::Problem(problem @ Problem::Field { .. })) => {
            let mut page = entry_page(&desk, &sender, id).await?;
            page.frame.refuse_in_words("phone", "contact-phone-changed");
            Ok(desk.refused_page(&problem, &page))
        }
        Err(error) => Err(desk.refuse(error)),
    }
}

async fn remove(posted: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = posted.by;
    let id = contact_id(&desk, &id)?;
    match book::remove(&desk.gateway, &desk.sender()?, id).await {
        // Pressed twice: it is gone, as wanted.
        Ok(()) | Err(Error::Problem(Problem::NotFound)) => Ok(desk.go("/contacts?done=contact_removed")),
        Err(error) => Err(desk.refuse(error)),
    }
}
