//! `/register/reviews/{id}`: the accounts of a review, and what was decided.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::desk::Desk;
use super::super::view::{Progress, ROWS, ReviewBanner, ReviewPage, ReviewRow, Shown, party_name};
use super::super::visit::Answer;
use super::{administers, people, review_id, viewer};
use crate::http::question::parameter;
use crate::model::{AccountId, AccountState, Decision, ReviewId, ReviewState, Role};
use crate::staff::review::due::{Due, Standing};
use crate::staff::review::{self, Row, Sheet, Viewer};

pub(super) async fn show(desk: Desk, path: web::Path<String>) -> Answer {
    let id = review_id(&desk, &path)?;
    let sheet = look(&desk, id).await?;
    let shown = parameter(&desk.request, "show").and_then(|word| word.parse().ok());
    let skip = parameter(&desk.request, "skip").and_then(|text| text.parse().ok()).unwrap_or(0);
    let page = page(&desk, &sheet, shown, skip).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

pub(super) async fn look(desk: &Desk, id: ReviewId) -> actix_web::Result<Sheet> {
    review::look(&desk.gateway, viewer(desk), id).await.map_err(|error| desk.refuse(error))
}

/// The page of a review. Without a wish it shows who is undecided, as long as somebody is.
pub(super) async fn page(
    desk: &Desk,
    sheet: &Sheet,
    shown: Option<Shown>,
    skip: usize,
) -> actix_web::Result<ReviewPage> {
    let is_open = sheet.review.state == ReviewState::Open;
    let decided = sheet.settled();
    let left = decided < sheet.rows.len() && is_open;
    let shown = shown.unwrap_or(if left { Shown::Undecided } else { Shown::All });
    let me = desk.account().id;
    let fits = |row: &&Row| match shown {
        Shown::Undecided => !row.settled,
        Shown::Mine => row.reviewer == Some(me),
        Shown::All => true,
    };
    let fitting: Vec<&Row> = sheet.rows.iter().filter(fits).collect();
    let rows: Vec<ReviewRow> = fitting.iter().skip(skip).take(ROWS).map(|row| view(desk, sheet, row)).collect();
    let administers = administers(desk);
    let mut departments: Vec<String> = sheet
        .rows
        .iter()
        .filter(|row| row.verdict.is_none() && !row.account.department.is_empty())
        .map(|row| row.account.department.clone())
        .collect();
    departments.dedup();
    let deadline_at = sheet.review.deadline_at;
    Ok(ReviewPage {
        frame: desk.frame_here(),
        id: sheet.review.id,
        state: sheet.review.state,
        progress: Progress { total: sheet.rows.len(), decided, deadline_at },
        banner: standing(desk, sheet).map(|standing| ReviewBanner { standing, href: String::new() }),
        administers,
        sees_all: viewer(desk) == Viewer::All,
        shown,
        around: (skip.min(fitting.len()), fitting.len().saturating_sub(skip + rows.len())),
        rows,
        people: if administers && is_open { people(desk).await? } else { Vec::new() },
        departments: if administers { departments } else { Vec::new() },
        reason: String::new(),
    })
}

fn standing(desk: &Desk, sheet: &Sheet) -> Option<Standing> {
    let open = (sheet.review.clone(), 0, 0);
    Due { open: Some(open), last: None, next: None, now: desk.gateway.now() }.standing()
}

fn view(desk: &Desk, sheet: &Sheet, row: &Row) -> ReviewRow {
    let account = &row.account;
    let verdict = row.verdict.as_ref();
    let own = account.id == desk.account().id;
    let decided = verdict.map(|verdict| {
        let by = party_name(&desk.texts(), verdict.by.map(|by| sheet.name(by)), verdict.at_console);
        (verdict.decision, by, verdict.at)
    });
    ReviewRow {
        id: account.id,
        name: account.name.clone(),
        email: account.email.clone(),
        department: account.department.clone(),
        state: account.state,
        roles: account.roles.clone(),
        last_used_at: account.last_used_at,
        dormant: row.dormant && account.state != AccountState::Stopped,
        unprotected: !row.second_factor && account.state == AccountState::Active,
        reviewer: row.reviewer.map(|reviewer| sheet.name(reviewer).to_owned()).unwrap_or_default(),
        decided,
        settled: row.settled,
        decides: sheet.review.state == ReviewState::Open && may_decide(desk, sheet, row),
        own,
        decision: verdict.map(|verdict| verdict.decision),
        left: left(verdict.map(|verdict| verdict.roles.as_slice()), &account.roles),
        reason: verdict.map(|verdict| verdict.reason.clone()).unwrap_or_default(),
    }
}

/// The roles that are ticked: as decided, or all of them to begin with.
fn left(decided: Option<&[Role]>, present: &[Role]) -> Vec<Role> {
    decided.filter(|roles| !roles.is_empty()).unwrap_or(present).to_vec()
}

/// The flow decides; this is what is offered. The own account is offered to an administrator who is alone.
fn may_decide(desk: &Desk, sheet: &Sheet, row: &Row) -> bool {
    let (me, now) = (desk.account().id, desk.gateway.now());
    if row.account.id == me {
        let other = |account: &crate::model::Account| {
            account.id != me && account.has(Role::Administrator) && account.may_act(now)
        };
        return administers(desk) && !sheet.people.values().any(other);
    }
    administers(desk) || row.reviewer == Some(me)
}

/// Puts what was typed over what is stored.
pub(super) fn retype(
    page: &mut ReviewPage,
    account: AccountId,
    decision: Option<Decision>,
    roles: &[Role],
    reason: &str,
) {
    if let Some(row) = page.rows.iter_mut().find(|row| row.id == account) {
        row.decision = decision;
        row.left = roles.to_vec();
        row.reason = reason.to_owned();
    }
}
