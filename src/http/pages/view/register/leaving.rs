//! Somebody leaves.

use askama::Template;

use super::super::Frame;
use crate::model::{AccountId, Leaving};

/// GET and POST `/register/{id}/stop`.
#[derive(Template)]
#[template(path = "register_stop.html")]
pub struct StopPage {
    /// The frame.
    pub frame: Frame,
    /// The account.
    pub id: AccountId,
    /// Its name, or its mail address.
    pub name: String,
    /// Its mail address.
    pub email: String,
    /// How many of its transfers are running.
    pub running: usize,
    /// Who is named to take over; may be empty.
    pub successor: String,
    /// What shall become of the running transfers, as chosen.
    pub leaving: Option<Leaving>,
    /// Why, as typed.
    pub reason: String,
}

impl StopPage {
    fn is(&self, leaving: Leaving) -> bool {
        self.leaving == Some(leaving)
    }
}
