//! Ways to people and systems outside: mails, SMS, fax, webhooks.

mod bounces;
mod browser;
mod delivery;
mod digest;
mod fax;
mod headers;
mod leases;
mod letters;
mod own_wording;
mod post_office;
mod records;
mod sheet;
mod sms;
mod webhooks;
mod wording;
