//! The tests, as one program: it is linked once, and every test still runs in a process of its own (`tests/run.sh`).
//! One room per subject; `harness` is what all of them stand on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    unreachable_pub,
    reason = "a test fails by panicking, and its lengths are small"
)]

#[macro_use]
mod harness;

mod accounts;
mod approving;
mod channels;
mod collecting;
mod crypt;
mod log;
mod scanning;
mod sending;
mod whole;
