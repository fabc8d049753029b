//! Mails as configured: who carries them, how they are worded and signed, and where they come back to.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Places, first_line};
use crate::adapter::mail::{
    Carried, Codes, DkimKey, DkimName, DkimSignature, DomainRecords, DomainSettings, ImapBox, ImapSettings, Letterhead,
    MaildirMailer, ReturnPath, SmtpMailer, SmtpSecurity, SmtpSettings, Stationery, WriteReturnPath, read_own_wording,
};
use crate::config::{Config, Mail, MailKind, MailSecurity};
use crate::crypt::{bounce_mark, grouped_code, grouped_invitation_code, invitation_code, link_code};
use crate::error::{Doing, Error, Result};
use crate::gateway::Gateway;
use crate::model::OwnWording;
use crate::port::{BounceBox, MailDomain, Mailer};

/// The office's own words of mails; a start with what cannot be sent is refused.
pub(super) fn own_wording(config: &Config) -> Result<OwnWording> {
    let Some(directory) = &config.mail.wording_directory else { return Ok(OwnWording::default()) };
    let read = read_own_wording(directory).doing("reading the office's wording of mails")?;
    for warning in &read.warnings {
        tracing::warn!(%warning, "the office's wording of mails");
    }
    Ok(read.wording)
}

fn write_codes(secret: Carried<'_>) -> Codes {
    match secret {
        Carried::Link(secret) => Codes { code: link_code(secret), grouped: grouped_code(secret) },
        Carried::Invitation(secret) => {
            Codes { code: invitation_code(secret), grouped: grouped_invitation_code(secret) }
        }
    }
}

/// Whoever hands mails over.
pub(super) fn mailer(config: &Config, places: &Places, gateway: Arc<Gateway>) -> Result<Arc<dyn Mailer>> {
    let own = gateway.own_wording.clone();
    let return_path = return_path(config, &gateway);
    let letterhead = move || Letterhead::of(&gateway.office(), &gateway.public_url, &gateway.staff_url);
    let stationery = Stationery::new(letterhead, &config.mail.from, write_codes)?.in_words_of(&own)?;
    match config.mail.kind {
        MailKind::Maildir => {
            let directory = config.mail.directory.clone().unwrap_or_else(|| places.data.join("mail"));
            Ok(Arc::new(MaildirMailer::open(stationery, &directory)?))
        }
        MailKind::Smtp => {
            let mailer = SmtpMailer::new(stationery, &smtp_settings(config, return_path)?)?;
            Ok(Arc::new(match signing(&config.mail)? {
                Some((name, key)) => mailer.signing(DkimSignature::new(&key, &name)?),
                None => mailer,
            }))
        }
    }
}

/// Where mails come back to: an address of each mail's own, where its mailbox is read.
fn return_path(config: &Config, gateway: &Arc<Gateway>) -> ReturnPath {
    let Some(address) = config.mail.bounce_address.clone() else { return ReturnPath::From };
    let Some((local, domain)) = address.split_once('@').filter(|_| !config.mail.bounces.host.is_empty()) else {
        return ReturnPath::Fixed(address);
    };
    let (local, domain, gateway) = (local.to_owned(), domain.to_owned(), gateway.clone());
    let write: WriteReturnPath = Arc::new(move |letter| {
        let mark = bounce_mark(&gateway.store.keys().custody, letter.uuid().into_bytes()).ok()?;
        Some(format!("{local}+{mark}@{domain}"))
    });
    ReturnPath::PerLetter(write)
}

/// The mailbox of returned mails, if one is set up.
pub(super) fn bounces(config: &Config) -> Result<Option<Arc<dyn BounceBox>>> {
    let (mail, bounces) = (&config.mail, &config.mail.bounces);
    let (Some(address), Some(password), false) =
        (&mail.bounce_address, &bounces.password_file, bounces.host.is_empty())
    else {
        return Ok(None);
    };
    let local = address.split('@').next().unwrap_or_default();
    let settings = ImapSettings {
        host: bounces.host.clone(),
        port: bounces.port,
        tls_at_once: bounces.security == MailSecurity::Tls,
        ca_pem: bounces.ca_file.as_ref().map(fs::read).transpose().doing("reading mail.bounces.ca_file")?,
        user: bounces.user.clone(),
        password: first_line(password)?,
        mailbox: bounces.mailbox.clone(),
        prefix: format!("{}+", local.to_ascii_lowercase()),
    };
    Ok(Some(Arc::new(ImapBox::new(settings)?)))
}

fn smtp_settings(config: &Config, return_path: ReturnPath) -> Result<SmtpSettings> {
    let smtp = &config.mail.smtp;
    let password = smtp.password_file.as_deref().map(first_line).transpose()?;
    Ok(SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.security {
            MailSecurity::Starttls => SmtpSecurity::StartTls,
            MailSecurity::Tls => SmtpSecurity::Tls,
            MailSecurity::None => SmtpSecurity::None,
        },
        ca_pem: smtp.ca_file.as_ref().map(fs::read).transpose().doing("reading mail.smtp.ca_file")?,
        login: smtp.user.clone().zip(password),
        hello: smtp.hello_name.clone(),
        return_path,
        timeout: Duration::from_secs(60),
        connections: 4,
    })
}

/// Under which name and with which key mails are signed, if they are.
fn signing(mail: &Mail) -> Result<Option<(DkimName, DkimKey)>> {
    let (Some(name), Some(file)) = (dkim_name(mail), &mail.dkim.key_file) else { return Ok(None) };
    Ok(Some((name, dkim_key(file)?)))
}

/// Under which name mails are signed, if they are.
pub fn dkim_name(mail: &Mail) -> Option<DkimName> {
    let name = DkimName { domain: domain(&mail.from), selector: mail.dkim.selector.clone() };
    (!name.selector.is_empty()).then_some(name)
}

/// The key for signing mails.
///
/// # Errors
/// It cannot be read, or is none.
pub fn dkim_key(file: &Path) -> Result<DkimKey> {
    let missing = |_| Error::fault("reading mail.dkim.key_file", "it cannot be read; `kakitome keys dkim` makes one");
    DkimKey::read(&Zeroizing::new(fs::read(file).map_err(missing)?))
}

/// The domain of an address, as the domain name system has it.
fn domain(address: &str) -> String {
    let domain = address.rsplit('@').next().unwrap_or_default();
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_ascii_lowercase())
}

/// What the world is told of the office's mail; none where mails stay on this machine.
pub(super) fn mail_domain(config: &Config) -> Result<Option<Arc<dyn MailDomain>>> {
    let mail = &config.mail;
    let from = domain(&mail.from);
    if mail.kind != MailKind::Smtp || !from.contains('.') {
        return Ok(None);
    }
    Ok(Some(Arc::new(DomainRecords::new(DomainSettings {
        returned_to: domain(mail.bounce_address.as_ref().unwrap_or(&mail.from)),
        dkim: signing(mail)?,
        name_server: mail.name_server,
        from,
    }))))
}
