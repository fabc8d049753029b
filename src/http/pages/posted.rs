//! What a form posts. Nobody reads a field before the anti-forgery value was checked.

use actix_web::dev::{Payload, UrlEncoded};
use actix_web::error::UrlencodedError;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use zeroize::Zeroize;

use super::visit::Visit;
use crate::error::Problem;
use crate::http::guard;

/// Bytes of a posted form at most: every field at its limit, percent-encoded.
const FORM_LIMIT: usize = 64 * 1024;

/// The fields of a form, in order. Passwords and numbers pass through: wiped when dropped, never printed.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of `name`; empty when the form has no such field.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Every value of `name`.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            value.zeroize();
        }
    }
}

/// A form that came from our own page, and who posted it.
pub(super) struct Posted<V> {
    /// Who.
    pub(super) by: V,
    /// What.
    pub(super) fields: Fields,
}

impl<V: FromRequest<Error = actix_web::Error> + AsRef<Visit> + 'static> FromRequest for Posted<V> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let by = V::from_request(request, payload);
        let body = UrlEncoded::<Vec<(String, String)>>::new(request, payload).limit(FORM_LIMIT);
        let request = request.clone();
        Box::pin(async move {
            let by = by.await?;
            let fields = body.await.map(Fields).map_err(|error| by.as_ref().refuse(flaw(&error)))?;
            guard::check_form(&request, fields.get("csrf")).map_err(|error| by.as_ref().refuse(error))?;
            Ok(Self { by, fields })
        })
    }
}

fn flaw(error: &UrlencodedError) -> Problem {
    match error {
        UrlencodedError::Overflow { .. } => Problem::TooLarge { limit: FORM_LIMIT as u64 },
        _ => Problem::Malformed { detail: "not a form".into() },
    }
}
