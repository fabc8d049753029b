//! What answers over HTTP: listeners, guards, pages, the API. Handlers are thin: extract, call one flow, answer.

mod agent;
pub mod api;
pub mod days;
pub mod download;
pub mod event_text;
pub mod files;
pub(crate) mod flag_text;
#[cfg(any(test, feature = "gallery"))]
pub mod gallery;
pub mod guard;
pub(crate) mod guideline_text;
pub mod headers;
pub mod import_text;
pub mod link_code;
pub mod pages;
pub mod problem;
pub mod problem_text;
pub mod question;
pub mod review_table;
pub mod routes;
pub(crate) mod scan_text;
pub mod server;
pub(crate) mod setting_text;
pub mod surface;
pub mod text;
pub mod tls;
pub mod uploads;

/// Bytes of a JSON body at most.
pub const JSON_MOST: u64 = 64 * 1024;
