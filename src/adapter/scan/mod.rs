//! Scanners.

mod clamd;

pub use clamd::Clamd;
