//! A refusal of the gateway (RFC 9457), as its person reads it.

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::http::text::Texts;

/// What the gateway refused. It is told in the language that the client asked for.
#[derive(Debug, Default, Deserialize)]
pub(in crate::cli) struct Refused {
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    code: String,
    #[serde(skip)]
    status: u16,
    #[serde(flatten)]
    members: Map<String, Value>,
}

impl Refused {
    pub(super) fn read(status: StatusCode, body: &[u8]) -> Self {
        let refused: Self = serde_json::from_slice(body).unwrap_or_default();
        Self { status: status.as_u16(), ..refused }
    }

    /// A problem that stands within an answer.
    pub(in crate::cli) fn of(problem: &Value) -> Self {
        serde_json::from_value(problem.clone()).unwrap_or_default()
    }

    /// What happened, in one line.
    pub(in crate::cli) fn title(&self) -> &str {
        &self.title
    }

    /// The stable word of the problem; empty when a stranger answered.
    pub(in crate::cli) fn code(&self) -> &str {
        &self.code
    }

    pub(in crate::cli) fn is_status(&self, status: StatusCode) -> bool {
        self.status == status.as_u16()
    }

    /// An extension member that is text.
    pub(in crate::cli) fn member(&self, name: &str) -> &str {
        self.members.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// An extension member that is a list.
    pub(in crate::cli) fn list(&self, name: &str) -> &[Value] {
        self.members.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// What happened and what to do.
    pub(in crate::cli) fn told(&self, texts: &Texts) -> (String, String) {
        if self.title.is_empty() {
            let what = texts.phrase("cli-strange-answer").with("status", u32::from(self.status)).to_string();
            return (what, texts.text("cli-strange-answer.next"));
        }
        if self.code == "not-found" {
            return (texts.text("cli-nothing-found"), texts.text("cli-nothing-found.next"));
        }
        let next = match self.code.as_str() {
            "account-key-needed" => texts.text("cli-account-key"),
            "sign-in-needed" => texts.text("cli-token-refused"),
            _ => self.detail.clone(),
        };
        (self.title.clone(), next)
    }
}
