//! The second step of a sign-in: a code of the app, or a recovery code in its place.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::super::posted::Posted;
use super::super::view::SecondStepPage;
use super::super::visit::{Answer, Visit, percent_encoded};
use super::{local_path, next_of};
use crate::error::{Error, Problem, Result};
use crate::http::guard;
use crate::http::routes::{Access, Routes, at};
use crate::model::Passphrase;
use crate::staff::permit::{SignedIn, Standing};
use crate::staff::second_factor;
use crate::store::{passkeys, totps};

/// Its handlers ask for the session themselves: whoever is there has not proven enough to pass any gate.
pub(super) fn configure(routes: &mut Routes) {
    routes.add(at("/sign-in/second").get(Access::Public, show).post(Access::Public, prove));
}

/// Whose second step is due; `None` when none is. A locked session is unlocked first.
async fn waiting(visit: &Visit) -> Result<Option<SignedIn>> {
    let signed_in = guard::signed_in(&visit.request).await?;
    Ok(Some(signed_in).filter(|one| one.standing() == Standing::SecondStep))
}

async fn page(visit: &mut Visit, signed_in: &SignedIn, next: &str) -> Result<SecondStepPage> {
    let (id, account) = (signed_in.account.id, &signed_in.account);
    let read =
        move |tx: &mut crate::store::Tx| Ok((totps::is_enrolled(tx, id)?, !passkeys::of_account(tx, id)?.is_empty()));
    let (app, passkey) = visit.gateway.store.read(read).await?;
    visit.prefer(account.language);
    Ok(SecondStepPage {
        frame: visit.frame(&format!("/sign-in/second?next={}", percent_encoded(next))),
        name: account.name.clone(),
        email: account.email.clone(),
        next: next.to_owned(),
        app,
        passkey,
    })
}

async fn show(mut visit: Visit) -> Answer {
    let next = next_of(&visit);
    let Some(signed_in) = waiting(&visit).await.map_err(|error| visit.refuse(error))? else {
        return Ok(visit.go(&next));
    };
    let page = page(&mut visit, &signed_in, &next).await.map_err(|error| visit.refuse(error))?;
    Ok(visit.page(StatusCode::OK, &page))
}

async fn prove(form: Posted<Visit>) -> Answer {
    let Posted { by: visit, fields } = form;
    let next = local_path(fields.get("next"));
    let Some(signed_in) = waiting(&visit).await.map_err(|error| visit.refuse(error))? else {
        return Ok(visit.go(next));
    };
    let visitor = visit.visitor()?;
    let field = if fields.find("recovery").is_some() { "recovery" } else { "totp" };
    let code = Passphrase::new(fields.get(field).to_owned());
    let proved = match field {
        "recovery" => second_factor::recover(&visit.gateway, &signed_in, &code, &visitor).await,
        _ => second_factor::prove(&visit.gateway, &signed_in, &code, &visitor).await,
    };
    match proved {
        // Whoever had to use a recovery code may have lost the app.
        Ok(()) if field == "recovery" => {
            Ok(visit.go(&format!("/me/second-factor?recovered=1&next={}", percent_encoded(next))))
        }
        Ok(()) => Ok(visit.go(next)),
        Err(Error::Problem(Problem::SignInNeeded)) => Ok(visit.go("/sign-in")),
        Err(Error::Problem(problem)) => refused(visit, &signed_in, next, field, &problem).await,
        Err(fault) => Err(visit.refuse(fault)),
    }
}

async fn refused(mut visit: Visit, signed_in: &SignedIn, next: &str, field: &str, problem: &Problem) -> Answer {
    let mut page = page(&mut visit, signed_in, next).await.map_err(|error| visit.refuse(error))?;
    match problem {
        Problem::SlowDown { seconds } => page.frame.ask_to_wait(*seconds),
        Problem::WrongCode => page.frame.refuse(field, problem),
        _ => page.frame.refuse("", problem),
    }
    let answer: HttpResponse = visit.refused_page(problem, &page);
    Ok(answer)
}
