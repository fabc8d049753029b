//! LDAP (RFC 4511): search for the one entry, then bind as it. A connection per sign-in: nothing is left bound.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, Scope, SearchEntry, SearchOptions, ldap_escape};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::config::EMAIL;
use crate::error::{Doing, Problem, Result};
use crate::model::Passphrase;
use crate::port::{Directory, Known};

/// The whole of it; somebody waits in front of a page.
const PATIENCE: Duration = Duration::from_secs(10);
/// The entry of a person, and one more to see that there are two.
const MOST_ENTRIES: i32 = 2;
/// Result codes (RFC 4511, 4.1.9; X.511).
const SUCCESS: u32 = 0;
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const NO_SUCH_OBJECT: u32 = 32;
const BUSY: u32 = 51;
const UNAVAILABLE: u32 = 52;

/// What a directory is asked with.
pub struct LdapSettings {
    /// `ldaps://HOST[:PORT]` or `ldap://HOST[:PORT]`.
    pub url: String,
    /// Whether an `ldap://` line is protected by StartTLS.
    pub start_tls: bool,
    /// The only authority that counts for it.
    pub ca_pem: Option<Vec<u8>>,
    /// Who searches, and with which password.
    pub searcher: Option<(String, Passphrase)>,
    /// Below which entry.
    pub base: String,
    /// Which entry; holds `{email}`.
    pub filter: String,
    /// Attributes: mail address, name, groups.
    pub mail_attribute: String,
    /// The name shown to recipients.
    pub name_attribute: String,
    /// What gives roles.
    pub groups_attribute: String,
}

/// A directory of the LDAP family.
pub struct LdapDirectory {
    settings: LdapSettings,
    tls: Arc<ClientConfig>,
}

impl LdapDirectory {
    /// Asks nothing yet.
    ///
    /// # Errors
    /// The authority is no certificate, or the system has none.
    pub fn new(settings: LdapSettings) -> Result<Self> {
        let tls = Arc::new(tls(settings.ca_pem.as_deref())?);
        Ok(Self { settings, tls })
    }

    async fn look(&self, email: &str, password: Option<&Passphrase>) -> Result<Option<Known>, LdapError> {
        let settings = LdapConnSettings::new().set_config(self.tls.clone()).set_starttls(self.settings.start_tls);
        let (line, mut ldap) = LdapConnAsync::with_settings(settings, &self.settings.url).await?;
        let line = tokio::spawn(async move { line.drive().await });
        let found = self.ask(&mut ldap, email, password).await;
        if ldap.unbind().await.is_err() {
            line.abort();
        }
        found
    }

    async fn ask(
        &self,
        ldap: &mut Ldap,
        email: &str,
        password: Option<&Passphrase>,
    ) -> Result<Option<Known>, LdapError> {
        if let Some((dn, secret)) = &self.settings.searcher {
            ldap.simple_bind(dn, secret.expose()).await?.success()?;
        }
        let Some(entry) = self.search(ldap, email).await? else { return Ok(None) };
        // A name with an empty password binds as nobody, and succeeds (RFC 4513, 5.1.2).
        let Some(password) = password.filter(|password| !password.expose().is_empty()) else { return Ok(None) };
        if entry.dn.is_empty() {
            return Ok(None);
        }
        let bound = ldap.simple_bind(&entry.dn, password.expose()).await?;
        match bound.rc {
            SUCCESS => Ok(Some(self.known(&entry, email))),
            BUSY | UNAVAILABLE => Err(bound.into()),
            _ => Ok(None),
        }
    }

    /// The one entry. References to other servers are not followed: they are not ours to trust.
    async fn search(&self, ldap: &mut Ldap, email: &str) -> Result<Option<SearchEntry>, LdapError> {
        let of = &self.settings;
        let filter = of.filter.replace(EMAIL, &ldap_escape(email));
        let seconds = i32::try_from(PATIENCE.as_secs()).unwrap_or(i32::MAX);
        let options = SearchOptions::new().sizelimit(MOST_ENTRIES).timelimit(seconds);
        let mut wanted = vec!["entryUUID", "objectGUID", &of.mail_attribute, &of.name_attribute, &of.groups_attribute];
        wanted.extend(named_by(&of.filter).map(|(attribute, _)| attribute));
        ldap.with_search_options(options);
        let answer = ldap.search(&of.base, Scope::Subtree, &filter, wanted).await?;
        match answer.1.rc {
            SUCCESS => {}
            SIZE_LIMIT_EXCEEDED | NO_SUCH_OBJECT => return Ok(None),
            _ => return Err(answer.1.into()),
        }
        let mut entries = answer.0.into_iter().filter(|entry| !entry.is_ref() && !entry.is_intermediate());
        let only = (entries.next(), entries.next());
        let (Some(entry), None) = only else { return Ok(None) };
        let entry = SearchEntry::construct(entry);
        Ok(is_named(&entry, &of.filter, email).then_some(entry))
    }

