//! A witness, by the C2SP tlog-witness protocol.

use async_trait::async_trait;
use reqwest::Url;

use crate::adapter::outward::{Outward, OutwardSettings};
use crate::error::{Doing, Result};
use crate::port::{Unanswered, Witness, Witnessed};

/// Of an answer nobody needs more: a line is a few hundred bytes.
const MOST: usize = 64 * 1024;
const CONFLICT: u16 = 409;

/// A witness.
pub struct WitnessServer {
    line: Outward,
    url: Url,
}

impl WitnessServer {
    /// The witness below this address, its submission prefix. Asks nothing yet.
    ///
    /// # Errors
    /// An address or an authority that cannot be read.
    pub fn new(prefix: &str, line: &OutwardSettings) -> Result<Self> {
        let url = format!("{}/add-checkpoint", prefix.trim_end_matches('/'));
        Ok(Self { line: Outward::new(line)?, url: Url::parse(&url).doing("reading audit.witnesses.url")? })
    }
}

#[async_trait]
impl Witness for WitnessServer {
    async fn add(&self, request: String) -> std::result::Result<Witnessed, Unanswered> {
        let request = self.line.client().post(self.url.clone()).body(request);
        let (status, body) = self.line.fetch(request, MOST).await?;
        let text = String::from_utf8_lossy(&body);
        match status {
            200 => Ok(Witnessed::Cosigned(text.into_owned())),
            CONFLICT => text.trim_end().parse().map(Witnessed::Has).map_err(|_| Unanswered::Refused(status)),
            status => Err(Unanswered::Refused(status)),
        }
    }
}
