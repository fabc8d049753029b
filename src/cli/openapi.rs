//! `kakitome openapi`: the description of the API.

//STUB use crate::http::api;

use super::failure::Result;
use super::terminal::Terminal;

pub(super) fn run(terminal: Terminal) -> Result<()> {
    terminal.print_json(&serde_json::json!({}))
}
