//! `/register/reviews`: the periodic review of the account register. Reviewers come here too, who see of the register what
//! was assigned to them.

mod decide;
mod record;
mod run;
mod sheet;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::desk::Desk;
use super::posted::Fields;
use super::view::{PastReview, Progress, ReviewBanner, ReviewsPage, StartForm};
use super::visit::Answer;
use crate::error::Problem;
use crate::http::days;
use crate::http::routes::{Access, Routes, at};
use crate::http::surface::Kind;
use crate::model::{AccountId, ReviewId, ReviewState, Right};
use crate::staff::review::{self, Viewer};

const HERE: &str = "/register/reviews";

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at(HERE).get(Access::Person, show).post(Access::Administrator, run::start))
        .add(at("/register/reviews/{id}").get(Access::Person, sheet::show))
        .add(at("/register/reviews/{id}/decide").post(Access::Person, decide::one))
        .add(at("/register/reviews/{id}/keep").post(Access::Person, decide::keep))
        .add(at("/register/reviews/{id}/assign").post(Access::Administrator, run::assign))
        .add(at("/register/reviews/{id}/abandon").post(Access::Administrator, run::abandon))
        .add(
            at("/register/reviews/{id}/sign")
                .get(Access::Administrator, run::show_sign)
                .post(Access::Administrator, run::sign),
        )
        .add(at("/register/reviews/{id}/record").get(Access::RegisterReader, record::show))
        .add(at("/register/reviews/{id}/record.csv").get_alone(Access::RegisterReader, record::csv))
        .add(at("/register/reviews/{id}/record.json").get_alone(Access::RegisterReader, record::json));
}

/// What pages of the register say of reviews on their top.
pub(super) async fn banner(desk: &Desk) -> actix_web::Result<Option<ReviewBanner>> {
    let due = review::status(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    let elsewhere = desk.surface() == Some(Kind::Administration);
    let base = if elsewhere { desk.gateway.staff_url.as_str() } else { "" };
    Ok(due.standing().map(|standing| ReviewBanner { standing, href: format!("{base}{HERE}") }))
}

/// A review's id in a path. What is no id names nothing.
fn review_id(desk: &Desk, path: &web::Path<String>) -> actix_web::Result<ReviewId> {
    path.parse().map_err(|_| desk.refuse(Problem::NotFound))
}

/// As what somebody looks at reviews.
fn viewer(desk: &Desk) -> Viewer {
    Viewer::of(desk.account())
}

fn administers(desk: &Desk) -> bool {
    Right::RunReview.is_known_to(&desk.account().roles)
}

/// Accounts that a field names. What is no id names nobody.
fn accounts(fields: &Fields, name: &str) -> Vec<AccountId> {
    fields.all(name).filter_map(|text| text.parse().ok()).collect()
}

/// Everybody who can be asked to decide: accounts in use, by name.
async fn people(desk: &Desk) -> actix_web::Result<Vec<(AccountId, String)>> {
    let now = desk.gateway.now();
    let all = crate::staff::register::list(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    let able = all.into_iter().filter(|account| account.may_act(now));
    let mut people: Vec<_> =
        able.map(|account| (account.id, format!("{} <{}>", account.name, account.email))).collect();
    people.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(people)
}

async fn show(desk: Desk) -> Answer {
    if let Viewer::Of(_) = viewer(&desk) {
        return only_mine(desk).await;
    }
    let page = page(&desk, None).await?;
    Ok(desk.page(StatusCode::OK, &page))
}

/// Reviewers without a right to the register have one thing here.
async fn only_mine(desk: Desk) -> Answer {
    match review::open_to(&desk.gateway, viewer(&desk)).await {
        Ok(Some(open)) => Ok(desk.go(&format!("{HERE}/{}", open.id))),
        Ok(None) => Err(desk.refuse(Problem::NotFound)),
        Err(fault) => Err(desk.refuse(fault)),
    }
}

/// The list with the form, as it is or as it was typed.
async fn page(desk: &Desk, typed: Option<StartForm>) -> actix_web::Result<ReviewsPage> {
    let due = review::status(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    let reader = desk.register_reader()?;
    let all = review::list(&desk.gateway, &reader).await.map_err(|error| desk.refuse(error))?;
    let past = all.iter().filter(|one| one.state != ReviewState::Open).filter_map(|one| {
        let (id, state, started_at) = (one.id, one.state, one.started_at);
        one.ended_at.map(|ended_at| PastReview { id, state, started_at, ended_at })
    });
    let open = due.open.as_ref().map(|(review, total, decided)| {
        (review.id, Progress { total: *total, decided: *decided, deadline_at: review.deadline_at })
    });
    let form = match (administers(desk) && open.is_none(), typed) {
        (false, _) => None,
        (true, Some(typed)) => Some(typed),
        (true, None) => Some(start_form(desk).await?),
    };
    let banner = due.standing().map(|standing| ReviewBanner { standing, href: String::new() });
    Ok(ReviewsPage { frame: desk.frame(HERE), banner, open, past: past.collect(), form })
}

async fn start_form(desk: &Desk) -> actix_web::Result<StartForm> {
    let all = crate::staff::register::list(&desk.gateway).await.map_err(|error| desk.refuse(error))?;
    let mut departments: Vec<String> = all.into_iter().map(|account| account.department).collect();
    departments.sort();
    departments.dedup();
    departments.retain(|name| !name.is_empty());
    let until = desk.gateway.now() + crate::gateway::hours(desk.gateway.policy().review_days * 24);
    Ok(StartForm {
        deadline: days::date_of(until, desk.gateway.office().time_zone).to_string(),
        people: people(desk).await?,
        usual: Some(desk.account().id),
        departments: departments.into_iter().map(|name| (name, None)).collect(),
    })
}

/// The page of a review, by way of its list where nothing says more.
fn back(desk: &Desk, id: ReviewId, fields: &Fields, done: &str, at: &str) -> HttpResponse {
    let show =
        fields.get("show").parse().map_or_else(|_| String::new(), |shown: super::view::Shown| format!("show={shown}&"));
    desk.go(&format!("{HERE}/{id}?{show}done={done}{at}"))
}
