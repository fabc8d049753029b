//! Plain text: values made safe to stand in a line, and lines folded to a readable width.

use std::iter::Peekable;
use std::str::Chars;

/// Columns in a line: 35 full-width characters, what Japanese mail etiquette and narrow mail windows agree on.
pub(super) const COLUMNS: usize = 70;
/// Longest single-line value, in characters.
const LINE_LIMIT: usize = 200;
/// Longest message of a sender, in characters; keeps a letter far below the size where mail clients cut it.
const MESSAGE_LIMIT: usize = 4000;

/// A value that stands in one line: no line breaks, control or direction characters, bounded.
pub(super) fn one_line(value: &str) -> String {
    let spaced: String = value.chars().map(|c| if breaks_or_controls(c) { ' ' } else { c }).collect();
    let visible = spaced.chars().filter(|c| !changes_direction(*c)).take(LINE_LIMIT).collect::<String>();
    visible.trim().to_owned()
}

/// The lines of a text that keeps its line breaks, however they were typed. Empty for a blank text.
pub(super) fn lines(text: &str) -> Vec<String> {
    let bounded: String = text.replace("\r\n", "\n").replace('\r', "\n").chars().take(MESSAGE_LIMIT).collect();
    bounded.trim().lines().map(one_line_of_any_length).collect()
}

fn one_line_of_any_length(line: &str) -> String {
    let spaced = line.chars().map(|c| if breaks_or_controls(c) { ' ' } else { c });
    spaced.filter(|c| !changes_direction(*c)).collect::<String>().trim_end().to_owned()
}

fn breaks_or_controls(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Bidirectional controls: a name could show itself reversed with them (Unicode UAX #9).
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Columns that a text takes in a fixed-width font of an East Asian system.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Wide and ambiguous characters of UAX #11, as far as letters meet them.
fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2014}'..='\u{2027}' | '\u{203b}' | '\u{2190}'..='\u{27bf}'
        | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Folds every line of a text to [`COLUMNS`] and leaves at most one blank line between blocks. Addresses and links are
/// never cut: a line may be longer for their sake.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 64);
    let mut blanks = 0;
    for line in text.trim().lines() {
        blanks = if line.trim().is_empty() { blanks + 1 } else { 0 };
        if blanks < 2 {
            fold_line(line.trim_end(), &mut folded);
        }
    }
    folded
}

fn fold_line(line: &str, folded: &mut String) {
    if width(line) <= COLUMNS || is_signature(line) {
        folded.push_str(line);
        folded.push('\n');
        return;
    }
    let hang = hanging_indent(line);
    let mut current = String::new();
    let mut has_words = false;
    for atom in atoms(line) {
        if has_words && width(&current) + width(atom.trim_end()) > COLUMNS {
            folded.push_str(current.trim_end());
            folded.push('\n');
            current.clone_from(&hang);
            current.push_str(atom.trim_start());
        } else {
            current.push_str(&atom);
        }
        has_words = current.chars().any(|c| !c.is_whitespace() && c != '>');
    }
    folded.push_str(current.trim_end());
    folded.push('\n');
}

/// A line of a signed note, `— name signature`, is what programs read: it stays whole.
fn is_signature(line: &str) -> bool {
    let signature = line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).map(|(_, signature)| signature);
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    signature.is_some_and(|signature| signature.len() >= 64 && signature.bytes().all(is_letter))
}

/// What continued lines begin with: the column of a row's value, or the indent of the first line, its quotation mark and
/// room below its list mark.
fn hanging_indent(line: &str) -> String {
    if let Some(column) = value_column(line) {
        return " ".repeat(column);
    }
    let lead: String = line.chars().take_while(|c| c.is_whitespace() || *c == '>').collect();
    let rest = line.strip_prefix(lead.as_str()).unwrap_or_default();
    let room = match rest.chars().next() {
        Some('・' | '※' | '（') => "　",
        Some('(') => " ",
        Some('-') => "  ",
        Some('1'..='9') if rest.get(1..3) == Some(". ") => "   ",
        _ => "",
    };
    lead + room
}

/// Where the value of an indented row `label：value` or `label:  value` begins.
fn value_column(line: &str) -> Option<usize> {
    const LONGEST_LABEL: usize = 20;
    let (label, _) = line.split_once('：').map_or_else(|| line.split_once(":  "), Some)?;
    let is_row = label.starts_with(char::is_whitespace) && width(label) <= LONGEST_LABEL;
    let value = line.strip_prefix(label)?.trim_start_matches(['：', ':', ' ']);
    is_row.then(|| width(line) - width(value))
}

/// The pieces of a line between which it may be broken.
fn atoms(line: &str) -> Vec<String> {
    let mut atoms = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(atom) = next_atom(&mut chars) {
        atoms.push(atom);
    }
    atoms
}

fn next_atom(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut atom = String::from(chars.next()?);
    let mut last = atom.chars().next()?;
    while let Some(&next) = chars.peek() {
        if may_break_between(last, next) {
            break;
        }
        atom.push(next);
        last = next;
        chars.next();
    }
    Some(atom)
}

/// Where Japanese and English lines may break; marks that must not begin or end a line stay (JIS X 4051).
fn may_break_between(before: char, after: char) -> bool {
    const NEVER_FIRST: &str = "、。，．・：；！？）」』】〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜… 　)";
    const NEVER_LAST: &str = "（「『【〔(";
    if NEVER_FIRST.contains(after) || NEVER_LAST.contains(before) {
        return false;
    }
    before.is_whitespace() || is_wide(before) || is_wide(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_line() {
        assert_eq!(one_line("a\r\nBcc: b\u{2028}c\u{202e}d\0"), "a  Bcc: b cd");
        assert_eq!(one_line(&"あ".repeat(300)).chars().count(), LINE_LIMIT);
    }

    #[test]
    fn a_message_keeps_its_lines() {
        assert_eq!(lines("  \r\n"), Vec::<String>::new());
        assert_eq!(lines("a\r\n\r\nb\rc\td\n"), ["a", "", "b", "c d"]);
    }

    #[test]
    fn long_lines_fold_and_links_do_not() {
        let folded = fold(&format!("・{}。\n\n\n\n1. Open https://x.example/{}\n", "あ".repeat(40), "k".repeat(70)));
        let lines: Vec<&str> = folded.lines().collect();
        assert_eq!(width(lines[0]), COLUMNS);
        assert_eq!(lines[1], "　あああああ あ。".replace(' ', ""));
        assert_eq!((lines[2], lines[3]), ("", "1. Open"));
        assert!(lines[4].starts_with("   https://") && lines.len() == 5);
    }
}
