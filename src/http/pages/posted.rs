//! What a form posts. Nobody reads a field before the anti-forgery value was checked.

use std::time::Duration;

use actix_web::dev::{Payload, UrlEncoded};
use actix_web::error::{InternalError, UrlencodedError};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use zeroize::Zeroize;

use super::kept::Kept;
use super::sign_in::unlock;
use super::view::LanguageSwitch;
use super::visit::Visit;
use crate::error::Problem;
use crate::http::guard;

/// How long a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a posted form at most: every field at its limit, percent-encoded.
const FORM_LIMIT: usize = 64 * 1024;

/// The fields of a form, in order. Passwords and numbers pass through: wiped when dropped, never printed.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of `name`; empty when the form has no such field.
    pub(super) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The value of `name`, if the form has such a field.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of `name`.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The way to the other language of a page that shows what was typed: `action` takes it again, with the language, and only
    /// shows it.
    pub(super) fn switch(&self, action: String) -> LanguageSwitch {
        let typed = self.iter().filter(|(name, _)| !matches!(*name, "csrf" | "lang"));
        let fields = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        LanguageSwitch::Post { action, fields }
    }

    /// Every field, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl From<Vec<(String, String)>> for Fields {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            value.zeroize();
        }
    }
}

/// A form that came from our own page, and who posted it; `MOST` bytes at most.
pub(super) struct Posted<V, const MOST: usize = FORM_LIMIT> {
    /// Who.
    pub(super) by: V,
    /// What.
    pub(super) fields: Fields,
}

impl<V, const MOST: usize> FromRequest for Posted<V, MOST>
where
    V: FromRequest<Error = actix_web::Error> + AsRef<Visit> + 'static,
{
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let by = V::from_request(request, payload);
        let body = UrlEncoded::<Vec<(String, String)>>::new(request, payload).limit(MOST);
        let request = request.clone();
        Box::pin(async move {
            let by = match by.await {
                Ok(by) => by,
                Err(refused) if is_locked(&request) => return Err(wait(&request, body, refused).await),
                Err(refused) => return Err(refused),
            };
            // Whoever is asked who he is and then takes his time may not be the same any more.
            let body = tokio::time::timeout(PATIENCE, body).await;
            let body = body.map_err(|_| by.as_ref().refuse(Problem::Malformed { detail: "too slow".into() }))?;
            let fields = body.map(Fields).map_err(|error| by.as_ref().refuse(flaw(&error, MOST)))?;
            guard::check_form(&request, fields.get("csrf")).map_err(|error| by.as_ref().refuse(error))?;
            Ok(Self { by, fields })
        })
    }
}

/// Left at a request that met a locked session.
pub(super) struct Locked;

/// Whether a request posts something that met a locked session.
pub(super) fn is_held(request: &HttpRequest) -> bool {
    !request.method().is_safe() && is_locked(request)
}

fn is_locked(request: &HttpRequest) -> bool {
    request.extensions().contains::<Locked>()
}

/// What was typed waits behind the unlock page; what came from elsewhere, or cannot be kept, gets the answer it had.
async fn wait(
    request: &HttpRequest,
    body: UrlEncoded<Vec<(String, String)>>,
    refused: actix_web::Error,
) -> actix_web::Error {
    let Ok(fields) = body.await.map(Fields) else { return refused };
    let kept = Kept::of(request.path(), &fields);
    if kept.is_empty() || guard::check_form(request, fields.get("csrf")).is_err() {
        return refused;
    }
    match Visit::extract(request).await {
        Ok(visit) => InternalError::from_response("answered", unlock::interrupted(visit, kept).await).into(),
        Err(error) => error,
    }
}

fn flaw(error: &UrlencodedError, most: usize) -> Problem {
    match error {
        UrlencodedError::Overflow { .. } => Problem::TooLarge { limit: most as u64 },
        _ => Problem::Malformed { detail: "not a form".into() },
    }
}
