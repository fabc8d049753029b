//! Which rows of the guideline the present settings fulfil, and who may do what.

use askama::Template;

use super::Frame;
use crate::http::{guideline_text, setting_text};
use crate::model::{RIGHTS, Reach, Right, Role};
use crate::staff::guideline::{Place, Reason, Row, Verdict};

/// GET `/admin/guideline` and `/register/guideline`.
#[derive(Template)]
#[template(path = "guideline.html")]
pub struct GuidelinePage {
    /// The frame.
    pub frame: Frame,
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether this is the administrators' listener, which has the pages where the settings are changed.
    pub administers: bool,
}

impl GuidelinePage {
    fn asks(&self, row: &Row) -> String {
        guideline_text::asked(&self.frame.texts, row)
    }

    fn verdict_key(&self, row: &Row) -> &'static str {
        guideline_text::verdict_key(row.verdict)
    }

    fn icon(&self, row: &Row) -> &'static str {
        match row.verdict {
            Verdict::Fulfilled => "✓",
            Verdict::Partly => "◐",
            Verdict::Not => "×",
        }
    }

    fn tone(&self, row: &Row) -> &'static str {
        match row.verdict {
            Verdict::Fulfilled => "good",
            Verdict::Partly => "open",
            Verdict::Not => "alert",
        }
    }

    fn reason(&self, reason: &Reason) -> String {
        guideline_text::reason(&self.frame.texts, reason)
    }

    /// Where it is changed: a page that this reader can follow.
    fn page(&self, reason: &Reason) -> Option<(&'static str, String)> {
        let named = |path: &'static str| (path, self.frame.text(page_key(path)));
        match reason.place {
            Place::Page(path) if self.administers => Some(named(path)),
            Place::Staff(path) if !self.administers => Some(named(path)),
            _ => None,
        }
    }

    /// Where it is changed, in words.
    fn place(&self, reason: &Reason) -> Option<String> {
        match reason.place {
            Place::Nowhere => None,
            Place::Page(path) | Place::Staff(path) => Some(self.frame.text(page_key(path))),
            Place::Key(key) => Some(self.frame.phrase("guideline-key").with("key", key.to_owned()).to_string()),
        }
    }

    fn rights(&self) -> &'static [(Right, [Reach; 4])] {
        &RIGHTS
    }

    fn right(&self, right: &Right) -> String {
        setting_text::right(&self.frame.texts, *right)
    }

    fn role(&self, role: &Role) -> String {
        setting_text::role(&self.frame.texts, *role)
    }

    fn cells(&self, cells: &[Reach; 4]) -> Vec<(String, String)> {
        let cell = |(role, reach): (&Role, &Reach)| (self.role(role), setting_text::reach(&self.frame.texts, *reach));
        Role::ALL.iter().zip(cells).map(cell).collect()
    }
}

fn page_key(path: &str) -> &'static str {
    match path {
        "/admin/sign-in" => "admin-sign-in",
        "/admin/policy" => "admin-policy",
        _ => "guideline-register-page",
    }
}
