//! The log: where it is copied to, and what is told of it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Config;
use super::channels::check_address;
use super::check::Found;
use super::sections::section;

section! {
    /// The log: where it is copied to, and what is told of it.
    Audit {
        /// Years after which the names, addresses and reasons of an event are erased. The event itself stays.
        retention_years: u32 = 7;
        /// The hour of day at which auditors get the newest checkpoint, in the office's time zone; 24: nobody does.
        mail_hour: u32 = 8;
        /// Minutes between two copies to the same place.
        copy_minutes: u32 = 5;
        /// A bucket that keeps what it has.
        bucket: AuditBucket = AuditBucket::default();
        /// Witnesses that cosign checkpoints.
        witnesses: Vec<AuditWitness> = Vec::new();
        /// What is told when.
        alerts: AuditAlerts = AuditAlerts::default();
        /// The stream of its entries to another system.
        syslog: Syslog = Syslog::default();
    }
}

section! {
    /// A receiver of syslog messages over TLS (RFC 5425).
    Syslog {
        /// Its name, also the one that its certificate must carry; empty: nothing is sent.
        host: String = String::new();
        /// Its port.
        port: u16 = 6514;
        /// The only authority that counts, PEM; unset: those of the system.
        ca_file: Option<PathBuf> = None;
        /// The certificate by which the receiver knows the gateway, PEM.
        certificate_file: Option<PathBuf> = None;
        /// Its key, PEM.
        key_file: Option<PathBuf> = None;
        /// How entries are written.
        format: SyslogFormat = SyslogFormat::Rfc5424;
        /// The private enterprise number behind the name of the structured data.
        enterprise: u32 = 32_473;
    }
}

section! {
    /// A bucket by the S3 protocol that keeps what it has.
    AuditBucket {
        /// `https://HOST[:PORT]`; empty: there is none.
        endpoint: String = String::new();
        /// Its name.
        name: String = String::new();
        /// Its region.
        region: String = "us-east-1".into();
        /// What stands before every path, with `/` at its end.
        prefix: String = String::new();
        /// A file whose first line is the access key.
        access_key_file: Option<PathBuf> = None;
        /// A file whose first line is the secret of that key.
        secret_key_file: Option<PathBuf> = None;
        /// An authority that the system does not know, PEM; only this one counts then.
        ca_file: Option<PathBuf> = None;
        /// Whether it may stand in a private network.
        allow_private: bool = false;
        /// Seconds until it counts as silent.
        timeout_seconds: u32 = 30;
    }
}

section! {
    /// A witness by the C2SP tlog-witness protocol.
    AuditWitness {
        /// A word of letters, digits and `-`, by which people know it.
        name: String = String::new();
        /// Its submission prefix, `https://…`.
        url: String = String::new();
        /// The key that it cosigns with, as text: name, `+`, id, `+`, key.
        key: String = String::new();
        /// An authority that the system does not know, PEM; only this one counts then.
        ca_file: Option<PathBuf> = None;
        /// Whether it may stand in a private network.
        allow_private: bool = false;
        /// Seconds until it counts as silent.
        timeout_seconds: u32 = 15;
    }
}

section! {
    /// What administrators are told of, by mail and to webhooks.
    AuditAlerts {
        /// A delivery was paused after too many wrong numbers.
        paused_delivery: bool = true;
        /// A stored object did not match what was sealed.
        tamper_suspected: bool = true;
        /// An account was locked after too many wrong passwords or codes.
        account_locked: bool = true;
        /// An address was turned away after too many failed sign-ins.
        source_banned: bool = true;
        /// An administrator signed in from a network that the account was never seen in.
        new_network: bool = true;
        /// The log is not the one that was signed or copied.
        log_inconsistent: bool = true;
        /// Events wait for their place in the log.
        log_stalled: bool = true;
        /// What the clock should have ended is still open.
        sweep_overdue: bool = true;
        /// The log does not reach a place that it is copied to.
        copy_failing: bool = true;
        /// Minutes that events may wait for their place in the log.
        stalled_minutes: u32 = 15;
    }
}

/// How entries are written to a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyslogFormat {
    /// Structured data and a sentence.
    Rfc5424,
    /// Common Event Format.
    Cef,
    /// Open Cybersecurity Schema Framework.
    Ocsf,
}

impl Syslog {
    /// Whether there is a receiver.
    pub fn is_set_up(&self) -> bool {
        !self.host.is_empty()
    }
}

impl Audit {
    /// How long what names people is kept beside the log.
    pub fn retention(&self) -> Duration {
        Duration::from_secs(u64::from(self.retention_years) * 366 * 24 * 3600)
    }
}

impl AuditBucket {
    /// Whether there is one.
    pub fn is_set_up(&self) -> bool {
        !self.endpoint.is_empty()
    }
}

