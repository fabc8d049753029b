//! What answers over HTTP.

pub mod pages;
pub mod problem_text;
pub mod text;
