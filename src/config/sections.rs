//! The sections of the file and their defaults. `deploy/kakitome.toml` shows the same defaults with comments for
//! operators; a test holds the two equal.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::colour::Colour;
use super::identity::{Ldap, Oidc};
use super::network::{AllowList, Network};
use super::value::{
    CertificateNames, ClientCertificates, DatabaseUrl, Language, LogFormat, PasswordProfile, PublicUrl, Ruling,
    ScannerAddress, SenderSlot,
};

/// Least and most of a setting, both allowed.
pub type ShortestAndLongest = RangeInclusive<u32>;

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty = $default:expr;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}
pub(super) use section;

section! {
    /// Addresses and listeners.
    Server {
        /// The address under which people reach the gateway.
        public_url: PublicUrl = PublicUrl::default();
        /// Where recipients and staff connect.
        listen: SocketAddr = loopback(8443);
        /// Where administrators and monitors connect: plain HTTP on loopback, TLS on any other address.
        admin_listen: SocketAddr = loopback(8444);
        /// Where staff connects; absent: where recipients do.
        staff_listen: Option<SocketAddr> = None;
        /// The address under which staff reaches it; absent: the public host with that port.
        staff_url: Option<PublicUrl> = None;
        /// Reverse proxies whose `Forwarded` and `X-Forwarded-For` are believed.
        trusted_proxies: Vec<Network> = Vec::new();
        /// Worker threads; absent: one per processor.
        workers: Option<u32> = None;
    }
}

section! {
    /// Certificates.
    Tls {
        /// Certificate chain, PEM. With `key_file`, or neither: then a certificate of an own authority is made.
        certificate_file: Option<PathBuf> = None;
        /// Private key, PEM, readable by this process only.
        key_file: Option<PathBuf> = None;
        /// Also speak TLS 1.2.
        tls12: bool = false;
        /// Start on a public address with a certificate that no browser trusts.
        accept_self_signed: bool = false;
        /// Whether the staff's listener asks for client certificates.
        client_certificates: ClientCertificates = ClientCertificates::Off;
        /// The authorities that issue them, PEM.
        client_ca_file: Option<PathBuf> = None;
        /// Their lists of revoked ones, PEM.
        client_crl_file: Option<PathBuf> = None;
    }
}

section! {
    /// Where rows are kept.
    Database {
        /// Which database.
        url: DatabaseUrl = DatabaseUrl::default();
        /// A file whose first line is the database password.
        password_file: Option<PathBuf> = None;
        /// PostgreSQL: as whom tables are made and changed at the start. Then the user of `url` may change and remove nothing
        /// that has its place in the log. Absent: one user does everything.
        owner_url: Option<DatabaseUrl> = None;
        /// A file whose first line is the password of that user.
        owner_password_file: Option<PathBuf> = None;
    }
}

section! {
    /// Where sealed bytes are kept.
    Blobs {
        /// Absent: `blobs` in the data directory.
        directory: Option<PathBuf> = None;
    }
}

section! {
    /// Looking for malware.
    Scan {
        /// Send files unscanned. Must be said: without a scanner nothing is sent otherwise.
        off: bool = false;
        /// Where clamd answers.
        clamd: Option<ScannerAddress> = None;
        /// Bytes of a file that clamd takes at most: its StreamMaxLength. What is larger is not looked at.
        largest_bytes: u64 = 2_000_000_000;
        /// Files looked at at once; more wait. At most clamd's MaxThreads.
        at_once: u32 = 2;
        /// Seconds that clamd may be silent: while it takes bytes, and until it says its verdict.
        timeout_seconds: u32 = 120;
        /// Whether clamd looks into RAR archives: with the library libclamunrar, which Debian has outside of its free part.
        unrar: bool = false;
        /// clamd's own configuration, for `kakitome doctor` to read.
        clamd_configuration: PathBuf = PathBuf::from("/etc/clamav/clamd.conf");
    }
}

section! {
    /// Which types of files may be sent, by the endings of their names.
    Types {
        /// Only these, such as `pdf`; empty: all.
        allow: Vec<String> = Vec::new();
        /// None of these.
        deny: Vec<String> = Vec::new();
    }
}

