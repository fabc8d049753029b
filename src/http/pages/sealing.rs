//! The passphrase before the account key of whoever signs in elsewhere: set, opened, changed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::desk::Desk;
use super::posted::{Fields, Posted};
use super::view::{SealingPage, SealingState};
use super::visit::Answer;
use crate::error::{Error, PasswordFlaw, Problem, Result};
use crate::http::routes::{Access, Routes, at};
use crate::model::Passphrase;
use crate::staff::sealing::{self, Sealing};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/me/sealing").get(Access::Person, show).post(Access::Person, set))
        .add(at("/me/sealing/open").post(Access::Person, open))
        .add(at("/me/sealing/change").post(Access::Person, change));
}

/// Where a password protects the key, proving it once more opens it.
async fn page(desk: &Desk) -> actix_web::Result<SealingPage> {
    let found = sealing::state(&desk.gateway, &desk.person()?).await.map_err(|error| desk.refuse(error))?;
    let state = match found {
        Sealing::ByPassword => return Err(desk.end(desk.go("/confirm?next=/me"))),
        Sealing::Unset => SealingState::Unset,
        Sealing::Closed => SealingState::Closed,
        Sealing::Open => SealingState::Open,
    };
    Ok(SealingPage {
        frame: desk.frame("/me/sealing"),
        email: desk.account().email.clone(),
        state,
        minimum: sealing::minimum(&desk.gateway).await.map_err(|error| desk.refuse(error))?,
    })
}

async fn show(desk: Desk) -> actix_web::Result<HttpResponse> {
    let page = page(&desk).await?;
    if page.state == SealingState::Unset {
        // Asked before a new passphrase is typed, not after.
        desk.person()?.require_fresh(&desk.gateway).map_err(|error| desk.refuse(error))?;
    }
    Ok(desk.page(StatusCode::OK, &page))
}

fn typed(fields: &Fields, name: &str) -> Passphrase {
    Passphrase::new(fields.get(name).to_owned())
}

/// The new passphrase, typed twice.
fn chosen(fields: &Fields) -> Result<Passphrase> {
    match fields.get("new") == fields.get("again") {
        true => Ok(typed(fields, "new")),
        false => Err(Problem::PasswordRefused(PasswordFlaw::Differs).into()),
    }
}

async fn set(form: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = form;
    let person = desk.person()?;
    let set = match chosen(&fields) {
        Ok(new) => sealing::set(&desk.gateway, &person, new).await,
        Err(differs) => Err(differs),
    };
    answered(desk, set, "").await
}

async fn open(form: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = form;
    let opened = sealing::open(&desk.gateway, &desk.person()?, typed(&fields, "passphrase"), &desk.visitor()?).await;
    answered(desk, opened, "passphrase").await
}

async fn change(form: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = form;
    let (person, visitor) = (desk.person()?, desk.visitor()?);
    let changed = match chosen(&fields) {
        Ok(new) => sealing::change(&desk.gateway, &person, typed(&fields, "current"), new, &visitor).await,
        Err(differs) => Err(differs),
    };
    answered(desk, changed, "current").await
}

/// On to the page that says so, or the form again. `current` is the field of the passphrase that there is.
async fn answered(desk: Desk, done: Result<()>, current: &str) -> Answer {
    let problem = match done {
        Ok(()) => return Ok(desk.go("/me/sealing?done=key_opened")),
        // What carries a secret is not kept behind the confirmation: it is typed again.
        Err(Error::Problem(Problem::ConfirmationNeeded)) => return Ok(desk.go("/confirm?next=/me/sealing")),
        Err(Error::Problem(problem)) => problem,
        Err(fault) => return Err(desk.refuse(fault)),
    };
    let mut page = page(&desk).await?;
    match &problem {
        Problem::WrongPassword => page.frame.refuse_in_words(current, "sealing-wrong"),
        Problem::PasswordRefused(PasswordFlaw::Differs) => page.frame.refuse("again", &problem),
        Problem::PasswordRefused(_) => page.frame.refuse("new", &problem),
        _ => page.frame.refuse("", &problem),
    }
    Ok(desk.refused_page(&problem, &page))
}
