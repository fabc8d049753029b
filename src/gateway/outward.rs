//! Ways to others than by mail: who takes short messages, and who is told what happens.

use std::sync::Arc;

use crate::config::Policy;
use crate::model::{Channel, HookKind};
use crate::port::{HookPoster, SmsSender};

/// An office's own system.
pub struct Receiver {
    /// Its word.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What it is told; empty: everything.
    pub kinds: Vec<HookKind>,
    /// Itself.
    pub edge: Arc<dyn HookPoster>,
}

/// Everybody who is spoken to otherwise than by mail.
#[derive(Default)]
pub struct Outwards {
    /// The country of phone numbers that name none.
    pub region: String,
    /// Who takes short messages.
    pub sms: Option<Arc<dyn SmsSender>>,
    /// Who is told what happens.
    pub receivers: Vec<Receiver>,
}

impl Outwards {
    /// The receiver of this word.
    pub fn receiver(&self, name: &str) -> Option<&Receiver> {
        self.receivers.iter().find(|receiver| receiver.name == name)
    }

    /// The channels by which numbers may be told. The mail that carries the link is none and cannot be made one.
    pub fn channels(&self, policy: &Policy) -> Vec<Channel> {
        let may = |channel: &Channel| match channel {
            Channel::Phone => policy.channel_phone,
            Channel::Sheet => policy.channel_sheet,
            Channel::Sms => policy.channel_sms && self.sms.is_some(),
        };
        Channel::ALL.iter().copied().filter(may).collect()
    }

    /// Those that can be chosen before sending: what has to be approved or is held leaves later than its number is made, and
    /// a number waits nowhere.
    pub fn channels_at_once(&self, policy: &Policy) -> Vec<Channel> {
        let waits = policy.hold_minutes > 0 || policy.approve_always;
        self.channels(policy).into_iter().filter(|channel| *channel != Channel::Sms || !waits).collect()
    }
}
