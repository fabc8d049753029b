//! Types of files, by name and by first bytes. Nothing is unpacked and nothing is run: what a file is inside is the
//! scanner's matter.

use crate::config::Types;
use crate::error::FileFlaw;
use crate::model::Content;

/// What is to be said of a file by its type.
pub(super) fn flaws(types: &Types, name: &str, content: Option<Content>, macros: bool) -> Vec<FileFlaw> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let mut flaws = Vec::new();
    if types.deny.contains(&ending) || !(types.allow.is_empty() || types.allow.contains(&ending)) {
        flaws.push(FileFlaw::Ending);
    }
    if content == Some(Content::Executable) {
        flaws.push(FileFlaw::Executable);
    }
    if macros {
        flaws.push(FileFlaw::Macros);
    }
    flaws
}
