//! The deputy of an approver: as the approver names it, and as an administrator does.

use askama::Template;

use super::Frame;
use crate::model::{AccountId, Time};

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

/// GET `/register/{id}/deputy`, and its forms when one is refused.
#[derive(Template)]
#[template(path = "stand_in.html")]
pub struct StandInPage {
    /// The frame.
    pub frame: Frame,
    /// Whose deputy.
    pub id: AccountId,
    /// The name of that account, or its address.
    pub name: String,
    /// Whether it may have a deputy: it approves, and is not the reader's own.
    pub can_have: bool,
    /// Who decides meanwhile, from when and until when; none: nobody does.
    pub named: Option<(String, Time, Time)>,
    /// Mail address of the deputy as typed.
    pub email: String,
    /// The first day as typed.
    pub from: String,
    /// The last day as typed.
    pub until: String,
    /// Why, as typed.
    pub reason: String,
}
