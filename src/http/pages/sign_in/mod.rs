//! In and out: one file per way to prove who one is.

mod certificate;
mod here;
pub(super) mod passkey;
mod provider;
mod second;
pub(super) mod unlock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::posted::Posted;
use super::view::{ProviderWay, SignInPage, Ways};
use super::visit::{Answer, Visit, percent_encoded};
use crate::error::{Error, Problem, Result};
use crate::gateway::Provider;
use crate::http::guard;
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};
use crate::http::surface::Kind;
use crate::model::{Account, Factor, Passphrase, Role};
use crate::staff::session::{self, Session};
use crate::staff::{certificate as card, provider as providers, sign_in};
use crate::store::{accounts, identities, passkeys};

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/sign-in").get(Access::Public, show).post(Access::Public, enter))
        .add(at("/sign-out").post(Access::Public, leave));
    certificate::configure(routes);
    provider::configure(routes);
    second::configure(routes);
    unlock::configure(routes);
    passkey::configure(routes);
    here::configure(routes);
}

/// Registers the page that leads whoever is signed in to his work.
pub(super) fn configure_home(routes: &mut Routes) {
    routes.add(at("/").get(Access::Newcomer, home));
}

async fn home(visit: Visit) -> HttpResponse {
    match guard::signed_in(&visit.request).await {
        Ok(signed_in) if signed_in.account.has(Role::Sender) => visit.go("/send"),
        Ok(signed_in) if signed_in.account.has(Role::Approver) => visit.go("/approvals"),
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

/// The ways that this visitor has: of this account, or of anybody before one is named.
///
/// # Errors
/// The store cannot be read.
async fn ways_of(visit: &Visit, account: Option<&Account>) -> Result<Ways> {
    let anybodys = anybodys_ways(visit);
    let Some(account) = account else { return Ok(anybodys) };
    let mut providers = anybodys.providers;
    let known = providers::of_account(&visit.gateway, account).await?;
    providers.retain(|way| known.iter().any(|provider| provider.id == way.id));
    let names_holder = card::names(&visit.gateway, account, &guard::visitor(&visit.request)?);
    let directory = visit.gateway.elsewhere.directory.as_ref().map(|directory| directory.admission.realm.clone());
    let id = account.id;
    visit
        .gateway
        .store
        .read(move |tx| {
            let known = identities::of_account(tx, id)?.into_iter().any(|(realm, _)| Some(realm) == directory);
            Ok(Ways {
                password: known || accounts::credentials(tx, id)?.has_password(),
                certificate: names_holder,
                passkey: anybodys.passkey && !passkeys::of_account(tx, id)?.is_empty(),
                providers,
            })
        })
        .await
}

fn way(provider: &Provider) -> ProviderWay {
    ProviderWay { id: provider.id.clone(), name: provider.name.clone() }
}

/// The ways that a visitor has before an account is named.
fn anybodys_ways(visit: &Visit) -> Ways {
    Ways {
        password: true,
        passkey: visit.gateway.passkeys.is_some(),
        certificate: certificate::is_offered(visit),
        // Providers lead back to the staff's address, where no administrator's page is.
        providers: match visit.surface() {
            Some(Kind::Administration) => Vec::new(),
            _ => visit.gateway.elsewhere.providers.iter().map(way).collect(),
        },
    }
}

fn page(visit: &Visit, email: &str, next: &str) -> SignInPage {
    SignInPage {
        frame: visit.frame_here(),
        email: email.to_owned(),
        next: next.to_owned(),
        ended: false,
        ways: anybodys_ways(visit),
        recipients: visit.recipients(),
    }
}

/// What a stranger gets for a page that needs somebody signed in: the way in, which leads on to that page.
pub(super) fn stranger(visit: &Visit) -> HttpResponse {
    let next = visit.page_behind();
    // A session that is gone while its cookie is still there has reached its limit; whoever signed out has no cookie.
    let ended = guard::session_cookie(&visit.request).is_some();
    let mut page = SignInPage { ended, ..page(visit, "", &next) };
    if !visit.request.method().is_safe() {
        page.frame = visit.frame(&format!("/sign-in?next={}", percent_encoded(&next)));
    }
    visit.refused_page(&Problem::SignInNeeded, &page)
}

async fn show(visit: Visit) -> Answer {
    let ended = guard::session_cookie(&visit.request).is_some()
        && matches!(guard::signed_in(&visit.request).await, Err(Error::Problem(Problem::SignInNeeded)));
    let page = SignInPage { ended, ..page(&visit, "", &next_of(&visit)) };
    Ok(visit.page(StatusCode::OK, &page))
}

async fn enter(form: Posted<Visit>) -> Answer {
    let Posted { by: visit, fields } = form;
    let (email, next) = (fields.get("email"), local_path(fields.get("next")));
    let password = Passphrase::new(fields.get("password").to_owned());
    match sign_in::sign_in(&visit.gateway, email, password, &visit.visitor()?).await {
        Ok(session) => entered(&visit, &session, next).await,
        Err(error) => refused(&visit, error, email, next).await,
    }
}

/// Into the session: an earlier one of this browser ends, the cookies are set, and what comes first comes first.
pub(super) async fn entered(visit: &Visit, session: &Session, next: &str) -> Answer {
    end_earlier(visit).await.map_err(|error| visit.refuse(error))?;
    Ok(with_session(visit, session, visit.go(first_path(session, next))))
}

/// Ends the session that this browser had before.
async fn end_earlier(visit: &Visit) -> Result<()> {
    match guard::session_cookie(&visit.request) {
        Some(earlier) => session::sign_out(&visit.gateway, &earlier).await,
        None => Ok(()),
    }
}

/// Where somebody who signed in goes first.
fn first_path<'a>(session: &Session, next: &'a str) -> &'a str {
    let initial = session.by == Factor::Password && session.account.must_change_password;
    if initial { "/me/password" } else { next }
}

/// `answer` with the cookies of a fresh session.
fn with_session(visit: &Visit, session: &Session, answer: HttpResponse) -> HttpResponse {
    let answer = with_cookie(answer, guard::set_session_cookie(&session.cookie));
    match &session.device {
        Some(device) => with_cookie(answer, guard::set_device_cookie(device, visit.gateway.sign_in.device_days)),
        None => answer,
    }
}

/// The sign-in page again, with why it was refused and what was typed.
pub(super) async fn refused(visit: &Visit, error: Error, email: &str, next: &str) -> Answer {
    let Error::Problem(problem) = error else { return Err(visit.refuse(error)) };
    let mut page = page(visit, email, next);
    page.frame = visit.frame("/sign-in");
    match &problem {
        Problem::SlowDown { seconds } => page.frame.ask_to_wait(*seconds),
        _ => page.frame.refuse("", &problem),
    }
    Ok(visit.refused_page(&problem, &page))
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
