//! The draft: files, message, keeping time. Every button of the page saves everything that was typed.

use actix_web::http::StatusCode;
use actix_web::web;

use super::desk::Desk;
use super::draft_rows::{count, draft_file_rows, form_of, keep_choices, recipient_rows, sum};
use super::persons::{add_or_change, is_begun, keeps_contact, typed_person};
use super::posted::{Fields, Posted};
use super::view::{ComposePage, Editing, FieldError, Limits, OptionsForm, RecipientForm, ScanLimit};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::gateway::Gateway;
use crate::http::routes::{Access, Routes, at};
use crate::model::{Channel, EndReason, Recipient, TransferId, TransferState};
use crate::staff::permit::Sender;
use crate::transfer::allowed::{Allowed, allowed};
use crate::transfer::draft::{self, MESSAGE_LONGEST, Options, Overview};
use crate::transfer::known::{self, Choices};

/// Stands in paths for the draft that the first form makes.
const NEW: &str = "new";
/// Earlier recipients that are offered where no script searches them.
const KNOWN_MOST: usize = 20;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/send").get(Access::Sender, newest))
        .add(at("/send/{id}").get(Access::Sender, show))
        .add(at("/send/{id}/options").post(Access::Sender, check))
        .add(at("/send/{id}/typed").post(Access::Sender, in_other_words))
        .add(at("/send/{id}/discard").post(Access::Sender, discard));
}

/// What was typed and not stored, and why not.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) recipient: Option<RecipientForm>,
    pub(super) editing: Option<Editing>,
    pub(super) options: Option<OptionsForm>,
    pub(super) keep_contact: bool,
    /// Entries that were pasted and not added, and why.
    pub(super) many: String,
    pub(super) many_errors: Vec<String>,
    /// The name for a template.
    pub(super) template: String,
    pub(super) problems: Vec<(&'static str, Problem)>,
}

impl Typed {
    /// Nothing but a refusal that belongs to the field `id`.
    pub(super) fn refused(id: &'static str, problem: Problem) -> Self {
        Self { problems: vec![(id, problem)], ..Self::default() }
    }

    /// What was typed, as the form posts it; none where nothing was.
    fn fields(&self) -> Option<Fields> {
        let mut fields: Vec<(&str, String)> = Vec::new();
        if let Some(to) = self.recipient.clone() {
            let (language, channel) = (to.language.to_string(), to.channel.word().to_owned());
            fields.extend([("email", to.email), ("name", to.name), ("phone", to.phone), ("phrase", to.phrase)]);
            fields.extend([("language", language), ("channel", channel)]);
        }
        if let Some(Editing { delivery, from_check }) = self.editing {
            fields.push(("editing", delivery.to_string()));
            fields.push(("from", if from_check { "check" } else { "" }.to_owned()));
        }
        if let Some(options) = self.options.clone() {
            fields.extend([("message", options.message), ("keep_hours", options.keep_hours.to_string())]);
        }
        if !self.many.is_empty() {
            fields.push(("many", self.many.clone()));
        }
        let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        (!fields.is_empty()).then(|| {
            let keep = ("keep_contact".to_owned(), if self.keep_contact { "1" } else { "" }.to_owned());
            Fields::from([fields, vec![keep]].concat())
        })
    }

