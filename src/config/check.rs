//! What types cannot say: bounds, keys that need each other, and starts that would be dangerous.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::flaw::Wrong;
use super::policy::Unit;
use super::{Backend, ClientCertificates, Config, MailKind, MailSecurity};

impl Config {
    /// Every value that is out of bounds or contradicts another.
    pub(super) fn check(&self) -> Vec<Wrong> {
        let mut found = Found::default();
        self.check_server(&mut found);
        self.check_files(&mut found);
        self.check_mail(&mut found);
        self.check_policy(&mut found);
        self.check_office(&mut found);
        self.check_scan(&mut found);
        super::identity::check(&self.sign_in, &mut found);
        super::channels::check(self, &mut found);
        super::audit::check(self, &mut found);
        found.0
    }

    fn check_server(&self, found: &mut Found) {
        if self.server.listen == self.server.admin_listen && self.server.listen.port() != 0 {
            found.wrong("server.admin_listen", "is the public listener's address", "an address or port of its own");
        }
        self.check_staff(found);
        if let Some(workers) = self.server.workers {
            found.bounds("server.workers", workers.into(), 1, 256);
        }
        if let Some(openings) = self.limits.openings_at_once {
            found.bounds("limits.openings_at_once", openings.into(), 1, 1024);
        }
        found.bounds("limits.queue", self.limits.queue.into(), 0, 10_000);
    }

    fn check_staff(&self, found: &mut Found) {
        let server = &self.server;
        let taken = |address: &SocketAddr| {
            address.port() != 0 && (*address == server.listen || *address == server.admin_listen)
        };
        if server.staff_listen.as_ref().is_some_and(taken) {
            found.wrong("server.staff_listen", "is another listener's address", "an address or port of its own");
        }
        match (&server.staff_listen, &server.staff_url) {
            (None, Some(_)) => {
                found.wrong(
                    "server.staff_url",
                    "stands without server.staff_listen",
                    "both, or server.staff_listen alone",
                );
            }
            (Some(_), Some(url)) if *url == server.public_url => {
                found.wrong("server.staff_url", "is server.public_url", "a host or port of its own, or nothing");
            }
            _ => {}
        }
        self.check_client_certificates(found);
    }

    fn check_client_certificates(&self, found: &mut Found) {
        let (tls, off) = (&self.tls, self.tls.client_certificates == ClientCertificates::Off);
        if !off && self.server.staff_listen.is_none() {
            let right = "off, or server.staff_listen with it: recipients are never asked for a certificate";
            found.wrong("tls.client_certificates", "stands without server.staff_listen", right);
        }
        if !off && tls.client_ca_file.is_none() {
            let right = "off, or tls.client_ca_file with it: the authorities that issue them";
            found.wrong("tls.client_certificates", "stands without tls.client_ca_file", right);
        }
        for (key, file) in [("tls.client_ca_file", &tls.client_ca_file), ("tls.client_crl_file", &tls.client_crl_file)]
        {
            if off && file.is_some() {
                found.wrong(
                    key,
                    "stands while tls.client_certificates is off",
                    "optional or required there, or no file",
                );
            }
        }
    }

    fn check_files(&self, found: &mut Found) {
        match (&self.tls.certificate_file, &self.tls.key_file) {
            (Some(_), None) => found.wrong("tls.certificate_file", "stands without tls.key_file", "both or neither"),
            (None, Some(_)) => found.wrong("tls.key_file", "stands without tls.certificate_file", "both or neither"),
            _ => {}
        }
        if let Some(owner) = &self.database.owner_url {
            if owner.holds_password() {
                let right = "database.owner_password_file, and none in the address";
                found.wrong("database.owner_url", "holds a password", right);
            }
            let both = [owner.backend(), self.database.url.backend()];
            if both.iter().any(|backend| *backend != Backend::Postgres)
                || self.database.url.user().is_none_or(|user| owner.user() == Some(user))
            {
                let right = "a PostgreSQL database with two users of plain names, or none";
                found.wrong("database.owner_url", "is of no use with database.url", right);
            }
        }
        if self.database.url.holds_password() {
            found.wrong("database.url", "holds a password", "database.password_file, and none in the address");
        }
    }

    fn check_mail(&self, found: &mut Found) {
        let smtp = &self.mail.smtp;
        found.mail_address("mail.from", &self.mail.from);
        if let Some(address) = &self.mail.bounce_address {
            found.mail_address("mail.bounce_address", address);
        }
        if self.mail.kind == MailKind::Smtp && smtp.host.is_empty() {
            found.wrong("mail.smtp.host", "is missing", "the mail server's name, as mail.kind is smtp");
        }
        self.check_dkim(found);
        self.check_bounces(found);
        if smtp.user.is_some() != smtp.password_file.is_some() {
            let key = if smtp.user.is_some() { "mail.smtp.user" } else { "mail.smtp.password_file" };
            found.wrong(key, "stands alone", "user and password_file, or neither");
        }
    }