/// Every value that is out of bounds or contradicts another.
pub(super) fn check(config: &Config, found: &mut Found) {
    let audit = &config.audit;
    found.bounds("audit.retention_years", audit.retention_years.into(), 1, 100);
    found.bounds("audit.mail_hour", audit.mail_hour.into(), 0, 24);
    found.bounds("audit.copy_minutes", audit.copy_minutes.into(), 1, 1440);
    found.bounds("audit.alerts.stalled_minutes", audit.alerts.stalled_minutes.into(), 5, 1440);
    if audit.bucket.is_set_up() {
        check_bucket(&audit.bucket, found);
    }
    check_syslog(&audit.syslog, found);
    let mut names = BTreeSet::new();
    for (place, witness) in audit.witnesses.iter().enumerate() {
        let key = |name: &str| format!("audit.witnesses.{place}.{name}");
        check_witness(witness, &key, found);
        if !names.insert(&witness.name) {
            found.wrong(&key("name"), "is another witness'", "a word of its own");
        }
    }
}

fn check_bucket(bucket: &AuditBucket, found: &mut Found) {
    check_address("audit.bucket.endpoint", &bucket.endpoint, found);
    if bucket.name.is_empty() || bucket.name.contains('/') {
        found.wrong("audit.bucket.name", "is no name of a bucket", "the bucket's name alone");
    }
    if bucket.prefix.starts_with('/') || !(bucket.prefix.is_empty() || bucket.prefix.ends_with('/')) {
        found.wrong("audit.bucket.prefix", format!("is `{}`", bucket.prefix), "nothing, or such as \"log/\"");
    }
    for (key, file) in [("access_key_file", &bucket.access_key_file), ("secret_key_file", &bucket.secret_key_file)] {
        if file.is_none() {
            found.wrong(&format!("audit.bucket.{key}"), "is missing", "a file whose first line is the key");
        }
    }
    found.bounds("audit.bucket.timeout_seconds", bucket.timeout_seconds.into(), 1, 300);
}

fn check_witness(witness: &AuditWitness, key: &impl Fn(&str) -> String, found: &mut Found) {
    let is_word = |name: &str| {
        (1..=40).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !is_word(&witness.name) {
        found.wrong(&key("name"), "is no word", "lower case letters, digits and -, such as \"witness-1\"");
    }
    check_address(&key("url"), &witness.url, found);
    if witness.key.split('+').count() < 3 {
        found.wrong(&key("key"), "is no key of a witness", "its text: NAME+ID+KEY");
    }
    found.bounds(&key("timeout_seconds"), witness.timeout_seconds.into(), 1, 60);
}

fn check_syslog(syslog: &Syslog, found: &mut Found) {
    if syslog.certificate_file.is_some() != syslog.key_file.is_some() {
        let key = if syslog.key_file.is_some() { "audit.syslog.key_file" } else { "audit.syslog.certificate_file" };
        found.wrong(key, "stands alone", "certificate_file and key_file, or neither");
    }
    if syslog.is_set_up() && syslog.port == 0 {
        found.wrong("audit.syslog.port", "is 0", "the receiver's port, such as 6514");
    }
    if syslog.host.contains(['/', ':', ' ']) {
        found.wrong(
            "audit.syslog.host",
            "is no name of a server",
            "a name such as \"siem.example.com\", the port apart",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn told(text: &str) -> Vec<String> {
        let read = Config::read(None, text, []);
        read.err().map(|errors| errors.0.iter().map(|flaw| flaw.key.clone()).collect()).unwrap_or_default()
    }

    #[test]
    fn a_bucket_has_a_name_and_keys_in_files() {
        let whole = "[audit.bucket]\nendpoint = \"https://s3.example\"\nname = \"log\"\nprefix = \"office/\"\n\
                     access_key_file = \"/a\"\nsecret_key_file = \"/b\"\n";
        assert_eq!(told(whole), [""; 0]);
        assert_eq!(told(&whole.replace("https", "http")), ["audit.bucket.endpoint"]);
        assert_eq!(told(&whole.replace("office/", "/office")), ["audit.bucket.prefix"]);
        let bare = told("[audit.bucket]\nendpoint = \"https://s3.example\"\n");
        assert_eq!(bare, ["audit.bucket.name", "audit.bucket.access_key_file", "audit.bucket.secret_key_file"]);
    }

    #[test]
    fn witnesses_have_names_addresses_and_keys() {
        let one = "[[audit.witnesses]]\nname = \"w1\"\nurl = \"https://w.example/\"\nkey = \"w.example+0a+AA\"\n";
        assert_eq!(told(one), [""; 0]);
        assert_eq!(told(&format!("{one}{one}")), ["audit.witnesses.1.name"]);
        let wrong = "[[audit.witnesses]]\nname = \"W 1\"\nurl = \"http://w.example/\"\nkey = \"w\"\n";
        assert_eq!(told(wrong), ["audit.witnesses.0.name", "audit.witnesses.0.url", "audit.witnesses.0.key"]);
    }
}
