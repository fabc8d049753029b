//! The log that an outsider can verify: events get their place in one growing tree, and the tree is signed.

mod sequence;
pub mod stream;

pub use sequence::{PAUSE, sequence};
