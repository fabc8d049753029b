//! Settings that are more than a word or a number.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// With what every address begins.
const SCHEME: &str = "https://";

/// The address under which people reach the gateway: `https`, a host, perhaps a port; links in mails begin with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl {
    text: String,
    host: String,
}

/// Text that cannot be the public address.
#[derive(Debug, thiserror::Error)]
#[error("is no https address without path, such as https://files.example.com")]
pub struct NotAPublicUrl;

impl PublicUrl {
    /// The address without a trailing slash; also the origin that browsers send.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host without port and brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host as it stands in an address, with its port where the address names one.
    pub fn authority(&self) -> &str {
        self.text.strip_prefix(SCHEME).unwrap_or(&self.text)
    }

    /// The same host at another port.
    #[must_use]
    pub fn at_port(&self, port: u16) -> Self {
        // Only an IPv6 address has colons, and it stands in brackets before a port.
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        Self { text: format!("{SCHEME}{host}:{port}"), host: self.host.clone() }
    }

    /// Whether only this machine can mean it.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = NotAPublicUrl;

    fn try_from(text: String) -> Result<Self, NotAPublicUrl> {
        let text = text.strip_suffix('/').unwrap_or(&text).to_lowercase();
        let authority = text.strip_prefix(SCHEME).ok_or(NotAPublicUrl)?;
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest.split_once(']').ok_or(NotAPublicUrl)?;
                host.parse::<std::net::Ipv6Addr>().map_err(|_| NotAPublicUrl)?;
                let port = match after {
                    "" => None,
                    _ => Some(after.strip_prefix(':').ok_or(NotAPublicUrl)?),
                };
                (host, port)
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let named = host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:".contains(c));
        if host.is_empty() || !named || port.is_some_and(|p| p.parse::<u16>().map_or(true, |p| p == 0)) {
            return Err(NotAPublicUrl);
        }
        let host = host.to_owned();
        Ok(Self { text, host })
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> String {
        url.text
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Where rows are kept: `sqlite:`, `sqlite:FILE` or `postgres://USER@HOST/NAME`. Shows its password to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DatabaseUrl(String);

/// Text that names no database.
#[derive(Debug, thiserror::Error)]
#[error("names no database: sqlite:, sqlite:FILE or postgres://USER@HOST/NAME")]
pub struct NotADatabaseUrl;

/// Which database a `DatabaseUrl` means.
#[derive(Debug, PartialEq, Eq)]
pub enum Backend<'a> {
    /// A file; `None` is `kakitome.sqlite` in the data directory.
    Sqlite(Option<&'a Path>),
    /// A PostgreSQL server.
    Postgres,
}

impl DatabaseUrl {
    /// Which database it means.
    pub fn backend(&self) -> Backend<'_> {
        match self.0.strip_prefix("sqlite:") {
            Some("") => Backend::Sqlite(None),
            Some(file) => Backend::Sqlite(Some(Path::new(file))),
            None => Backend::Postgres,
        }
    }

    /// What the client library connects with: the address with `password` in place of the one it holds, if any.
    pub fn connection(&self, password: Option<&str>) -> SecretString {
        match (password, self.parts()) {
            (Some(password), Some((scheme, user, _, host))) => {
                format!("{scheme}://{user}:{}@{host}", escaped(password)).into()
            }
            _ => self.0.clone().into(),
        }
    }

    /// Whether the address itself holds a password (a file is the better place).
    pub fn holds_password(&self) -> bool {
        matches!(self.parts(), Some((_, _, Some(_), _))) || self.0.contains("password=")
    }

    /// Who connects, if the address says so.
    pub fn user(&self) -> Option<String> {
        let (_, user, _, _) = self.parts()?;
        // Who has a name that is written with escapes gives it another one.
        (!user.is_empty() && !user.contains('%')).then(|| user.to_owned())
    }

    /// Scheme, user, password and what follows the `@`.
    fn parts(&self) -> Option<(&str, &str, Option<&str>, &str)> {
        let (scheme, rest) = self.0.split_once("://")?;
        let authority = rest.split(['/', '?']).next()?;
        let (credentials, _) = authority.rsplit_once('@')?;
        let host = rest.get(credentials.len() + 1..)?;
        match credentials.split_once(':') {
            Some((user, password)) => Some((scheme, user, Some(password), host)),
            None => Some((scheme, credentials, None, host)),
        }
    }

    fn masked(&self) -> String {
        let shown = match self.parts() {
            Some((scheme, user, Some(_), host)) => format!("{scheme}://{user}:***@{host}"),
            _ => self.0.clone(),
        };
        match shown.split_once("password=") {
            Some((before, after)) => {
                let rest = after.split_once('&').map(|(_, rest)| format!("&{rest}")).unwrap_or_default();
                format!("{before}password=***{rest}")
            }
            None => shown,
        }
    }
}

/// RFC 3986, section 2.1: everything but unreserved characters.
fn escaped(password: &str) -> String {
    password.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

impl TryFrom<String> for DatabaseUrl {
    type Error = NotADatabaseUrl;

    fn try_from(text: String) -> Result<Self, NotADatabaseUrl> {
        let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if known && !text.starts_with("sqlite://") { Ok(Self(text)) } else { Err(NotADatabaseUrl) }
    }
}

impl From<DatabaseUrl> for String {
    fn from(url: DatabaseUrl) -> String {
        url.masked()
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self("sqlite:".into())
    }
}

impl Default for PublicUrl {
    fn default() -> Self {
        Self { text: "https://localhost:8443".into(), host: "localhost".into() }
    }
}

/// Where mails go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// Files in a directory, for trying out and for tests.
    Maildir,
    /// A mail server.
    Smtp,
}

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// STARTTLS, demanded.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Nothing: for a server on this machine only.
    None,
}

/// How long the sender's own slot lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderSlot {
    /// Until every delivery has ended.
    UntilCollected,
    /// Never made.
    Never,
}

