//! Check, send, and the one page that shows the numbers.

use std::collections::HashMap;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web;

use super::compose::{allowed_to, transfer_id};
use super::desk::Desk;
use super::draft_rows::{count, draft_file_rows, recipient_rows, sum};
use super::fax::letterhead;
use super::posted::{Fields, Posted};
use super::standing;
use super::view::{
    CheckPage, FieldError, FileRow, Flagged, Leaving, MailPreview, SentPage, SentRow, SentWhy, SmsLine, place,
};
use super::visit::Answer;
use crate::adapter::mail::{Letterhead, Preview, Worded};
use crate::error::{Error, Problem, Result, Unconfirmed};
use crate::http::routes::{Access, Routes, at};
use crate::model::{Channel, Delivery, DeliveryId, Letter, Time, TransferId, TransferState};
use crate::staff::permit::Sender;
use crate::transfer::confirm::{self, Confirmation, Tick};
use crate::transfer::draft::{self, Overview};
use crate::transfer::flag::Flag;
use crate::transfer::numbers::{self, Issued};
use crate::transfer::screening::Screening;
use crate::transfer::tell::Telling;
use crate::transfer::text::Texting;
use crate::transfer::{approve, known, preview, seal, tell, timeline};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/send/{id}/check").get(Access::Sender, check).post(Access::Sender, in_other_words))
        .add(at("/send/{id}/send").post(Access::Sender, send))
        .add(at("/send/{id}/sent").get(Access::Sender, sent))
        .add(at("/send/{id}/told").post(Access::Sender, told));
}

async fn overview(desk: &Desk, sender: &Sender, id: TransferId) -> actix_web::Result<Overview> {
    draft::overview(&desk.gateway, &sender.watcher(), id).await.map_err(|error| desk.refuse(error))
}

async fn check_page(
    desk: &Desk,
    sender: &Sender,
    overview: &Overview,
    fields: &Fields,
) -> actix_web::Result<CheckPage> {
    let (id, gateway) = (overview.transfer.id, &desk.gateway);
    let files = draft_file_rows(desk, &overview.files).await?;
    let emails = overview.deliveries.iter().map(|delivery| delivery.recipient.email.clone()).collect();
    let times = known::times(gateway, &sender.watcher(), emails).await.map_err(|error| desk.refuse(error))?;
    let allowed = allowed_to(desk, sender).await?;
    let prospect = approve::prospect(gateway, overview).await.map_err(|error| desk.refuse(error))?;
    let lacking = prospect.lacks_approver.then_some(Problem::ApprovalNeeded).into_iter();
    Ok(CheckPage {
        hindrances: lacking.chain(overview.refusals(&allowed, &Screening::of(gateway))).collect(),
        frame: desk.frame(&format!("/send/{id}/check")),
        transfer: id,
        recipients: recipient_rows(&overview.deliveries),
        total_bytes: sum(&files),
        files,
        message: overview.message.clone(),
        erased_at: whole_minute(gateway.now()) + Duration::from_secs(count(overview.transfer.keep_seconds)),
        times,
        mails: mails(desk, overview).map_err(|error| desk.refuse(error))?,
        unscanned: gateway.protection.scan_off,
        flagged: flagged(desk, sender, overview, fields).await?,
        retype: gateway.policy().retype_domain,
        asked: prospect.asked,
        hold_minutes: gateway.policy().hold_minutes,
    })
}

/// The recipients with flags; what was ticked for exactly these flags stays ticked.
async fn flagged(
    desk: &Desk,
    sender: &Sender,
    overview: &Overview,
    fields: &Fields,
) -> actix_web::Result<HashMap<DeliveryId, Flagged>> {
    let emails = overview.deliveries.iter().map(|delivery| delivery.recipient.email.clone()).collect();
    let flags = confirm::flags(&desk.gateway, &sender.watcher(), overview.transfer.id, emails).await;
    let flags = flags.map_err(|error| desk.refuse(error))?;
    let row = |(delivery, flags): (&Delivery, Vec<Flag>)| {
        let shown = confirm::shown(&delivery.recipient.email, &flags);
        let same = fields.get(&format!("shown-{}", delivery.id)) == shown;
        let confirmed = if same { fields.get(&format!("confirm-{}", delivery.id)) } else { "" }.to_owned();
        (delivery.id, Flagged { flags, shown, confirmed })
    };
    let all = overview.deliveries.iter().zip(flags);
    Ok(all.filter(|(_, flags)| !flags.is_empty()).map(row).collect())
}

