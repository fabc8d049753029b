//! Mail by SMTP submission. What the server answers decides between "try again" and "refused"; what it answers is kept for
//! the log only after anything of the letter was taken out.

use std::error::Error as _;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::dkim::DkimSignature;
use super::message::{Stationery, Unwritable};
use super::plain::one_line;
use crate::error::{Doing, Error, Result};
use crate::model::{Letter, LetterId, Passphrase};
use crate::port::{Accepted, MailFailure, Mailer};

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// STARTTLS, required: a server that does not offer it gets nothing. Usual port 587.
    StartTls,
    /// TLS from the first byte. Usual port 465.
    Tls,
    /// None. For a mail server on the same machine; a password is never sent this way to another one.
    None,
}

/// Writes the return path of a letter down; none where that cannot be done.
pub type WriteReturnPath = Arc<dyn Fn(LetterId) -> Option<String> + Send + Sync>;

/// Where bounces go.
#[derive(Clone)]
pub enum ReturnPath {
    /// To the From address.
    From,
    /// To this address.
    Fixed(String),
    /// To an address of the letter's own, so that a bounce names its letter (VERP).
    PerLetter(WriteReturnPath),
}

impl fmt::Debug for ReturnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::From => f.write_str("From"),
            Self::Fixed(address) => f.debug_tuple("Fixed").field(address).finish(),
            Self::PerLetter(_) => f.write_str("PerLetter"),
        }
    }
}

/// How the mail server is reached.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Host name, also the name that the certificate must carry.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection of the connection.
    pub security: SmtpSecurity,
    /// A further authority to trust beside the system's, PEM.
    pub ca_pem: Option<Vec<u8>>,
    /// User and password, when the server wants them.
    pub login: Option<(String, Passphrase)>,
    /// Name to greet with (EHLO); the machine's own when absent.
    pub hello: Option<String>,
    /// Where bounces go.
    pub return_path: ReturnPath,
    /// Longest wait for a connection or an answer.
    pub timeout: Duration,
    /// Most connections at a time.
    pub connections: u32,
}

/// Hands letters to a mail server.
pub struct SmtpMailer {
    stationery: Stationery,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    return_path: ReturnPath,
    signature: Option<DkimSignature>,
}

impl SmtpMailer {
    /// A mailer with its own pool of connections; connects when the first letter is delivered. Must be called, and used,
    /// within a tokio runtime.
    ///
    /// # Errors
    /// A fault when the certificates cannot be read, the return path is no address, or a password would travel
    /// unprotected.
    pub fn new(stationery: Stationery, settings: &SmtpSettings) -> Result<Self> {
        if let ReturnPath::Fixed(address) = &settings.return_path {
            address.parse::<Address>().doing("reading the return path of mails")?;
        }
        let transport = transport(settings)?;
        Ok(Self { stationery, transport, return_path: settings.return_path.clone(), signature: None })
    }

    /// The same, with a signature under every mail.
    #[must_use]
    pub fn signing(self, signature: DkimSignature) -> Self {
        Self { signature: Some(signature), ..self }
    }

    /// The letter as it travels.
    fn signed(&self, message: &Message) -> std::result::Result<Vec<u8>, Unwritable> {
        let plain = message.formatted();
        match &self.signature {
            Some(signature) => Ok(signature.sign(&plain)?),
            None => Ok(plain),
        }
    }

    fn return_address(&self, letter: &Letter) -> std::result::Result<Address, Unwritable> {
        let address = match &self.return_path {
            ReturnPath::From => Ok(self.stationery.from().clone()),
            ReturnPath::Fixed(address) => address.parse(),
            ReturnPath::PerLetter(write) => write(letter.id).unwrap_or_default().parse(),
        };
        address.map_err(|_| Unwritable::Wording(Error::fault("addressing a mail", "its return path is no address")))
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, letter: &Letter) -> std::result::Result<Accepted, MailFailure> {
        let message = self.stationery.write(letter)?;
        let envelope = Envelope::new(Some(self.return_address(letter)?), message.envelope().to().to_vec())
            .map_err(|_| Unwritable::Address("the recipient's address"))?;
        let secret = self.stationery.code(letter);
        match self.transport.send_raw(&envelope, &self.signed(&message)?).await {
            Ok(response) => {
                let answer = format!("{} {}", response.code(), response.first_line().unwrap_or_default());
                Ok(Accepted { answer: clean(&answer, secret.as_deref().map(String::as_str)), left: true })
            }
            Err(error) => Err(failure(&error, &envelope, secret.as_deref().map(String::as_str))),
        }
    }
}