/// What becomes of files of a certain kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// They are not sent.
    Refuse,
    /// They are sent once a second person has approved it.
    Approval,
    /// They are sent.
    Allow,
}

impl Ruling {
    /// Every ruling, the strictest first.
    pub const ALL: [Self; 3] = [Self::Refuse, Self::Approval, Self::Allow];
    /// Their words, in the same order.
    pub const WORDS: &'static [&'static str] = &["refuse", "approval", "allow"];
}

/// Where clamd answers: `unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ScannerAddress {
    /// A socket of this machine.
    Unix(PathBuf),
    /// A host and port. Files cross the network readable: for loopback or a protected line.
    Tcp(String),
}

/// Text that names no scanner.
#[derive(Debug, thiserror::Error)]
#[error("names no scanner: unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310")]
pub struct NotAScannerAddress;

impl TryFrom<String> for ScannerAddress {
    type Error = NotAScannerAddress;

    fn try_from(text: String) -> Result<Self, NotAScannerAddress> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| path.starts_with('/')) {
            return Ok(Self::Unix(path.into()));
        }
        let (host, port) =
            text.strip_prefix("tcp:").and_then(|rest| rest.rsplit_once(':')).ok_or(NotAScannerAddress)?;
        let named = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c));
        match port.parse::<u16>() {
            Ok(port) if port > 0 && named => Ok(Self::Tcp(format!("{host}:{port}"))),
            _ => Err(NotAScannerAddress),
        }
    }
}

impl From<ScannerAddress> for String {
    fn from(address: ScannerAddress) -> String {
        address.to_string()
    }
}

impl fmt::Display for ScannerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

impl ScannerAddress {
    /// Whether only this machine hears what is said there.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Unix(_) => true,
            Self::Tcp(address) => {
                let host = address.rsplit_once(':').map_or(address.as_str(), |(host, _)| host);
                let bare = host.trim_start_matches('[').trim_end_matches(']');
                bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
        }
    }
}

/// Whose a client certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateNames {
    /// A person's: a mail address in it is that of the account. It may stand alone.
    Person,
    /// A device's: whoever uses it has a further factor.
    Device,
}

/// Whether a listener asks for client certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientCertificates {
    /// Nobody is asked.
    Off,
    /// Who has one may show it.
    Optional,
    /// Without one there is no connection.
    Required,
}

/// A school of password rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordProfile {
    /// NIST SP 800-63B: length, no composition, no expiry.
    Nist,
    /// Mixed classes, 90 days, as Japanese guidelines ask.
    JpGuideline,
}

/// A language of the pages and mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// How a line of the program's log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}
