//! What answers over HTTP: listeners, guards, pages, the API. Handlers are thin: extract, call one flow, answer.

pub mod pages;
pub mod problem_text;
pub mod text;
pub mod tls;
