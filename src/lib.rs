//! Kakitome (書留): a gateway that hands confidential files to people outside an office the way registered mail hands over
//! a letter: sealed, to the right person, once, with proof.
//!
//! The modules in reading order. A module imports from the ones above it in this list, never from below
//! (`tests/whole/layers.rs` proves it):
//!
//! 0. [`error`], [`config`]: failures; what an installation may set
//! 1. [`model`]: the words of the product as types; no I/O, no database, no clock
//! 2. [`port`]: the edges as small traits with contracts
//! 3. [`crypt`], [`audit`]: sealing and opening; the bytes of the log
//! 4. [`store`]: rows, keys and limits on disk; all of diesel is here
//! 5. [`gateway`], and on it [`transfer`] and [`staff`]: what the product does, one verb per file
//! 6. [`adapter`]: what stands outside: blobs, mail, SMS, webhooks, the scanner, identity, copies of the log, the clock
//! 7. [`job`], [`http`], [`cli`], [`app`]: loops, listeners, commands, and the only wiring

pub mod adapter;
pub mod app;
pub mod audit;
pub mod cli;
pub mod config;
pub mod crypt;
pub mod error;
pub mod gateway;
pub mod http;
pub mod job;
pub mod model;
pub mod port;
pub mod staff;
pub mod store;
pub mod transfer;
