//! The office as every flow sees it: what the configuration fixes, over what an administrator has set, over defaults.
//!
//! Nobody reads the database for it: a cell holds the present value. It is filled at the start and by every change, and the
//! sweeper looks once a round whether another node has changed it.

use std::sync::Arc;

use tokio::sync::watch;

use crate::config;
use crate::model::{Language, Office};

/// The present office.
pub struct OfficeCell {
    fixed: config::Office,
    present: watch::Sender<Arc<Present>>,
}

/// The office, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Present {
    office: Office,
    is_set: bool,
}

impl OfficeCell {
    /// Before anything is read from the store.
    pub fn new(fixed: config::Office) -> Self {
        let present = Present { office: over(&fixed, Office::default()), is_set: false };
        Self { fixed, present: watch::Sender::new(Arc::new(present)) }
    }

    /// The office now.
    pub fn now(&self) -> Office {
        self.present.borrow().office.clone()
    }

    /// Whether an administrator has set it.
    pub fn is_set(&self) -> bool {
        self.present.borrow().is_set
    }

    /// The settings that the configuration fixes, by name.
    pub fn fixed(&self) -> Vec<&'static str> {
        let fixed = &self.fixed;
        let all = [
            ("name", fixed.name.is_some()),
            ("address", fixed.address.is_some()),
            ("phone", fixed.phone.is_some()),
            ("hours", fixed.hours.is_some()),
            ("web", fixed.web.is_some()),
            ("colour", fixed.colour.is_some()),
            ("default_language", fixed.default_language.is_some()),
            ("time_zone", fixed.time_zone.is_some()),
        ];
        all.into_iter().filter(|(_, is_fixed)| *is_fixed).map(|(name, _)| name).collect()
    }

    /// What an office that is set to `set` looks like: what is fixed stays.
    pub(crate) fn over(&self, set: Office) -> Office {
        over(&self.fixed, set)
    }

    /// Takes over what the store holds.
    pub(crate) fn put(&self, stored: Option<Office>) {
        let is_set = stored.is_some();
        let present = Present { office: self.over(stored.unwrap_or_default()), is_set };
        self.present.send_if_modified(|held| {
            let changed = **held != present;
            if changed {
                *held = Arc::new(present);
            }
            changed
        });
    }
}

fn over(fixed: &config::Office, set: Office) -> Office {
    let text = |fixed: &Option<String>, set: String| fixed.clone().unwrap_or(set);
    Office {
        name: text(&fixed.name, set.name),
        address: text(&fixed.address, set.address),
        phone: text(&fixed.phone, set.phone),
        hours: text(&fixed.hours, set.hours),
        web: text(&fixed.web, set.web),
        colour: fixed.colour.or(set.colour),
        default_language: fixed.default_language.map_or(set.default_language, |language| match language {
            config::Language::Ja => Language::Ja,
            config::Language::En => Language::En,
        }),
        time_zone: fixed.time_zone.unwrap_or(set.time_zone),
    }
}
