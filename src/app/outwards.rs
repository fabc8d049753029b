//! The provider of short messages and the receivers of webhooks, as configured.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::first_line;
use crate::adapter::OutwardSettings;
use crate::adapter::hook::WebhookReceiver;
use crate::adapter::sms::{HttpSms, HttpSmsSettings, SmsBody};
use crate::config::{self, Config, Sms, Webhook};
use crate::crypt::WebhookSecret;
use crate::error::{Doing, Error, Result};
use crate::gateway::{Outwards, Receiver};
use crate::model::{Passphrase, Subscriber};
use crate::port::SmsSender;

/// Everybody who is spoken to otherwise than by mail. Nobody is asked yet.
pub(super) fn outwards(config: &Config) -> Result<Outwards> {
    let sms = &config.channels.sms;
    Ok(Outwards {
        region: sms.region.clone(),
        sms: sms.is_set_up().then(|| sms_line(sms)).transpose()?,
        receivers: config.webhooks.iter().map(receiver).collect::<Result<_>>()?,
    })
}

/// The receivers, as far as the store needs to know them.
pub(super) fn subscribers(outwards: &Outwards) -> Vec<Subscriber> {
    let one = |receiver: &Receiver| Subscriber {
        name: receiver.name.clone(),
        url: receiver.url.clone(),
        kinds: receiver.kinds.clone(),
    };
    outwards.receivers.iter().map(one).collect()
}

fn sms_line(sms: &Sms) -> Result<Arc<dyn SmsSender>> {
    let open = sms.headers.iter().map(|(name, value)| Ok((name.clone(), Passphrase::new(value.clone()))));
    let secret = sms.header_files.iter().map(|(name, file)| Ok((name.clone(), first_line(file)?)));
    let settings = HttpSmsSettings {
        url: sms.url.clone(),
        put: sms.method == config::SmsMethod::Put,
        headers: open.chain(secret).collect::<Result<_>>()?,
        body: match sms.body_kind {
            config::SmsBody::Json => SmsBody::Json,
            config::SmsBody::Form => SmsBody::Form,
        },
        fields: sms.fields.clone(),
        success: sms.success.clone(),
        sender: sms.sender.clone(),
        line: line(sms.ca_file.as_ref(), sms.allow_private, sms.timeout_seconds)?,
    };
    Ok(Arc::new(HttpSms::new(settings)?))
}

fn receiver(webhook: &Webhook) -> Result<Receiver> {
    let secret = first_line(&webhook.secret_file)?;
    let unreadable = || Error::fault("reading webhooks.secret_file", "it holds no secret, `whsec_` and 24 to 64 bytes");
    let secret = WebhookSecret::parse(secret.expose()).ok_or_else(unreadable)?;
    let line = line(webhook.ca_file.as_ref(), webhook.allow_private, webhook.timeout_seconds)?;
    Ok(Receiver {
        name: webhook.name.clone(),
        url: webhook.url.clone(),
        kinds: webhook
            .events
            .iter()
            .map(|word| word.parse())
            .collect::<Result<_, _>>()
            .doing("reading webhooks.events")?,
        edge: Arc::new(WebhookReceiver::new(&webhook.url, secret, &line)?),
    })
}

pub(super) fn line(ca_file: Option<&PathBuf>, allow_private: bool, seconds: u32) -> Result<OutwardSettings> {
    let ca_pem = ca_file.map(fs::read).transpose().doing("reading the authority of a server that is called")?;
    Ok(OutwardSettings { ca_pem, allow_private, patience: Duration::from_secs(seconds.into()) })
}
