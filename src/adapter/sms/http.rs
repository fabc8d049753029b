//! Short messages by a provider's interface over HTTPS, as the configuration describes it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use minijinja::{Environment, UndefinedBehavior};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;
use zeroize::Zeroizing;

use super::wording;
use crate::adapter::outward::{Outward, OutwardSettings};
use crate::error::{Doing, Error, Result};
use crate::model::{Passphrase, ShortMessage};
use crate::port::{SmsSender, Texted, Unanswered};

/// How the fields are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsBody {
    /// As a JSON object.
    Json,
    /// As a form.
    Form,
}

/// How a provider is spoken to.
pub struct HttpSmsSettings {
    /// Where it takes messages.
    pub url: String,
    /// PUT instead of POST.
    pub put: bool,
    /// Headers, some of them secret.
    pub headers: Vec<(String, Passphrase)>,
    /// How the fields are written.
    pub body: SmsBody,
    /// The fields: templates.
    pub fields: BTreeMap<String, Value>,
    /// Statuses of success.
    pub success: Vec<u16>,
    /// What `sender` says.
    pub sender: String,
    /// The line.
    pub line: OutwardSettings,
}

/// A provider.
pub struct HttpSms {
    line: Outward,
    url: Url,
    method: Method,
    headers: HeaderMap,
    body: SmsBody,
    fields: BTreeMap<String, Value>,
    success: Vec<u16>,
    sender: String,
}

impl HttpSms {
    /// Asks nothing yet.
    ///
    /// # Errors
    /// An address, a header or an authority that cannot be read.
    pub fn new(settings: HttpSmsSettings) -> Result<Self> {
        let mut headers = HeaderMap::new();
        for (name, value) in &settings.headers {
            let name = HeaderName::try_from(name.as_str()).doing("reading channels.sms.headers")?;
            // What is wrong with a value is not told: it may be a secret.
            let unreadable = |_| Error::fault("reading channels.sms.headers", "a value is no header's");
            let mut value = HeaderValue::try_from(value.expose()).map_err(unreadable)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(Self {
            line: Outward::new(&settings.line)?,
            url: Url::parse(&settings.url).doing("reading channels.sms.url")?,
            method: if settings.put { Method::PUT } else { Method::POST },
            headers,
            body: settings.body,
            fields: settings.fields,
            success: settings.success,
            sender: settings.sender,
        })
    }

    /// The fields with what is said in them.
    fn said(&self, to: &str, text: &str) -> Option<BTreeMap<String, Value>> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        let words = BTreeMap::from([("to", to), ("text", text), ("sender", self.sender.as_str())]);
        let fields = self.fields.iter();
        fields.map(|(name, value)| Some((name.clone(), filled(&templates, value, &words)?))).collect()
    }

    /// The body in its final bytes, escaped by who knows how.
    fn body(&self, to: &str, text: &str) -> Option<(Zeroizing<Vec<u8>>, &'static str)> {
        let said = self.said(to, text)?;
        match self.body {
            SmsBody::Json => Some((Zeroizing::new(serde_json::to_vec(&said).ok()?), "application/json")),
            SmsBody::Form => {
                let mut form = Url::parse("form:").ok()?;
                form.query_pairs_mut()
                    .extend_pairs(said.iter().filter_map(|(name, value)| Some((name, value.as_str()?))));
                let body = form.query().unwrap_or_default().as_bytes().to_vec();
                Some((Zeroizing::new(body), "application/x-www-form-urlencoded"))
            }
        }
    }
}

/// A field with its templates filled.
fn filled(templates: &Environment<'_>, value: &Value, words: &BTreeMap<&str, &str>) -> Option<Value> {
    Some(match value {
        Value::String(text) => Value::String(templates.render_str(text, words).ok()?),
        Value::Array(values) => {
            Value::Array(values.iter().map(|value| filled(templates, value, words)).collect::<Option<_>>()?)
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, value)| Some((name.clone(), filled(templates, value, words)?)));
            Value::Object(fields.collect::<Option<_>>()?)
        }
        other => other.clone(),
    })
}

#[async_trait]
impl SmsSender for HttpSms {
    async fn send(&self, message: &ShortMessage) -> std::result::Result<Texted, Unanswered> {
        // What went wrong with the wording is not told: it could hold the number.
        let text = wording::word(message).map_err(|_| Unanswered::Silent)?;
        let (body, kind) = self.body(&message.to, &text).ok_or(Unanswered::Silent)?;
        let request = self.line.client().request(self.method.clone(), self.url.clone());
        let request = request.headers(self.headers.clone()).header(CONTENT_TYPE, kind).body(body.to_vec());
        let status = self.line.send(request).await?;
        match self.success.contains(&status) {
            true => Ok(Texted { status, parts: wording::parts(&text) }),
            false => Err(Unanswered::Refused(status)),
        }
    }
}
