//! Flags: what makes somebody look twice at a recipient before sending. Each is a reason to ask, none is a refusal.

use serde::Serialize;

use crate::model::domain_of;

mod domain;
mod free_mail;

/// What is to be looked at twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum Flag {
    /// Never sent to before.
    FirstTime,
    /// The domain is easily taken for this one, which is known.
    LookAlike { known: String },
    /// The domain mixes letters of several scripts, or is written otherwise than people read it: as they read it.
    Scripts { shown: String },
    /// Anybody may have an address there.
    FreeMail,
    /// Most other recipients of this transfer are at another domain.
    OtherCompany { others: String },
    /// The last mail to this address was refused.
    Bounced,
}

impl Flag {
    /// Its word in the interface and the log.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::FirstTime => "first_time",
            Self::LookAlike { .. } => "look_alike",
            Self::Scripts { .. } => "scripts",
            Self::FreeMail => "free_mail",
            Self::OtherCompany { .. } => "other_company",
            Self::Bounced => "bounced",
        }
    }

    /// What it says beyond its word; empty where that is nothing.
    pub fn detail(&self) -> &str {
        match self {
            Self::LookAlike { known } => known,
            Self::Scripts { shown } => shown,
            Self::OtherCompany { others } => others,
            Self::FirstTime | Self::FreeMail | Self::Bounced => "",
        }
    }
}

/// What is known when flags are raised.
#[derive(Clone, Debug, Default)]
pub struct Acquaintance {
    /// Addresses that were sent to before.
    pub addresses: Vec<String>,
    /// Addresses whose last mail was refused.
    pub bounced: Vec<String>,
    /// Domains of the office and of those it sent to before.
    pub domains: Vec<String>,
}

/// The flags of each of the recipients of one transfer, in their order.
pub fn flags(emails: &[&str], known: &Acquaintance) -> Vec<Vec<Flag>> {
    let domains: Vec<String> = emails.iter().map(|email| domain_of(email)).collect();
    let known_domains: Vec<&str> = known.domains.iter().map(String::as_str).collect();
    let usual = usual(&domains);
    emails.iter().zip(&domains).map(|(email, domain)| of_one(email, domain, known, &known_domains, usual)).collect()
}

fn of_one(email: &str, domain: &str, known: &Acquaintance, domains: &[&str], usual: Option<&str>) -> Vec<Flag> {
    let is_in = |list: &[String]| list.iter().any(|one| one.eq_ignore_ascii_case(email));
    let shown = domain::shown(domain);
    let like = domain::like(domain, domains);
    let flags = [
        like.map(|known| Flag::LookAlike { known: known.to_owned() }),
        (domain::is_mixed(domain) || shown != domain).then_some(Flag::Scripts { shown }),
        is_in(&known.bounced).then_some(Flag::Bounced),
        (!is_in(&known.addresses)).then_some(Flag::FirstTime),
        free_mail::is_free(domain).then_some(Flag::FreeMail),
        usual.filter(|usual| *usual != domain).map(|usual| Flag::OtherCompany { others: usual.to_owned() }),
    ];
    flags.into_iter().flatten().collect()
}

/// The domain at which all but one of at least three recipients are.
fn usual(domains: &[String]) -> Option<&str> {
    let most = domains.iter().max_by_key(|domain| domains.iter().filter(|other| other == domain).count())?;
    let count = domains.iter().filter(|other| *other == most).count();
    (domains.len() >= 3 && count + 1 == domains.len()).then_some(most.as_str())
}

#[cfg(test)]
mod tests;
