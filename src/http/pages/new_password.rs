//! A new password: chosen freely, or forced after a first sign-in, a reset or a long time.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::desk::Threshold;
use super::office;
use super::posted::Posted;
use super::view::{NewPasswordPage, Why};
use super::visit::Answer;
use crate::error::{Error, PasswordFlaw, Problem, Result};
use crate::http::routes::{Access, Routes, at};
use crate::http::surface::Kind;
use crate::model::Passphrase;
use crate::staff::permit::Standing;
use crate::staff::strength::Owner;
use crate::staff::{passphrase, password, rules, second_factor};

pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/me/password").get(Access::Newcomer, show).post(Access::Newcomer, change));
}

async fn page(visit: &Threshold) -> Result<NewPasswordPage> {
    let (gateway, account) = (&visit.gateway, visit.account());
    let rules = rules::read(gateway).await?;
    let minimum = rules.minimum_for(&account.roles);
    let owner = Owner::of(account, &gateway.office().name);
    Ok(NewPasswordPage {
        frame: visit.frame("/me/password"),
        email: account.email.clone(),
        why: why(visit).await?,
        minimum,
        rules: rules.passwords,
        suggestion: passphrase::suggest(&mut rand::rng(), minimum, &owner).to_string(),
    })
}

async fn why(visit: &Threshold) -> Result<Why> {
    let account = visit.account();
    match (visit.standing(), account.must_change_password, account.key_renewed_at) {
        (_, _, Some(_)) => Ok(Why::Reset { running: password::running_transfers(&visit.gateway, account.id).await? }),
        (_, true, None) => Ok(Why::Initial),
        (Standing::PasswordChange, false, None) => Ok(Why::Age),
        _ => Ok(Why::Wish),
    }
}

async fn show(visit: Threshold) -> actix_web::Result<HttpResponse> {
    let page = page(&visit).await.map_err(|error| visit.refuse(error))?;
    Ok(visit.page(StatusCode::OK, &page))
}

async fn change(form: Posted<Threshold>) -> Answer {
    let Posted { by: visit, fields } = form;
    let (current, new) = (fields.get("current"), fields.get("new"));
    let changed = match new == fields.get("again") {
        true => {
            let (current, new) = (Passphrase::new(current.to_owned()), Passphrase::new(new.to_owned()));
            password::change(&visit.gateway, &visit.newcomer()?, current, new, &visit.visitor()?).await
        }
        false => Err(Problem::PasswordRefused(PasswordFlaw::Differs).into()),
    };
    match changed {
        Ok(()) => onward(&visit).await.map_err(|error| visit.refuse(error)),
        Err(Error::Problem(problem)) => {
            let mut page = page(&visit).await.map_err(|error| visit.refuse(error))?;
            let field = match &problem {
                Problem::WrongPassword => "current",
                Problem::PasswordRefused(PasswordFlaw::Differs) => "again",
                Problem::PasswordRefused(_) => "new",
                _ => "",
            };
            page.frame.refuse(field, &problem);
            Ok(visit.refused_page(&problem, &page))
        }
        Err(fault) => Err(visit.refuse(fault)),
    }
}

/// After an initial password a second factor is offered, once; then whatever waits goes on.
async fn onward(visit: &Threshold) -> Result<HttpResponse> {
    let at_desk = visit.surface() != Some(Kind::Administration);
    let next = match visit.standing() {
        // That page is at the staff's desk only.
        _ if at_desk && office::is_asked(&visit.gateway, visit.account()) => "/office",
        Standing::Ready => return Ok(visit.go("/me?done=password_changed")),
        _ => "/",
    };
    let newcomer = visit.signed_in().newcomer()?;
    if visit.account().must_change_password && !second_factor::state(&visit.gateway, &newcomer).await?.is_any() {
        return Ok(visit.go(&format!("/me/second-factor?next={next}")));
    }
    Ok(visit.go(next))
}
