//! The draft: recipients, message, days. Every button of the page saves everything that was typed.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web;

use super::desk::Desk;
use super::draft_rows::{file_rows, keep_days, recipient_rows, sum};
use super::get_or_head;
use super::posted::{Fields, Posted};
use super::view::{ComposePage, Limits, OptionsForm, RecipientForm};
use super::visit::Answer;
use crate::error::{Error, FieldFlaw, Problem};
use crate::model::{Channel, DeliveryId, Language, Recipient, TransferId, TransferState};
use crate::staff::permit::Sender;
use crate::transfer::draft::{self, MESSAGE_LONGEST, Options};
use crate::transfer::recipients;

/// Stands in paths for the draft that the first form makes.
const NEW: &str = "new";

pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/send").route(get_or_head().to(newest)))
        .service(web::resource("/send/{id}").route(get_or_head().to(show)))
        .service(web::resource("/send/{id}/recipients").route(web::post().to(add)))
        .service(web::resource("/send/{id}/recipients/{delivery}/remove").route(web::post().to(remove)))
        .service(web::resource("/send/{id}/options").route(web::post().to(check)))
        .service(web::resource("/send/{id}/discard").route(web::post().to(discard)));
}

/// What was typed and not stored, and why not.
#[derive(Default)]
pub(super) struct Typed {
    recipient: Option<RecipientForm>,
    options: Option<OptionsForm>,
    problems: Vec<(&'static str, Problem)>,
}

impl Typed {
    /// Nothing but a refusal that belongs to the field `id`.
    pub(super) fn refused(id: &'static str, problem: Problem) -> Self {
        Self { problems: vec![(id, problem)], ..Self::default() }
    }

