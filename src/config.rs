//! What an installation may set: one TOML file, overridden by `KAKITOME_SECTION__KEY`. Defaults are in `sections`; the
//! commented file that shows them is `deploy/kakitome.toml`. A mistake is told with its place, and all mistakes at once.

mod channels;
mod check;
mod colour;
mod flaw;
mod identity;
mod mail;
mod network;
mod policy;
mod sections;
mod value;

use std::path::{Path, PathBuf};

use figment::Provider;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};
use serde::{Deserialize, Serialize};

pub use channels::{Channels, SMS_WORDS, Sms, SmsBody, SmsMethod, WEBHOOK_EVENTS, Webhook};
pub use check::{Danger, Facts, dangers};
pub use colour::{Colour, NotAColour, READABLE, Tones};
pub use flaw::{ConfigErrors, Flaw, Place};
pub use identity::{Admission, EMAIL, Ldap, Oidc, StaffRole};
pub use mail::{Bounces, Dkim, Mail, Smtp};
pub use network::{AllowList, Network, NotANetwork};
pub use policy::{SETTINGS, Setting, Unit};
pub use sections::{
    Audit, Blobs, Database, Limits, Log, Networks, Office, Policy, Scan, Server, ShortestAndLongest, SignIn, Tls, Types,
};
pub use value::{
    Backend, CertificateNames, ClientCertificates, DatabaseUrl, Language, LogFormat, MailKind, MailSecurity,
    NotADatabaseUrl, NotAPublicUrl, NotAScannerAddress, PasswordProfile, PublicUrl, Ruling, ScannerAddress, SenderSlot,
};

/// Environment variables that begin so, and hold `__` between section and key, are configuration.
const PREFIX: &str = "KAKITOME_";

/// Everything an installation may set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses and listeners.
    pub server: Server,
    /// Certificates.
    pub tls: Tls,
    /// Where rows are kept.
    pub database: Database,
    /// The log.
    pub audit: Audit,
    /// Where sealed bytes are kept.
    pub blobs: Blobs,
    /// How mails leave.
    pub mail: Mail,
    /// How pick-up numbers travel, besides the phone and the notice sheet.
    pub channels: Channels,
    /// The office's own systems that are told what happened.
    pub webhooks: Vec<Webhook>,
    /// Looking for malware.
    pub scan: Scan,
    /// Which types of files may be sent.
    pub types: Types,
    /// What transfers may be.
    pub policy: Policy,
    /// Signing in.
    pub sign_in: SignIn,
    /// How the office presents itself.
    pub office: Office,
    /// Bounds on work done at once.
    pub limits: Limits,
    /// The program's own log.
    pub log: Log,
}

impl Config {
    /// Reads `path` (or nothing) and `environment`, and checks the whole. The environment is passed in, so that only
    /// `main` depends on the process.
    ///
    /// # Errors
    /// Every mistake that was found: unreadable file, bad syntax, unknown keys, wrong types, values out of bounds.
    pub fn load(
        path: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let text = path.map(std::fs::read_to_string).transpose().map_err(|e| {
            ConfigErrors(vec![Flaw {
                place: Place::File { file: path.map(Path::to_path_buf).unwrap_or_default(), line: None },
                key: String::new(),
                wrong: format!("cannot be read: {e}"),
                right: "a readable TOML file; `kakitome config default` prints one".into(),
            }])
        })?;
        Self::read(path.map(Path::to_path_buf), &text.unwrap_or_default(), environment)
    }

    /// The commented default file, as `kakitome config default` prints it.
    pub const fn default_toml() -> &'static str {
        include_str!("../deploy/kakitome.toml")
    }

    fn read(
        file: Option<PathBuf>,
        text: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let mut source = flaw::Source::parse(file, text).map_err(|flaw| ConfigErrors(vec![flaw]))?;
        let defaults = as_dict(&Config::default());
        let mut values = toml_dict(text);
        for (name, value) in environment {
            if let Some(path) = setting(&name) {
                overlay(&mut values, &defaults, &path, value);
                source.overridden(path.join("."), name);
            }
        }
        let (config, mut flaws) = understand(values, &defaults, &source);
        flaws.extend(config.check().into_iter().map(|wrong| source.locate(wrong)));
        if flaws.is_empty() { Ok(config) } else { Err(ConfigErrors(flaws)) }
    }
}

/// `KAKITOME_SERVER__LISTEN` names `server.listen`; other variables are nobody's setting.
fn setting(name: &str) -> Option<Vec<String>> {
    let rest = name.strip_prefix(PREFIX)?;
    rest.contains("__").then(|| rest.split("__").map(str::to_lowercase).collect())
}

fn as_dict(config: &Config) -> Dict {
    Value::serialize(config).ok().and_then(Value::into_dict).unwrap_or_default()
}

fn toml_dict(text: &str) -> Dict {
    let data = Toml::string(text).data().unwrap_or_default();
    data.into_values().next().unwrap_or_default()
}

/// The value as TOML would read it after `=`; what is not TOML is text without quotes.
fn toml_value(text: String) -> Value {
    if text.parse::<toml_edit::Value>().is_err() {
        return Value::from(text);
    }
    toml_dict(&format!("value = {text}")).remove("value").unwrap_or_else(|| Value::from(text))
}

/// Sets `path` in `values`. A setting that is text stays text, so that a phone number from the environment does not
/// become a number.
fn overlay(values: &mut Dict, defaults: &Dict, path: &[String], value: String) {
    let Some((first, rest)) = path.split_first() else { return };
    let default = defaults.get(first);
    if rest.is_empty() {
        let text = matches!(default, Some(Value::String(..)));
        values.insert(first.clone(), if text { Value::from(value) } else { toml_value(value) });
        return;
    }
    let none = Dict::new();
    let below = default.and_then(Value::as_dict).unwrap_or(&none);
    let entry = values.entry(first.clone()).or_insert_with(|| Value::from(Dict::new()));
    if entry.as_dict().is_none() {
        *entry = Value::from(Dict::new());
    }
    if let Value::Dict(_, inner) = entry {
        overlay(inner, below, rest, value);
    }
}

/// Reads the values, setting each mistake aside and reading on, so that one run tells them all.
fn understand(mut values: Dict, defaults: &Dict, source: &flaw::Source) -> (Config, Vec<Flaw>) {
    let mut flaws = Vec::new();
    loop {
        let error = match Value::from(values.clone()).deserialize::<Config>() {
            Ok(config) => return (config, flaws),
            Err(error) => error,
        };
        let path = flaw::path_of(&error);
        flaws.push(source.locate(flaw::explain(&error, &path, defaults)));
        if !remove(&mut values, &path) {
            return (Config::default(), flaws);
        }
    }
}

/// Removes the deepest thing that `path` names (a list's item is removed with its list); false if there is none.
fn remove(values: &mut Dict, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    if let Some(Value::Dict(_, inner)) = values.get_mut(first)
        && !rest.is_empty()
        && remove(inner, rest)
    {
        return true;
    }
    values.remove(first).is_some()
}

#[cfg(test)]
mod tests;
