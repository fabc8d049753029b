//! What comes in: JSON bodies with a bound on size and time, ids in paths, idempotency keys.

use std::str::FromStr;
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, dev};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::error::{Error, FieldFlaw, Problem};
use crate::http::JSON_MOST;
use crate::http::problem::{Failure, Protocol};
use crate::staff::permit::Sender;
use crate::store::idempotency::Key;

/// How long a small body may take. Connections are a bounded good.
const PATIENCE: Duration = Duration::from_secs(30);
/// Characters of an idempotency key at most.
const KEY_LONGEST: usize = 255;

/// A JSON body of `MOST` bytes at most. An empty one is an empty object.
pub struct Input<T, const MOST: u64 = JSON_MOST> {
    /// What it says.
    pub value: T,
    /// SHA-256 of its bytes.
    digest: [u8; 32],
}

impl<T: DeserializeOwned, const MOST: u64> FromRequest for Input<T, MOST> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;
    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = tokio::time::timeout(PATIENCE, collect(&request, payload, MOST)).await;
            let body = body.map_err(|_| Failure(malformed("the body did not arrive in time")))??;
            if !body.is_empty() && !is_json(&request) {
                return Err(Protocol::MediaType("application/json").into());
            }
            let digest = Sha256::digest(&body).into();
            let bytes: &[u8] = if body.is_empty() { b"{}" } else { &body };
            let value = serde_json::from_slice(bytes).map_err(|error| Failure(malformed(&error.to_string())))?;
            Ok(Self { value, digest })
        })
    }
}

fn malformed(detail: &str) -> Error {
    Problem::Malformed { detail: detail.to_owned() }.into()
}

async fn collect(request: &HttpRequest, mut payload: dev::Payload, most: u64) -> Result<Bytes, Failure> {
    let too_large = || Failure(Problem::TooLarge { limit: most }.into());
    let announced = request.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(bytes) = payload.next().await {
        let bytes = bytes.map_err(|_| Failure(malformed("the body broke off")))?;
        if (body.len() + bytes.len()) as u64 > most {
            return Err(too_large());
        }
        body.extend_from_slice(&bytes);
    }
    Ok(body.freeze())
}

fn is_json(request: &HttpRequest) -> bool {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

impl<T, const MOST: u64> Input<T, MOST> {
    /// The idempotency key of the request, if it has one, bound to who sent it and to what it says.
    ///
    /// # Errors
    /// `Field` for a key that is empty, too long, or not plain ASCII.
    pub fn key(&self, request: &HttpRequest, sender: &Sender) -> Result<Option<Key>, Failure> {
        let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
        let flawed = |flaw| Failure(Problem::Field { field: "idempotency-key", flaw }.into());
        let key = value.to_str().map_err(|_| flawed(FieldFlaw::Malformed))?.trim();
        if key.is_empty() {
            return Err(flawed(FieldFlaw::Missing));
        }
        if key.len() > KEY_LONGEST {
            return Err(flawed(FieldFlaw::TooLong { limit: 255 }));
        }
        let hash = Sha256::new()
            .chain_update(request.method().as_str())
            .chain_update([0])
            .chain_update(request.path())
            .chain_update([0])
            .chain_update(self.digest);
        let holder = sender.signed_in().holder_hash();
        Ok(Some(Key { holder, key: key.to_owned(), request: hash.finalize().into() }))
    }
}

/// An id in a path. What is no id names nothing.
///
/// # Errors
/// `NotFound`.
pub fn id<T: FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Problem::NotFound.into())
}
