//! Short messages with numbers.

mod http;
mod wording;

pub use self::http::{HttpSms, HttpSmsSettings, SmsBody};
pub use wording::{parts, word};
