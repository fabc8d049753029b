//! Identifiers. Row ids are UUIDv7 (RFC 9562): they grow with time, so indexes stay dense as transfers accumulate.
//! Blob ids are UUIDv4: a blob's name must tell nothing, not even when it was written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

use super::Time;

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered by `now`.
            pub fn new(now: Time) -> Self {
                let ms = now.millis().max(0).unsigned_abs();
                let stamp = Timestamp::from_unix(NoContext, ms / 1000, u32::try_from(ms % 1000).unwrap_or(0) * 1_000_000);
                Self(Uuid::new_v7(stamp))
            }

            /// The id that these bytes are.
            pub const fn of_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// As a bare UUID, for what knows no other names.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )*};
}

row_id! {
    /// One sending.
    TransferId
    /// One file of a transfer; also the tus upload id.
    FileId
    /// One recipient of one transfer.
    DeliveryId
    /// A member of staff.
    AccountId
    /// One way to open a transfer's key.
    SlotId
    /// A recipient's unlock session.
    SessionId
    /// A staff member's signed-in session.
    SignInId
    /// An API token.
    TokenId
    /// A passkey of an account.
    PasskeyId
    /// One review of the account register.
    ReviewId
    /// One question to the approvers.
    ApprovalId
    /// One entry of the fax register.
    FaxId
    /// Names an entry of the address book.
    ContactId
    /// A set-up of a transfer that is kept.
    TemplateId
    /// One post to a webhook.
    PostId
    /// One outgoing mail.
    LetterId
    /// A question to the log that is kept.
    SavedSearchId
    /// One entry of the log.
    EventId
    /// One file of entries of the log.
    ExportId
}

impl EventId {
    /// When it was.
    pub fn at(self) -> Time {
        let ms = self.0.as_u128() >> 80;
        Time::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))
    }

    /// Before every other one.
    pub const fn least() -> Self {
        Self(Uuid::nil())
    }

    /// The least id of events at this time.
    pub fn first(at: Time) -> Self {
        let ms = at.millis().max(0).unsigned_abs();
        Self(uuid::Builder::from_unix_timestamp_millis(ms, &[0; 10]).into_uuid())
    }

    /// The id of the `nth` event of a transaction at `at`: ids of one transaction sort in the order of its events
    /// (RFC 9562 section 6.2, a counter of 26 bits in `rand_a` and the begin of `rand_b`; a register read from a file writes
    /// thousands). The 48 bits that are left keep ids of different transactions apart.
    pub fn nth(at: Time, nth: u32) -> Self {
        let ms = at.millis().max(0).unsigned_abs();
        let mut rest = [0; 10];
        for (to, from) in rest.iter_mut().zip(Uuid::new_v4().into_bytes().into_iter().skip(6)) {
            *to = from;
        }
        // Version and variant take the four and two bits before either part.
        let ([_, _, high, low], [_, _, upper, lower]) =
            ((nth >> 14 & 0x0fff).to_be_bytes(), (nth & 0x3fff).to_be_bytes());
        if let Some(counter) = rest.first_chunk_mut::<4>() {
            *counter = [high, low, upper, lower];
        }
        Self(uuid::Builder::from_unix_timestamp_millis(ms, &rest).into_uuid())
    }
}

/// The name of a stored object: 122 random bits, nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlobId(Uuid);

impl BlobId {
    /// A fresh random name.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for BlobId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self)
    }
}

/// The record of the shred store that holds a key: its position and the random tag written beside it. A record that was
/// overwritten or reused carries another tag, so an old id can never name a newer key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShredKeyId {
    /// Record number in the shred store.
    pub position: u32,
    /// Random tag of the record.
    pub tag: u64,
}

impl fmt::Display for ShredKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{:016x}", self.position, self.tag)
    }
}

/// Text that is no shred key id.
#[derive(Debug, thiserror::Error)]
#[error("not a shred key id")]
pub struct NotAShredKeyId;

impl FromStr for ShredKeyId {
    type Err = NotAShredKeyId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (position, tag) = text.split_once('-').ok_or(NotAShredKeyId)?;
        Ok(Self {
            position: u32::from_str_radix(position, 16).map_err(|_| NotAShredKeyId)?,
            tag: u64::from_str_radix(tag, 16).map_err(|_| NotAShredKeyId)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_moment_sort_in_their_order() {
        let at = Time::from_millis(1_795_404_600_000);
        let ids: Vec<String> = (0..40_000).map(|nth| EventId::nth(at, nth).to_string()).collect();
        assert!(ids.is_sorted_by(|before, after| before < after));
        assert!(EventId::nth(at + std::time::Duration::from_millis(1), 0).to_string() > ids[39_999]);
    }
}
