//! Approvals: what waits for an answer, its files, and the answer. Nothing is answered by a link.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::compose::transfer_id;
use super::desk::Desk;
use super::draft_rows::{count, screened_rows, sum};
use super::posted::{Fields, Posted};
use super::sign_in::unlock::confirm_first;
use super::view::{ApprovalPage, ApprovalsPage, DecidedRow, Notice, QuestionRow, WaitingRow};
use super::visit::Answer;
use crate::error::{Error, Problem};
use crate::http::download;
use crate::http::routes::{Access, Routes, at};
use crate::model::{Approval, ApprovalId, ApprovalState, Role, TransferId};
use crate::transfer::approve::{self, Decided, Line, answer};
use crate::transfer::inspect::{self, Waiting};
use crate::transfer::{confirm, flag::Flag};

const HERE: &str = "/approvals";

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at(HERE).get(Access::Approver, show))
        .add(at("/approvals/{id}").get(Access::Approver, ask))
        .add(at("/approvals/{id}/approve").post(Access::Approver, approve))
        .add(at("/approvals/{id}/refuse").post(Access::Approver, refuse))
        .add(at("/approvals/{id}/files/{n}").get_alone(Access::Approver, file));
}

async fn show(desk: Desk) -> Answer {
    let lists = approve::lists(&desk.gateway, &desk.approver()?).await.map_err(|error| desk.refuse(error))?;
    let page = ApprovalsPage {
        frame: desk.frame(HERE),
        waiting: lists.waiting.into_iter().map(waiting_row).collect(),
        decided: lists.decided.into_iter().map(decided_row).collect(),
    };
    Ok(desk.live_page(&page))
}

fn waiting_row(line: Line) -> WaitingRow {
    let first = line.deliveries.first().map(|delivery| delivery.recipient.clone());
    WaitingRow {
        id: line.transfer.id,
        sender: line.sender.name,
        first: first.map(|to| (to.name, to.email)).unwrap_or_default(),
        recipients: u32::try_from(line.deliveries.len()).unwrap_or(u32::MAX),
        file_count: u32::try_from(line.transfer.file_count).unwrap_or(0),
        total_bytes: count(line.transfer.total_bytes),
        asked_at: line.asked_at,
        decide_by: line.decide_by,
    }
}

fn decided_row(decided: Decided) -> DecidedRow {
    DecidedRow {
        sender: decided.sender.name,
        emails: decided.emails,
        state: decided.state,
        at: decided.at,
        on_behalf_of: decided.on_behalf_of.map(|account| account.name).unwrap_or_default(),
    }
}

/// The page; none where nothing is asked any more.
async fn page(desk: &Desk, id: TransferId) -> actix_web::Result<Option<ApprovalPage>> {
    let approver = desk.approver()?;
    let waiting = match inspect::waiting(&desk.gateway, &approver, id).await {
        Ok(waiting) => waiting,
        Err(Error::Problem(Problem::NotFound)) => return Ok(None),
        Err(error) => return Err(desk.refuse(error)),
    };
    let emails = waiting.deliveries.iter().map(|delivery| delivery.recipient.email.clone()).collect();
    let flags = confirm::flags_of(&desk.gateway, waiting.transfer.owner, id, emails).await;
    let flags = flags.map_err(|error| desk.refuse(error))?;
    let files = screened_rows(desk, &waiting.files);
    let asked = |delivery| waiting.questions.iter().find(|one| one.delivery == delivery && is_open(one));
    let others = waiting.deliveries.iter().filter(|one| asked(one.id).is_none() && !one.state.is_ended());
    Ok(Some(ApprovalPage {
        frame: desk.frame(&format!("{HERE}/{id}")),
        id,
        sender: waiting.sender.name.clone(),
        sender_email: waiting.sender.email.clone(),
        types: waiting.files.iter().map(|file| file.media_type.clone()).collect(),
        total_bytes: sum(&files),
        files,
        unscanned: desk.gateway.protection.scan_off,
        can_open: waiting.can_open,
        is_deputy: !desk.account().has(Role::Approver),
        others: others.map(|delivery| delivery.recipient.email.clone()).collect(),
        questions: question_rows(&waiting, flags),
        decide_by: inspect::decide_by(&waiting.questions).unwrap_or_else(|| desk.gateway.now()),
        message: waiting.message,
        hold_minutes: desk.gateway.policy().hold_minutes,
        reason: String::new(),
    }))
}

