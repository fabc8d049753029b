//! Uploads: the tus protocol, version 1.0.

/// The protocol's version.
pub const VERSION: &str = "1.0.0";
