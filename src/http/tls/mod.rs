//! TLS of the listeners: rustls on aws-lc-rs, version 1.3 (1.2 only if asked for), X25519MLKEM768 first, so that what is
//! recorded today stays closed to tomorrow's quantum computers; certificates that are replaced while we run.

mod authority;
mod clients;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

pub use authority::LocalAuthority;
pub use clients::{ClientAuthorities, present};

use crate::error::{Doing, Error, Result};

/// How often files are looked at for a newer certificate.
const LOOK: Duration = Duration::from_secs(30);

/// What a listener speaks: ALPN `h2` and `http/1.1`, TLS 1.3, and TLS 1.2 if `tls12`. With `clients` it asks for a client
/// certificate, at every connection anew: a resumed one would not meet a revocation that came in between.
///
/// # Errors
/// A fault when the provider lacks a version, which a build either always or never has.
pub fn server_config(
    certificates: Arc<Certificates>,
    clients: Option<Arc<ClientAuthorities>>,
    tls12: bool,
) -> Result<ServerConfig> {
    let both = [&version::TLS13, &version::TLS12];
    let versions = if tls12 { both.as_slice() } else { &[&version::TLS13] };
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .doing("setting up TLS")?;
    let mut config = match clients {
        None => builder.with_no_client_auth().with_cert_resolver(certificates),
        Some(clients) => {
            let mut config = builder.with_client_cert_verifier(clients).with_cert_resolver(certificates);
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
            config
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// A certificate chain and its key as they stand in files, re-read when the files change.
#[derive(Debug)]
pub struct Certificates {
    certificate_file: PathBuf,
    key_file: PathBuf,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    stamp: Stamp,
    key: Arc<CertifiedKey>,
}

/// What changes when one of several files is replaced: time of last write and length.
type Stamp = Vec<(SystemTime, u64)>;

impl Certificates {
    /// Reads both files (PEM; they may be the same file).
    ///
    /// # Errors
    /// A fault when a file cannot be read or parsed, or the key does not belong to the certificate.
    pub fn from_files(certificate_file: &Path, key_file: &Path) -> Result<Self> {
        let stamp = stamp(&[certificate_file, key_file])?;
        let key = Arc::new(certified_key(&read(certificate_file)?, &read(key_file)?)?);
        Ok(Self {
            certificate_file: certificate_file.to_path_buf(),
            key_file: key_file.to_path_buf(),
            current: Mutex::new(Current { stamp, key }),
        })
    }

    /// Takes up changed files; `true` if there were any. Blocks. While one of two files is replaced already and the
    /// other is not, the pair does not fit: that is an error, the old pair serves on, and the next call tries again.
    ///
    /// # Errors
    /// As `from_files`; the certificate in use stays.
    pub fn reload(&self) -> Result<bool> {
        // The stamp is taken before the content: a change in between is seen as one more change next time.
        let stamp = stamp(&[&self.certificate_file, &self.key_file])?;
        if self.current().stamp == stamp {
            return Ok(false);
        }
        let key = Arc::new(certified_key(&read(&self.certificate_file)?, &read(&self.key_file)?)?);
        *self.current() = Current { stamp, key };
        Ok(true)
    }

    /// A panic elsewhere cannot leave this half changed: it is replaced whole.
    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current().key))
    }
}

fn certified_key(certificate: &[u8], key: &[u8]) -> Result<CertifiedKey> {
    let chain: Vec<_> =
        CertificateDer::pem_slice_iter(certificate).collect::<Result<_, _>>().doing("reading certificates")?;
    if chain.is_empty() {
        return Err(Error::fault("reading certificates", "no certificate in the file"));
    }
    let key = PrivateKeyDer::from_pem_slice(key).doing("reading a private key")?;
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).doing("pairing certificate and key")
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|e| Error::fault("reading TLS files", format!("{}: {e}", file.display())))
}

fn stamp(files: &[&Path]) -> Result<Stamp> {
    let of = |file: &&Path| {
        let meta = std::fs::metadata(file)?;
        Ok::<_, std::io::Error>((meta.modified()?, meta.len()))
    };
    files.iter().map(of).collect::<Result<_, _>>().doing("looking at TLS files")
}

/// Looks for changed files for as long as the server runs; `reload` takes them up.
pub async fn watch(what: &'static str, reload: impl Fn() -> Result<bool> + Send + Sync + 'static) {
    let reload = Arc::new(reload);
    loop {
        tokio::time::sleep(LOOK).await;
        let reload = Arc::clone(&reload);
        match tokio::task::spawn_blocking(move || reload()).await {
            Ok(Ok(true)) => tracing::info!(what, "files taken up"),
            Ok(Ok(false)) => {}
            Ok(Err(error)) => tracing::warn!(what, %error, "files not taken up, the old ones stay"),
            Err(error) => tracing::warn!(what, %error, "files not looked at"),
        }
    }
}

#[cfg(test)]
mod tests;
