//! Doctor: what the gateway relies on outside of itself, looked at once, piece by piece. Each check is a row of one table;
//! what it saw is a word with values, and the word alone says whether that is well. It changes nothing.

mod alerts;
mod clamd;
mod copies;
mod facts;
mod log;
mod machine;
mod mail;
mod roles;
mod samples;
mod scanner;
mod seen;

use futures_util::future::BoxFuture;

use crate::error::Result;

use clamd::Set;
use samples::Sample;

pub use facts::Facts;
pub use seen::{Outcome, Seen, Value};

/// What a check saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Saw {
    /// What it is.
    pub seen: Seen,
    /// The values in its text, by name.
    pub values: Vec<(&'static str, Value)>,
}

impl Saw {
    fn new(seen: Seen) -> Self {
        Self { seen, values: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.values.push((name, value.into()));
        self
    }
}

/// How a check looks.
enum Look {
    /// At what was read.
    Fact(fn(&Facts<'_>) -> Saw),
    /// At what is stored.
    Stored(for<'a> fn(&'a Facts<'a>) -> BoxFuture<'a, Result<Saw>>),
    /// At what the scanner says of this file.
    Sample(fn() -> Sample),
    /// At what clamd's configuration says.
    Setting(fn(&Set<'_>) -> Saw),
}

/// A row of the table.
pub struct Check {
    /// Its name, for good: monitors know it.
    pub name: &'static str,
    look: Look,
}

impl Check {
    const fn fact(name: &'static str, judge: fn(&Facts<'_>) -> Saw) -> Self {
        Self { name, look: Look::Fact(judge) }
    }

    const fn stored(name: &'static str, look: for<'a> fn(&'a Facts<'a>) -> BoxFuture<'a, Result<Saw>>) -> Self {
        Self { name, look: Look::Stored(look) }
    }

    const fn sample(name: &'static str, sample: fn() -> Sample) -> Self {
        Self { name, look: Look::Sample(sample) }
    }

    const fn setting(name: &'static str, judge: fn(&Set<'_>) -> Saw) -> Self {
        Self { name, look: Look::Setting(judge) }
    }

    /// Looks.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn look(&self, facts: &Facts<'_>) -> Result<Saw> {
        match self.look {
            Look::Fact(judge) => Ok(judge(facts)),
            Look::Stored(look) => look(facts).await,
            Look::Sample(sample) => Ok(match facts.scanner() {
                Ok(scanner) => scanner::try_sample(scanner, sample()).await,
                Err(unable) => unable,
            }),
            Look::Setting(judge) => Ok(match facts.set() {
                Ok(set) => judge(&set),
                Err(unable) => unable,
            }),
        }
    }
}

/// Every check, in the order in which they are told.
pub const CHECKS: &[Check] = &[
    Check::fact("scanner", scanner::answers),
    Check::fact("scanner.signatures", scanner::signatures),
    Check::sample("scanner.clean", samples::harmless),
    Check::sample("scanner.eicar", samples::eicar),
    Check::sample("scanner.eicar-zip", samples::eicar_in_zip),
    Check::sample("scanner.encrypted", samples::encrypted),
    Check::sample("scanner.limits", samples::nested),
    Check::fact("clamd.configuration", facts::configuration),
    Check::setting("clamd.alert-exceeds-max", clamd::alert_exceeds_max),
    Check::setting("clamd.alert-encrypted", clamd::alert_encrypted),
    Check::setting("clamd.kinds", clamd::kinds),
    Check::setting("clamd.stream-length", clamd::stream_length),
    Check::setting("clamd.file-size", clamd::file_size),
    Check::setting("clamd.scan-size", clamd::scan_size),
    Check::setting("clamd.threads", clamd::threads),
    Check::setting("clamd.scan-time", clamd::scan_time),
    Check::setting("clamd.read-timeout", clamd::read_timeout),
    Check::setting("clamd.temporary-directory", clamd::temporary_directory),
    Check::setting("clamd.swap", clamd::swap),
    Check::setting("clamd.leftovers", clamd::leftovers),
    Check::setting("clamd.socket", clamd::socket),
    Check::setting("clamd.network", clamd::network),
    Check::fact("mail.spf", mail::spf),
    Check::fact("mail.dkim", mail::dkim),
    Check::fact("mail.dmarc", mail::dmarc),
    Check::stored("log.key", |facts| Box::pin(log::key(facts))),
    Check::stored("log.grows", |facts| Box::pin(copies::grows(facts))),
    Check::stored("log.checked", |facts| Box::pin(log::checked(facts))),
    Check::stored("log.left", |facts| Box::pin(copies::left(facts))),
    Check::stored("log.bucket", |facts| Box::pin(copies::bucket(facts))),
    Check::stored("log.witnesses", |facts| Box::pin(copies::witnesses(facts))),
    Check::stored("database.roles", |facts| Box::pin(roles::log(facts))),
    Check::stored("alerts.administrators", |facts| Box::pin(alerts::administrators(facts))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_stable_words_and_unique() {
        let names: std::collections::BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b".-".contains(&b))));
    }
}
