//! Ways to others than by mail: the SMS provider that carries pick-up numbers, and the systems that are told by webhook.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Config;
use super::check::Found;
use super::sections::section;

/// What an SMS provider's template can say.
pub const SMS_WORDS: [&str; 3] = ["to", "text", "sender"];

section! {
    /// How pick-up numbers travel, besides the phone and the notice sheet.
    Channels {
        /// By SMS.
        sms: Sms = Sms::default();
    }
}

section! {
    /// A provider of SMS that takes requests over HTTPS.
    Sms {
        /// Where it takes them, `https://…`; empty: there is none.
        url: String = String::new();
        /// The request's method.
        method: SmsMethod = SmsMethod::Post;
        /// Headers without a secret.
        headers: BTreeMap<String, String> = BTreeMap::new();
        /// Headers whose value is the first line of a file.
        header_files: BTreeMap<String, PathBuf> = BTreeMap::new();
        /// How the fields are written.
        body_kind: SmsBody = SmsBody::Json;
        /// What is said: texts with `{{ to }}`, `{{ text }}` and `{{ sender }}`; with JSON also tables and lists of them.
        fields: BTreeMap<String, Value> = BTreeMap::new();
        /// Answers by which the provider takes the message.
        success: Vec<u16> = vec![200, 201, 202];
        /// Seconds until the provider counts as silent. Somebody waits in front of a page.
        timeout_seconds: u32 = 10;
        /// What `{{ sender }}` says.
        sender: String = String::new();
        /// The country of phone numbers without a country's code, ISO 3166.
        region: String = "JP".into();
        /// An authority that the system does not know, PEM; only this one counts then.
        ca_file: Option<PathBuf> = None;
        /// Whether it may stand in a private network.
        allow_private: bool = false;
    }
}

/// The method of a request to an SMS provider. None carries what is said in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SmsMethod {
    /// POST
    Post,
    /// PUT
    Put,
}

/// How a request to an SMS provider is written. Either way nothing has to be escaped by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmsBody {
    /// A JSON object.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

section! {
    /// An office's own system that is told what happened.
    Webhook {
        /// A word of letters, digits and `-`, by which people know it.
        name: String = String::new();
        /// Where it is told, `https://…`.
        url: String = String::new();
        /// A file whose first line is the shared secret, `whsec_…`.
        secret_file: PathBuf = PathBuf::new();
        /// What it is told; empty: everything.
        events: Vec<String> = Vec::new();
        /// An authority that the system does not know, PEM; only this one counts then.
        ca_file: Option<PathBuf> = None;
        /// Whether it may stand in a private network.
        allow_private: bool = false;
        /// Seconds until it counts as silent.
        timeout_seconds: u32 = 15;
    }
}

/// What a webhook can tell.
pub const WEBHOOK_EVENTS: [&str; 10] = [
    "transfer.dispatched",
    "transfer.recalled",
    "transfer.finished",
    "delivery.retrieved",
    "delivery.paused",
    "delivery.expired",
    "delivery.recalled",
    "delivery.undelivered",
    "number.issued",
    "alert.raised",
];

impl Sms {
    /// Whether there is a provider.
    pub fn is_set_up(&self) -> bool {
        !self.url.is_empty()
    }
}

/// Every value that is out of bounds or contradicts another.
pub(super) fn check(config: &Config, found: &mut Found) {
    if config.channels.sms.is_set_up() {
        check_sms(&config.channels.sms, found);
    }
    let mut names = BTreeSet::new();
    for (place, webhook) in config.webhooks.iter().enumerate() {
        let key = |name: &str| format!("webhooks.{place}.{name}");
        check_webhook(webhook, &key, found);
        if !names.insert(&webhook.name) {
            found.wrong(&key("name"), "is another webhook's", "a word of its own");
        }
    }
}

fn check_sms(sms: &Sms, found: &mut Found) {
    check_address("channels.sms.url", &sms.url, found);
    found.bounds("channels.sms.timeout_seconds", sms.timeout_seconds.into(), 1, 60);
    if sms.success.is_empty() || !sms.success.iter().all(|status| (200..300).contains(status)) {
        found.wrong("channels.sms.success", "holds no answer of success", "numbers from 200 to 299");
    }
    if sms.region.len() != 2 || !sms.region.bytes().all(|b| b.is_ascii_uppercase()) {
        found.wrong("channels.sms.region", format!("is `{}`", sms.region), "two capital letters, such as \"JP\"");
    }
    for name in sms.headers.keys().filter(|name| sms.header_files.contains_key(*name)) {
        found.wrong(&format!("channels.sms.headers.{name}"), "is in header_files too", "one of the two");
    }
    let mut said = Vec::new();
    for (name, value) in &sms.fields {
        check_field(&format!("channels.sms.fields.{name}"), value, sms.body_kind, &mut said, found);
    }
    for word in ["to", "text"] {
        if !said.contains(&word) {
            let right = format!("a field with \"{{{{ {word} }}}}\" in it");
            found.wrong("channels.sms.fields", format!("does not say `{word}`"), right);
        }
    }
}

