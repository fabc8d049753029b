//! Where the log goes besides its own tables.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::check::Found;
use super::sections::section;

section! {
    /// The log.
    Audit {
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

pub(super) fn check(audit: &Audit, found: &mut Found) {
    let syslog = &audit.syslog;
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
