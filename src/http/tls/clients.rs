//! Client certificates: whose word on them is taken, which ones were revoked, and whom they name.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::aws_lc_rs;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::{Stamp, read, stamp};
use crate::error::{Doing, Error, Result};
use crate::staff::visitor::Presented;

/// The authorities of client certificates and their lists of revoked ones as they stand in files, re-read when the files
/// change. With a list, a certificate whose issuer has none, or an overdue one, counts as revoked.
#[derive(Debug)]
pub struct ClientAuthorities {
    ca_file: PathBuf,
    crl_file: Option<PathBuf>,
    required: bool,
    /// The names by which browsers choose a certificate: as of the start, which is why a new authority with a new name is
    /// offered by browsers only after a restart. Its certificates are accepted before that.
    names: Vec<DistinguishedName>,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    stamp: Stamp,
    verifier: Arc<dyn ClientCertVerifier>,
}

impl ClientAuthorities {
    /// Reads the files, PEM. `required`: whether a connection without a certificate is refused.
    ///
    /// # Errors
    /// A fault when a file cannot be read or parsed, or holds nothing.
    pub fn from_files(ca_file: &Path, crl_file: Option<&Path>, required: bool) -> Result<Self> {
        let crl_file = crl_file.map(Path::to_path_buf);
        let stamp = stamp(&files(ca_file, crl_file.as_deref()))?;
        let verifier = verifier(ca_file, crl_file.as_deref(), required)?;
        let names = verifier.root_hint_subjects().to_vec();
        let current = Mutex::new(Current { stamp, verifier });
        Ok(Self { ca_file: ca_file.to_path_buf(), crl_file, required, names, current })
    }

    /// Takes up changed files; `true` if there were any. Blocks.
    ///
    /// # Errors
    /// As `from_files`; what is in use stays.
    pub fn reload(&self) -> Result<bool> {
        let crl_file = self.crl_file.as_deref();
        let stamp = stamp(&files(&self.ca_file, crl_file))?;
        if self.current().stamp == stamp {
            return Ok(false);
        }
        let verifier = verifier(&self.ca_file, crl_file, self.required)?;
        *self.current() = Current { stamp, verifier };
        Ok(true)
    }

    /// A panic elsewhere cannot leave this half changed: it is replaced whole.
    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verifier(&self) -> Arc<dyn ClientCertVerifier> {
        Arc::clone(&self.current().verifier)
    }
}

fn files<'a>(ca_file: &'a Path, crl_file: Option<&'a Path>) -> Vec<&'a Path> {
    [Some(ca_file), crl_file].into_iter().flatten().collect()
}

fn verifier(ca_file: &Path, crl_file: Option<&Path>, required: bool) -> Result<Arc<dyn ClientCertVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&read(ca_file)?) {
        roots.add(certificate.doing("reading tls.client_ca_file")?).doing("reading tls.client_ca_file")?;
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    if let Some(file) = crl_file {
        let lists = CertificateRevocationListDer::pem_slice_iter(&read(file)?).collect::<Result<Vec<_>, _>>();
        let lists = lists.doing("reading tls.client_crl_file")?;
        if lists.is_empty() {
            return Err(Error::fault("reading tls.client_crl_file", "no list in the file"));
        }
        builder = builder.with_crls(lists).enforce_revocation_expiration();
    }
    if !required {
        builder = builder.allow_unauthenticated();
    }
    builder.build().doing("setting up client certificates")
}

impl ClientCertVerifier for ClientAuthorities {
    fn client_auth_mandatory(&self) -> bool {
        self.required
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.names
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.verifier().verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier().verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier().verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier().supported_verify_schemes()
    }
}

/// Leaves what a new connection presented, and the listener verified, for its requests.
pub fn present(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TlsStream<TcpStream>>() else { return };
    let (_, session) = stream.get_ref();
    if let Some([certificate, ..]) = session.peer_certificates() {
        data.insert(Presented { emails: emails(certificate) });
    }
}

/// The mail addresses that a certificate names: in its alternative names, and in its subject, where older ones have them.
fn emails(certificate: &[u8]) -> Vec<String> {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return Vec::new() };
    let alternative = certificate.subject_alternative_name().ok().flatten();
    let names = alternative.iter().flat_map(|extension| &extension.value.general_names);
    let mut found: Vec<String> = names
        .filter_map(|name| match name {
            GeneralName::RFC822Name(email) => Some(email.to_lowercase()),
            _ => None,
        })
        .collect();
    found.extend(certificate.subject().iter_email().filter_map(|email| Some(email.as_str().ok()?.to_lowercase())));
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use rcgen::string::Ia5String;
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    use super::*;

    fn certificate(alternative: &[&str], subject: Option<&str>) -> Vec<u8> {
        let mut params = CertificateParams::new([]).unwrap();
        let name = |email: &&str| SanType::Rfc822Name(Ia5String::try_from(*email).unwrap());
        params.subject_alt_names = alternative.iter().map(name).collect();
        if let Some(email) = subject {
            let value = rcgen::DnValue::Ia5String(Ia5String::try_from(email).unwrap());
            params.distinguished_name.push(DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]), value);
        }
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_names_its_holder_in_either_place() {
        let both = certificate(&["Sato@Office.example", "h.sato@office.example"], Some("SATO.H@office.example"));
        assert_eq!(emails(&both), ["sato@office.example", "h.sato@office.example", "sato.h@office.example"]);
        assert_eq!(emails(&certificate(&[], Some("sato@office.example"))), ["sato@office.example"]);
        assert_eq!(emails(&certificate(&["sato@office.example"], Some("sato@office.example"))).len(), 1);
        assert!(emails(&certificate(&[], None)).is_empty());
        assert!(emails(b"rubbish").is_empty());
    }
}
