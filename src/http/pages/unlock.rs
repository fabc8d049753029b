//! Unlocking an idle session; what was being posted goes on afterwards.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::get_or_head;
use super::kept::Kept;
use super::posted::Posted;
use super::sign_in::{local_path, next_of};
use super::status;
use super::view::{LanguageSwitch, ResumePage, UnlockPage};
use super::visit::{Answer, Visit};
use crate::crypt::{parse_cookie, token_hash};
use crate::error::{Error, Problem, Result};
use crate::http::guard;
use crate::model::{Account, Passphrase};
use crate::staff::sign_in;
use crate::store::{accounts, sign_ins};

pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/unlock").route(get_or_head().to(show)).route(web::post().to(unlock)));
}

/// Whose session waits for its password.
async fn locked_account(visit: &Visit) -> Result<Account> {
    let cookie = guard::session_cookie(&visit.request).ok_or(Problem::SignInNeeded)?;
    let hash = token_hash(&parse_cookie(&cookie).ok_or(Problem::SignInNeeded)?);
    visit
        .gateway
        .store
        .read(move |tx| {
            let row = sign_ins::by_token(tx, &hash)?.filter(|row| row.locked).ok_or(Problem::SignInNeeded)?;
            accounts::get(tx, row.account_id)
        })
        .await
}

async fn page(mut visit: Visit, next: &str, kept: Kept, refused: Option<Problem>) -> HttpResponse {
    let account = match locked_account(&visit).await {
        Ok(account) => account,
        // Nothing is locked: signed in, or not at all. Where it goes on from tells which.
        Err(Error::Problem(_)) => return visit.go(next),
        Err(fault) => return visit.refusal(fault),
    };
    visit.prefer(account.language);
    let mut frame = visit.frame(&format!("/unlock?next={next}"));
    if !kept.is_empty() {
        let mut fields = kept.fields();
        fields.push(("next".into(), next.to_owned()));
        frame.switch = LanguageSwitch::Post { action: "/unlock".into(), fields };
    }
    match &refused {
        Some(Problem::SlowDown { seconds }) => frame.ask_to_wait(*seconds),
        Some(problem) => frame.refuse("password", problem),
        None => {}
    }
    let page = UnlockPage {
        frame,
        name: account.name,
        email: account.email,
        next: next.to_owned(),
        holds: !kept.is_empty(),
        kept: kept.fields(),
    };
    match refused {
        Some(problem) => visit.refused_page(&problem, &page),
        None if kept.is_empty() => visit.page(StatusCode::OK, &page),
        None => visit.page(status::of(&Problem::SessionLocked), &page),
    }
}

async fn show(visit: Visit) -> HttpResponse {
    let next = next_of(&visit);
    page(visit, &next, Kept::default(), None).await
}

/// The answer to a form that met a locked session: the password is asked for, and the form waits behind it.
pub(super) async fn interrupted(visit: Visit, kept: Kept) -> HttpResponse {
    let next = visit.page_behind();
    page(visit, &next, kept, None).await
}

async fn unlock(form: Posted<Visit>) -> Answer {
    let Posted { by: mut visit, fields } = form;
    let next = local_path(fields.get("next"));
    let kept = Kept::carried(&fields);
    visit.choose_for_good(fields.get("lang"));
    if !fields.get("lang").is_empty() && fields.get("password").is_empty() {
        return Ok(page(visit, next, kept, None).await);
    }
    let Some(cookie) = guard::session_cookie(&visit.request) else { return Ok(visit.go("/sign-in")) };
    let password = Passphrase::new(fields.get("password").to_owned());
    match sign_in::unlock(&visit.gateway, &cookie, password, Some(visit.source)).await {
        Ok(()) => Ok(onward(&visit, next, &kept)),
        Err(Error::Problem(problem @ (Problem::WrongPassword | Problem::SlowDown { .. }))) => {
            Ok(page(visit, next, kept, Some(problem)).await)
        }
        Err(Error::Problem(_)) => Ok(visit.go(next)),
        Err(fault) => Err(visit.refuse(fault)),
    }
}

/// Back to the page; or a page whose one button (pressed by a script) posts the form that had to wait. A redirect that keeps
/// the method would post the password along.
fn onward(visit: &Visit, next: &str, kept: &Kept) -> HttpResponse {
    let Some((action, fields)) = kept.posted() else { return visit.go(next) };
    visit.page(StatusCode::OK, &ResumePage { frame: visit.frame(next), action, fields, next: next.to_owned() })
}
