//! Mails: their wording, and their way into real mail systems.

#[path = "mail/delivery.rs"]
mod delivery;
#[path = "mail/letters.rs"]
mod letters;
#[path = "harness/smtp.rs"]
mod smtp;
#[path = "mail/wording.rs"]
mod wording;