    fn known(&self, entry: &SearchEntry, typed: &str) -> Known {
        let of = &self.settings;
        let mails: Vec<String> = values(entry, &of.mail_attribute).iter().map(|mail| mail.to_lowercase()).collect();
        let email = mails.iter().find(|mail| *mail == typed).or(mails.first()).cloned();
        Known {
            ago: Some(Duration::ZERO),
            subject: subject(entry),
            email,
            name: values(entry, &of.name_attribute).first().cloned().unwrap_or_default(),
            groups: values(entry, &of.groups_attribute).iter().map(|group| group.to_lowercase()).collect(),
        }
    }
}

/// The conditions of a filter that hold the typed name: attribute and pattern.
fn named_by(filter: &str) -> impl Iterator<Item = (&str, &str)> {
    let conditions = filter.split(['(', ')']).filter_map(|condition| condition.split_once('='));
    conditions.filter(|(_, pattern)| pattern.contains(EMAIL)).map(|(attribute, pattern)| {
        (attribute.split(':').next().unwrap_or_default().trim_end_matches(['~', '<', '>']), pattern)
    })
}

/// Directories overlook blanks and control characters (RFC 4518). Tries are counted per name as typed: with many spellings
/// of one name there would be as many counts.
fn is_named(entry: &SearchEntry, filter: &str, typed: &str) -> bool {
    named_by(filter).any(|(attribute, pattern)| {
        let meant = pattern.replace(EMAIL, typed).to_lowercase();
        values(entry, attribute).iter().any(|value| value.to_lowercase() == meant)
    })
}

/// What no other entry will ever be called: a UUID where the directory gives one; else the place in the tree.
fn subject(entry: &SearchEntry) -> String {
    let guid = || entry.bin_attrs.iter().find(|(name, _)| name.eq_ignore_ascii_case("objectGUID"));
    match (values(entry, "entryUUID").first(), guid().and_then(|(_, values)| values.first())) {
        (Some(uuid), _) => uuid.to_lowercase(),
        (None, Some(guid)) => data_encoding::HEXLOWER.encode(guid),
        // Bytes that happen to be text come back as text.
        (None, None) => match values(entry, "objectGUID").first() {
            Some(guid) => data_encoding::HEXLOWER.encode(guid.as_bytes()),
            None => entry.dn.to_lowercase(),
        },
    }
}

/// The values of an attribute, whose name is of any case.
fn values<'a>(entry: &'a SearchEntry, name: &str) -> &'a [String] {
    let found = entry.attrs.iter().find(|(attribute, _)| attribute.eq_ignore_ascii_case(name));
    found.map_or(&[], |(_, values)| values)
}

fn tls(ca_pem: Option<&[u8]>) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match ca_pem {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.doing("reading the authority of the directory")?;
                roots.add(certificate).doing("reading the authority of the directory")?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.doing("preparing the line to the directory")?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[async_trait]
impl Directory for LdapDirectory {
    async fn verify(&self, email: &str, password: Option<&Passphrase>) -> Result<Option<Known>> {
        match tokio::time::timeout(PATIENCE, self.look(email, password)).await {
            Ok(Ok(known)) => Ok(known),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the directory cannot be asked");
                Err(Problem::ProviderUnavailable.into())
            }
            Err(_) => {
                tracing::warn!("the directory takes too long");
                Err(Problem::ProviderUnavailable.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn entry(attrs: &[(&str, &str)]) -> SearchEntry {
        let attrs = attrs.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]));
        SearchEntry { dn: "CN=Hanako,DC=office".into(), attrs: attrs.collect(), bin_attrs: HashMap::new() }
    }

    #[test]
    fn a_name_is_typed_letter_by_letter() {
        let entry = entry(&[("mail", "Hanako@Office.example"), ("proxyAddresses", "smtp:h@office.example")]);
        let filter = "(&(objectClass=person)(|(mail={email})(proxyaddresses:caseIgnoreMatch:=smtp:{email})))";
        for typed in ["hanako@office.example", "h@office.example"] {
            assert!(is_named(&entry, filter, typed), "{typed}");
        }
        for typed in ["hanako@office.example\0", " hanako@office.example", "*", "person", ""] {
            assert!(!is_named(&entry, filter, typed), "{typed:?}");
        }
    }

    #[test]
    fn a_person_is_called_by_what_is_never_used_again() {
        assert_eq!(subject(&entry(&[("entryUUID", "AB-1"), ("objectGUID", "x")])), "ab-1");
        assert_eq!(subject(&entry(&[("objectGUID", "abc")])), "616263");
        assert_eq!(subject(&entry(&[])), "cn=hanako,dc=office");
        let mut bytes = entry(&[]);
        bytes.bin_attrs.insert("objectguid".into(), vec![vec![0xff, 0x01]]);
        assert_eq!(subject(&bytes), "ff01");
    }
}