    /// Notes a refusal; a fault ends the request.
    pub(super) fn note(&mut self, desk: &Desk, id: &'static str, error: Error) -> actix_web::Result<()> {
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

/// What this sender may send now.
pub(super) async fn allowed_to(desk: &Desk, sender: &Sender) -> actix_web::Result<Allowed> {
    allowed(&desk.gateway, sender.account().id).await.map_err(|error| desk.refuse(error))
}

pub(super) async fn choices(desk: &Desk, sender: &Sender) -> actix_web::Result<Choices> {
    let last = known::choices(&desk.gateway, sender).await.map_err(|error| desk.refuse(error))?;
    if let Some(last) = last {
        return Ok(last);
    }
    let keep_hours = allowed_to(desk, sender).await?.keep_default_hours;
    Ok(Choices { keep_hours, channel: Channel::Phone, language: desk.texts().language() })
}

/// The draft of a path; the first form that is posted makes it, with the sender's last choices.
pub(super) async fn draft_of(desk: &Desk, sender: &Sender, id: &str) -> actix_web::Result<TransferId> {
    if id != NEW {
        return transfer_id(desk, id);
    }
    let keep_hours = Some(choices(desk, sender).await?.keep_hours);
    let options = Options { message: None, keep_hours };
    draft::begin(&desk.gateway, sender, options, None).await.map_err(|error| desk.refuse(error))
}

/// The page of a draft. What was sent already has another page.
pub(super) async fn page(desk: &Desk, sender: &Sender, id: Option<TransferId>, typed: Typed) -> Answer {
    let Some(id) = id else { return blank(desk, sender, typed).await };
    let overview = draft::overview(&desk.gateway, &sender.watcher(), id).await.map_err(|error| desk.refuse(error))?;
    let transfer = &overview.transfer;
    if transfer.state == TransferState::Draft {
        return answer(desk, &typed, laid_out(desk, sender, Some(&overview), &typed).await?);
    }
    if transfer.end_reason == Some(EndReason::Abandoned) && transfer.finished_at >= Some(transfer.draft_until) {
        let mut page = laid_out(desk, sender, None, &typed).await?;
        page.frame.errors.push(FieldError { id: "files".into(), text: desk.texts().text("compose-gone") });
        return Ok(desk.page(StatusCode::GONE, &page));
    }
    Ok(desk.go(&format!("/transfers/{id}")))
}

async fn blank(desk: &Desk, sender: &Sender, typed: Typed) -> Answer {
    answer(desk, &typed, laid_out(desk, sender, None, &typed).await?)
}

fn answer(desk: &Desk, typed: &Typed, page: ComposePage) -> Answer {
    Ok(match typed.problems.first() {
        Some((_, problem)) => desk.refused_page(problem, &page),
        None if !typed.many_errors.is_empty() => desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => desk.live_page(&page),
    })
}

/// What the scanner takes, where a file could be larger.
fn scan_limit(gateway: &Gateway, most_bytes: u64) -> Option<ScanLimit> {
    let bytes = gateway.scan.largest_bytes;
    let larger = gateway.policy().oversized;
    (gateway.scanner.is_some() && bytes < most_bytes).then_some(ScanLimit { bytes, larger })
}

async fn laid_out(
    desk: &Desk,
    sender: &Sender,
    overview: Option<&Overview>,
    typed: &Typed,
) -> actix_web::Result<ComposePage> {
    let allowed = allowed_to(desk, sender).await?;
    let choices = choices(desk, sender).await?;
    let id = overview.map(|overview| overview.transfer.id);
    let set = overview.map(|overview| u32::try_from(count(overview.transfer.keep_seconds) / 3600).unwrap_or(u32::MAX));
    let set = set.unwrap_or(choices.keep_hours);
    let message = overview.map(|overview| overview.message.clone()).unwrap_or_default();
    let stored = OptionsForm { message, keep_hours: set };
    let files = overview.map(|overview| overview.files.as_slice()).unwrap_or_default();
    let files = draft_file_rows(desk, files).await?;
    let mut frame = desk.frame(&id.map_or_else(|| format!("/send/{NEW}"), |id| format!("/send/{id}")));
    if let Some((fields, id)) = typed.fields().zip(id) {
        frame.switch = fields.switch(format!("/send/{id}/typed"));
    }
    for (field, problem) in &typed.problems {
        frame.refuse(field, problem);
    }
    let wrong = typed.many_errors.iter().map(|text| FieldError { id: "many".into(), text: text.clone() });
    frame.errors.extend(wrong);
    let earlier = known::search(&desk.gateway, sender, "", KNOWN_MOST).await.map_err(|error| desk.refuse(error))?;
    Ok(ComposePage {
        frame,
        transfer: id,
        total_bytes: sum(&files),
        files,
        recipients: overview.map(|overview| recipient_rows(&overview.deliveries)).unwrap_or_default(),
        recipient: typed.recipient.clone().unwrap_or_else(|| nobody(desk, choices)),
        editing: typed.editing,
        known: earlier.into_iter().map(|known| known.recipient).collect(),
        options: typed.options.clone().unwrap_or(stored),
        keeps: keep_choices(&allowed, set, desk.gateway.now()),
        channels: desk.gateway.outwards.channels_at_once(&desk.gateway.policy()),
        limits: Limits {
            files: allowed.most_files,
            bytes: allowed.most_bytes,
            message: MESSAGE_LONGEST,
            domains: allowed.domains(),
            needs_approval: allowed.needs_approval,
            scan: scan_limit(&desk.gateway, allowed.most_bytes),
        },
        keep_contact: typed.keep_contact,
        many: typed.many.clone(),
        template: typed.template.clone(),
        unscanned: desk.gateway.protection.scan_off,
    })
}

/// The channel that was chosen last, or the first that is offered now.
pub(super) fn usual_channel(desk: &Desk, last: Channel) -> Channel {
    let offered = desk.gateway.outwards.channels_at_once(&desk.gateway.policy());
    if offered.contains(&last) { last } else { offered.first().copied().unwrap_or(last) }
}

/// An empty form, with what was chosen last.
fn nobody(desk: &Desk, choices: Choices) -> RecipientForm {
    form_of(&Recipient {
        email: String::new(),
        name: String::new(),
        language: choices.language,
        phone: String::new(),
        phrase: String::new(),
        channel: usual_channel(desk, choices.channel),
    })
}

/// The page in another language, as it was typed: nothing is stored by that.
async fn in_other_words(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: mut desk, fields } = form;
    desk.choose_for_good(fields.get("lang"));
    let sender = desk.sender()?;
    let id = transfer_id(&desk, &id)?;
    let (person, editing) = typed_person(&desk, &fields)?;
    let options = fields.find("message").map(|message| OptionsForm {
        message: message.replace("\r\n", "\n"),
        keep_hours: fields.get("keep_hours").trim().parse().unwrap_or(0),
    });
    let typed = Typed {
        recipient: fields.find("email").map(|_| person),
        editing,
        options,
        keep_contact: keeps_contact(&fields),
        many: fields.get("many").to_owned(),
        ..Typed::default()
    };
    page(&desk, &sender, Some(id), typed).await
}

/// Stores message and keeping time.
pub(super) async fn save(
    desk: &Desk,
    sender: &Sender,
    id: TransferId,
    fields: &Fields,
    typed: &mut Typed,
) -> actix_web::Result<()> {
    // What is no number of hours is out of bounds like any other wrong number.
    let keep_hours = fields.get("keep_hours").trim().parse().unwrap_or(0);
    // A browser posts line ends as CR LF (HTML, "construct entry list"); people count one character.
    let message = fields.get("message").replace("\r\n", "\n");
    let form = OptionsForm { message: message.clone(), keep_hours };
    let options = Options { message: Some(message), keep_hours: Some(keep_hours) };
    match draft::set_options(&desk.gateway, sender, id, options).await {
        Ok(()) => Ok(()),
        Err(error) => {
            typed.options = Some(form);
            let field = if matches!(error, Error::Problem(Problem::MessageCarriesSecret)) { "message" } else { "" };
            typed.note(desk, field, error)
        }
    }
}

/// On to the page that asks before sending; a recipient that stands in the form is added on the way.
async fn check(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let id = draft_of(&desk, &sender, &id).await?;
    let mut typed = Typed { keep_contact: keeps_contact(&fields), ..Typed::default() };
    save(&desk, &sender, id, &fields, &mut typed).await?;
    let (form, editing) = typed_person(&desk, &fields)?;
    if is_begun(&form) {
        add_or_change(&desk, &sender, id, form, editing, &mut typed).await?;
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
