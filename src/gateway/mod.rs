//! What every flow works with: the opened store, the edges, the policy. Built once by `app`, shared by servers and jobs.

mod clock_watch;
mod copies;
mod doomed;
mod elsewhere;
mod office;
mod openings;
mod outward;
mod policy;
mod questions;
mod scans;
mod turns;
mod uploads;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::Notify;
use webauthn_rs::Webauthn;

use crate::config::{Audit, Policy, PublicUrl, Scan, SignIn, Types};
use crate::crypt::{CryptError, Recipient};
use crate::error::{Error, Result};
use crate::model::{Language, Logo, Office, OwnWording, SignInRules, Time};
use crate::port::{BlobStore, Clock, MailDomain, Scanner};
use crate::store::Store;
use crate::store::limits::Tries;

pub use clock_watch::ClockWatch;
pub use copies::{Copies, KnownWitness};
pub use elsewhere::{Admission, Elsewhere, Provider, Staffed};
pub use office::OfficeCell;
pub use openings::Openings;
pub use outward::{Outwards, Receiver};
pub use policy::{PolicyCell, Values, over};
pub use questions::Questions;
pub(crate) use scans::ScanTurn;
pub use scans::{ScannerState, Scans};
pub use turns::{Lane, Turns};
pub use uploads::Uploads;

/// The collaborators of the flows in `transfer` and `staff`.
pub struct Gateway {
    /// Rows, keys and limits.
    pub store: Store,
    /// Stored objects.
    pub blobs: Arc<dyn BlobStore>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// What transfers may be, and how long what lasts.
    pub policy: PolicyCell,
    /// How staff signs in.
    pub sign_in: SignIn,
    /// The rules of signing in until an administrator sets others.
    pub usual_rules: SignInRules,
    /// Where staff is known besides the account register.
    pub elsewhere: Elsewhere,
    /// How the office presents itself.
    pub office: OfficeCell,
    /// The picture that stands for its name.
    pub logo: Option<Logo>,
    /// Whether the staff's listener asks for client certificates.
    pub asks_for_certificates: bool,
    /// What the configuration says of protection, for whoever judges it.
    pub protection: Protection,
    /// Under which address people reach it.
    pub public_url: PublicUrl,
    /// The same of the staff's listener; the public one's when staff has none of its own.
    pub staff_url: PublicUrl,
    /// Where browsers find the administrators' listener, if they can reach it.
    pub admin_url: Option<String>,
    /// Which openings run, and how many may at once.
    pub openings: Openings,
    /// Who is spoken to otherwise than by mail.
    pub outwards: Outwards,
    /// Where the log is copied to.
    pub copies: Copies,
    /// What the configuration says of the log.
    pub audit: Audit,
    /// Looks for malware; none: files leave unscanned, as the configuration says.
    pub scanner: Option<Arc<dyn Scanner>>,
    /// What the configuration says of the scanner.
    pub scan: Scan,
    /// The scans of this process.
    pub scans: Scans,
    /// Which types of files may be sent.
    pub types: Arc<Types>,
    /// Which uploads are being written to.
    pub uploads: Uploads,
    /// Our side of exchanges with authenticators; none where the public address has no name, which passkeys need.
    pub passkeys: Option<Webauthn>,
    /// Turns at walking through the log.
    pub questions: Questions,
    /// Turns at hashing staff passwords.
    pub passwords: Turns,
    /// The office's own words of mails.
    pub own_wording: Arc<OwnWording>,
    /// What the world is told of the office's mail; none where mails stay on this machine.
    pub mail_domain: Option<Arc<dyn MailDomain>>,
    /// Rings when a mail was put into the outbox.
    pub outbox_bell: Notify,
    /// Whether the clock is to be believed by whoever lets the log grow.
    pub log_clock: ClockWatch,
    /// Whether this process has begun a log because the log key is another one.
    pub log_key_replaced: AtomicBool,
    /// Rings when somebody asked for a file of the log's entries.
    pub export_bell: Notify,
}

/// What the configuration says of protection that no flow decides about.
#[derive(Clone, Copy, Debug)]
pub struct Protection {
    /// Whether files leave unscanned.
    pub scan_off: bool,
    /// Whether TLS 1.2 is spoken too.
    pub tls12: bool,
    /// Whether mails reach the mail server unprotected.
    pub mail_in_clear: bool,
    /// Whether only this machine reaches the administrators' listener.
    pub admin_is_local: bool,
}

impl Gateway {
    /// Now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// The language when nobody says another.
    pub fn default_language(&self) -> Language {
        self.office().default_language
    }

    /// The office as it presents itself now.
    pub fn office(&self) -> Office {
        self.office.now()
    }

    /// Seals to the newest custody key.
    ///
    /// # Errors
    /// Sealing failed.
    pub fn seal_to_custody(&self, plain: &[u8]) -> Result<Vec<u8>> {
        Ok(self.store.keys().custody.seal(plain)?)
    }

    /// A text that lies sealed to the custody key; empty where there is none.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open_text(&self, sealed: Option<&[u8]>) -> Result<String> {
        let Some(sealed) = sealed else { return Ok(String::new()) };
        Ok(String::from_utf8_lossy(&self.store.keys().custody.open(sealed)?).into_owned())
    }

    /// How long a recipient's session may idle before it ends.
    pub fn session_idle(&self) -> Duration {
        minutes(self.policy().session_idle_minutes)
    }

    /// The policy as it is now.
    pub fn policy(&self) -> Arc<Policy> {
        self.policy.now()
    }

    /// The tries that policy allows.
    pub fn tries(&self) -> Tries {
        let policy = self.policy();
        let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        Tries { pause: count(policy.wrong_pause), life: count(policy.wrong_life), openings: count(policy.openings) }
    }
}

/// Reads the public half of a key from its row.
///
/// # Errors
/// The text is no age recipient.
pub(crate) fn recipient(text: &str) -> Result<Recipient> {
    text.parse().map_err(|_| Error::from(CryptError::Malformed))
}

/// Hours as a duration.
pub(crate) const fn hours(count: u32) -> Duration {
    Duration::from_secs(count as u64 * 3600)
}

/// Minutes as a duration.
pub(crate) const fn minutes(count: u32) -> Duration {
    Duration::from_secs(count as u64 * 60)
}
