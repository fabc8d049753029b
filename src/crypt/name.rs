//! File names that are safe to save anywhere: in a header, in a zip, on any system.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

/// Bytes of UTF-8 that every file system takes.
const LONGEST: usize = 255;
/// What is longer than this after the last dot is no extension that needs to survive shortening.
const LONGEST_EXTENSION: usize = 32;
const NAMELESS: &str = "file";

/// The name a recipient gets: NFC; without control characters, bidirectional controls (they hide a second extension), and
/// characters that separate paths or that Windows refuses; not a Windows device; no blank at either end and no dot at the
/// last; at most 255 bytes, the extension kept; never empty. Applying it again changes nothing.
pub fn sanitise_name(name: &str) -> String {
    let cleaned: String = name.nfc().filter(|c| !is_unseen(*c)).map(|c| if is_reserved(c) { '_' } else { c }).collect();
    let mut clean = trimmed(&cleaned).to_owned();
    if is_device(&clean) {
        clean.insert(0, '_');
    }
    let clean = shortened(&clean, "");
    if clean.is_empty() { NAMELESS.to_owned() } else { clean }
}

/// Names for one zip: sanitised and unique, also where upper and lower case are the same. Order is kept; the second of two
/// equal names gets " (2)" before its extension.
pub fn zip_names(names: Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let unique = |name: String| {
        let name = sanitise_name(&name);
        let numbered = (2u32..).map(|count| shortened(&name, &format!(" ({count})")));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
        free.unwrap_or(name)
    };
    names.into_iter().map(unique).collect()
}

/// C0, C1, marks that reorder or join text invisibly, line and paragraph separators.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Separators of paths, and what Windows refuses in names besides them.
fn is_reserved(c: char) -> bool {
    matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

fn trimmed(name: &str) -> &str {
    name.trim_start().trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Names that Windows gives to devices, with any extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || matches!(numbered, Some("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
}

/// The name with `mark` before its extension, the stem cut so that it all fits.
fn shortened(name: &str, mark: &str) -> String {
    let extension_at = name.rfind('.').filter(|at| *at > 0 && name.len() - at <= LONGEST_EXTENSION);
    let (stem, extension) = name.split_at_checked(extension_at.unwrap_or(name.len())).unwrap_or((name, ""));
    let room = LONGEST.saturating_sub(extension.len() + mark.len());
    let end = (0..=room.min(stem.len())).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or_default();
    let whole = format!("{}{mark}{extension}", stem.get(..end).unwrap_or_default());
    trimmed(&whole).to_owned()
}
