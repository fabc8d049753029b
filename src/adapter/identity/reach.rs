//! The line to a provider: TLS, no redirects, bounded in time and size.

use std::time::Duration;

use futures_util::future::BoxFuture;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest::{Certificate, Client, redirect};

use crate::error::{Doing, Result};

/// A provider that takes longer is as good as down: somebody waits in front of a page.
const PATIENCE: Duration = Duration::from_secs(10);
/// Discovery documents and key sets of large providers are some ten kilobytes.
const MOST: usize = 1024 * 1024;

/// Fetches what the protocol asks for.
pub(super) struct Reach(Client);

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreached {
    /// No answer, or not all of it.
    #[error("no answer: {0}")]
    Silent(#[from] reqwest::Error),
    /// More than anybody needs.
    #[error("the answer is longer than {MOST} bytes")]
    TooLong,
    /// What came back is no answer.
    #[error("the answer cannot be read: {0}")]
    Odd(#[from] http::Error),
}

impl Reach {
    /// With the system's authorities, or only that of `ca_pem`.
    ///
    /// # Errors
    /// `ca_pem` holds no certificate.
    pub(super) fn new(ca_pem: Option<&[u8]>) -> Result<Self> {
        // A redirect would carry code and secret to wherever it points.
        let mut builder = Client::builder().redirect(redirect::Policy::none()).https_only(true).timeout(PATIENCE);
        if let Some(pem) = ca_pem {
            let own = Certificate::from_pem_bundle(pem).doing("reading the authority of an OpenID provider")?;
            builder = builder.tls_certs_only(own);
        }
        builder.build().map(Self).doing("preparing the line to an OpenID provider")
    }

    async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, Unreached> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut built = http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            built = built.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if body.len() + piece.len() > MOST {
                return Err(Unreached::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        Ok(built.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Reach {
    type Error = Unreached;
    type Future = BoxFuture<'c, Result<HttpResponse, Unreached>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.fetch(request))
    }
}
