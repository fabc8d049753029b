//! `/admin/webhooks`: receivers of webhooks.

use askama::Template;

use super::Frame;
use crate::staff::webhooks::Standing;
use crate::store::webhooks::{PostState, Posted};

/// GET `/admin/webhooks` and POST `/admin/webhooks/{name}/test`.
#[derive(Template)]
#[template(path = "webhooks.html")]
pub struct WebhooksPage {
    /// The frame.
    pub frame: Frame,
    /// The receivers, in the order of the configuration.
    pub receivers: Vec<Standing>,
    /// What was answered to a test, if one was just made.
    pub tried: Option<WebhookTried>,
}

/// What a receiver answered to a test.
#[derive(Clone, Debug)]
pub struct WebhookTried {
    /// Its word.
    pub name: String,
    /// Whether it took it.
    pub taken: bool,
    /// Its status, or a word.
    pub answer: String,
}

impl WebhooksPage {
    fn tried(&self, receiver: &Standing) -> Option<&WebhookTried> {
        self.tried.as_ref().filter(|tried| tried.name == receiver.name)
    }

    fn answer(&self, answer: &str) -> String {
        match answer {
            "" => String::new(),
            "forbidden" => self.frame.text("webhooks-answer-forbidden"),
            "timed_out" => self.frame.text("webhooks-answer-timed-out"),
            "silent" => self.frame.text("webhooks-answer-silent"),
            status => self.frame.phrase("webhooks-answer-status").with("status", status.to_owned()).to_string(),
        }
    }

    fn state(&self, post: &Posted) -> (&'static str, String) {
        let (icon, key) = match post.state {
            PostState::Queued => ("…", "webhooks-state-queued"),
            PostState::Taken => ("✓", "webhooks-state-taken"),
            PostState::GivenUp => ("✕", "webhooks-state-given-up"),
            PostState::Stopped => ("■", "webhooks-state-stopped"),
            PostState::Dropped => ("■", "webhooks-state-dropped"),
        };
        (icon, self.frame.text(key))
    }

    fn told(&self, receiver: &Standing) -> String {
        match receiver.kinds.as_slice() {
            [] => self.frame.text("webhooks-everything"),
            kinds => kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", "),
        }
    }
}