fn is_open(question: &Approval) -> bool {
    question.state == ApprovalState::Asked
}

fn question_rows(waiting: &Waiting, flags: Vec<Vec<Flag>>) -> Vec<QuestionRow> {
    let rows = waiting.deliveries.iter().zip(flags).filter_map(|(delivery, flags)| {
        let question = waiting.questions.iter().find(|one| one.delivery == delivery.id && is_open(one))?;
        let later = waiting.transfer.expires_at.filter(|now| *now < question.latest_expiry);
        Some(QuestionRow {
            id: question.id,
            name: delivery.recipient.name.clone(),
            email: delivery.recipient.email.clone(),
            reasons: question.reasons.clone(),
            flags,
            latest_expiry: question.latest_expiry,
            now_until: later,
        })
    });
    rows.collect()
}

async fn ask(desk: Desk, id: web::Path<String>) -> Answer {
    let id = transfer_id(&desk, &id)?;
    Ok(match page(&desk, id).await? {
        Some(page) => desk.page(StatusCode::OK, &page),
        None => nothing_asked(&desk),
    })
}

fn nothing_asked(desk: &Desk) -> HttpResponse {
    desk.go(&format!("{HERE}?done={}", Notice::NothingAsked))
}

async fn approve(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    decide(form, &id, Notice::Approved).await
}

async fn refuse(form: Posted<Desk>, id: web::Path<String>) -> Answer {
    decide(form, &id, Notice::Refused).await
}

/// Answers what stood on the page that was read: a question that came up since is not among it.
async fn decide(form: Posted<Desk>, id: &str, done: Notice) -> Answer {
    let Posted { by: desk, fields } = form;
    let id = transfer_id(&desk, id)?;
    let questions: Vec<ApprovalId> = fields.all("question").filter_map(|id| id.parse().ok()).collect();
    let said = match done {
        Notice::Approved => approve::Answer::Give,
        _ => approve::Answer::Refuse(fields.get("reason").to_owned()),
    };
    match answer(&desk.gateway, &desk.approver()?, id, questions, said).await {
        Ok(()) => Ok(desk.go(&format!("{HERE}?done={done}"))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(Error::Problem(Problem::ApprovalEnded { .. } | Problem::NotFound)) => Ok(nothing_asked(&desk)),
        Err(Error::Problem(problem @ Problem::Field { .. })) => refused(&desk, id, &fields, &problem).await,
        Err(error) => Err(desk.refuse(error)),
    }
}

async fn refused(desk: &Desk, id: TransferId, fields: &Fields, problem: &Problem) -> Answer {
    let Some(mut page) = page(desk, id).await? else { return Ok(nothing_asked(desk)) };
    fields.get("reason").clone_into(&mut page.reason);
    page.frame.refuse_in_words("reason", "approval-reason-missing");
    Ok(desk.refused_page(problem, &page))
}

async fn file(desk: Desk, path: web::Path<(String, String)>) -> Answer {
    let (id, place) = path.into_inner();
    let id = transfer_id(&desk, &id)?;
    let place = place.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
    let place = place.ok_or_else(|| desk.refuse(Problem::NotFound))?;
    let opened = inspect::open(&desk.gateway, &desk.approver()?, id, place).await;
    let opened = opened.map_err(|error| desk.refuse(error))?;
    Ok(download::inspected(&desk.gateway, opened))
}