section! {
    /// What transfers may be, and how long what lasts, until an administrator sets other values at `/admin/policy`.
    Policy {
        /// Hours that files are kept if the sender says nothing.
        keep_default_hours: u32 = 168;
        /// Hours that a sender may choose at least.
        keep_least_hours: u32 = 1;
        /// Hours that a sender may choose at most.
        keep_most_hours: u32 = 720;
        /// Minutes during which a retrieved delivery may be retrieved again.
        grace_minutes: u32 = 60;
        /// Minutes between sealing and the first mail, in which recall leaves no trace outside.
        hold_minutes: u32 = 0;
        /// Digits of a pick-up number: 12, 16 or 20.
        number_digits: u32 = 12;
        /// Wrong numbers that pause a delivery.
        wrong_pause: u32 = 10;
        /// Wrong numbers in the life of one number.
        wrong_life: u32 = 30;
        /// Openings of a delivery until everything was retrieved.
        openings: u32 = 10;
        /// Files of a transfer.
        files_per_transfer: u32 = 100;
        /// Bytes of a transfer.
        bytes_per_transfer: u64 = 50_000_000_000;
        /// Recipients of a transfer.
        recipients_per_transfer: u32 = 100;
        /// Whoever sends to a recipient with flags types the domain again; otherwise ticks that the recipient was asked.
        retype_domain: bool = false;
        /// Programs, too, confirm recipients who are sent to for the first time. People at a page always do, and other
        /// flags are confirmed by everybody.
        confirm_first_time: bool = false;
        /// Every transfer is approved by a second person.
        approve_always: bool = false;
        /// Transfers to domains that nobody of the office has sent to before are approved.
        approve_new_domains: bool = false;
        /// Transfers to more recipients than this are approved; 0: whatever the number.
        approve_recipients: u32 = 0;
        /// Transfers of more bytes than this are approved; 0: whatever the size.
        approve_bytes: u64 = 0;
        /// Hours before the end at which a recipient who has not collected everything is reminded; 0: nobody is.
        remind_hours: u32 = 48;
        /// The hour of day at which administrators get the day before in numbers, in the office's time zone; 24: nobody does.
        digest_hour: u32 = 8;
        /// Numbers may be told on the phone.
        channel_phone: bool = true;
        /// Numbers may travel on a notice sheet.
        channel_sheet: bool = true;
        /// Numbers may be sent by SMS, where a provider is set up.
        channel_sms: bool = true;
        /// Numbers that are sent by SMS for one delivery at most.
        sms_per_delivery: u32 = 5;
        /// Numbers that one account sends by SMS in a day at most.
        sms_per_day: u32 = 50;
        /// Hours after which a question that no approver answered is a no.
        approval_hours: u32 = 72;
        /// Files in which malware was found.
        infected: Ruling = Ruling::Refuse;
        /// Files that the scanner cannot look into: encrypted, nested too deeply, a kind of archive that it does not know.
        unscannable: Ruling = Ruling::Refuse;
        /// Files about which the scanner gave no verdict: it failed at them, or took too long.
        unanswered: Ruling = Ruling::Refuse;
        /// Files larger than the scanner takes.
        oversized: Ruling = Ruling::Refuse;
        /// Hours after which the scanner's signatures are too old, and administrators are told.
        signature_hours: u32 = 48;
        /// Programs and scripts, by name or content.
        executables: Ruling = Ruling::Refuse;
        /// Documents with macros.
        macros: Ruling = Ruling::Allow;
        /// Names that look like what they are not: two endings, characters that turn the direction of text.
        disguised: Ruling = Ruling::Refuse;
        /// Contents that are not what the name says.
        mismatched: Ruling = Ruling::Allow;
        /// How long the sender's own slot lives.
        sender_slot: SenderSlot = SenderSlot::UntilCollected;
        /// Minutes after which an unused unlock session ends.
        session_idle_minutes: u32 = 30;
        /// Hours after which any unlock session ends.
        session_most_hours: u32 = 24;
        /// Days after which an untouched draft is given up.
        draft_days: u32 = 7;
        /// Hours after which an upload that stopped is given up.
        upload_hours: u32 = 24;
        /// Minutes after which an idle session of staff wants a proof again.
        idle_lock_minutes: u32 = 10;
        /// Hours after which a session of staff ends.
        absolute_hours: u32 = 12;
        /// Hours in which an invitation can be followed.
        invitation_hours: u32 = 72;
        /// Days after which an unused account is flagged.
        dormant_days: u32 = 90;
        /// Months between reviews of the account register.
        review_months: u32 = 6;
        /// Days that reviewers have to decide.
        review_days: u32 = 30;
    }
}

