//! The life of a transfer, one verb per file, in this order:
//! draft → upload → scan → seal → dispatch → look → open → retrieve → (reissue, resume, recall, extend, tell, hand over) → expire → shred;
//! and key_loss, when the shred store itself is lost.

pub mod allowed;
pub mod archive;
pub mod contact;
pub mod dispatch;
pub mod draft;
pub mod ending;
pub mod expire;
pub mod extend;
pub mod hand_over;
pub mod invariants;
pub mod key_loss;
pub mod known;
pub mod look;
mod notice;
pub mod numbers;
pub mod open;
pub mod parts;
pub mod preview;
pub mod queue;
pub mod recall;
pub mod recipients;
pub mod recover;
pub mod reissue;
pub mod resume;
pub mod retrieve;
pub mod scan;
pub mod screening;
pub mod seal;
pub mod served;
pub mod shred;
mod stored;
pub mod tell;
pub mod timeline;
mod types;
pub mod upload;
