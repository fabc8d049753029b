//! The log: its bytes, its tree, what it proves, who searches and takes copies of it, and what is forgotten.

mod alerts;
mod auditing;
mod broken_downloads;
mod checking;
mod copies;
mod erasure;
mod export_pages;
mod exports;
mod fail_closed;
mod foreign;
mod leaf;
mod proofs;
mod search;
mod sequencer;
mod stream;
mod tree;
mod verifiers;
