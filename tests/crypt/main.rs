//! Sealing and opening, held against the `age` crate, against damage, and against drift of the formats.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod digests;
mod golden;
mod names;
mod numbers;
mod parts;
mod slots;
