//! Mails: their wording, and their way into real mail systems.

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
    reason = "a test fails by panicking"
)]

#[path = "mail/delivery.rs"]
mod delivery;
#[path = "mail/headers.rs"]
mod headers;
#[path = "mail/letters.rs"]
mod letters;
#[path = "harness/smtp.rs"]
mod smtp;
#[path = "mail/wording.rs"]
mod wording;
