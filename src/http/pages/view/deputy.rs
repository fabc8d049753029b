//! The deputy of an approver.

use askama::Template;

use super::Frame;
use crate::model::Time;

/// GET `/me/deputy`, and its form when it is refused.
#[derive(Template)]
#[template(path = "deputy.html")]
pub struct DeputyPage {
    /// The frame.
    pub frame: Frame,
    /// Who decides meanwhile, from when and until when; none: nobody does.
    pub named: Option<(String, Time, Time)>,
    /// Mail address of the deputy as typed.
    pub email: String,
    /// The first day as typed.
    pub from: String,
    /// The last day as typed.
    pub until: String,
}
