//! The own second factor: an app for codes, its recovery codes, and the way to passkeys.

use actix_web::http::StatusCode;

use super::desk::{Desk, Threshold};
use super::posted::Posted;
use super::sign_in::local_path;
use super::sign_in::unlock::confirm_first;
use super::view::{AppPage, RecoveryCodesPage, SecondFactorPage};
use super::visit::{Answer, Visit, percent_encoded};
use crate::error::{Error, Problem, Result};
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};
use crate::model::Passphrase;
use crate::staff::permit::Standing;
use crate::staff::second_factor::{self, Codes};

/// The page; what is done to the app stands below it.
const HERE: &str = "/me/second-factor";
const APP: &str = "/me/second-factor/app";

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at(HERE).get(Access::Newcomer, show))
        .add(at(APP).get(Access::Newcomer, show_app).post(Access::Newcomer, begin))
        .add(at("/me/second-factor/app/confirm").post(Access::Newcomer, confirm))
        .add(at("/me/second-factor/app/remove").post(Access::Person, remove))
        .add(at("/me/second-factor/codes").post(Access::Person, renew));
}

/// Where somebody goes on to who did not come from the own account. Empty otherwise.
fn onward(next: &str) -> String {
    if next.is_empty() { String::new() } else { local_path(next).to_owned() }
}

fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() { path.to_owned() } else { format!("{path}?next={}", percent_encoded(next)) }
}

fn next_of(visit: &Visit) -> String {
    onward(&parameter(&visit.request, "next").unwrap_or_default())
}

async fn page(visit: &Threshold, next: String) -> Result<SecondFactorPage> {
    let state = second_factor::state(&visit.gateway, &visit.signed_in().newcomer()?).await?;
    Ok(SecondFactorPage {
        frame: visit.frame(&with_next(HERE, &next)),
        next,
        app: state.app,
        removable: state.removable,
        codes_left: state.codes_left,
        passkeys: state.passkeys,
        demanded: visit.standing() == Standing::Enrolment,
        recovered: parameter(&visit.request, "recovered").is_some(),
    })
}

async fn show(visit: Threshold) -> Answer {
    if visit.standing() == Standing::PasswordChange {
        return Err(visit.refuse(Problem::PasswordChangeNeeded));
    }
    let page = page(&visit, next_of(&visit)).await.map_err(|error| visit.refuse(error))?;
    Ok(visit.page(StatusCode::OK, &page))
}

async fn begin(form: Posted<Threshold>) -> Answer {
    let Posted { by: visit, fields } = form;
    match second_factor::begin(&visit.gateway, &visit.newcomer()?).await {
        Ok(()) => Ok(visit.go(&with_next(APP, &onward(fields.get("next"))))),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&visit.request, &fields).await,
        Err(error) => Err(visit.refuse(error)),
    }
}

async fn app_page(visit: &Threshold, next: String) -> Result<AppPage> {
    let shown = second_factor::shown(&visit.gateway, &visit.signed_in().newcomer()?).await?;
    Ok(AppPage {
        frame: visit.frame(&with_next(APP, &next)),
        back: with_next(HERE, &next),
        next,
        side: shown.picture.side,
        path: shown.picture.path.to_string(),
        secret: shown.text.to_string(),
    })
}

async fn show_app(visit: Threshold) -> Answer {
    let next = next_of(&visit);
    match app_page(&visit, next.clone()).await {
        Ok(page) => Ok(visit.page(StatusCode::OK, &page)),
        // None was begun, or it was confirmed meanwhile.
        Err(Error::Problem(Problem::NotFound)) => Ok(visit.go(&with_next(HERE, &next))),
        Err(error) => Err(visit.refuse(error)),
    }
}

async fn confirm(form: Posted<Threshold>) -> Answer {
    let Posted { by: visit, fields } = form;
    let next = onward(fields.get("next"));
    let code = Passphrase::new(fields.get("totp").to_owned());
    match second_factor::confirm(&visit.gateway, &visit.newcomer()?, &code, &visit.visitor()?).await {
        Ok(codes) => Ok(visit.page(StatusCode::OK, &codes_page(&visit, &visit.account().email, next, true, &codes))),
        Err(Error::Problem(Problem::NotFound)) => Ok(visit.go(&with_next(HERE, &next))),
        Err(Error::Problem(problem @ Problem::WrongCode)) => {
            let mut page = app_page(&visit, next).await.map_err(|error| visit.refuse(error))?;
            page.frame.refuse("totp", &problem);
            Ok(visit.refused_page(&problem, &page))
        }
        Err(error) => Err(visit.refuse(error)),
    }
}

fn codes_page(visit: &Visit, email: &str, next: String, enrolled: bool, codes: &Codes) -> RecoveryCodesPage {
    RecoveryCodesPage {
        frame: visit.frame(HERE),
        email: email.to_owned(),
        next,
        enrolled,
        codes: codes.iter().map(|code| code.to_string()).collect(),
    }
}

async fn renew(form: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = form;
    match second_factor::renew_codes(&desk.gateway, &desk.person()?).await {
        Ok(codes) => {
            let page = codes_page(&desk, &desk.account().email, String::new(), false, &codes);
            Ok(desk.page(StatusCode::OK, &page))
        }
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(error) => Err(desk.refuse(error)),
    }
}

async fn remove(form: Posted<Desk>) -> Answer {
    let Posted { by: desk, fields } = form;
    match second_factor::remove(&desk.gateway, &desk.person()?).await {
        // The page that follows says what is set up, and why an app that is needed stayed.
        Ok(()) | Err(Error::Problem(Problem::WouldShutOut)) => Ok(desk.go(HERE)),
        Err(Error::Problem(Problem::ConfirmationNeeded)) => confirm_first(&desk.request, &fields).await,
        Err(error) => Err(desk.refuse(error)),
    }
}
