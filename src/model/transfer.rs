//! A transfer: one sending, and the graph its state moves along.

use super::words::words;
use super::{AccountId, BlobId, Time, TransferId};

words! {
    /// Where a transfer is in its life.
    pub enum TransferState {
        /// Files arrive, recipients are chosen; nothing has left.
        Draft = "draft",
        /// The sender pressed send: manifest, recipients and expiry are frozen.
        Sealed = "sealed",
        /// The mail system accepted at least one mail: something outside knows the transfer.
        Dispatched = "dispatched",
        /// Every delivery has ended; keys await destruction.
        Finished = "finished",
        /// Keys and bytes are destroyed.
        Shredded = "shredded",
    }
}

impl TransferState {
    /// Sent and not over: recipients can come, and the sender can still act on it.
    pub const RUNNING: [Self; 2] = [Self::Sealed, Self::Dispatched];

    /// Whether it is sent and not over.
    pub fn is_running(self) -> bool {
        Self::RUNNING.contains(&self)
    }

    /// The states that may become `next`: what a statement that moves a transfer there is guarded by.
    pub fn before(next: Self) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|state| state.may_become(next)).collect()
    }

    /// Whether the declared graph has an edge from here to `next`.
    pub const fn may_become(self, next: TransferState) -> bool {
        use TransferState::{Dispatched, Draft, Finished, Sealed, Shredded};
        matches!(
            (self, next),
            (Draft, Sealed | Finished)
                | (Sealed, Dispatched | Finished)
                | (Dispatched, Finished)
                | (Finished, Shredded)
        )
    }
}

words! {
    /// Why a transfer or a delivery ended.
    pub enum EndReason {
        /// Everything was retrieved and the grace time passed.
        Retrieved = "retrieved",
        /// The recipient said "I have everything".
        Confirmed = "confirmed",
        /// The time limit passed.
        Expired = "expired",
        /// The sender took it back.
        Recalled = "recalled",
        /// A draft was given up or ran out of time.
        Abandoned = "abandoned",
        /// The shred store was replaced: nothing can open it any more.
        KeyLost = "key_lost",
        /// An approver said no.
        Refused = "refused",
        /// No approver decided in time.
        Lapsed = "lapsed",
        /// The address was wrong; another delivery takes its place.
        Corrected = "corrected",
    }
}

words! {
    /// Where a transfer stands for its sender, over all its deliveries: what a list can be filtered by.
    pub enum Standing {
        /// Not sent yet.
        Draft = "draft",
        /// Sent, nothing is under way yet, and a mail waits for an approver.
        Asked = "asked",
        /// Sent, somebody has not collected everything, and nobody has to do anything about it.
        Waiting = "waiting",
        /// Somebody collected everything, and nobody has anything left to collect.
        Collected = "collected",
        /// Somebody is stopped after too many wrong numbers.
        Paused = "paused",
        /// Somebody's mail was refused or came back.
        Undelivered = "undelivered",
        /// The time limit passed.
        Expired = "expired",
        /// Taken back.
        Recalled = "recalled",
    }
}

impl Standing {
    /// Where a transfer stands that ended like this; none where it is in no group.
    pub const fn of_end(reason: EndReason) -> Option<Self> {
        match reason {
            EndReason::Retrieved | EndReason::Confirmed => Some(Self::Collected),
            EndReason::Expired => Some(Self::Expired),
            EndReason::Recalled | EndReason::Corrected => Some(Self::Recalled),
            EndReason::Abandoned | EndReason::KeyLost | EndReason::Refused | EndReason::Lapsed => None,
        }
    }

    /// The ends after which a transfer stands so.
    pub fn ends(self) -> Vec<EndReason> {
        EndReason::ALL.iter().copied().filter(|reason| Self::of_end(*reason) == Some(self)).collect()
    }
}

words! {
    /// In which order transfers are listed.
    pub enum Order {
        /// Those sent last first.
        Newest = "newest",
        /// Those sent first first.
        Oldest = "oldest",
        /// Those that expire next first; only what has not ended.
        Soonest = "soonest",
    }
}

words! {
    /// How long the sender's own slot lives.
    pub enum SenderSlot {
        /// Until every delivery has ended: the sender can issue new numbers.
        UntilCollected = "until_collected",
        /// Never made: nobody but the recipients can open the transfer.
        Never = "never",
    }
}

/// One sending, as stored.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Row id.
    pub id: TransferId,
    /// The sender.
    pub owner: AccountId,
    /// Where it is in its life.
    pub state: TransferState,
    /// Counts changes of files and recipients; sealing is guarded by it.
    pub revision: i64,
    /// The transfer key's public half (age recipient).
    pub recipient_key: String,
    /// The manifest's blob, once sealed.
    pub manifest: Option<ManifestRef>,
    /// Seconds that files are kept after sealing.
    pub keep_seconds: i64,
    /// Seconds during which a retrieved delivery may be retrieved again.
    pub grace_seconds: i64,
    /// Digits of the pick-up numbers.
    pub number_digits: i32,
    /// Whether the sender keeps an own slot.
    pub sender_slot: SenderSlot,
    /// Number of files, set at sealing.
    pub file_count: i32,
    /// Sum of the files' sizes in bytes, set at sealing.
    pub total_bytes: i64,
    /// When the draft was made.
    pub created_at: Time,
    /// When an untouched draft is given up.
    pub draft_until: Time,
    /// When it was sealed.
    pub sealed_at: Option<Time>,
    /// When the first mail was accepted.
    pub dispatched_at: Option<Time>,
    /// Until when it can be opened.
    pub expires_at: Option<Time>,
    /// When the last delivery ended.
    pub finished_at: Option<Time>,
    /// When keys and bytes were gone.
    pub shredded_at: Option<Time>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
}

/// Where the sealed manifest lies and what it must hash to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestRef {
    /// The blob that holds the manifest's age file.
    pub blob: BlobId,
    /// Its length in bytes.
    pub length: i64,
    /// SHA-256 of the age file.
    pub hash: [u8; 32],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_has_left_its_draft_and_can_end() {
        for state in TransferState::ALL {
            let is_between = *state != TransferState::Draft && state.may_become(TransferState::Finished);
            assert_eq!(state.is_running(), is_between, "{state}");
        }
    }
}