    fn check_dkim(&self, found: &mut Found) {
        let dkim = &self.mail.dkim;
        if dkim.selector.is_empty() != dkim.key_file.is_none() {
            let key = if dkim.selector.is_empty() { "mail.dkim.key_file" } else { "mail.dkim.selector" };
            return found.wrong(key, "stands alone", "selector and key_file, or neither");
        }
        if dkim.selector.is_empty() {
            return;
        }
        if self.mail.kind != MailKind::Smtp {
            found.wrong("mail.dkim.selector", "stands while mail.kind is maildir", "mail.kind smtp, or no selector");
        }
        let is_label = |label: &str| {
            let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            (1..=63).contains(&label.len())
                && label.bytes().all(is_inner)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if !dkim.selector.split('.').all(is_label) {
            let may = "lower-case letters, digits and hyphens, such as \"kakitome2026\"";
            found.wrong("mail.dkim.selector", "is no name of a record", may);
        }
    }

    fn check_bounces(&self, found: &mut Found) {
        let (mail, bounces) = (&self.mail, &self.mail.bounces);
        found.bounds("mail.bounces.poll_seconds", bounces.poll_seconds.into(), 10, 3600);
        if bounces.host.is_empty() {
            return;
        }
        if mail.kind != MailKind::Smtp {
            found.wrong("mail.bounces.host", "stands while mail.kind is maildir", "mail.kind smtp, or no host");
        }
        match &mail.bounce_address {
            None => found.wrong(
                "mail.bounces.host",
                "stands without mail.bounce_address",
                "mail.bounce_address with it: the address of that mailbox",
            ),
            // 43 characters are added to it, and 64 is the most (RFC 5321, 4.5.3.1.1).
            Some(address) if address.split('@').next().is_some_and(|local| local.len() > 20) => {
                found.wrong("mail.bounce_address", "is too long before the @", "20 characters there at most");
            }
            Some(_) => {}
        }
        if bounces.security == MailSecurity::None {
            found.wrong("mail.bounces.security", "is none", "tls or starttls: a password crosses the line");
        }
        if bounces.user.is_empty() {
            found.wrong("mail.bounces.user", "is missing", "who signs in at the mailbox");
        }
        if bounces.password_file.is_none() {
            found.wrong("mail.bounces.password_file", "is missing", "a file with the mailbox's password");
        }
    }

    fn check_policy(&self, found: &mut Found) {
        for (setting, least, most) in self.policy.flaws() {
            let (key, value) = (format!("policy.{}", setting.name), setting.of(&self.policy));
            match setting.unit {
                Unit::OneOf(numbers) => {
                    let listed = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
                    found.wrong(&key, format!("is {value}"), format!("one of {listed}"));
                }
                _ => found.wrong(&key, format!("is {value}"), format!("{least} to {most}")),
            }
        }
        for (key, value, least, most) in [
            ("sign_in.minimum_length", self.sign_in.minimum_length.unwrap_or(8), 8, 64),
            ("sign_in.step_up_minutes", self.sign_in.step_up_minutes, 1, 60),
            ("sign_in.device_days", self.sign_in.device_days, 1, 400),
            ("sign_in.ban_failures", self.sign_in.ban_failures, 5, 10_000),
            ("sign_in.ban_minutes", self.sign_in.ban_minutes, 1, 1440),
        ] {
            found.bounds(key, value.into(), least, most);
        }
    }

    fn check_scan(&self, found: &mut Found) {
        let scan = &self.scan;
        if scan.off && scan.clamd.is_some() {
            found.wrong("scan.off", "stands beside scan.clamd", "false, or no scan.clamd");
        }
        // clamd itself takes no more (MaxFileSize, 2 GiB less one byte).
        found.bounds("scan.largest_bytes", scan.largest_bytes, 1, (1 << 31) - 1);
        found.bounds("scan.at_once", scan.at_once.into(), 1, 64);
        found.bounds("scan.timeout_seconds", scan.timeout_seconds.into(), 5, 3600);
        for (key, list) in [("types.allow", &self.types.allow), ("types.deny", &self.types.deny)] {
            let wrong = |ending: &&String| {
                ending.is_empty() || ending.chars().any(|c| c == '.' || c.is_whitespace() || c.is_uppercase())
            };
            if let Some(ending) = list.iter().find(wrong) {
                found.wrong(
                    key,
                    format!("holds `{ending}`"),
                    "endings in lower case without the point, such as \"pdf\"",
                );
            }
        }
    }

    fn check_office(&self, found: &mut Found) {
        let office = &self.office;
        if office.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            found.wrong("office.name", "is empty", "the name that recipients know");
        }
        if let Some(colour) = office.colour.filter(|colour| !colour.is_readable()) {
            let right = format!("a darker one; the nearest is {}", colour.readable());
            found.wrong("office.colour", "is too pale to be read on white", right);
        }
        if office.default_language.is_some_and(|language| !office.languages.contains(&language)) {
            found.wrong("office.default_language", "is not offered", "one of office.languages");
        }
        let is_web = |web: &&String| web.is_empty() || web.starts_with("https://") || web.starts_with("http://");
        if office.web.as_ref().is_some_and(|web| !is_web(&web)) {
            found.wrong("office.web", "is no web address", "https://… or nothing");
        }
    }
}

