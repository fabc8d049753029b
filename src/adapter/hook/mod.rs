//! Posts to an office's own systems, by the Standard Webhooks specification.

use async_trait::async_trait;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;

use super::outward::{Outward, OutwardSettings, Unsent};
use crate::crypt::WebhookSecret;
use crate::error::{Doing, Result};
use crate::model::{Post, Time};
use crate::port::{HookPoster, Unanswered};

/// A receiver.
pub struct WebhookReceiver {
    line: Outward,
    url: Url,
    secret: WebhookSecret,
}

impl WebhookReceiver {
    /// Asks nothing yet.
    ///
    /// # Errors
    /// An address or an authority that cannot be read.
    pub fn new(url: &str, secret: WebhookSecret, line: &OutwardSettings) -> Result<Self> {
        Ok(Self { line: Outward::new(line)?, url: Url::parse(url).doing("reading webhooks.url")?, secret })
    }
}

#[async_trait]
impl HookPoster for WebhookReceiver {
    async fn post(&self, post: &Post, at: Time) -> std::result::Result<u16, Unanswered> {
        // Ids of the specification carry no full stop; a UUID has none.
        let id = format!("msg_{}", post.id.uuid().simple());
        let seconds = at.millis().div_euclid(1000);
        let signature = self.secret.sign(&id, seconds, &post.body).ok_or(Unanswered::Silent)?;
        let request = self.line.client().post(self.url.clone());
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(post.body.clone());
        match self.line.send(request).await? {
            status @ 200..300 => Ok(status),
            status => Err(Unanswered::Refused(status)),
        }
    }
}

impl From<Unsent> for Unanswered {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Forbidden => Self::Forbidden,
            Unsent::TimedOut => Self::TimedOut,
            Unsent::Silent => Self::Silent,
        }
    }
}