    /// Notes a refusal; a fault ends the request.
    fn note(&mut self, desk: &Desk, id: &'static str, error: Error) -> actix_web::Result<()> {
        match error {
            Error::Problem(problem @ (Problem::NotFound | Problem::WrongState { .. })) => Err(desk.refuse(problem)),
            Error::Problem(problem) => {
                self.problems.push((id, problem));
                Ok(())
            }
            fault => Err(desk.refuse(fault)),
        }
    }
}

async fn newest(desk: Desk) -> Answer {
    let newest = draft::newest(&desk.gateway, &desk.sender()?).await.map_err(|error| desk.refuse(error))?;
    let id = newest.map_or_else(|| NEW.into(), |id| id.to_string());
    Ok(desk.go(&format!("/send/{id}")))
}

async fn show(desk: Desk, id: web::Path<String>) -> Answer {
    let sender = desk.sender()?;
    let id = if *id == NEW { None } else { Some(transfer_id(&desk, &id)?) };
    page(&desk, &sender, id, Typed::default()).await
}

pub(super) fn transfer_id(desk: &Desk, text: &str) -> actix_web::Result<TransferId> {
    text.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

/// The draft of a path; the first form that is posted makes it.
pub(super) async fn draft_of(desk: &Desk, sender: &Sender, id: &str) -> actix_web::Result<TransferId> {
    if id != NEW {
        return transfer_id(desk, id);
    }
    draft::begin(&desk.gateway, sender, Options::default(), None).await.map_err(|error| desk.refuse(error))
}

/// The page of a draft. What was sent already has another page.
pub(super) async fn page(desk: &Desk, sender: &Sender, id: Option<TransferId>, typed: Typed) -> Answer {
    let overview = match id {
        Some(id) => {
            let found = draft::overview(&desk.gateway, &sender.watcher(), id).await;
            Some(found.map_err(|error| desk.refuse(error))?)
        }
        None => None,
    };
    if let Some(sent) = overview.as_ref().filter(|overview| overview.transfer.state != TransferState::Draft) {
        return Ok(desk.go(&format!("/transfers/{}", sent.transfer.id)));
    }
    let policy = &desk.gateway.policy;
    let keep_seconds = overview.as_ref().map_or_else(
        || u64::from(policy.keep_default_hours) * 3600,
        |overview| u64::try_from(overview.transfer.keep_seconds).unwrap_or(0),
    );
    let stored = || OptionsForm {
        message: overview.as_ref().map(|overview| overview.message.clone()).unwrap_or_default(),
        days: keep_days(keep_seconds).to_string(),
    };
    let files = overview.as_ref().map(|overview| file_rows(&overview.files)).unwrap_or_default();
    let here = id.map_or_else(|| format!("/send/{NEW}"), |id| format!("/send/{id}"));
    let mut frame = desk.frame(&here);
    for (field, problem) in &typed.problems {
        frame.refuse(field, problem);
    }
    let page = ComposePage {
        frame,
        transfer: id,
        total_bytes: sum(&files),
        files,
        recipients: overview.as_ref().map(|overview| recipient_rows(&overview.deliveries)).unwrap_or_default(),
        recipient: typed.recipient.unwrap_or_else(|| nobody(desk.texts().language())),
        options: typed.options.unwrap_or_else(stored),
        erased_at: desk.gateway.now() + Duration::from_secs(keep_seconds),
        limits: Limits {
            files: policy.files_per_transfer,
            bytes: policy.bytes_per_transfer,
            message: MESSAGE_LONGEST,
            days: policy.keep_most_hours / 24,
        },
    };
    Ok(match typed.problems.first() {
        Some((_, problem)) => desk.refused_page(problem, &page),
        None => desk.page(StatusCode::OK, &page),
    })
}

fn nobody(language: Language) -> RecipientForm {
    RecipientForm {
        email: String::new(),
        name: String::new(),
        language,
        phone: String::new(),
        phrase: String::new(),
        channel: Channel::Phone,
    }
}

fn typed_recipient(fields: &Fields, language: Language) -> RecipientForm {
    RecipientForm {
        email: fields.get("email").to_owned(),
        name: fields.get("name").to_owned(),
        language: fields.get("language").parse().unwrap_or(language),
        phone: fields.get("phone").to_owned(),
        phrase: fields.get("phrase").to_owned(),
        channel: fields.get("channel").parse().unwrap_or(Channel::Phone),
    }
}

/// Stores message and days.
async fn save(
    desk: &Desk,
    sender: &Sender,
    id: TransferId,
    fields: &Fields,
    typed: &mut Typed,
) -> actix_web::Result<()> {
    let form = OptionsForm { message: fields.get("message").to_owned(), days: fields.get("days").to_owned() };
    let most = desk.gateway.policy.keep_most_hours / 24;
    let days = form.days.trim().parse::<u32>().ok().filter(|days| (1..=most).contains(days));
    let Some(days) = days else {
        let flaw = FieldFlaw::OutOfBounds { least: 1, most: most.into() };
        typed.problems.push(("days", Problem::Field { field: "days", flaw }));
        typed.options = Some(form);
        return Ok(());
    };
    // A browser posts line ends as CR LF (HTML, "construct entry list"); people count one character.
    let message = form.message.replace("\r\n", "\n");
    let options = Options { message: Some(message), keep_hours: Some(days * 24) };
    match draft::set_options(&desk.gateway, sender, id, options).await {
        Ok(()) => Ok(()),
        Err(error) => {
            typed.options = Some(form);
            typed.note(desk, "message", error)
        }
    }
}

/// Adds the recipient that was typed.
async fn add_typed(
    desk: &Desk,
    sender: &Sender,
    id: TransferId,
    form: RecipientForm,
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
    match recipients::add(&desk.gateway, sender, id, recipient, None).await {
        Ok(_) => Ok(()),
        Err(error) => {
            let field = match &error {
                Error::Problem(Problem::MessageCarriesSecret) => "phrase",
                Error::Problem(Problem::TooManyRecipients { .. }) => "email",
                _ => "",
            };
            typed.recipient = Some(form);
            typed.note(desk, field, error)
        }
    }
}

async fn add(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let id = draft_of(&desk, &sender, &id).await?;
    let mut typed = Typed::default();
    save(&desk, &sender, id, &fields, &mut typed).await?;
    add_typed(&desk, &sender, id, typed_recipient(&fields, desk.texts().language()), &mut typed).await?;
    match typed.problems.is_empty() {
        true => Ok(desk.go(&format!("/send/{id}#to-title"))),
        false => page(&desk, &sender, Some(id), typed).await,
    }
}

async fn remove(form: Posted<Desk>, path: web::Path<(String, String)>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let (id, delivery) = path.into_inner();
    let id = transfer_id(&desk, &id)?;
    let delivery: DeliveryId = delivery.parse().map_err(|_| desk.refuse(Problem::NotFound))?;
    let mut typed = Typed::default();
    save(&desk, &sender, id, &fields, &mut typed).await?;
    let form = typed_recipient(&fields, desk.texts().language());
    typed.recipient = is_begun(&form).then_some(form);
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

fn is_begun(form: &RecipientForm) -> bool {
    [&form.email, &form.name, &form.phone, &form.phrase].iter().any(|text| !text.trim().is_empty())
}

/// On to the page that asks before sending; a recipient that stands in the form is added on the way.
async fn check(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let id = draft_of(&desk, &sender, &id).await?;
    let mut typed = Typed::default();
    save(&desk, &sender, id, &fields, &mut typed).await?;
    let form = typed_recipient(&fields, desk.texts().language());
    if is_begun(&form) {
        add_typed(&desk, &sender, id, form, &mut typed).await?;
    }
    let overview = draft::overview(&desk.gateway, &sender.watcher(), id).await.map_err(|error| desk.refuse(error))?;
    if overview.files.is_empty() {
        typed.problems.insert(0, ("files", Problem::NoFiles));
    }
    if overview.deliveries.is_empty() && typed.recipient.is_none() {
        typed.problems.push(("email", Problem::NoRecipients));
    }
    match typed.problems.is_empty() {
        true => Ok(desk.go(&format!("/send/{id}/check"))),
        false => page(&desk, &sender, Some(id), typed).await,
    }
}

async fn discard(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let desk = form.by;
    let id = transfer_id(&desk, &id)?;
    draft::discard(&desk.gateway, &desk.sender()?, id).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go("/transfers?done=discarded"))
}