/// What was confirmed on the page.
fn confirmation(fields: &Fields) -> Confirmation {
    let tick = |(name, typed): (&str, &str)| {
        let delivery = name.strip_prefix("confirm-").filter(|_| !typed.trim().is_empty())?;
        let shown = fields.get(&format!("shown-{delivery}")).to_owned();
        Some(Tick { shown, retyped: Some(typed.to_owned()) })
    };
    Confirmation::Person(fields.iter().filter_map(tick).collect())
}

/// What is told to the minute changes by the minute: a page that is looked at again stays the same in between.
fn whole_minute(time: Time) -> Time {
    Time::from_millis(time.millis() - time.millis().rem_euclid(60_000))
}

/// The mails that would be sent, in the words of the real ones. The link is not made yet, and its place says so.
fn mails(desk: &Desk, overview: &Overview) -> Result<Vec<MailPreview>> {
    let stationery =
        Preview::new(Letterhead::of(&desk.gateway.office(), &desk.gateway.public_url, &desk.gateway.staff_url))?
            .in_words_of(&desk.gateway.own_wording)?;
    let letters = preview::letters(&desk.gateway, desk.account(), overview);
    let mail = |letter: &Letter| {
        let stand_in = desk.texts().in_language(letter.language).text("check-stand-in");
        let Worded { subject, text, .. } = stationery.word(letter, &stand_in)?;
        Ok(MailPreview { language: letter.language, to: letter.to.email.clone(), subject, text })
    };
    letters.iter().map(mail).collect()
}

async fn check(desk: Desk, id: web::Path<String>) -> Answer {
    let sender = desk.sender()?;
    let overview = overview(&desk, &sender, transfer_id(&desk, &id)?).await?;
    let is_draft = overview.transfer.state == TransferState::Draft;
    if !is_draft || overview.files.is_empty() || overview.deliveries.is_empty() {
        return Ok(desk.go(&format!("/send/{}", overview.transfer.id)));
    }
    Ok(desk.live_page(&check_page(&desk, &sender, &overview, &Fields::default()).await?))
}

/// The page in another language, with what was ticked or typed: nothing is sent by that.
async fn in_other_words(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: mut desk, fields } = form;
    desk.choose_for_good(fields.get("lang"));
    let sender = desk.sender()?;
    let overview = overview(&desk, &sender, transfer_id(&desk, &id)?).await?;
    if overview.transfer.state != TransferState::Draft {
        return Ok(desk.go(&format!("/send/{}", overview.transfer.id)));
    }
    let page = typed_page(&desk, &sender, &overview, &fields).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// The page with what was ticked or typed, which stays in the other language, too.
async fn typed_page(
    desk: &Desk,
    sender: &Sender,
    overview: &Overview,
    fields: &Fields,
) -> actix_web::Result<CheckPage> {
    let mut page = check_page(desk, sender, overview, fields).await?;
    page.frame.switch = fields.switch(format!("/send/{}/check", overview.transfer.id));
    Ok(page)
}

async fn send(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let sender = desk.sender()?;
    let id = transfer_id(&desk, &id)?;
    match seal::send_confirmed(&desk.gateway, &sender, id, confirmation(&fields)).await {
        Ok(issued) => numbers_page(&desk, &sender, id, issued).await,
        Err(Error::Problem(Problem::NumberAlreadyShown)) => Ok(desk.go(&format!("/send/{id}/sent"))),
        Err(Error::Problem(Problem::WrongState { .. })) => Ok(desk.go(&format!("/send/{id}"))),
        Err(Error::Problem(problem @ Problem::NotFound)) => Err(desk.refuse(problem)),
        Err(Error::Problem(problem)) => refused(&desk, &sender, id, &problem, &fields).await,
        Err(fault) => Err(desk.refuse(fault)),
    }
}