#[derive(Default)]
pub(super) struct Found(Vec<Wrong>);

impl Found {
    pub(super) fn wrong(&mut self, key: &str, wrong: impl Into<String>, right: impl Into<String>) {
        self.0.push(Wrong { key: key.into(), wrong: wrong.into(), right: right.into() });
    }

    pub(super) fn bounds(&mut self, key: &str, value: u64, least: u64, most: u64) {
        if !(least..=most).contains(&value) {
            self.wrong(key, format!("is {value}"), format!("{least} to {most}"));
        }
    }

    fn mail_address(&mut self, key: &str, text: &str) {
        if text.parse::<lettre::Address>().is_err() {
            self.wrong(key, "is no mail address", "a bare address, such as \"kakitome@example.com\"");
        }
    }
}

/// A start that is refused although every setting by itself is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Danger {
    /// People elsewhere would have to click a certificate warning away.
    SelfSignedInPublic {
        /// The public host.
        host: String,
    },
    /// Mails with links would cross the network readable.
    MailInClear {
        /// The mail server.
        host: String,
    },
    /// No scanner, and nobody said that this is meant.
    NotScanned,
    /// Files would cross the network readable on their way to the scanner.
    ScanInClear {
        /// The scanner's address.
        address: String,
    },
    /// A file with a secret can be read by other users of this machine.
    ExposedSecret {
        /// The file.
        file: PathBuf,
    },
}

impl fmt::Display for Danger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Danger::SelfSignedInPublic { host } => write!(
                f,
                "{host} is public but has a self-made certificate: set tls.certificate_file and tls.key_file, or say tls.accept_self_signed = true"
            ),
            Danger::MailInClear { host } => write!(
                f,
                "mails would go to {host} unprotected: set mail.smtp.security to starttls or tls, or say mail.smtp.accept_clear_text = true"
            ),
            Danger::NotScanned => f.write_str(
                "no scanner is set up: set scan.clamd to the address of clamd, or to send files unscanned say scan.off = true",
            ),
            Danger::ScanInClear { address } => write!(
                f,
                "files would go to {address} unprotected: let clamd answer on this machine, or through a protected line that ends here"
            ),
            Danger::ExposedSecret { file } => {
                write!(f, "{} can be read by other users: chmod 600 {}", file.display(), file.display())
            }
        }
    }
}

/// What the decision needs to know of the machine.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Files named by the configuration that hold a secret and are readable by others than owner and group.
    pub exposed_secrets: Vec<PathBuf>,
}

impl Facts {
    /// Looks at the files that `config` names. A file that cannot be looked at is reported by whoever reads it.
    pub fn gather(config: &Config) -> Self {
        let ldap = &config.sign_in.ldap.bind_password_file;
        let secrets = [
            &config.tls.key_file,
            &config.database.password_file,
            &config.database.owner_password_file,
            &config.mail.smtp.password_file,
            &config.mail.bounces.password_file,
            &config.mail.dkim.key_file,
            &config.audit.syslog.key_file,
            &config.audit.bucket.access_key_file,
            &config.audit.bucket.secret_key_file,
            ldap,
        ];
        let providers = config.sign_in.oidc.iter().map(|provider| &provider.client_secret_file);
        let sms = config.channels.sms.header_files.values();
        let outward = sms.chain(config.webhooks.iter().map(|webhook| &webhook.secret_file));
        let named = secrets.into_iter().chain(providers).flatten().chain(outward);
        let exposed = named.filter(|file| readable_by_others(file)).cloned().collect();
        Self { exposed_secrets: exposed }
    }
}

fn readable_by_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|meta| meta.permissions().mode() & 0o004 != 0)
}

/// Why the gateway must not start like this; empty if it may.
pub fn dangers(config: &Config, facts: &Facts) -> Vec<Danger> {
    let mut dangers = Vec::new();
    let public = &config.server.public_url;
    if config.tls.certificate_file.is_none() && !public.is_loopback() && !config.tls.accept_self_signed {
        dangers.push(Danger::SelfSignedInPublic { host: public.host().into() });
    }
    let smtp = &config.mail.smtp;
    let near = smtp.host == "localhost" || smtp.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if config.mail.kind == MailKind::Smtp && smtp.security == MailSecurity::None && !near && !smtp.accept_clear_text {
        dangers.push(Danger::MailInClear { host: smtp.host.clone() });
    }
    match &config.scan.clamd {
        None if !config.scan.off => dangers.push(Danger::NotScanned),
        Some(address) if !address.is_local() => dangers.push(Danger::ScanInClear { address: address.to_string() }),
        _ => {}
    }
    dangers.extend(facts.exposed_secrets.iter().map(|file| Danger::ExposedSecret { file: file.clone() }));
    dangers
}
