//! In and out: signing in, signing out.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::get_or_head;
use super::posted::Posted;
use super::view::SignInPage;
use super::visit::{Answer, Visit, parameter};
use crate::error::{Error, Problem};
use crate::http::guard;
use crate::model::{Passphrase, Role};
use crate::staff::{session, sign_in};

pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/").route(get_or_head().to(home)))
        .service(web::resource("/sign-in").route(get_or_head().to(show)).route(web::post().to(enter)))
        .service(web::resource("/sign-out").route(web::post().to(leave)));
}

async fn home(visit: Visit) -> HttpResponse {
    match guard::signed_in(&visit.request).await {
        Ok(signed_in) if signed_in.account.has(Role::Sender) => visit.go("/send"),
        Ok(_) => visit.go("/me"),
        Err(error) => visit.refusal(error),
    }
}

/// Only a path of ours may follow a sign-in.
pub(super) fn local_path(next: &str) -> &str {
    let odd = next.contains('\\') || next.chars().any(char::is_control);
    if next.starts_with('/') && !next.starts_with("//") && !odd { next } else { "/" }
}

pub(super) fn next_of(visit: &Visit) -> String {
    local_path(&parameter(&visit.request, "next").unwrap_or_default()).to_owned()
}

async fn show(visit: Visit) -> HttpResponse {
    let mut page = SignInPage { frame: visit.frame_here(), email: String::new(), next: next_of(&visit), ended: false };
    // A session that is gone while its cookie is still there has reached its limit; whoever signed out has no cookie.
    page.ended = guard::session_cookie(&visit.request).is_some()
        && matches!(guard::signed_in(&visit.request).await, Err(Error::Problem(Problem::SignInNeeded)));
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
            match &problem {
                Problem::SlowDown { seconds } => frame.ask_to_wait(*seconds),
                _ => frame.refuse("", &problem),
            }
            let page = SignInPage { frame, email: email.to_owned(), next: next.to_owned(), ended: false };
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
