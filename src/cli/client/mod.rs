//! Speaking the API of a gateway: one request, with patience for what passes by itself.

mod patience;
mod problem;
pub(super) mod shapes;
pub(super) mod tus;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Method, RequestBuilder, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use super::failure::{Failure, Result};
use super::private_file::{read_secret, warn_if_open_to_others};
use super::terminal::Terminal;

pub(super) use patience::Patience;
pub(super) use problem::Refused;

/// How long an answer without a file may take: an opening may wait in the queue behind others.
const ANSWER: Duration = Duration::from_secs(180);
const CONNECT: Duration = Duration::from_secs(10);
/// How long a gateway is called that has never answered.
const FIRST_CONTACT: Duration = Duration::from_secs(20);

/// Which gateway, and how it is trusted.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Trust {
    /// Certificates to trust instead of the system's, PEM (for a self-made certificate: KEYS/tls/authority.pem)
    #[arg(long, value_name = "FILE", env = "KAKITOME_CA_FILE")]
    pub(super) ca_file: Option<PathBuf>,
    /// Give up after this many seconds without any progress
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(super) patience: u64,
}

/// Which gateway, and who is calling.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Staff {
    /// Address of the gateway
    #[arg(long, value_name = "URL", env = "KAKITOME_SERVER", default_value = "https://localhost:8443")]
    pub(super) server: String,
    /// File whose content is the API token (`-`: standard input)
    #[arg(long, value_name = "FILE", env = "KAKITOME_TOKEN_FILE")]
    pub(super) token_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) trust: Trust,
}

/// A gateway to speak to.
pub(super) struct Client {
    http: reqwest::Client,
    server: Url,
    token: Option<Zeroizing<String>>,
    terminal: Terminal,
    patience: Duration,
    /// Whether the gateway has answered before.
    reached: AtomicBool,
}

/// What may be asked again when nobody knows whether it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// Asking twice does no harm.
    Always,
    /// Only when it certainly did not arrive.
    Unsent,
}

/// Why a request brought no answer that can be used.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The line broke, or nobody answered. `sent`: it may have been done.
    Lost { why: String, sent: bool },
    /// The gateway asks to come back later.
    Later { wait: Option<Duration>, refused: Box<Refused> },
    /// The gateway refused.
    Refused(Box<Refused>),
    /// Asking again is pointless.
    Final(Failure),
}

impl Client {
    /// A client that calls as the bearer of the token file.
    pub(super) fn of_staff(staff: &Staff, terminal: Terminal) -> Result<Self> {
        let file = staff.token_file.as_ref().ok_or_else(|| Failure::Usage(terminal.texts.text("cli-token-missing")))?;
        warn_if_open_to_others(file, terminal);
        let token = Zeroizing::new(read_secret(file)?.trim().to_owned());
        if crate::crypt::parse_token(&token).is_none() {
            return Err(terminal.failure("cli-token-malformed", "cli-token-missing"));
        }
        Ok(Self { token: Some(token), ..Self::anonymous(&staff.server, &staff.trust, terminal)? })
    }

