//! A receiver of syslog messages over TLS (RFC 5425).
//!
//! Syslog has no answer by which a receiver says that it has a message. What stands for one is the orderly end of a
//! connection: we say that there is no more, and the other side, which reads in order, closes after it has read everything. A
//! connection that ends in any other way leaves it open what arrived; the same messages are sent again. Who closes before we
//! said so has not read to the end: with TLS 1.3 that is all one sees of a receiver that does not take our certificate.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::audit::export::Framed;
use crate::error::{Doing, Error, Result};

/// How long each step may take: connecting, sending, being told that all was read.
const PATIENCE: Duration = Duration::from_secs(20);
/// How soon a receiver that does not want us closes the line.
const REFUSAL: Duration = Duration::from_secs(1);

/// How the receiver is reached.
pub struct SyslogSettings {
    /// Host name, also the name that the certificate must carry.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The only authority that counts, PEM; none: those of the system.
    pub ca_pem: Option<Vec<u8>>,
    /// By which certificate the receiver knows us, and its key, PEM.
    pub own: Option<(Vec<u8>, Vec<u8>)>,
}

/// A receiver.
pub struct SyslogReceiver {
    host: String,
    port: u16,
    name: ServerName<'static>,
    connector: TlsConnector,
}

impl SyslogReceiver {
    /// A receiver; it is reached when there is something for it.
    ///
    /// # Errors
    /// A fault when a certificate or key cannot be read.
    pub fn new(settings: SyslogSettings) -> Result<Self> {
        let roots = roots(settings.ca_pem.as_deref())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.doing("preparing the line to the syslog receiver")?.with_root_certificates(roots);
        let config = match &settings.own {
            Some((certificate, key)) => {
                let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<Vec<_>, _>>();
                let chain = chain.doing("reading audit.syslog.certificate_file")?;
                let key = PrivateKeyDer::from_pem_slice(key).doing("reading audit.syslog.key_file")?;
                builder.with_client_auth_cert(chain, key).doing("reading audit.syslog.certificate_file")?
            }
            None => builder.with_no_client_auth(),
        };
        let name = ServerName::try_from(settings.host.clone()).doing("reading audit.syslog.host")?;
        Ok(Self { host: settings.host, port: settings.port, name, connector: TlsConnector::from(Arc::new(config)) })
    }

    /// Hands messages over, in order. `Ok` means that the receiver has read all of them.
    ///
    /// # Errors
    /// A fault: any of them may have arrived.
    pub async fn hand_over(&self, messages: &[Framed]) -> Result<()> {
        let mut line = in_time("reaching the syslog receiver", self.connect()).await?;
        in_time("sending to the syslog receiver", send(&mut line, messages)).await?;
        stays_open(&mut line).await?;
        in_time("sending to the syslog receiver", take_leave(&mut line)).await?;
        in_time("waiting for the syslog receiver to have read everything", read_to_end(&mut line)).await
    }

    async fn connect(&self) -> Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.doing("reaching the syslog receiver")?;
        self.connector.connect(self.name.clone(), stream).await.doing("securing the line to the syslog receiver")
    }
}

fn roots(ca_pem: Option<&[u8]>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    match ca_pem {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.doing("reading audit.syslog.ca_file")?;
                roots.add(certificate).doing("reading audit.syslog.ca_file")?;
            }
        }
        None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
    }
    Ok(roots)
}

async fn send(line: &mut TlsStream<TcpStream>, messages: &[Framed]) -> Result<()> {
    for Framed(message) in messages {
        line.write_all(message).await.doing("sending to the syslog receiver")?;
    }
    line.flush().await.doing("sending to the syslog receiver")
}

/// A receiver that reads waits for more.
async fn stays_open(line: &mut TlsStream<TcpStream>) -> Result<()> {
    let mut nothing = [0; 256];
    let refused = "sending to the syslog receiver";
    match tokio::time::timeout(REFUSAL, line.read(&mut nothing)).await {
        Err(_) => Ok(()),
        Ok(Ok(0)) => Err(Error::fault(refused, "it closed the line by itself")),
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Error::fault(refused, error)),
    }
}

async fn take_leave(line: &mut TlsStream<TcpStream>) -> Result<()> {
    line.shutdown().await.doing("sending to the syslog receiver")
}

/// Until the other side closes, too. Many do so without taking leave of TLS; a line that breaks is another matter.
async fn read_to_end(line: &mut TlsStream<TcpStream>) -> Result<()> {
    let mut nothing = [0; 256];
    loop {
        match line.read(&mut nothing).await {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(Error::fault("waiting for the syslog receiver to have read everything", error)),
        }
    }
}

async fn in_time<T>(doing: &'static str, work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(late) => Err(Error::fault(doing, late)),
    }
}