impl Policy {
    /// Hours that a sender may choose.
    pub fn keep_hours(&self) -> ShortestAndLongest {
        self.keep_least_hours..=self.keep_most_hours
    }
}

section! {
    /// Signing in.
    SignIn {
        /// The school of password rules, until an administrator sets others at `/admin/sign-in`.
        profile: PasswordProfile = PasswordProfile::Nist;
        /// Characters of a password at least; absent: as the profile says.
        minimum_length: Option<u32> = None;
        /// Minutes after a proof in which sensitive acts need no further one.
        step_up_minutes: u32 = 10;
        /// Days for which a browser that signed in before stays known while it is not used.
        device_days: u32 = 180;
        /// Failed sign-ins from one address within ten minutes that get it turned away.
        ban_failures: u32 = 30;
        /// Minutes for which it is turned away.
        ban_minutes: u32 = 30;
        /// Whose client certificates are.
        certificate_names: CertificateNames = CertificateNames::Person;
        /// OpenID providers at which staff may sign in.
        oidc: Vec<Oidc> = Vec::new();
        /// The office's directory.
        ldap: Ldap = Ldap::default();
        /// From where staff may come.
        networks: Networks = Networks::default();
    }
}

section! {
    /// From where what may be used; an empty list is everywhere.
    Networks {
        /// Staff's pages and interface, signing in among them.
        staff: AllowList = AllowList::default();
        /// The administrators' pages.
        admin: AllowList = AllowList::default();
        /// What senders may do.
        sender: AllowList = AllowList::default();
        /// What approvers may do.
        approver: AllowList = AllowList::default();
        /// What auditors may do.
        auditor: AllowList = AllowList::default();
        /// What administrators may do.
        administrator: AllowList = AllowList::default();
    }
}

section! {
    /// How the office presents itself. What is absent is set by an administrator at `/office`.
    Office {
        /// Its name, in pages and mails.
        name: Option<String> = None;
        /// Postal address.
        address: Option<String> = None;
        /// Phone number that recipients may call.
        phone: Option<String> = None;
        /// Hours in which it answers.
        hours: Option<String> = None;
        /// Its own web page.
        web: Option<String> = None;
        /// Colour of links and buttons, `#rrggbb`.
        colour: Option<Colour> = None;
        /// Its logo: PNG, JPEG, WebP or SVG, 256 KiB at most.
        logo_file: Option<PathBuf> = None;
        /// The language when nobody says another.
        default_language: Option<Language> = None;
        /// Time zone of every time shown, an IANA name.
        #[serde(with = "zone")]
        time_zone: Option<Tz> = None;
        /// Languages offered.
        languages: Vec<Language> = vec![Language::Ja, Language::En];
    }
}

section! {
    /// Bounds on work done at once.
    Limits {
        /// Numbers checked at once (128 MiB of memory each); absent: from the memory of the machine.
        openings_at_once: Option<u32> = None;
        /// Openings that may wait for their turn; more are asked to come back.
        queue: u32 = 64;
    }
}

section! {
    /// The program's own log.
    Log {
        /// How a line looks.
        format: LogFormat = LogFormat::Text;
        /// `error`, `warn`, `info`, `debug`, or a filter such as `info,kakitome::job=debug`.
        level: String = "info".into();
    }
}

const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

/// Time zones by their IANA names.
mod zone {
    use chrono_tz::Tz;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(zone: &Option<Tz>, serializer: S) -> Result<S::Ok, S::Error> {
        match zone {
            Some(zone) => serializer.serialize_some(zone.name()),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Tz>, D::Error> {
        let Some(name) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        name.parse().map(Some).map_err(|_| D::Error::custom(format!("`{name}` is no IANA time zone")))
    }
}
