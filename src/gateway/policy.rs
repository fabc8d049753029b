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

/// The policy that has these values where they are set, and is as usual elsewhere. A name that no version knows any more
/// is passed over.
pub fn over(usual: &Policy, values: &Values) -> Policy {
    let mut policy = usual.clone();
    for (name, value) in values {
        if let Some(setting) = Setting::named(name) {
            policy.set(setting, *value);
        }
    }
    policy
}

/// The present policy.
pub struct PolicyCell {
    usual: Arc<Policy>,
    present: watch::Sender<Arc<Policy>>,
}

impl PolicyCell {
    /// Before anything is read from the store.
    pub fn new(usual: Policy) -> Self {
        let usual = Arc::new(usual);
        let present = watch::Sender::new(usual.clone());
        Self { usual, present }
    }

    /// The policy now.
    pub fn now(&self) -> Arc<Policy> {
        self.present.borrow().clone()
    }

    /// The policy until an administrator sets other values.
    pub fn usual(&self) -> Arc<Policy> {
        self.usual.clone()
    }

    /// Takes over what the store holds.
    pub(crate) fn put(&self, values: &Values) {
        let policy = over(&self.usual, values);
        self.present.send_if_modified(|held| {
            let changed = **held != policy;
            if changed {
                *held = Arc::new(policy);
            }
            changed
        });
    }
}
