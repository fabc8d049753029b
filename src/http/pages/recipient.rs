//! Recipients before the files: the code from the mail, the number, every end.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::offer::{ended_page, ending, locked_page, replaced_page};
use super::posted::{Fields, Posted};
use super::view::{CodePage, CodeReason, Ending};
use super::visit::{Answer, Visit};
use crate::crypt::link_code;
use crate::error::{Error, Problem};
use crate::http::routes::{Access, Routes, at};
use crate::http::{guard, link_code as pasted};
use crate::model::LinkSecret;
use crate::transfer::again;
use crate::transfer::look::{self, Seen};
use crate::transfer::open::{self, Attempt};
use crate::transfer::retrieve;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/r").get(Access::Recipient, entrance))
        .add(at("/r/look").post(Access::Recipient, look_by_code))
        .add(at("/r/ask").post(Access::Recipient, ask))
        .add(at("/r/{id}/look").post(Access::Recipient, look_by_link))
        .add(at("/r/{id}/open").post(Access::Recipient, open))
        // Last: whatever mail gateways make of a link leads to the same page.
        .add(at("/r/{id:.*}").get(Access::Recipient, link));
}

/// The letters and digits that a path begins with. What follows may be a secret torn from its fragment.
fn id_of(path: &str) -> &str {
    path.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// What stands behind the id where a mail gateway wrote the `#` of the link as `%23`: the code, without scripts to put it
/// back. It goes into the form's field, and nowhere else.
pub(super) fn torn_code(path: &str) -> &str {
    let behind = |mark| path.split_once(mark).map(|(_, rest)| rest);
    ["#", "%2523", "%23"].into_iter().find_map(behind).unwrap_or_default()
}

/// The address of the page of a link.
fn here(id: Option<&str>) -> String {
    id.map_or_else(|| "/r".into(), |id| format!("/r/{}", id_of(id)))
}

fn code_page(visit: &Visit, id: Option<&str>, code: &str, reason: CodeReason) -> CodePage {
    let id = id.map(id_of).filter(|id| !id.is_empty());
    CodePage { frame: visit.frame(&here(id)), id: id.map(str::to_owned), code: code.to_owned(), reason }
}

async fn entrance(visit: Visit) -> HttpResponse {
    visit.page(StatusCode::OK, &code_page(&visit, None, "", CodeReason::Entry))
}

/// The same page for every link, whether anything is behind it or not.
async fn link(visit: Visit, id: web::Path<String>) -> HttpResponse {
    visit.page(StatusCode::OK, &code_page(&visit, Some(&id), torn_code(&id), CodeReason::Entry))
}

/// The same page for everybody who does not hold the secret of a delivery.
fn unknown(visit: &Visit, code: &str) -> HttpResponse {
    visit.page(StatusCode::NOT_FOUND, &code_page(visit, None, code, CodeReason::Unknown))
}

/// The session of a link is over, or never was.
pub(super) fn session_ended(visit: &Visit, id: &str) -> HttpResponse {
    visit.refused_page(&Problem::UnlockNeeded, &code_page(visit, Some(id), "", CodeReason::SessionEnded))
}

/// Reads the code that a form carries.
fn secret_of(visit: &Visit, id: Option<&str>, code: &str) -> Result<LinkSecret, Box<HttpResponse>> {
    pasted::read(code).map_err(|problem| {
        let mut page = code_page(visit, id, code, CodeReason::Entry);
        page.frame.refuse("", &problem);
        Box::new(visit.refused_page(&problem, &page))
    })
}

async fn look_by_code(form: Posted<Visit>) -> Answer {
    let Posted { by: visit, fields } = form;
    look(visit, None, &fields).await
}

async fn look_by_link(form: Posted<Visit>, id: web::Path<String>) -> Answer {
    let Posted { by: visit, fields } = form;
    look(visit, Some(&id), &fields).await
}

async fn look(mut visit: Visit, id: Option<&str>, fields: &Fields) -> Answer {
    visit.choose_for_good(fields.get("lang"));
    let secret = match secret_of(&visit, id, fields.get("secret")) {
        Ok(secret) => secret,
        Err(answer) => return Ok(*answer),
    };
    let seen = match look::look(&visit.gateway, &secret, id, Some(visit.source)).await {
        Ok(seen) => seen,
        Err(Error::Problem(Problem::NotFound)) => return Ok(unknown(&visit, fields.get("secret"))),
        Err(Error::Problem(Problem::LinkReplaced { .. })) => return replaced(visit, &secret).await,
        Err(error) => return Err(visit.refuse(error)),
    };
    visit.prefer(seen.delivery.recipient.language);
    if is_open_here(&visit, &seen).await {
        return Ok(visit.go(&format!("/r/{}/files", seen.delivery.public_id)));
    }
    Ok(told(&visit, &seen, &link_code(&secret)))
}

/// What the holder of a former link sees.
async fn replaced(mut visit: Visit, secret: &LinkSecret) -> Answer {
    let seen = again::former(&visit.gateway, secret).await.map_err(|error| visit.refuse(error))?;
    visit.prefer(seen.delivery.recipient.language);
    Ok(visit.page(StatusCode::GONE, &replaced_page(&visit, &seen, &link_code(secret))))
}

/// Asks the sender for the files again, and shows the page that it was asked from.
async fn ask(form: Posted<Visit>) -> Answer {
    let Posted { by: mut visit, fields } = form;
    visit.choose(fields.get("lang"));
    let secret = match secret_of(&visit, None, fields.get("secret")) {
        Ok(secret) => secret,
        Err(answer) => return Ok(*answer),
    };
    match again::ask(&visit.gateway, &secret, None, Some(visit.source)).await {
        Ok((seen, _)) => {
            let code = link_code(&secret);
            let page = match ending(&seen).filter(|_| !seen.is_former) {
                Some(ending) => ended_page(&visit, &seen, &code, ending),
                None => replaced_page(&visit, &seen, &code),
            };
            Ok(visit.page(StatusCode::OK, &page))
        }
        Err(Error::Problem(Problem::NotFound)) => Ok(unknown(&visit, fields.get("secret"))),
        Err(error) => Err(visit.refuse(error)),
    }
}

/// Whether this browser holds the delivery's session: it need not ask for the number again.
async fn is_open_here(visit: &Visit, seen: &Seen) -> bool {
    let id = &seen.delivery.public_id;
    match visit.request.cookie(&guard::unlock_cookie_name(id)) {
        Some(cookie) => retrieve::opened(&visit.gateway, id, cookie.value()).await.is_ok(),
        None => false,
    }
}

/// What a bearer of the secret sees: dead and paused ones first, so that nobody is asked for a number in vain.
fn told(visit: &Visit, seen: &Seen, code: &str) -> HttpResponse {
    match ending(seen) {
        None => visit.page(StatusCode::OK, &locked_page(visit, seen, code, "")),
        Some(ending) => {
            let status = if ending == Ending::Paused { StatusCode::FORBIDDEN } else { StatusCode::GONE };
            visit.page(status, &ended_page(visit, seen, code, ending))
        }
    }
}

async fn open(form: Posted<Visit>, id: web::Path<String>) -> Answer {
    let Posted { by: mut visit, fields } = form;
    visit.choose(fields.get("lang"));
    let secret = match secret_of(&visit, Some(&id), fields.get("secret")) {
        Ok(secret) => secret,
        Err(answer) => return Ok(*answer),
    };
    let attempt = Attempt {
        public_id: id.clone(),
        secret: secret.clone(),
        number: fields.get("number").to_owned(),
        take_over: fields.get("take_over") == "1",
        source: visit.source,
    };
    match open::open(&visit.gateway, attempt).await {
        Ok(opened) => {
            let mut answer = visit.go(&format!("/r/{}/files", *id));
            if let Err(error) = answer.add_cookie(&guard::set_unlock_cookie(&id, &opened.cookie)) {
                return Err(visit.refuse(Error::fault("setting a cookie", error)));
            }
            Ok(answer)
        }
        Err(Error::Problem(Problem::NotFound)) => Ok(unknown(&visit, fields.get("secret"))),
        Err(Error::Problem(problem)) => not_opened(&visit, &secret, &id, fields.get("number"), &problem).await,
        Err(fault) => Err(visit.refuse(fault)),
    }
}

async fn not_opened(visit: &Visit, secret: &LinkSecret, id: &str, number: &str, problem: &Problem) -> Answer {
    let seen = look::look_again(&visit.gateway, secret, id).await.map_err(|error| visit.refuse(error))?;
    let code = link_code(secret);
    if *problem == Problem::OpeningsUsedUp {
        return Ok(visit.refused_page(problem, &ended_page(visit, &seen, &code, Ending::OpeningsUsedUp)));
    }
    if ending(&seen).is_some() {
        return Ok(told(visit, &seen, &code));
    }
    let mut page = locked_page(visit, &seen, &code, number);
    match problem {
        Problem::OpenElsewhere => page.elsewhere = true,
        Problem::Unavailable | Problem::LogUnavailable => page.frame.refuse("", problem),
        _ => page.frame.refuse("number", problem),
    }
    Ok(visit.refused_page(problem, &page))
}

#[cfg(test)]
mod tests {
    use super::{here, id_of, torn_code};

    #[test]
    fn a_torn_link_shows_no_more_than_its_id() {
        for path in ["8q4zt1m6", "8q4zt1m6#k7q2", "8q4zt1m6%23k7q2", "8q4zt1m6/k7q2", "8q4zt1m6?k7q2"] {
            assert_eq!(id_of(path), "8q4zt1m6");
            assert_eq!(here(Some(path)), "/r/8q4zt1m6");
        }
        assert_eq!(id_of("#k7q2"), "");
        for path in ["8q4zt1m6#k7q2", "8q4zt1m6%23k7q2", "8q4zt1m6%2523k7q2"] {
            assert_eq!(torn_code(path), "k7q2");
        }
        assert_eq!(torn_code("8q4zt1m6"), "");
        assert_eq!(here(None), "/r");
    }
}
