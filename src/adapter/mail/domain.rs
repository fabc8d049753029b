//! What the domain name system says of the office's mail: SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 9989).

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::dkim::DkimError;
use mail_auth::dmarc::{Dmarc, Policy, Psd};
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use mail_auth::hickory_resolver::net::runtime::TokioRuntimeProvider;
use mail_auth::hickory_resolver::proto::rr::{Name, RData};
use mail_auth::hickory_resolver::{ResolverBuilder, TokioResolver};
use mail_auth::spf::{Mechanism, Qualifier, Spf};

use super::dkim::{DkimKey, DkimName};
use crate::error::{Doing, Result};
use crate::port::{DkimRecord, DmarcPolicy, DmarcRecord, MailDomain, MailRecords, Published, SpfRecord};

/// The longest wait for an answer; who is silent is asked once more.
const PATIENCE: Duration = Duration::from_secs(5);
const ATTEMPTS: usize = 1;

/// Whose records are looked at.
pub struct DomainSettings {
    /// The domain of the office's mail address.
    pub from: String,
    /// The domain of the address that mails come back to.
    pub returned_to: String,
    /// Under which name and with which key mails are signed here; none if they are not.
    pub dkim: Option<(DkimName, DkimKey)>,
    /// Who is asked; none: whom the machine asks.
    pub name_server: Option<SocketAddr>,
}

/// The records of a domain.
pub struct DomainRecords {
    settings: DomainSettings,
}

impl DomainRecords {
    /// Records of a domain; nobody is asked yet.
    pub fn new(settings: DomainSettings) -> Self {
        Self { settings }
    }

    /// Asks anew each time: what was changed a moment ago is what somebody wants to see.
    fn resolver(&self) -> Result<TokioResolver> {
        let mut builder = match self.settings.name_server {
            Some(server) => asking(server),
            None => TokioResolver::builder_tokio().doing("reading whom this machine asks for names")?,
        };
        let options = builder.options_mut();
        (options.timeout, options.attempts, options.cache_size) = (PATIENCE, ATTEMPTS, 0);
        builder.build().doing("setting up the asking for names")
    }
}

fn asking(server: SocketAddr) -> ResolverBuilder<TokioRuntimeProvider> {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let server = NameServerConfig::new(server.ip(), true, connections.into());
    let config = ResolverConfig::from_name_servers(vec![server]);
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
}

#[async_trait]
impl MailDomain for DomainRecords {
    async fn look(&self) -> MailRecords {
        let resolver = match self.resolver() {
            Ok(resolver) => resolver,
            Err(error) => return MailRecords::silent(&error.to_string(), self.settings.dkim.is_some()),
        };
        let (spf, dkim, dmarc) =
            tokio::join!(spf(&resolver, &self.settings.returned_to), self.dkim(&resolver), self.dmarc(&resolver));
        MailRecords { spf, dkim, dmarc }
    }
}

async fn spf(resolver: &TokioResolver, domain: &str) -> Published<SpfRecord> {
    let name = domain.to_owned();
    match one(resolver, name, "v=spf1").await {
        Published::One { name, text, .. } => match Spf::parse(text.as_bytes()) {
            Ok(spf) => Published::One { name, text, found: SpfRecord { anybody: lets_anybody(&spf) } },
            Err(_) => Published::Unreadable { name, text },
        },
        other => other.of(),
    }
}

/// Whether everybody in the world may send for the domain.
fn lets_anybody(spf: &Spf) -> bool {
    spf.directives.iter().any(|one| one.mechanism == Mechanism::All && one.qualifier == Qualifier::Pass)
}

impl DomainRecords {
    async fn dkim(&self, resolver: &TokioResolver) -> Option<Published<DkimRecord>> {
        let (name, key) = self.settings.dkim.as_ref()?;
        Some(match one(resolver, name.record_name(), "").await {
            Published::One { name, text, .. } => match DomainKey::parse(text.as_bytes()) {
                Ok(public) if key.fits(&*public.p) => Published::One { name, text, found: DkimRecord::Fits },
                Ok(_) => Published::One { name, text, found: DkimRecord::Other },
                Err(mail_auth::Error::Dkim(DkimError::RevokedPublicKey)) => {
                    Published::One { name, text, found: DkimRecord::Revoked }
                }
                Err(_) => Published::Unreadable { name, text },
            },
            other => other.of(),
        })
    }

