//! How people and machines spell numbers and codes, and how to notice one in a message.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::link::{CODE_SYMBOLS, parse_link_code};
use super::number::passes_damm;

/// Digits that a pick-up number has in any installation.
const NUMBER_LENGTHS: [usize; 3] = [12, 16, 20];

/// What may stand between digits or letters without meaning anything: blanks of all kinds, hyphens, dashes and what is
/// typed instead of them (long-vowel marks, wave dashes, box lines), invisible characters that pasting brings along.
pub(super) fn is_filler(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '~' | '_' | '\u{ad}' | '\u{58a}' | '\u{2d7}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{202a}'..='\u{202e}' | '\u{2043}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{207b}' | '\u{208b}' | '\u{2212}' | '\u{2500}' | '\u{2501}')
        || matches!(c, '\u{301c}' | '\u{3030}' | '\u{30fc}' | '\u{ff5e}' | '\u{ff70}' | '\u{feff}')
}

/// Whether a message seems to carry a pick-up number, a link or a link's code, which must not travel together. True for a
/// web address; for a code whose check characters fit; for digits, in any spelling, that end with the check digit of a
/// number; for groups of digits that look like a mistyped number; and for a password that is called one.
pub fn looks_like_number_or_link(text: &str) -> bool {
    let plain: Zeroizing<String> = Zeroizing::new(text.nfkc().flat_map(char::to_lowercase).collect());
    plain.contains("http://")
        || plain.contains("https://")
        || carries_number(&plain)
        || carries_code(&plain)
        || carries_password(&plain)
}

/// What people call a password, in the spelling that the text is brought into.
const PASSWORDS: [&str; 8] =
    ["password", "passcode", "passphrase", "pwd", "pin code", "パスワード", "パスコード", "暗証番号"];
/// What may stand between that and the password itself.
const LEADS: [&str; 8] = ["は", "が", ":", "=", " is ", "「", "\"", "→"];
/// Characters of a line in which it is looked for.
const NEAR: usize = 40;

/// Whether a word with a digit follows what is called a password: `password: abc123`, `パスワードは abc123 です`.
fn carries_password(text: &str) -> bool {
    PASSWORDS.iter().any(|called| {
        let mut after = text.split(called);
        let _before = after.next();
        after.any(|rest| follows(rest.lines().next().unwrap_or_default()))
    })
}

fn follows(rest: &str) -> bool {
    let near: Zeroizing<String> = Zeroizing::new(rest.chars().take(NEAR).collect());
    let led = LEADS.iter().flat_map(|lead| near.match_indices(lead).map(|(at, lead)| at + lead.len()));
    led.chain([0]).filter_map(|at| near.get(at..)).any(starts_with_password)
}

/// Whether a text begins with a word that could be a password: four characters with a digit, neither date nor telephone.
fn starts_with_password(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| is_filler(c) || "「『\"'(<[:=".contains(c));
    let word = text.split(|c: char| !c.is_ascii_graphic()).next().unwrap_or_default();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_bare = word.chars().all(|c| c.is_ascii_digit() || "-/.,()".contains(c));
    let is_dated = text.get(word.len()..).is_some_and(|rest| rest.starts_with(['年', '月', '日', '時']));
    let is_date = is_bare && (word.contains('/') || is_dated);
    word.chars().count() >= 4 && digits > 0 && !is_date && !(is_bare && digits >= 9)
}

/// Digits that stand together, and what separates them from the group before.
struct Group {
    digits: Vec<u8>,
    separator: String,
}

fn carries_number(text: &str) -> bool {
    runs_of_groups(text).iter().any(|run| has_checked_window(run) || has_number_shape(run))
}

/// Groups of digits with nothing but filler between, cut wherever something else stands.
fn runs_of_groups(text: &str) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = vec![Vec::new()];
    let mut separator = None;
    for c in text.chars() {
        match (digit_of(c), runs.last_mut()) {
            (Some(digit), Some(run)) => match (run.last_mut(), separator.take()) {
                (Some(group), None) => group.digits.push(digit),
                (_, before) => run.push(Group { digits: vec![digit], separator: before.unwrap_or_default() }),
            },
            (None, _) if is_filler(c) => separator.get_or_insert_with(String::new).push(c),
            _ => {
                runs.push(Vec::new());
                separator = None;
            }
        }
    }
    runs
}

