//! The edges: real implementations of the traits in `port`.

pub mod blob;
pub mod clock;
pub mod identity;
pub mod mail;
pub mod scan;
