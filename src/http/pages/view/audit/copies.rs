//! The card that shows how far the log has left the house; the component is `copies/copies.html`.

use askama::Template;

use crate::http::pages::view::Frame;
use crate::model::{CopyFailure, CopyState, Destination, Time};
use crate::staff::log::copies::Standing;

/// The card as a page of its own.
#[derive(Template)]
#[template(path = "copies.html")]
pub struct CopiesPage {
    /// The frame.
    pub frame: Frame,
    /// The card.
    pub card: CopiesCard,
}

/// How far the log has left the house.
#[derive(Clone, Debug)]
pub struct CopiesCard {
    /// The newest checkpoint that left, of so many entries, and when.
    pub left: Option<(u64, Time)>,
    /// Each place that the log is copied to.
    pub rows: Vec<CopyRow>,
}

/// A place that the log is copied to.
#[derive(Clone, Debug)]
pub struct CopyRow {
    state: CopyState,
    /// Whether everything that is signed is there.
    is_whole: bool,
    /// Which log, if it is one that has ended.
    log: Option<String>,
}

impl CopiesCard {
    /// As it stands.
    pub fn new(standing: &Standing) -> Self {
        let row = |state: &CopyState| CopyRow { state: state.clone(), is_whole: standing.is_whole(state), log: None };
        let ended = standing.behind.iter().map(|behind| CopyRow {
            state: behind.state.clone(),
            is_whole: false,
            log: Some(behind.origin.clone()),
        });
        Self { left: standing.left, rows: standing.destinations.iter().map(row).chain(ended).collect() }
    }

    /// A number with its thousands apart.
    pub(in crate::http::pages) fn number(&self, count: &u64) -> String {
        let digits = count.to_string();
        let from_the_end = |(at, digit)| match (digits.len() - at) % 3 {
            0 if at > 0 => format!(",{digit}"),
            _ => format!("{digit}"),
        };
        digits.chars().enumerate().map(from_the_end).collect()
    }
}

impl CopyRow {
    pub(in crate::http::pages) fn place(&self, frame: &Frame) -> String {
        match &self.state.destination {
            Destination::Mail => frame.text("copies-mail"),
            Destination::Bucket => frame.text("copies-bucket"),
            Destination::Witness(name) => frame.phrase("copies-witness").with("name", name.as_str()).to_string(),
        }
    }

    pub(in crate::http::pages) fn log(&self) -> Option<&String> {
        self.log.as_ref()
    }

    pub(in crate::http::pages) fn is_unread(&self) -> bool {
        self.state.is_unread
    }

    pub(in crate::http::pages) fn left(&self) -> Option<(u64, Time)> {
        self.state.left
    }

    pub(in crate::http::pages) fn failing(&self) -> Option<(Time, CopyFailure)> {
        self.state.failing
    }

    fn is_wrong(&self) -> bool {
        self.state.failing.is_some_and(|(_, why)| why == CopyFailure::Inconsistent)
    }

    pub(in crate::http::pages) fn key(&self) -> &'static str {
        match (self.state.failing, self.is_whole, self.state.left) {
            _ if self.is_wrong() => "copies-state-wrong",
            (Some(_), ..) => "copies-state-failing",
            (None, true, _) => "copies-state-whole",
            (None, false, Some(_)) => "copies-state-behind",
            (None, false, None) => "copies-state-none",
        }
    }

    pub(in crate::http::pages) fn icon(&self) -> &'static str {
        match self.tone() {
            "good" => "✓",
            "alert" => "✕",
            "care" => "⚠",
            _ => "…",
        }
    }

    pub(in crate::http::pages) fn tone(&self) -> &'static str {
        match (self.state.failing, self.is_whole) {
            _ if self.is_wrong() => "alert",
            (Some(_), _) => "care",
            _ if self.is_unread() => "care",
            (None, true) => "good",
            (None, false) => "open",
        }
    }

    pub(in crate::http::pages) fn why(&self, why: &CopyFailure) -> &'static str {
        match why {
            CopyFailure::Silent => "copies-why-silent",
            CopyFailure::TimedOut => "copies-why-timed-out",
            CopyFailure::Forbidden => "copies-why-forbidden",
            CopyFailure::Refused => "copies-why-refused",
            CopyFailure::Unknown => "copies-why-unknown",
            CopyFailure::FalseSignature => "copies-why-false-signature",
            CopyFailure::Inconsistent => "copies-why-inconsistent",
        }
    }
}
