//! What an outsider must know of each log to verify it.

use askama::Template;

use crate::http::pages::view::Frame;
use crate::model::{LogReason, Time};
use crate::staff::log::about::{Told, short_name};
use crate::store::settings::Checked;

/// GET `/audit/log`.
#[derive(Template)]
#[template(path = "audit_log.html")]
pub struct LogPage {
    /// The frame.
    pub frame: Frame,
    /// Every log, the newest first.
    pub logs: Vec<Told>,
    /// What was found when they were checked last.
    pub checked: Option<Checked>,
}

impl LogPage {
    /// Year and number: the last part of the origin.
    fn name(&self, told: &Told) -> String {
        short_name(&told.log).unwrap_or_default()
    }

    fn size(&self, told: &Told) -> u64 {
        told.log.signed.as_ref().map_or(0, |signed| signed.size)
    }

    fn reason(&self, reason: &LogReason) -> String {
        self.frame.text(match reason {
            LogReason::First => "log-why-first",
            LogReason::Year => "log-why-year",
            LogReason::Host => "log-why-host",
            LogReason::Restored => "log-why-restored",
            LogReason::Key => "log-why-key",
        })
    }

    fn found(&self) -> (bool, String) {
        found(&self.frame, self.checked.as_ref())
    }

    /// When nothing was wrong last, where something is wrong now.
    fn good_at(&self) -> Option<&Time> {
        self.checked.as_ref().filter(|checked| checked.wrong.is_some())?.good_at.as_ref()
    }
}

/// What was found, in a sentence: since when it is wrong, or until when it was verified; and whether that is well.
pub(super) fn found(frame: &Frame, checked: Option<&Checked>) -> (bool, String) {
    let moment = |at: &Time| frame.texts.short_moment(at);
    let Some(checked) = checked else { return (true, frame.text("log-unchecked")) };
    let Some(wrong) = &checked.wrong else {
        let good = frame.phrase("log-verified").with("at", moment(&checked.at)).with("count", checked.entries);
        return (true, good.to_string());
    };
    let key = if wrong.entry.is_some() { "log-wrong-entry" } else { "log-wrong" };
    let phrase = frame.phrase(key).with("at", moment(&wrong.found_at)).with("origin", wrong.origin.as_str());
    (false, phrase.with("entry", wrong.entry.unwrap_or_default()).to_string())
}
