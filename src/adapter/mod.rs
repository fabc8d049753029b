//! The edges: real implementations of the traits in `port`.

pub mod mail;
