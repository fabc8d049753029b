//! The log that an outsider can verify: events get their place in one growing tree, and the tree is signed.

mod sequence;

pub use sequence::{PAUSE, sequence};