async fn refused(desk: &Desk, sender: &Sender, id: TransferId, problem: &Problem, fields: &Fields) -> Answer {
    let overview = overview(desk, sender, id).await?;
    let mut page = typed_page(desk, sender, &overview, fields).await?;
    match problem {
        Problem::UploadUnfinished { missing } => {
            let text = desk.texts().phrase("check-unfinished").with("count", *missing);
            let text = text.with("percent", unfinished_percent(&page.files)).to_string();
            page.frame.errors.push(FieldError { id: String::new(), text });
        }
        Problem::FileRefused { .. } => {
            let row = place(&page.files, problem).map(|id| format!("file-{id}")).unwrap_or_default();
            page.frame.refuse(&row, problem);
        }
        Problem::ConfirmRecipients { recipients } => unconfirmed(&mut page, recipients, fields),
        Problem::ScanPending { .. } | Problem::ScannerDown => page.frame.refuse_in_full(problem),
        _ => page.frame.refuse("", problem),
    }
    Ok(desk.refused_page(problem, &page))
}

/// Says of each recipient, at its card and at the top, what is missing.
fn unconfirmed(page: &mut CheckPage, missing: &[Unconfirmed], fields: &Fields) {
    for one in missing {
        let row = page.recipients.iter().find(|row| row.delivery.to_string() == one.delivery);
        let name = row.map_or_else(|| one.email.clone(), |row| row.to.title(&page.frame.texts));
        let was_confirmed = !fields.get(&format!("confirm-{}", one.delivery)).trim().is_empty();
        let is_same = row.and_then(|row| page.flagged.get(&row.delivery)).is_some_and(|now| !now.confirmed.is_empty());
        let key = match (page.retype, was_confirmed, is_same) {
            (_, true, false) => "check-changed",
            (true, ..) => "check-unretyped",
            (false, ..) => "check-unconfirmed",
        };
        let text = page.frame.texts.phrase(key).with("name", name).to_string();
        page.frame.errors.push(FieldError { id: format!("confirm-{}", one.delivery), text });
    }
}

/// How far the files are that have not arrived, taken together.
fn unfinished_percent(files: &[FileRow]) -> u64 {
    let late = || files.iter().filter(|file| file.received < file.size);
    let (received, size) = (late().map(|file| file.received).sum::<u64>(), late().map(|file| file.size).sum::<u64>());
    received.saturating_mul(100) / size.max(1)
}

async fn numbers_page(desk: &Desk, sender: &Sender, id: TransferId, issued: Vec<Issued>) -> Answer {
    let overview = overview(desk, sender, id).await?;
    let issued_of = |delivery: &Delivery| issued.iter().find(|issued| issued.delivery.id == delivery.id);
    let rows = overview.deliveries.iter().filter(|delivery| !delivery.state.is_ended());
    let rows = rows.map(|delivery| row(desk, delivery, issued_of(delivery))).collect();
    Ok(desk.page(StatusCode::OK, &page(desk, &overview, SentWhy::Sent, rows).await?))
}

/// The page with a number that was issued anew.
pub(super) async fn reissued(desk: &Desk, sender: &Sender, issued: Issued) -> Answer {
    issued_anew(desk, sender, SentWhy::Reissued, issued).await
}

