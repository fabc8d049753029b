//! Sealing and opening, held against the `age` crate, against damage, and against drift of the formats.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a test fails by panicking, and its lengths are small"
)]

mod digests;
mod golden;
mod names;
mod numbers;
mod parts;
mod slots;
