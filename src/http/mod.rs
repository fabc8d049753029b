//! What answers over HTTP.

pub mod tls;
