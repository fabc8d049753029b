//! The mailbox of returned mails, by IMAP (RFC 3501). Always over TLS: its password crosses the line.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use async_imap::{Client, Session};
use async_trait::async_trait;
use futures_util::TryStreamExt;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::report;
use crate::error::{Doing, Error, Result};
use crate::model::Passphrase;
use crate::port::{BounceBox, BounceVisit, Returned};

/// The longest wait for a connection or an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is read of a mail: its beginning. What a report says stands before the mail that it returns.
const FETCH: &str = "(UID BODY.PEEK[]<0.1048576>)";
/// Mails that nobody has looked at.
const NEW: &str = "UNSEEN UNDELETED";

/// How the mailbox is reached.
#[derive(Clone, Debug)]
pub struct ImapSettings {
    /// Host name, also the name that the certificate must carry.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS from the first byte; else STARTTLS, required.
    pub tls_at_once: bool,
    /// A further authority to trust beside the system's, PEM.
    pub ca_pem: Option<Vec<u8>>,
    /// Who signs in.
    pub user: String,
    /// The password.
    pub password: Passphrase,
    /// Which mailbox.
    pub mailbox: String,
    /// What marks stand behind in its addresses: `bounces+`.
    pub prefix: String,
}

/// A mailbox on an IMAP server.
pub struct ImapBox {
    settings: ImapSettings,
    connector: TlsConnector,
    troubled: Troubled,
}

/// Mails that could not be read: a mail at which the line breaks must not keep those behind it from being read.
type Troubled = Arc<Mutex<BTreeSet<u32>>>;

impl ImapBox {
    /// A mailbox; it is reached when it is opened.
    ///
    /// # Errors
    /// A fault when the authorities cannot be read.
    pub fn new(settings: ImapSettings) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(pem) = &settings.ca_pem {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.doing("reading mail.bounces.ca_file")?;
                roots.add(certificate).doing("reading mail.bounces.ca_file")?;
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = builder.doing("preparing the line to the mailbox")?.with_root_certificates(roots);
        let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
        Ok(Self { settings, connector, troubled: Troubled::default() })
    }

    async fn connect(&self) -> Result<Box<dyn BounceVisit>> {
        let settings = &self.settings;
        let stream = TcpStream::connect((settings.host.as_str(), settings.port)).await.doing("reaching the mailbox")?;
        let name = ServerName::try_from(settings.host.clone()).doing("reaching the mailbox")?;
        let (stream, is_greeted) = match settings.tls_at_once {
            true => (stream, false),
            false => (upgradable(stream).await?, true),
        };
        let stream = self.connector.connect(name, stream).await.doing("securing the line to the mailbox")?;
        let mut client = Client::new(stream);
        if !is_greeted {
            client.read_response().await.doing("being greeted by the mailbox")?;
        }
        let login = client.login(&settings.user, settings.password.expose()).await;
        let mut session = login.map_err(|(error, _)| error).doing("signing in at the mailbox")?;
        session.select(&settings.mailbox).await.doing("opening the mailbox")?;
        let mut new: Vec<u32> = session.uid_search(NEW).await.doing("looking into the mailbox")?.into_iter().collect();
        let troubled = self.troubled.lock().await.clone();
        new.sort_unstable_by_key(|uid| (troubled.contains(uid), *uid));
        let (prefix, troubled) = (settings.prefix.clone(), self.troubled.clone());
        Ok(Box::new(Visit { session, new: new.into(), last: None, prefix, troubled }))
    }
}

/// Greets, and asks for TLS; a server that does not offer it gets nothing.
async fn upgradable(stream: TcpStream) -> Result<TcpStream> {
    let mut client = Client::new(stream);
    client.read_response().await.doing("being greeted by the mailbox")?;
    client.run_command_and_check_ok("STARTTLS", None).await.doing("asking the mailbox for TLS")?;
    Ok(client.into_inner())
}

#[async_trait]
impl BounceBox for ImapBox {
    async fn open(&self) -> Result<Box<dyn BounceVisit>> {
        in_time(self.connect()).await
    }
}

struct Visit {
    session: Session<TlsStream<TcpStream>>,
    new: VecDeque<u32>,
    last: Option<u32>,
    prefix: String,
    troubled: Troubled,
}

impl Visit {
    /// What a mail says; it counts as troubled until that is known.
    async fn look(&mut self, uid: u32) -> Result<Option<Returned>> {
        self.troubled.lock().await.insert(uid);
        let body = in_time(self.fetch(uid)).await?;
        self.troubled.lock().await.remove(&uid);
        let Some(body) = body else { return Ok(None) };
        let prefix = self.prefix.clone();
        // A parser that stumbles over a crafted mail ends its own thread, not the reading of all others.
        let read = tokio::task::spawn_blocking(move || report::read(&body, &prefix)).await;
        Ok(Some(read.unwrap_or(Returned { marks: Vec::new(), report: None })))
    }

    async fn fetch(&mut self, uid: u32) -> Result<Option<Vec<u8>>> {
        let mails = self.session.uid_fetch(uid.to_string(), FETCH).await.doing("reading a returned mail")?;
        let mails: Vec<_> = mails.try_collect().await.doing("reading a returned mail")?;
        let body = mails.iter().find(|mail| mail.uid == Some(uid)).and_then(|mail| mail.body());
        if body.is_none() {
            // Somebody else removed it; or the server hung up over it, which ends the answers without an error.
            self.session.noop().await.doing("reading a returned mail")?;
        }
        Ok(body.map(<[u8]>::to_vec))
    }

    async fn flag(&mut self, flag: &str) -> Result<()> {
        let Some(uid) = self.last.take() else { return Ok(()) };
        let stored = self.session.uid_store(uid.to_string(), format!("+FLAGS.SILENT ({flag})")).await;
        let answers: Vec<_> =
            stored.doing("marking a returned mail")?.try_collect().await.doing("marking a returned mail")?;
        drop(answers);
        Ok(())
    }

    async fn expunge(&mut self) -> Result<()> {
        let Some(uid) = self.last else { return Ok(()) };
        self.flag("\\Seen \\Deleted").await?;
        // Without UIDPLUS (RFC 4315) it stays flagged: a plain EXPUNGE would remove what people have flagged themselves.
        if let Ok(gone) = self.session.uid_expunge(uid.to_string()).await {
            let _gone: Vec<_> = gone.try_collect().await.unwrap_or_default();
        }
        Ok(())
    }
}

#[async_trait]
impl BounceVisit for Visit {
    async fn next(&mut self) -> Result<Option<Returned>> {
        while let Some(uid) = self.new.pop_front() {
            if let Some(returned) = self.look(uid).await? {
                self.last = Some(uid);
                return Ok(Some(returned));
            }
        }
        Ok(None)
    }

    async fn remove(&mut self) -> Result<()> {
        in_time(self.expunge()).await
    }

    async fn leave(&mut self) -> Result<()> {
        in_time(self.flag("\\Seen")).await
    }
}

async fn in_time<T>(doing: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Error::fault("reading the mailbox of returned mails", "it takes too long");
    tokio::time::timeout(PATIENCE, doing).await.map_err(late)?
}
