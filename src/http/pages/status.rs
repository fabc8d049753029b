//! What a page answers in the first line of HTTP, where that is not what the programming interface answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};

use crate::error::Problem;
use crate::http::problem;

/// The status of a page that tells `problem`.
pub(super) fn of(problem: &Problem) -> StatusCode {
    match problem {
        // Something typed into a form was wrong: the form comes again.
        Problem::WrongPassword | Problem::WrongCode | Problem::NumberWrong { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        // 401 asks for a challenge, which only a stranger gets, and 423 belongs to WebDAV; people read the page.
        Problem::UnlockNeeded | Problem::SecondStepNeeded | Problem::SessionLocked | Problem::DeliveryPaused => {
            StatusCode::FORBIDDEN
        }
        _ => problem::status(problem),
    }
}

/// Says what HTTP wants said besides: how to sign in; when to come back, for problems that pass by themselves.
pub(super) fn say_more(answer: &mut HttpResponse, problem: &Problem) {
    let seconds = match problem {
        Problem::SlowDown { seconds } | Problem::Busy { seconds } | Problem::SourceBanned { seconds } => *seconds,
        Problem::Unavailable | Problem::LogUnavailable => 60,
        Problem::SignInNeeded => {
            answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(problem::CHALLENGE));
            return;
        }
        _ => return,
    };
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
}
