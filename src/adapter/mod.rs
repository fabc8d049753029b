//! The edges: real implementations of the traits in `port`.

pub mod blob;
pub mod clock;
pub mod copy;
pub mod hook;
pub mod identity;
pub mod mail;
mod outward;
pub mod scan;
pub mod sms;
pub mod syslog;

pub use outward::OutwardSettings;
