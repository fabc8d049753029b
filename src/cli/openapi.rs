//! `kakitome openapi`: the description of the API.

use crate::http::api::describe;

use super::failure::Result;
use super::terminal::Terminal;

pub(super) fn run(terminal: Terminal) -> Result<()> {
    terminal.print(describe::openapi())
}