/// Whether a field's templates can be read; notes the words that they say.
fn check_field(key: &str, value: &Value, kind: SmsBody, said: &mut Vec<&'static str>, found: &mut Found) {
    match value {
        Value::String(text) => match sample(text) {
            Ok(sample) => said.extend(SMS_WORDS.into_iter().filter(|word| sample.contains(&mark(word)))),
            Err(error) => {
                let right = "text with {{ to }}, {{ text }} or {{ sender }} in it";
                found.wrong(key, format!("cannot be read: {}", error.kind()), right);
            }
        },
        Value::Array(values) if kind == SmsBody::Json => {
            values.iter().for_each(|value| check_field(key, value, kind, said, found));
        }
        Value::Object(fields) if kind == SmsBody::Json => {
            fields.values().for_each(|value| check_field(key, value, kind, said, found));
        }
        Value::Bool(_) | Value::Number(_) if kind == SmsBody::Json => {}
        _ => found.wrong(key, "is no text", "text, as channels.sms.body_kind is form"),
    }
}

/// What a template says of samples of all that it can say.
fn sample(text: &str) -> Result<String, minijinja::Error> {
    let mut templates = minijinja::Environment::new();
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    let samples: BTreeMap<&str, String> = SMS_WORDS.into_iter().map(|word| (word, mark(word))).collect();
    templates.render_str(text, samples)
}

fn mark(word: &str) -> String {
    format!("\u{1}{word}\u{1}")
}

fn check_webhook(webhook: &Webhook, key: &impl Fn(&str) -> String, found: &mut Found) {
    let is_word = |name: &str| {
        (1..=40).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !is_word(&webhook.name) {
        found.wrong(&key("name"), "is no word for addresses", "lower case letters, digits and -, such as \"crm\"");
    }
    check_address(&key("url"), &webhook.url, found);
    if webhook.secret_file.as_os_str().is_empty() {
        found.wrong(&key("secret_file"), "is missing", "a file whose first line is the secret, `whsec_…`");
    }
    found.bounds(&key("timeout_seconds"), webhook.timeout_seconds.into(), 1, 60);
    for event in &webhook.events {
        if !WEBHOOK_EVENTS.contains(&event.as_str()) {
            found.wrong(&key("events"), format!("holds `{event}`"), format!("of {}", WEBHOOK_EVENTS.join(", ")));
        }
    }
}

/// HTTPS, a host, no name and password, and nothing that would have to be secret.
pub(super) fn check_address(key: &str, url: &str, found: &mut Found) {
    let rest = url.strip_prefix("https://").filter(|rest| !rest.is_empty() && !rest.starts_with(['/', ':', '?']));
    let authority = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    match authority {
        None => found.wrong(key, "is no https address", "https://HOST/PATH"),
        Some(authority) if authority.contains('@') => {
            found.wrong(key, "holds a name or password", "an address without; secrets stand in files");
        }
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn told(text: &str) -> Vec<String> {
        let read = Config::read(None, text, []);
        read.err().map(|errors| errors.0.iter().map(|flaw| flaw.key.clone()).collect()).unwrap_or_default()
    }

    const SMS: &str = "[channels.sms]\nurl = \"https://sms.example/send\"\n";

    #[test]
    fn a_provider_is_told_to_whom_and_what() {
        let fields = "fields = { to = \"{{ to }}\", body = \"{{ text }}\" }\n";
        assert_eq!(told(&format!("{SMS}{fields}")), [""; 0]);
        assert_eq!(told(SMS), ["channels.sms.fields", "channels.sms.fields"]);
        let deep = "fields = { messages = [{ destinations = [\"{{ to }}\"], text = \"{{ text }}\" }] }\n";
        assert_eq!(told(&format!("{SMS}{deep}")), [""; 0]);
        assert_eq!(
            told(&format!("{SMS}body_kind = \"form\"\n{deep}")),
            ["channels.sms.fields.messages", "channels.sms.fields", "channels.sms.fields"]
        );
        let odd = "fields = { to = \"{{ to }}\", body = \"{{ text }}\", more = \"{{ link }}\" }\n";
        assert_eq!(told(&format!("{SMS}{odd}")), ["channels.sms.fields.more"]);
    }

    #[test]
    fn nothing_travels_unprotected_and_no_secret_stands_in_an_address() {
        let fields = "fields = { to = \"{{ to }}\", body = \"{{ text }}\" }\n";
        for url in ["http://sms.example/send", "https://", "https://user:word@sms.example/"] {
            let text = format!("[channels.sms]\nurl = \"{url}\"\n{fields}");
            assert_eq!(told(&text), ["channels.sms.url"], "{url}");
            let hook = format!("[[webhooks]]\nname = \"crm\"\nsecret_file = \"/etc/secret\"\nurl = \"{url}\"\n");
            assert_eq!(told(&hook), ["webhooks.0.url"], "{url}");
        }
    }

    #[test]
    fn webhooks_have_names_secrets_and_known_events() {
        let hook = "[[webhooks]]\nname = \"crm\"\nurl = \"https://crm.example/\"\nsecret_file = \"/etc/secret\"\n";
        assert_eq!(told(hook), [""; 0]);
        assert_eq!(told(&format!("{hook}{hook}")), ["webhooks.1.name"]);
        assert_eq!(told(&format!("{hook}events = [\"number.shown\"]\n")), ["webhooks.0.events"]);
        let bare = "[[webhooks]]\nname = \"C R M\"\nurl = \"https://crm.example/\"\n";
        assert_eq!(told(bare), ["webhooks.0.name", "webhooks.0.secret_file"]);
    }
}