fn transport(settings: &SmtpSettings) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    if settings.security == SmtpSecurity::None && settings.login.is_some() && !is_this_machine(&settings.host) {
        return Err(Error::fault("setting up mail", "a password needs STARTTLS or TLS"));
    }
    let pool = PoolConfig::new().max_size(settings.connections.max(1)).idle_timeout(Duration::from_secs(30));
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
        .port(settings.port)
        .timeout(Some(settings.timeout))
        .pool_config(pool)
        .tls(tls(settings)?);
    if let Some(name) = &settings.hello {
        builder = builder.hello_name(ClientId::Domain(one_line(name)));
    }
    if let Some((user, password)) = &settings.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
    }
    Ok(builder.build())
}

fn tls(settings: &SmtpSettings) -> Result<Tls> {
    if settings.security == SmtpSecurity::None {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.ca_pem {
        let certificate = Certificate::from_pem(pem).doing("reading the mail server's CA file")?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters.build_rustls().doing("setting up TLS to the mail server")?;
    Ok(match settings.security {
        SmtpSecurity::Tls => Tls::Wrapper(parameters),
        SmtpSecurity::StartTls | SmtpSecurity::None => Tls::Required(parameters),
    })
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Sorts what went wrong. Refusals of our own sign-in (RFC 4954: 530, 534, 535, 538) are the office's to mend, not the
/// letter's fault: it waits. So does everything that is no answer at all, a line cut after DATA included: whether the
/// server has the letter is unknown then, and its Message-ID tells a repeat.
fn failure(error: &SmtpError, envelope: &Envelope, secret: Option<&str>) -> MailFailure {
    const SIGN_IN: [u16; 4] = [530, 534, 535, 538];
    let code = error.status().map(u16::from);
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let answer = match code {
        Some(code) => format!("{code} {said}"),
        None => error.to_string(),
    };
    let answer = clean(&answer, secret);
    let needs_smtputf8 = error.is_client() && envelope.to().iter().any(|to| !AsRef::<str>::as_ref(to).is_ascii());
    let refused = error.is_permanent() && !code.is_some_and(|code| SIGN_IN.contains(&code));
    if refused || needs_smtputf8 { MailFailure::Permanent { answer } } else { MailFailure::Transient { answer } }
}

/// An answer fit for the log: one bounded line. A filter may quote what it dislikes; an answer with a piece of the link's
/// secret in it is cut down to its code.
fn clean(answer: &str, secret: Option<&str>) -> String {
    let line = one_line(answer);
    if secret.is_some_and(|secret| quotes(&line, secret)) {
        return line.chars().take_while(char::is_ascii_digit).collect();
    }
    line
}

/// Whether any eight characters of the secret stand in the text, in whatever grouping.
fn quotes(text: &str, secret: &str) -> bool {
    const PIECE: usize = 8;
    let bare = |s: &str| s.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let (text, secret) = (bare(text), bare(secret));
    secret.as_bytes().windows(PIECE).any(|piece| text.as_bytes().windows(PIECE).any(|seen| seen == piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_never_carries_the_secret() {
        let secret = "k7q2m9d4x1r8t5w3e6n0p2c7h4b9v8s1s8";
        assert_eq!(clean("554 bad link https://x/r/1#K7Q2 M9D4 X1R8", Some(secret)), "554");
        assert_eq!(clean("550 no such user\r\nhere", Some(secret)), "550 no such user  here");
        assert_eq!(clean(&"x".repeat(900), None).len(), 200);
    }
}