fn digit_of(c: char) -> Option<u8> {
    const KANJI: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    match c {
        '0'..='9' => u8::try_from(c).ok(),
        '零' => Some(b'0'),
        _ => KANJI.iter().zip(b'0'..).find_map(|(kanji, digit)| (*kanji == c).then_some(digit)),
    }
}

/// Whether whole neighbouring groups make up a number with the right check digit. Groups must be even (4-4-4, one by one)
/// or at least of three, or every second pair of dates would be taken for a number.
fn has_checked_window(run: &[Group]) -> bool {
    (0..run.len()).any(|first| {
        let mut digits = Zeroizing::new(Vec::new());
        let window = run.get(first..).unwrap_or_default();
        window.iter().enumerate().any(|(position, group)| {
            digits.extend_from_slice(&group.digits);
            NUMBER_LENGTHS.contains(&digits.len())
                && are_number_groups(window.get(..=position).unwrap_or_default())
                && passes_damm(digits.iter().copied())
        })
    })
}

fn are_number_groups(groups: &[Group]) -> bool {
    let mut lengths = groups.iter().map(|group| group.digits.len());
    let first = lengths.clone().next().unwrap_or_default();
    lengths.clone().all(|length| length == first) || lengths.all(|length| length >= 3)
}

/// Whether at least three groups of three to five digits, twelve or more in all, stand with the same single separator
/// between them: a number with a slip. (Two telephone numbers have different separators within and between.)
fn has_number_shape(run: &[Group]) -> bool {
    let mut stretches: Vec<Vec<usize>> = Vec::new();
    let (mut before, mut separator) = (0, None);
    for group in run {
        let length = group.digits.len();
        match stretches.last_mut() {
            Some(stretch) if separator == Some(&group.separator) => stretch.push(length),
            _ => stretches.push(vec![before, length]),
        }
        (before, separator) = (length, Some(&group.separator));
    }
    stretches.iter().any(|lengths| {
        let groups: Vec<_> = lengths.iter().filter(|length| **length > 0).collect();
        groups.len() >= 3 && groups.iter().all(|l| (3..=5).contains(*l)) && groups.into_iter().sum::<usize>() >= 12
    })
}

/// Whether whole words make up a code with the right check characters. At least one digit is asked for: words of a sentence
/// have none, and a random code without any is one in a hundred thousand.
fn carries_code(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (0..words.len()).any(|first| {
        let mut code = Zeroizing::new(String::new());
        for word in words.get(first..).unwrap_or_default() {
            code.push_str(word);
            if code.len() >= CODE_SYMBOLS {
                break;
            }
        }
        code.len() == CODE_SYMBOLS && code.chars().any(|c| c.is_ascii_digit()) && parse_link_code(&code).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_are_called_so() {
        for text in [
            "パスワードは abc123 です",
            "パスワード：Kawa8mi!",
            "Password: tulip7",
            "the password for the file is s3cret",
            "zipのパスワードは「2026sato」です。",
            "暗証番号は4821です",
            "ﾊﾟｽﾜｰﾄﾞ：abc123",
            "PASSWORD = ＡＢＣ１２３",
        ] {
            assert!(looks_like_number_or_link(text), "{text}");
        }
    }

    #[test]
    fn talk_of_passwords_is_none() {
        for text in [
            "パスワードは別途お電話でお伝えします。",
            "パスワードについては 03-1234-5678 までお尋ねください",
            "パスワードは2026年4月に変更されます",
            "A password is not needed. 3 files follow.",
            "password-protected, see page 12",
            "暗証番号は不要です。資料は4点です。",
        ] {
            assert!(!looks_like_number_or_link(text), "{text}");
        }
    }
}