    /// The record of the domain, or of the nearest domain above it that has one (RFC 9989, 4.10).
    async fn dmarc(&self, resolver: &TokioResolver) -> Published<DmarcRecord> {
        let own = format!("_dmarc.{}", self.settings.from);
        for (above, domain) in above(&self.settings.from).into_iter().enumerate() {
            match one(resolver, format!("_dmarc.{domain}"), "v=DMARC1").await {
                Published::None { .. } => {}
                Published::One { name, text, .. } => return read_dmarc(name, text, above > 0),
                other => return other.of(),
            }
        }
        Published::None { name: own }
    }
}

/// A domain and those above it, without the topmost.
fn above(domain: &str) -> Vec<&str> {
    let mut all = vec![domain];
    let mut rest = domain;
    while let Some((_, parent)) = rest.split_once('.').filter(|(_, parent)| parent.contains('.')) {
        all.push(parent);
        rest = parent;
    }
    all
}

fn read_dmarc(name: String, text: String, is_above: bool) -> Published<DmarcRecord> {
    let Ok(dmarc) = Dmarc::parse(text.as_bytes()) else { return Published::Unreadable { name, text } };
    if is_above && dmarc.psd == Psd::Yes {
        return Published::None { name };
    }
    let said = if is_above && dmarc.sp != Policy::Unspecified { dmarc.sp } else { dmarc.p };
    let policy = match said {
        Policy::Reject => DmarcPolicy::Reject,
        Policy::Quarantine => DmarcPolicy::Quarantine,
        Policy::None | Policy::Unspecified => DmarcPolicy::None,
    };
    Published::One { name, text, found: DmarcRecord { policy, testing: dmarc.t } }
}

/// The one text at this name that begins like this.
async fn one(resolver: &TokioResolver, name: String, begins: &str) -> Published<()> {
    let texts = match texts(resolver, &name).await {
        Ok(texts) => texts,
        Err(why) => return Published::Silent { name, why },
    };
    let begins_so = |text: &String| text.get(..begins.len()).is_some_and(|start| start.eq_ignore_ascii_case(begins));
    let mut found = texts.into_iter().filter(begins_so);
    match (found.next(), found.next()) {
        (None, _) => Published::None { name },
        (Some(text), None) => Published::One { name, text, found: () },
        (Some(_), Some(_)) => Published::Several { name },
    }
}

/// Every text at this name; a name that is not there has none.
async fn texts(resolver: &TokioResolver, name: &str) -> std::result::Result<Vec<String>, String> {
    // Fully qualified: no search list of this machine is appended.
    let asked = Name::from_str_relaxed(format!("{name}.")).map_err(|error| error.to_string())?;
    let answer = match resolver.txt_lookup(asked).await {
        Ok(answer) => answer,
        Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    };
    let joined = answer.answers().iter().filter_map(|record| match &record.data {
        // Anybody on the way may have answered: nothing of it may steer a terminal.
        RData::TXT(text) => {
            let text = String::from_utf8_lossy(&text.txt_data.concat()).into_owned();
            Some(text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect())
        }
        _ => None,
    });
    Ok(joined.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domains_above_end_before_the_topmost() {
        assert_eq!(above("files.office.example"), ["files.office.example", "office.example"]);
        assert_eq!(above("office.example"), ["office.example"]);
        assert_eq!(above("localhost"), ["localhost"]);
    }

    #[test]
    fn a_policy_of_above_counts_as_it_says_for_domains_below() {
        let policy = |text: &str, above| match read_dmarc("x".into(), text.into(), above) {
            Published::One { found, .. } => Some(found.policy),
            _ => None,
        };
        assert_eq!(policy("v=DMARC1; p=reject", false), Some(DmarcPolicy::Reject));
        assert_eq!(policy("v=DMARC1; p=reject; sp=none", true), Some(DmarcPolicy::None));
        assert_eq!(policy("v=DMARC1; p=quarantine", true), Some(DmarcPolicy::Quarantine));
        assert_eq!(policy("v=DMARC1; p=reject; psd=y", true), None);
    }

    #[test]
    fn everybody_may_send_only_where_it_says_so() {
        let anybody = |text: &str| lets_anybody(&Spf::parse(text.as_bytes()).unwrap());
        assert!(anybody("v=spf1 +all") && anybody("v=spf1 all"));
        assert!(!anybody("v=spf1 ip4:192.0.2.1 -all") && !anybody("v=spf1 ?all"));
    }
}
