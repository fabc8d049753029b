//! Flags: what makes somebody look twice at a recipient before sending. Each is a reason to ask, none is a refusal.

use std::collections::{BTreeSet, HashMap, HashSet};

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
    /// The domain is easily taken for that of another recipient of this transfer, and neither is known.
    LookAlikeHere { other: String },
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
            Self::LookAlikeHere { .. } => "look_alike_here",
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
            Self::LookAlikeHere { other } => other,
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

/// The flags of each of the recipients of one transfer, in their order. Recipients share what is worked out for a domain.
pub fn flags(emails: &[&str], known: &Acquaintance) -> Vec<Vec<Flag>> {
    let domains: Vec<String> = emails.iter().map(|email| domain_of(email)).collect();
    let looks = looks(&domains, &known.domains);
    let usual = usual(&domains);
    let of = |(email, domain): (&&str, &String)| of_one(email, domain, known, looks.get(domain.as_str()), usual);
    emails.iter().zip(&domains).map(of).collect()
}

/// What each domain is easily taken for: a known one, else another one of the transfer.
fn looks<'a>(domains: &'a [String], known: &[String]) -> HashMap<&'a str, Flag> {
    // Most are those of earlier recipients: nothing is to be taken apart for them.
    let names: HashSet<&str> = known.iter().map(String::as_str).collect();
    let strange: BTreeSet<&str> = domains.iter().map(String::as_str).filter(|one| !names.contains(one)).collect();
    if strange.is_empty() {
        return HashMap::new();
    }
    let known = domain::Known::of(&known.iter().map(String::as_str).collect::<Vec<_>>());
    // Everybody knows the domains of free mail, and that there are several.
    let strange = strange.into_iter().filter(|domain| !free_mail::is_free(domain));
    let strange: Vec<(&str, domain::Read)> = strange.map(|domain| (domain, domain::Read::of(domain))).collect();
    let strange: Vec<&(&str, domain::Read)> = strange.iter().filter(|(_, read)| !known.holds(read)).collect();
    let look = |(domain, read): &(&'a str, domain::Read)| {
        let twin = || strange.iter().find(|(_, other)| read.is_twin_of(other)).map(|(other, _)| *other);
        let like = known.like(read).map(|known| Flag::LookAlike { known: known.to_owned() });
        Some((*domain, like.or_else(|| Some(Flag::LookAlikeHere { other: twin()?.to_owned() }))?))
    };
    strange.iter().filter_map(|one| look(one)).collect()
}

fn of_one(email: &str, domain: &str, known: &Acquaintance, look: Option<&Flag>, usual: Option<&str>) -> Vec<Flag> {
    let is_in = |list: &[String]| list.iter().any(|one| one.eq_ignore_ascii_case(email));
    let shown = domain::shown(domain);
    let flags = [
        look.cloned(),
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
