//! In and out: signing in, unlocking an idle session, signing out.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::get_or_head;
use super::posted::Posted;
use super::view::{SignInPage, UnlockPage};
use super::visit::{Answer, Visit, parameter};
use crate::crypt::{parse_cookie, token_hash};
use crate::error::{Error, Problem, Result};
use crate::http::guard;
use crate::model::{Account, Passphrase, Role};
use crate::staff::{session, sign_in};
use crate::store::{accounts, sign_ins};

pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/").route(get_or_head().to(home)))
        .service(web::resource("/sign-in").route(get_or_head().to(show)).route(web::post().to(enter)))
        .service(web::resource("/sign-out").route(web::post().to(leave)))
        .service(web::resource("/unlock").route(get_or_head().to(show_locked)).route(web::post().to(unlock)));
}

async fn home(visit: Visit) -> HttpResponse {
    match guard::signed_in(&visit.request).await {
        Ok(signed_in) if signed_in.account.has(Role::Sender) => visit.go("/send"),
        Ok(_) => visit.go("/me"),
        Err(error) => visit.refusal(error),
    }
}

/// Only a path of ours may follow a sign-in.
fn local_path(next: &str) -> &str {
    let odd = next.contains('\\') || next.chars().any(char::is_control);
    if next.starts_with('/') && !next.starts_with("//") && !odd { next } else { "/" }
}

fn next_of(visit: &Visit) -> String {
    local_path(&parameter(&visit.request, "next").unwrap_or_default()).to_owned()
}

async fn show(visit: Visit) -> HttpResponse {
    let page = SignInPage { frame: visit.frame_here(), email: String::new(), next: next_of(&visit) };
    visit.page(StatusCode::OK, &page)
}

async fn enter(form: Posted<Visit>) -> Answer {
    let Posted { by: visit, fields } = form;
    let (email, next) = (fields.get("email"), local_path(fields.get("next")));
    let password = Passphrase::new(fields.get("password").to_owned());
    let session = match sign_in::sign_in(&visit.gateway, email, password, Some(visit.source)).await {
        Ok(session) => session,
        Err(Error::Problem(problem)) => {
            let mut frame = visit.frame("/sign-in");
            frame.refuse("", &problem);
            let page = SignInPage { frame, email: email.to_owned(), next: next.to_owned() };
            return Ok(visit.refused_page(&problem, &page));
        }
        Err(fault) => return Err(visit.refuse(fault)),
    };
    if let Some(earlier) = guard::session_cookie(&visit.request) {
        session::sign_out(&visit.gateway, &earlier).await.map_err(|error| visit.refuse(error))?;
    }
    let path = if session.account.must_change_password { "/me/password" } else { next };
    Ok(with_cookie(visit.go(path), guard::set_session_cookie(&session.cookie)))
}

fn with_cookie(mut answer: HttpResponse, cookie: actix_web::cookie::Cookie<'_>) -> HttpResponse {
    if let Err(error) = answer.add_cookie(&cookie) {
        tracing::error!(%error, "a cookie cannot be set");
    }
    answer
}

async fn leave(form: Posted<Visit>) -> Answer {
    let visit = form.by;
    if let Some(cookie) = guard::session_cookie(&visit.request) {
        session::sign_out(&visit.gateway, &cookie).await.map_err(|error| visit.refuse(error))?;
    }
    Ok(with_cookie(visit.go("/sign-in"), guard::clear_session_cookie()))
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

async fn unlock_page(mut visit: Visit, next: &str, refused: Option<Problem>) -> HttpResponse {
    let account = match locked_account(&visit).await {
        Ok(account) => account,
        // Nothing is locked: signed in, or not at all. Where it goes on from tells which.
        Err(Error::Problem(_)) => return visit.go(next),
        Err(fault) => return visit.refusal(fault),
    };
    visit.prefer(account.language);
    let mut frame = visit.frame(&format!("/unlock?next={next}"));
    if let Some(problem) = &refused {
        frame.refuse("password", problem);
    }
    let page = UnlockPage { frame, name: account.name, email: account.email, next: next.to_owned() };
    match refused {
        Some(problem) => visit.refused_page(&problem, &page),
        None => visit.page(StatusCode::OK, &page),
    }
}

async fn show_locked(visit: Visit) -> HttpResponse {
    let next = next_of(&visit);
    unlock_page(visit, &next, None).await
}

async fn unlock(form: Posted<Visit>) -> Answer {
    let Posted { by: visit, fields } = form;
    let next = local_path(fields.get("next"));
    let Some(cookie) = guard::session_cookie(&visit.request) else { return Ok(visit.go("/sign-in")) };
    let password = Passphrase::new(fields.get("password").to_owned());
    match sign_in::unlock(&visit.gateway, &cookie, password, Some(visit.source)).await {
        Ok(()) => Ok(visit.go(next)),
        Err(Error::Problem(problem @ (Problem::WrongPassword | Problem::SlowDown { .. }))) => {
            Ok(unlock_page(visit, next, Some(problem)).await)
        }
        Err(Error::Problem(_)) => Ok(visit.go(next)),
        Err(fault) => Err(visit.refuse(fault)),
    }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_own_paths_follow_a_sign_in() {
        for path in ["/send", "/transfers?state=paused", "/"] {
            assert_eq!(local_path(path), path);
        }
        for path in ["", "send", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb"] {
            assert_eq!(local_path(path), "/", "{path:?}");
        }
    }
}
