//! Several recipients at once: what is right is added, what is wrong stays in the field with its reason.

use actix_web::web;

use super::compose::{Typed, choices, draft_of, page, save, usual_channel};
use super::desk::Desk;
use super::persons::{is_begun, typed_person};
use super::posted::Posted;
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::problem_text;
use crate::http::routes::{Access, Routes, at};
use crate::model::Recipient;
use crate::transfer::{book, pasted, recipients};

/// Entries that are refused with a reason each; after so many the rest is left as typed.
const MOST_WRONG: usize = 50;

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/send/{id}/recipients/many").post(Access::Sender, add));
}

async fn add(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let id = draft_of(&desk, &sender, &id).await?;
    let mut typed = Typed::default();
    save(&desk, &sender, id, &fields, &mut typed).await?;
    let (form, editing) = typed_person(&desk, &fields)?;
    if is_begun(&form) {
        (typed.recipient, typed.editing) = (Some(form), editing);
    }
    let usual = choices(&desk, &sender).await?;
    let known = book::search(&desk.gateway, &sender.watcher(), "").await.map_err(|error| desk.refuse(error))?;
    let entries = pasted::entries(fields.get("many"));
    if entries.is_empty() {
        typed.many_errors.push(desk.texts().text("many-empty"));
    }
    let mut wrong: Vec<String> = Vec::new();
    let mut is_full = false;
    for entry in entries {
        if is_full {
            wrong.push(entry);
            continue;
        }
        let added = match pasted::read(&entry) {
            Ok(one) => {
                let contact = known.iter().find(|contact| contact.recipient.email.eq_ignore_ascii_case(&one.email));
                let fresh = Recipient {
                    email: one.email,
                    name: one.name,
                    language: usual.language,
                    phone: one.phone,
                    phrase: String::new(),
                    channel: usual_channel(&desk, usual.channel),
                };
                let recipient = contact.map_or(fresh, crate::model::Contact::addressee);
                recipients::add(&desk.gateway, &sender, id, recipient, None).await.map(drop)
            }
            Err(error) => Err(error),
        };
        match added {
            Ok(()) => {}
            Err(Error::Problem(problem @ (Problem::NotFound | Problem::WrongState { .. }))) => {
                return Err(desk.refuse(problem));
            }
            Err(Error::Problem(problem)) => {
                // The rest stays in the field as it is.
                is_full = matches!(problem, Problem::TooManyRecipients { .. }) || wrong.len() >= MOST_WRONG;
                let why = problem_text::what(&desk.texts(), &problem);
                let line = desk.texts().phrase("many-line").with("entry", entry.clone()).with("why", why).to_string();
                typed.many_errors.push(line);
                wrong.push(entry);
            }
            Err(fault) => return Err(desk.refuse(fault)),
        }
    }
    typed.many = wrong.join("\n");
    let done = typed.problems.is_empty() && typed.many_errors.is_empty() && typed.recipient.is_none();
    match done {
        true => Ok(desk.go(&format!("/send/{id}#to-title"))),
        false => page(&desk, &sender, Some(id), typed).await,
    }
}
