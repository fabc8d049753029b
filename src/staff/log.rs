//! The log that an outsider can verify: events get their place in one growing tree, the tree is signed, and what is signed is
//! published, proved and checked.

pub mod about;
mod asking;
pub mod certificate;
pub mod check;
mod download;
pub mod published;
pub mod receipt;
mod sequence;
mod zip;

pub use asking::Asking;
pub use download::Download;
pub use sequence::{PAUSE, sequence};
pub use zip::Zip;
