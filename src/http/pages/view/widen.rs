//! One more recipient for a transfer that was sent, or a corrected address.

use askama::Template;

use super::{DeliveryRow, Frame, RecipientForm};
use crate::http::flag_text;
use crate::model::{Channel, TransferId};
use crate::transfer::flag::Flag;

/// GET and refused POST `/transfers/{id}/recipients` and `/deliveries/{reference}/address`.
#[derive(Template)]
#[template(path = "widen.html")]
pub struct WidenPage {
    /// The frame.
    pub frame: Frame,
    /// The transfer.
    pub id: TransferId,
    /// The recipient whose address was wrong; none: one more is added.
    pub wrong: Option<DeliveryRow>,
    /// The recipient as typed.
    pub recipient: RecipientForm,
    /// What makes somebody look twice at the one that was typed.
    pub flags: Vec<Flag>,
    /// What stands behind the tick.
    pub shown: String,
    /// Whether the domain is typed again instead of ticking.
    pub retype: bool,
    /// What was ticked or typed for exactly these flags; empty: nothing.
    pub confirmed: String,
    /// Minutes that the mail is held.
    pub hold_minutes: u32,
    /// Domains that may be sent to; none: every domain.
    pub domains: Option<Vec<String>>,
}

impl WidenPage {
    fn title_key(&self) -> &'static str {
        if self.wrong.is_some() { "correct-title" } else { "add-title" }
    }

    fn action(&self) -> String {
        match &self.wrong {
            Some(wrong) => format!("/deliveries/{}/address", wrong.reference),
            None => format!("/transfers/{}/recipients", self.id),
        }
    }

    fn flag_lines(&self) -> Vec<String> {
        self.flags.iter().map(|flag| flag_text::flag(&self.frame.texts, flag)).collect()
    }

    fn email_hint(&self) -> String {
        match &self.domains {
            Some(domains) => self.frame.phrase("compose-domains").with("domains", domains.join(", ")).to_string(),
            None => String::new(),
        }
    }
}
