//! The certificate of a first start: an authority of our own that vouches for this server and is then forgotten.
//!
//! The authority's key is never written: whoever could steal it could impersonate any site to a browser that trusts the
//! authority. For the same reason it is constrained to the names of this server. The price is that a renewal, once a
//! year, makes a new authority, which those who imported the old one have to import again; command line clients read
//! the file at each call. Installations that mind have a certificate of their own (`tls.certificate_file`).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::Datelike;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree,
    IsCa, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use zeroize::Zeroizing;

use crate::error::{Doing, Result};
use crate::model::Time;

const DAY: Duration = Duration::from_hours(24);
/// Browsers refuse certificates that run longer than 398 days.
const VALID_DAYS: u32 = 397;
/// A certificate with less time left is replaced at the next start.
const RENEW_DAYS: u32 = 30;

/// The self-made certificate and where it lies.
#[derive(Clone, Debug)]
pub struct LocalAuthority {
    directory: PathBuf,
}

impl LocalAuthority {
    /// Uses the certificate in `keys_directory/tls` if clients will accept it for all `names` (host names and IP
    /// addresses) for another month, and makes a new one otherwise. Blocks.
    ///
    /// # Errors
    /// A fault when files cannot be written, or a name is neither host name nor address.
    pub fn load_or_make(keys_directory: &Path, names: &[String], now: Time) -> Result<Self> {
        let authority = Self { directory: keys_directory.join("tls") };
        if !authority.serves(names, now + DAY * RENEW_DAYS) {
            let made = make(names, now).doing("making a certificate")?;
            authority.write(&made).doing("writing the certificate")?;
        }
        Ok(authority)
    }

    /// The authority's certificate, PEM: what clients take as `--ca-file`. No secret.
    pub fn authority_file(&self) -> PathBuf {
        self.directory.join("authority.pem")
    }

    /// The server's certificate and private key, PEM, in one file, so that they are replaced together.
    pub fn server_file(&self) -> PathBuf {
        self.directory.join("server.pem")
    }

    /// Whether clients that trust the authority will accept the server at `then` under every name.
    fn serves(&self, names: &[String], then: Time) -> bool {
        self.verifier().zip(self.certificate()).is_some_and(|(verifier, certificate)| {
            let then = UnixTime::since_unix_epoch(then.since(Time::default()));
            names.iter().all(|name| {
                ServerName::try_from(name.as_str())
                    .is_ok_and(|name| verifier.verify_server_cert(&certificate, &[], &name, &[], then).is_ok())
            })
        })
    }

    fn verifier(&self) -> Option<Arc<WebPkiServerVerifier>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.authority_file()).ok()?).ok()?;
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(aws_lc_rs::default_provider()))
            .build()
            .ok()
    }

    /// The server's certificate, if its key is there as well.
    fn certificate(&self) -> Option<CertificateDer<'static>> {
        let both = Zeroizing::new(fs::read(self.server_file()).ok()?);
        super::certified_key(&both, &both).ok()?;
        CertificateDer::from_pem_slice(&both).ok()
    }

    fn write(&self, made: &Made) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        replace(&self.authority_file(), made.authority.as_bytes(), 0o644)?;
        replace(&self.server_file(), made.server.as_bytes(), 0o600)?;
        File::open(&self.directory)?.sync_all()
    }
}

struct Made {
    authority: String,
    server: Zeroizing<String>,
}

fn make(names: &[String], now: Time) -> Result<Made, rcgen::Error> {
    // First what refuses names that are none: the authority's constraints would panic on them.
    let server = server_params(names, now)?;
    let issuer = CertifiedIssuer::self_signed(authority_params(names, now)?, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &issuer)?;
    let server = Zeroizing::new(format!("{}{}", certificate.pem(), *Zeroizing::new(key.serialize_pem())));
    Ok(Made { authority: issuer.pem(), server })
}

fn authority_params(names: &[String], now: Time) -> Result<CertificateParams, rcgen::Error> {
    let mut params = dated(CertificateParams::new([])?, now);
    params
        .distinguished_name
        .push(DnType::CommonName, format!("Kakitome local authority {}", now.to_utc().date_naive()));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let permitted_subtrees = names
        .iter()
        .map(|name| match name.parse::<IpAddr>() {
            Ok(ip) => GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, if ip.is_ipv4() { 32 } else { 128 })),
            Err(_) => GeneralSubtree::DnsName(name.clone()),
        })
        .collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    Ok(params)
}

fn server_params(names: &[String], now: Time) -> Result<CertificateParams, rcgen::Error> {
    let mut params = dated(CertificateParams::new(names)?, now);
    params.distinguished_name.push(DnType::CommonName, "Kakitome");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

/// Valid from yesterday, for clients whose clocks are a little behind.
fn dated(mut params: CertificateParams, now: Time) -> CertificateParams {
    let day = |at: Time| {
        let date = at.to_utc().date_naive();
        date_time_ymd(date.year(), u8::try_from(date.month()).unwrap_or(1), u8::try_from(date.day()).unwrap_or(1))
    };
    params.not_before = day(now - DAY);
    params.not_after = day(now + DAY * (VALID_DAYS - 1));
    params
}

/// Writes beside the file and renames, so that a crash leaves the old or the new one.
fn replace(file: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let beside = file.with_extension("new");
    match fs::remove_file(&beside) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut new = OpenOptions::new().write(true).create_new(true).mode(mode).open(&beside)?;
    new.write_all(content)?;
    new.sync_all()?;
    fs::rename(beside, file)
}
