//! Deciding: about one account, or keeping several that were ticked.

use actix_web::http::StatusCode;
use actix_web::web;

use super::super::desk::Desk;
use super::super::posted::{Fields, Posted};
use super::super::view::{KeepPage, Shown};
use super::super::visit::Answer;
use super::{HERE, accounts, back, review_id, sheet};
use crate::error::{Error, FieldFlaw, Problem};
use crate::model::{AccountId, Decision, ReviewId, Role};
use crate::staff::review::{self, Decider, Wanted};

pub(super) async fn one(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = review_id(&desk, &path)?;
    let [account] = accounts(&fields, "account")[..] else { return Err(desk.refuse(Problem::NotFound)) };
    let decision = fields.get("decision").parse::<Decision>().ok();
    let roles: Vec<Role> = fields.all("role").filter_map(|word| word.parse().ok()).collect();
    let Some(decided) = decision else {
        let missing = Problem::Field { field: "decision", flaw: FieldFlaw::Missing };
        return refused(&desk, id, account, &fields, (None, roles), &missing).await;
    };
    let wanted = Wanted { decision: decided, roles: roles.clone(), reason: fields.get("reason").to_owned() };
    let decider = Decider::from(&desk.person()?);
    match review::decide(&desk.gateway, &decider, id, vec![account], &wanted).await {
        Ok(()) => onward(&desk, id, account, &fields).await,
        Err(Error::Problem(problem @ (Problem::Field { .. } | Problem::OwnAccount))) => {
            refused(&desk, id, account, &fields, (decision, roles), &problem).await
        }
        Err(error) => Err(desk.refuse(error)),
    }
}

/// On to the next account that is undecided.
async fn onward(desk: &Desk, id: ReviewId, done: AccountId, fields: &Fields) -> Answer {
    let sheet = sheet::look(desk, id).await?;
    let place = sheet.rows.iter().position(|row| row.account.id == done).unwrap_or(0);
    let (before, behind) = sheet.rows.split_at(place);
    let next = behind.iter().chain(before).find(|row| !row.settled);
    let at = next.map(|row| format!("#a-{}", row.account.id)).unwrap_or_default();
    Ok(back(desk, id, fields, "review_decided", &at))
}

/// The page again, with what was typed and what is wrong with it.
async fn refused(
    desk: &Desk,
    id: ReviewId,
    account: AccountId,
    fields: &Fields,
    (decision, roles): (Option<Decision>, Vec<Role>),
    problem: &Problem,
) -> Answer {
    let sheet = sheet::look(desk, id).await?;
    let shown: Shown = fields.get("show").parse().unwrap_or(Shown::All);
    let place = sheet.rows.iter().position(|row| row.account.id == account).unwrap_or(0);
    // Alone among the undecided it may stand further up: then all are shown from it on.
    let mut page = sheet::page(desk, &sheet, Some(shown), 0).await?;
    if page.rows.iter().all(|row| row.id != account) {
        page = sheet::page(desk, &sheet, Some(Shown::All), place).await?;
    }
    sheet::retype(&mut page, account, decision, &roles, fields.get("reason"));
    page.frame = desk.frame(&format!("{HERE}/{id}"));
    let place = format!("decision-{account}");
    match problem {
        Problem::Field { field: "role", .. } => page.frame.refuse_in_words(&place, "review-roles-wrong"),
        _ => page.frame.refuse(&place, problem),
    }
    Ok(desk.refused_page(problem, &page))
}

/// What was ticked is shown once more; with its count it is written down.
pub(super) async fn keep(posted: Posted<Desk>, path: web::Path<String>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let id = review_id(&desk, &path)?;
    let ticked = accounts(&fields, "account");
    if ticked.is_empty() || fields.get("count") != ticked.len().to_string() {
        return ask(&desk, id, &ticked).await;
    }
    let wanted = Wanted { decision: Decision::Keep, roles: Vec::new(), reason: fields.get("reason").to_owned() };
    let decider = Decider::from(&desk.person()?);
    match review::decide(&desk.gateway, &decider, id, ticked, &wanted).await {
        Ok(()) => Ok(back(&desk, id, &fields, "review_decided", "")),
        Err(error) => Err(desk.refuse(error)),
    }
}

async fn ask(desk: &Desk, id: ReviewId, ticked: &[AccountId]) -> Answer {
    let sheet = sheet::look(desk, id).await?;
    let chosen = sheet.rows.iter().filter(|row| ticked.contains(&row.account.id));
    let ticked = chosen.map(|row| (row.account.id, row.account.name.clone(), row.account.email.clone())).collect();
    Ok(desk.page(StatusCode::OK, &KeepPage { frame: desk.frame(&format!("{HERE}/{id}")), id, ticked }))
}
