//! The policy as every flow sees it: what an administrator has set, over what the configuration says.
//!
//! Nobody reads the database for it: a cell holds the present policy. It is filled at the start and by every change, and the
//! sweeper looks once a round whether another node has changed it.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

use crate::config::{Policy, Setting};

/// Values by the names of their settings.
pub type Values = BTreeMap<String, u64>;

/// The present policy.
pub struct PolicyCell {
    usual: Policy,
    present: watch::Sender<Arc<Policy>>,
}

impl PolicyCell {
    /// Before anything is read from the store.
    pub fn new(usual: Policy) -> Self {
        let present = watch::Sender::new(Arc::new(usual.clone()));
        Self { usual, present }
    }

    /// The policy now.
    pub fn now(&self) -> Arc<Policy> {
        self.present.borrow().clone()
    }

    /// The policy until an administrator sets other values.
    pub fn usual(&self) -> &Policy {
        &self.usual
    }

    /// The policy that has these values where they are set. A name that no version knows any more is passed over.
    pub fn over(&self, values: &Values) -> Policy {
        let mut policy = self.usual.clone();
        for (name, value) in values {
            if let Some(setting) = Setting::named(name) {
                policy.set(setting, *value);
            }
        }
        policy
    }

    /// Takes over what the store holds.
    pub(crate) fn put(&self, values: &Values) {
        let policy = self.over(values);
        self.present.send_if_modified(|held| {
            let changed = **held != policy;
            if changed {
                *held = Arc::new(policy);
            }
            changed
        });
    }
}