/// The page with a number that was made after sending.
pub(super) async fn issued_anew(desk: &Desk, sender: &Sender, why: SentWhy, issued: Issued) -> Answer {
    let overview = overview(desk, sender, issued.delivery.transfer).await?;
    // As it is now: the flow has forgotten that the earlier number was told, and may have told the new one.
    let now = overview.deliveries.iter().find(|delivery| delivery.id == issued.delivery.id);
    let rows = vec![row(desk, now.unwrap_or(&issued.delivery), Some(&issued))];
    let page = page(desk, &overview, why, rows).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

async fn page(desk: &Desk, overview: &Overview, why: SentWhy, mut rows: Vec<SentRow>) -> actix_web::Result<SentPage> {
    let (transfer, account, now) = (&overview.transfer, desk.account(), desk.gateway.now());
    let known = timeline::timeline(&desk.gateway, &desk.watcher()?, transfer.id).await;
    let known = known.map_err(|error| desk.refuse(error))?;
    for row in &mut rows {
        let status = known.deliveries.iter().find(|one| one.delivery.id == row.delivery);
        row.leaving = status.map_or(Leaving::Now, standing::leaving);
    }
    let shown = |id| rows.iter().any(|row| row.delivery == id);
    let waits = standing::waits_for(&desk.gateway, &known, shown).await.map_err(|error| desk.refuse(error))?;
    Ok(SentPage {
        waits,
        frame: desk.frame(&format!("/send/{}/sent", transfer.id)),
        transfer: transfer.id,
        why,
        file_count: u32::try_from(transfer.file_count).unwrap_or(0),
        total_bytes: count(transfer.total_bytes),
        rows,
        expires_at: transfer.expires_at.unwrap_or(now),
        sender: account.name.clone(),
        sender_phone: match account.phone.as_str() {
            "" => desk.gateway.office().phone.clone(),
            own => own.to_owned(),
        },
        office_contact: letterhead(&desk.gateway.office()),
        now,
    })
}

fn row(desk: &Desk, delivery: &Delivery, issued: Option<&Issued>) -> SentRow {
    let to = delivery.recipient.clone();
    let channels = desk.gateway.outwards.channels(&desk.gateway.policy());
    SentRow {
        delivery: delivery.id,
        reference: delivery.reference.clone(),
        name: to.name,
        email: to.email,
        phone: to.phone,
        channel: to.channel,
        language: to.language,
        number: issued.map(|issued| issued.number.clone()),
        told_at: delivery.told_at,
        sms: sms_line(delivery, issued),
        phone_verified: delivery.phone_verified,
        can_text: channels.contains(&Channel::Sms) && !delivery.state.is_ended(),
        leaving: Leaving::Now,
    }
}

/// What became of a number's SMS: as it was just told, or as it is written down.
fn sms_line(delivery: &Delivery, issued: Option<&Issued>) -> Option<SmsLine> {
    if delivery.recipient.channel != Channel::Sms {
        return None;
    }
    Some(match (issued.and_then(|issued| issued.sms), &delivery.told) {
        (Some(Texting::Sent { parts }), _) => SmsLine::Sent(Some(parts)),
        (Some(Texting::Failed(why)), _) => SmsLine::Failed(Some(why)),
        (Some(Texting::Over), _) => SmsLine::Over,
        (Some(Texting::Later), _) => SmsLine::Later,
        (None, Some(told)) if told.channel == Channel::Sms => SmsLine::Sent(None),
        (None, Some(_)) => return None,
        (None, None) if delivery.sms_failed_at.is_some() => SmsLine::Failed(None),
        (None, None) => SmsLine::Unknown,
    })
}

/// The numbers again for ten minutes, for the session that made them; afterwards that they were shown.
async fn sent(desk: Desk, id: web::Path<String>) -> Answer {
    let sender = desk.sender()?;
    let id = transfer_id(&desk, &id)?;
    match numbers::show_again(&desk.gateway, &sender, id).await {
        Ok(issued) => numbers_page(&desk, &sender, id, issued).await,
        Err(Error::Problem(Problem::NumberAlreadyShown)) => shown_already(&desk, &sender, id).await,
        Err(error) => Err(desk.refuse(error)),
    }
}

async fn shown_already(desk: &Desk, sender: &Sender, id: TransferId) -> Answer {
    match overview(desk, sender, id).await?.transfer.state {
        TransferState::Draft => Ok(desk.go(&format!("/send/{id}"))),
        state if state.is_running() => numbers_page(desk, sender, id, Vec::new()).await,
        _ => Ok(desk.go(&format!("/transfers/{id}"))),
    }
}

async fn told(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = form;
    let id = transfer_id(&desk, &id)?;
    let telling = |id: &str| {
        let phone = Some(fields.get(&format!("called-{id}")).to_owned());
        id.parse::<DeliveryId>().map(|delivery| Telling { delivery, phone })
    };
    let ticked: Result<Vec<Telling>, _> = fields.all("told").map(telling).collect();
    let ticked = ticked.map_err(|_| desk.refuse(Problem::NotFound))?;
    if ticked.is_empty() {
        return Ok(desk.go(&format!("/send/{id}/sent")));
    }
    tell::told(&desk.gateway, &desk.sender()?, id, ticked).await.map_err(|error| desk.refuse(error))?;
    Ok(desk.go(&format!("/transfers/{id}?done=told")))
}
