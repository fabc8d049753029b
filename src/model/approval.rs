//! Approval: a second person agrees that exactly this goes to exactly this recipient, until a latest expiry.

use super::words::words;
use super::{AccountId, ApprovalId, DeliveryId, Time, TransferId};

words! {
    /// Where a question to the approvers is.
    pub enum ApprovalState {
        /// Nobody has decided.
        Asked = "asked",
        /// Somebody agreed.
        Given = "given",
        /// Somebody said no: it is not sent.
        Refused = "refused",
        /// Nobody decided in time: it is not sent.
        Lapsed = "lapsed",
        /// The sender took the transfer back before it was decided.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// Why a second person is asked.
    pub enum ApprovalReason {
        /// Every transfer is approved here.
        Always = "always",
        /// The sender's transfers are approved.
        Account = "account",
        /// Nobody of the office has sent to this domain before.
        NewDomain = "new_domain",
        /// More recipients than one person decides about.
        Recipients = "recipients",
        /// More bytes than one person decides about.
        Size = "size",
        /// A file that the scanner or its type speaks against.
        File = "file",
    }
}

/// A question to the approvers about one delivery, and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Row id.
    pub id: ApprovalId,
    /// The transfer.
    pub transfer: TransferId,
    /// The delivery.
    pub delivery: DeliveryId,
    /// Whose transfer it is.
    pub owner: AccountId,
    /// Who asked: the owner of then.
    pub asked_by: AccountId,
    /// Where it is.
    pub state: ApprovalState,
    /// Why it is asked.
    pub reasons: Vec<ApprovalReason>,
    /// What is approved: SHA-256 of the manifest's age file.
    pub manifest_hash: [u8; 32],
    /// To whom.
    pub email: String,
    /// Until when it may be open at most.
    pub latest_expiry: Time,
    /// When it was asked.
    pub asked_at: Time,
    /// When it counts as refused.
    pub decide_by: Time,
    /// When it was decided.
    pub decided_at: Option<Time>,
    /// Who decided.
    pub decided_by: Option<AccountId>,
    /// For whom, where a deputy did.
    pub on_behalf_of: Option<AccountId>,
}

/// Who decides for an approver, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deputy {
    /// The approver.
    pub account: AccountId,
    /// Who decides instead.
    pub deputy: AccountId,
    /// From when on.
    pub from_at: Time,
    /// Until when.
    pub until_at: Time,
}

impl Approval {
    /// Whose word on it counts for nothing: it is, or was, their own.
    pub const fn parties(&self) -> [AccountId; 2] {
        [self.owner, self.asked_by]
    }

    /// Whether this answer lets a mail leave: it was given, for this manifest and recipient, and the transfer does not stay
    /// open for longer than was approved.
    pub fn covers(&self, manifest_hash: &[u8; 32], email: &str, expires_at: Time) -> bool {
        self.state == ApprovalState::Given
            && self.manifest_hash == *manifest_hash
            && self.email == email
            && expires_at <= self.latest_expiry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_approved_is_covered() {
        let now = Time::from_millis(1_795_000_000_000);
        let given = Approval {
            id: ApprovalId::new(now),
            transfer: TransferId::new(now),
            delivery: DeliveryId::new(now),
            owner: AccountId::new(now),
            asked_by: AccountId::new(now),
            state: ApprovalState::Given,
            reasons: vec![ApprovalReason::Always],
            manifest_hash: [1; 32],
            email: "a@b.example".into(),
            latest_expiry: now,
            asked_at: now,
            decide_by: now,
            decided_at: Some(now),
            decided_by: Some(AccountId::new(now)),
            on_behalf_of: None,
        };
        assert!(given.covers(&[1; 32], "a@b.example", now));
        assert!(!given.covers(&[2; 32], "a@b.example", now));
        assert!(!given.covers(&[1; 32], "A@b.example", now));
        assert!(!given.covers(&[1; 32], "a@b.example", Time::from_millis(now.millis() + 1)));
        for state in ApprovalState::ALL.iter().filter(|state| **state != ApprovalState::Given) {
            assert!(!Approval { state: *state, ..given.clone() }.covers(&[1; 32], "a@b.example", now), "{state}");
        }
    }
}
