//! The form of an entry: new, or corrected before it is sent.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::view::{FaxForm, FaxFormPage};
use super::super::visit::Answer;
use super::{HERE, fax_id, look};
use crate::error::{Error, Problem};
use crate::http::question::parameter;
use crate::transfer::fax::{self, Wanted};

pub(super) async fn show_new(desk: Desk) -> Answer {
    let sender = desk.sender()?;
    let mut form = FaxForm {
        recipient: String::new(),
        company: String::new(),
        number: String::new(),
        again: String::new(),
        subject: String::new(),
        pages: String::new(),
        reference: String::new(),
        language: desk.texts().language(),
        checked_by: String::new(),
        differs: false,
        delivery: String::new(),
    };
    if let Some(reference) = parameter(&desk.request, "delivery") {
        let found = fax::begin(&desk.gateway, &sender.watcher(), &reference).await;
        let delivery = found.map_err(|error| desk.refuse(error))?;
        form.recipient = delivery.recipient.name;
        form.language = delivery.recipient.language;
        form.subject = desk.texts().in_language(form.language).text("sheet-title");
        form.pages = "1".into();
        form.delivery = delivery.reference;
    }
    Ok(desk.page(StatusCode::OK, &page(&desk, HERE.into(), form, false)))
}

pub(super) async fn show_edit(desk: Desk, path: web::Path<String>) -> Answer {
    let id = fax_id(&desk, &path)?;
    let details = look(&desk, id).await?.fax.details;
    let form = FaxForm {
        recipient: details.recipient,
        company: details.company,
        number: details.number,
        // Who corrects an entry types its number twice again.
        again: String::new(),
        subject: details.subject,
        pages: details.pages.to_string(),
        reference: details.reference,
        language: details.language,
        checked_by: details.checked_by,
        differs: false,
        delivery: String::new(),
    };
    Ok(desk.page(StatusCode::OK, &page(&desk, format!("{HERE}/{id}/edit"), form, true)))
}

fn page(desk: &Desk, action: String, form: FaxForm, is_there: bool) -> FaxFormPage {
    let here = if is_there { action.clone() } else { "/fax/new".into() };
    FaxFormPage { frame: desk.frame(&here), action, asks_differs: form.differs, form, is_there }
}

fn typed(desk: &Desk, fields: &Fields) -> FaxForm {
    let text = |name: &str| fields.get(name).to_owned();
    FaxForm {
        recipient: text("recipient"),
        company: text("company"),
        number: text("number"),
        again: text("again"),
        subject: text("subject"),
        pages: text("pages"),
        reference: text("reference"),
        language: fields.get("language").parse().unwrap_or_else(|_| desk.texts().language()),
        checked_by: text("checked_by"),
        differs: fields.get("differs") == "yes",
        delivery: text("delivery"),
    }
}

fn wanted(form: &FaxForm) -> Wanted {
    Wanted {
        recipient: form.recipient.clone(),
        company: form.company.clone(),
        number: form.number.clone(),
        again: form.again.clone(),
        subject: form.subject.clone(),
        // What is no number of pages is as many as nobody sends.
        pages: form.pages.trim().parse().unwrap_or(0),
        reference: form.reference.clone(),
        language: form.language,
        checked_by: form.checked_by.clone(),
        differs_on_purpose: form.differs,
    }
}

/// The form again as it was typed, with everything that is wrong; the tick is asked for where it is needed.
fn refused(desk: &Desk, error: Error, action: String, fields: &Fields, is_there: bool) -> Answer {
    let Error::Problem(problem) = error else { return Err(desk.refuse(error)) };
    if !matches!(
        problem,
        Problem::FaxNumbersDiffer
            | Problem::FaxNumberNew { .. }
            | Problem::Field { .. }
            | Problem::MessageCarriesSecret
    ) {
        return Err(desk.refuse(problem));
    }
    let mut page = typed_page(desk, action, fields, is_there);
    page.asks_differs |= matches!(problem, Problem::FaxNumberNew { .. });
    if page.frame.errors.is_empty() {
        page.frame.refuse("number", &problem);
    }
    Ok(desk.refused_page(&problem, &page))
}

/// The form with what was typed and what is wrong with that. In the other language, too, it comes with what was typed.
fn typed_page(desk: &Desk, action: String, fields: &Fields, is_there: bool) -> FaxFormPage {
    let form = typed(desk, fields);
    let flaws = wanted(&form).flaws();
    let other_words = if is_there { action.replace("/edit", "/typed") } else { "/fax/new".into() };
    let mut page = page(desk, action, form, is_there);
    page.frame.switch = fields.switch(other_words);
    for (field, problem) in flaws {
        page.frame.refuse(field, &problem);
    }
    page
}

/// The form in another language, as it was typed: nothing is recorded by that.
pub(super) async fn new_in_other_words(posted: Posted<Desk>) -> Answer {
    let Posted { by: mut desk, fields } = posted;
    desk.choose_for_good(fields.get("lang"));
    Ok(desk.page(StatusCode::OK, &typed_page(&desk, HERE.into(), &fields, false)))
}

/// The same of an entry that is corrected.
pub(super) async fn edit_in_other_words(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: mut desk, fields } = posted;
    desk.choose_for_good(fields.get("lang"));
    let id = fax_id(&desk, &path)?;
    Ok(desk.page(StatusCode::OK, &typed_page(&desk, format!("{HERE}/{id}/edit"), &fields, true)))
}

pub(super) async fn record(posted: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let form = typed(&desk, &fields);
    let delivery = (!form.delivery.is_empty()).then_some(form.delivery.as_str());
    match fax::record(&desk.gateway, &desk.sender()?, &wanted(&form), delivery).await {
        Ok(id) => Ok(desk.go(&format!("{HERE}/{id}?done=fax_recorded"))),
        Err(error) => refused(&desk, error, HERE.into(), &fields, false),
    }
}

pub(super) async fn correct(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = fax_id(&desk, &path)?;
    let form = typed(&desk, &fields);
    match fax::correct(&desk.gateway, &desk.sender()?, id, &wanted(&form)).await {
        Ok(()) => Ok(desk.go(&format!("{HERE}/{id}?done=fax_noted"))),
        Err(Error::Problem(Problem::WrongState { .. })) => Ok(desk.go(&format!("{HERE}/{id}?done=stale"))),
        Err(error) => refused(&desk, error, format!("{HERE}/{id}/edit"), &fields, true),
    }
}
