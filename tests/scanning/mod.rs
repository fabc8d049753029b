//! Scanning, with a real clamd.

mod again;
mod alarms;
mod arriving;
mod faults;
mod pages;
mod server;
mod verdicts;