    /// A client without a token, with a jar for the session cookie of a recipient.
    pub(super) fn anonymous(server: &str, trust: &Trust, terminal: Terminal) -> Result<Self> {
        let wrong = || Failure::Usage(terminal.phrase("cli-server-wrong").with("server", server).to_string());
        let server =
            Url::parse(server).ok().filter(|url| url.scheme() == "https" && url.has_host()).ok_or_else(wrong)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(terminal.texts.language().word()));
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(concat!("kakitome/", env!("CARGO_PKG_VERSION")))
            .https_only(true)
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .cookie_store(true);
        if let Some(file) = &trust.ca_file {
            let pem = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
            let certificates = Certificate::from_pem_bundle(&pem).ok().filter(|found| !found.is_empty());
            let none = || Failure::failed(format!("{}: no PEM certificate", file.display()), "");
            builder = builder.tls_certs_only(certificates.ok_or_else(none)?);
        }
        let http = builder.build().map_err(|error| Failure::failed(chain(&error), ""))?;
        Ok(Self {
            http,
            server,
            token: None,
            terminal,
            patience: Duration::from_secs(trust.patience),
            reached: AtomicBool::new(false),
        })
    }

    pub(super) fn with_token(self, token: Zeroizing<String>) -> Self {
        Self { token: Some(token), ..self }
    }

    pub(super) fn server(&self) -> &Url {
        &self.server
    }

    /// How long something may take without any progress.
    pub(super) fn patience_limit(&self) -> Duration {
        self.patience
    }

    /// Patience with a gateway that has answered before; little with an address that may be wrong.
    pub(super) fn patience(&self) -> Patience {
        let reached = self.reached.load(Ordering::Relaxed);
        let limit = if reached { self.patience } else { self.patience.min(FIRST_CONTACT) };
        Patience::new(limit, self.terminal)
    }

    /// Begins a request to a path of the gateway, or to an address that it gave. The token goes to the gateway only.
    pub(super) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Trouble> {
        let url = self.server.join(path).map_err(|error| Trouble::Final(Failure::failed(error.to_string(), "")))?;
        if url.origin() != self.server.origin() {
            return Err(Trouble::Final(self.terminal.failure("cli-foreign-address", "cli-tell-administrator")));
        }
        let request = self.http.request(method, url);
        Ok(match &self.token {
            Some(token) => request.bearer_auth(token.as_str()),
            None => request,
        })
    }

    /// Sends one request once; anything but success is trouble.
    pub(super) async fn once(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let response = request.send().await.map_err(|error| self.trouble(&error))?;
        self.accept(response).await
    }

    async fn accept(&self, response: Response) -> Result<Response, Trouble> {
        self.reached.store(true, Ordering::Relaxed);
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let refused = Box::new(Refused::read(status, &response.bytes().await.unwrap_or_default()));
        let later = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS];
        let proxy = [StatusCode::BAD_GATEWAY, StatusCode::GATEWAY_TIMEOUT];
        Err(if later.contains(&status) || refused.code() == "upload-busy" {
            Trouble::Later { wait: wait.map(Duration::from_secs), refused }
        } else if proxy.contains(&status) {
            Trouble::Lost { why: status.to_string(), sent: true }
        } else {
            Trouble::Refused(refused)
        })
    }

    /// What a failed request means.
    pub(super) fn trouble(&self, error: &reqwest::Error) -> Trouble {
        if distrusted(error) {
            let what = self.terminal.phrase("cli-distrusted").with("why", chain(error)).to_string();
            return Trouble::Final(Failure::failed(what, self.terminal.texts.text("cli-distrusted-next")));
        }
        if error.is_builder() {
            return Trouble::Final(Failure::failed(chain(error), ""));
        }
        Trouble::Lost { why: chain(error), sent: !error.is_connect() }
    }

    /// Asks for JSON, again and again as long as it may help.
    pub(super) async fn ask(&self, method: Method, path: &str, body: Option<&Value>, again: Again) -> Result<Response> {
        self.ask_with(method, path, body, again, |request| request).await
    }

    /// As `ask`, with headers that `dress` adds.
    pub(super) async fn ask_with(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        again: Again,
        dress: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response> {
        let mut patience = self.patience();
        loop {
            let asked = async {
                let request = dress(self.request(method.clone(), path)?.timeout(ANSWER));
                self.once(match body {
                    Some(body) => request.json(body),
                    None => request,
                })
                .await
            };
            match asked.await {
                Ok(response) => return Ok(response),
                Err(Trouble::Lost { why, sent: true }) if again == Again::Unsent => return Err(self.lost(&why)),
                Err(trouble) => patience.bear(trouble).await?,
            }
        }
    }

    /// Asks for JSON and reads it.
    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        again: Again,
    ) -> Result<T> {
        self.read(self.ask(method, path, body, again).await?).await
    }

    /// Reads an answer's JSON.
    pub(super) async fn read<T: DeserializeOwned>(&self, response: Response) -> Result<T> {
        response.json().await.map_err(|error| {
            let what = self.terminal.phrase("cli-not-understood").with("why", chain(&error)).to_string();
            Failure::failed(what, self.terminal.texts.text("cli-tell-administrator"))
        })
    }

    fn lost(&self, why: &str) -> Failure {
        patience::lost(self.terminal, why)
    }
}

/// Every cause of an error in one line. The address is left out: a recipient's may name a delivery.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if told.last() != Some(&text) {
            told.push(text);
        }
        next = cause.source();
    }
    if told.is_empty() { "no answer".to_owned() } else { told.join(": ") }
}

/// Whether the other side's certificate was refused: that does not pass by waiting.
fn distrusted(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(cause) = next {
        if let Some(rustls::Error::InvalidCertificate(_)) = cause.downcast_ref() {
            return true;
        }
        // An I/O error passes over what it wraps when asked for its source.
        next = match cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
    }
    false
}
