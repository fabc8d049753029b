//! A running session proves who sits at it: after idling (unlock), or before a sensitive act (confirm). What was being
//! posted goes on afterwards.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::super::kept::Kept;
use super::super::posted::{Fields, Posted};
use super::super::status;
use super::super::view::{LanguageSwitch, ResumePage, UnlockPage};
use super::super::visit::{Answer, Visit};
use super::{local_path, next_of, ways_of};
use crate::error::{Error, Problem, Result};
use crate::http::guard;
use crate::http::routes::{Access, Routes, at};
use crate::model::Passphrase;
use crate::staff::session::{self, Running};
use crate::staff::sign_in;

/// Where a locked session is unlocked.
const UNLOCK: &str = "/unlock";
/// Where a session confirms who sits at it.
const CONFIRM: &str = "/confirm";

pub(super) fn configure(routes: &mut Routes) {
    for path in [UNLOCK, CONFIRM] {
        routes.add(at(path).get(Access::Public, show).post(Access::Public, prove));
    }
}

pub(super) async fn running(visit: &Visit) -> Result<Running> {
    let cookie = guard::session_cookie(&visit.request).ok_or(Problem::SignInNeeded)?;
    session::running(&visit.gateway, &cookie).await
}

pub(super) async fn page(mut visit: Visit, next: &str, kept: Kept, refused: Option<Problem>) -> HttpResponse {
    let running = match running(&visit).await {
        Ok(running) => running,
        // There is no session. Where it goes on from tells what to do.
        Err(Error::Problem(_)) => return visit.go(next),
        Err(fault) => return visit.refusal(fault),
    };
    let account = match running.account(&visit.gateway).await {
        Ok(account) => account,
        Err(error) => return visit.refusal(error),
    };
    visit.prefer(account.language);
    let action = if running.is_locked() { UNLOCK } else { CONFIRM };
    let mut frame = visit.frame(&format!("{action}?next={next}"));
    if !kept.is_empty() {
        let mut fields = kept.fields();
        fields.push(("next".into(), next.to_owned()));
        frame.switch = LanguageSwitch::Post { action: action.into(), fields };
    }
    match &refused {
        Some(Problem::SlowDown { seconds }) => frame.ask_to_wait(*seconds),
        Some(problem @ Problem::WrongPassword) => frame.refuse("password", problem),
        Some(problem) => frame.refuse("", problem),
        None => {}
    }
    let ways = match ways_of(&visit, Some(&account)).await {
        Ok(ways) => ways,
        Err(error) => return visit.refusal(error),
    };
    let page = UnlockPage {
        frame,
        locked: running.is_locked(),
        action,
        name: account.name,
        email: account.email,
        next: next.to_owned(),
        holds: !kept.is_empty(),
        kept: kept.fields(),
        ways,
    };
    match refused {
        Some(problem) => visit.refused_page(&problem, &page),
        None if kept.is_empty() => visit.page(StatusCode::OK, &page),
        None => visit.page(status::of(&Problem::SessionLocked), &page),
    }
}

async fn show(visit: Visit) -> HttpResponse {
    let next = next_of(&visit);
    match running(&visit).await {
        // Nothing waits to be unlocked: signed in, or not at all. Where it goes on from tells which.
        Ok(running) if visit.request.path() == UNLOCK && !running.is_locked() => visit.go(&next),
        _ => page(visit, &next, Kept::default(), None).await,
    }
}

/// The answer to a form that met a locked session, or wants a confirmation: the form waits behind it.
pub(in crate::http::pages) async fn interrupted(visit: Visit, kept: Kept) -> HttpResponse {
    let next = visit.page_behind();
    page(visit, &next, kept, None).await
}

/// The answer to a form that its flow found in need of a confirmation. Forms that carry a secret are typed again.
pub(in crate::http::pages) async fn confirm_first(request: &HttpRequest, fields: &Fields) -> Answer {
    let visit = <Visit as actix_web::FromRequest>::extract(request).await?;
    Ok(interrupted(visit, Kept::of(request.path(), fields)).await)
}

async fn prove(form: Posted<Visit>) -> Answer {
    let Posted { by: mut visit, fields } = form;
    let next = local_path(fields.get("next"));
    let kept = Kept::carried(&fields);
    visit.choose_for_good(fields.get("lang"));
    if !fields.get("lang").is_empty() && fields.get("password").is_empty() {
        return Ok(page(visit, next, kept, None).await);
    }
    let running = match running(&visit).await {
        Ok(running) => running,
        Err(Error::Problem(_)) => return Ok(visit.go("/sign-in")),
        Err(fault) => return Err(visit.refuse(fault)),
    };
    // What was proved in the meantime (by a script, or in another tab) needs no password: the form that waits goes on.
    if fields.get("password").is_empty() && running.is_fresh(&visit.gateway) {
        return Ok(onward(&visit, next, &kept));
    }
    if !fields.get("elsewhere").is_empty() {
        return Ok(not_yet(visit, &running, next, kept).await);
    }
    let password = Passphrase::new(fields.get("password").to_owned());
    match sign_in::prove(&visit.gateway, &running, password, &visit.visitor()?).await {
        Ok(()) => Ok(onward(&visit, next, &kept)),
        Err(Error::Problem(Problem::SignInNeeded)) => Ok(visit.go(next)),
        Err(Error::Problem(problem)) => Ok(page(visit, next, kept, Some(problem)).await),
        Err(fault) => Err(visit.refuse(fault)),
    }
}

/// Somebody says that the sign-in in another tab is done, and it is not.
async fn not_yet(visit: Visit, running: &Running, next: &str, kept: Kept) -> HttpResponse {
    let missing = if running.is_locked() { Problem::SessionLocked } else { Problem::ConfirmationNeeded };
    page(visit, next, kept, Some(missing)).await
}

/// Back to the page; or a page whose one button (pressed by a script) posts the form that had to wait. A redirect that keeps
/// the method would post the password along.
pub(super) fn onward(visit: &Visit, next: &str, kept: &Kept) -> HttpResponse {
    let Some((action, fields)) = kept.posted() else { return visit.go(next) };
    visit.page(StatusCode::OK, &ResumePage { frame: visit.frame(next), action, fields, next: next.to_owned() })
}
