//! Types of files, by name and by bytes. Nothing is unpacked and nothing is run: what a file is inside is the scanner's
//! matter. What is told here is what a person who looks at the name would take the file for, and whether it is that.

use crate::config::Types;
use crate::error::FileFlaw;
use crate::model::Content;

use super::draft::NamedFile;

mod content;
mod look;
mod name;
#[cfg(test)]
mod tests;

pub(super) use look::Look;
pub(super) use name::is_disguised;

/// What is to be said of a file by its type: the worst first, each once. `unrar` says that the scanner looks into RAR
/// archives.
pub(super) fn flaws(types: &Types, file: &NamedFile, unrar: bool) -> Vec<FileFlaw> {
    let ending = name::ending(&file.name);
    let is_program = name::is_executable(&ending) || file.content.is_some_and(is_run);
    let told = [
        (FileFlaw::Disguised, file.disguised || is_disguised(&file.name)),
        (FileFlaw::Executable, is_program),
        (FileFlaw::Encrypted, file.content == Some(Content::Encrypted)),
        (FileFlaw::Opaque, file.content.is_some_and(|content| is_opaque(content, unrar))),
        (FileFlaw::Ending, !is_listed(types, &ending)),
        (FileFlaw::Macros, file.macros || name::is_for_macros(&ending)),
        (FileFlaw::Mismatched, file.content.is_some_and(|content| !content::fits(&ending, content))),
    ];
    told.into_iter().filter(|(_, is_so)| *is_so).map(|(flaw, _)| flaw).collect()
}

fn is_run(content: Content) -> bool {
    matches!(content, Content::Executable | Content::Script)
}

/// Whether a scanner would call this clean without having looked into it.
fn is_opaque(content: Content, unrar: bool) -> bool {
    content == Content::Opaque || (content == Content::Rar && !unrar)
}

/// Whether files with this ending may be sent. Without an ending nobody knows what it is: a list of what is allowed does
/// not have it.
fn is_listed(types: &Types, ending: &str) -> bool {
    let among = |list: &[String]| list.iter().any(|listed| name::plain(listed) == ending);
    !among(&types.deny) && (types.allow.is_empty() || among(&types.allow))
}
