//! The headers of every letter, as they leave.

use std::path::Path;

use kakitome::adapter::mail::MaildirMailer;
use kakitome::model::{Language, Letter, LetterKind};
use kakitome::port::Mailer;

use super::letters::{letter, stationery};

/// The headers of a letter, unfolded and decoded, by name and value.
async fn headers_of(letter: &Letter) -> Vec<(String, String)> {
    let directory = tempfile::tempdir().unwrap();
    MaildirMailer::open(stationery(), directory.path()).unwrap().deliver(letter).await.unwrap();
    let file = std::fs::read_dir(directory.path().join("new")).unwrap().next().unwrap().unwrap().path();
    let raw = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    let (head, _) = raw.split_once("\n\n").unwrap();
    let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), decoded(value))
    };
    unfolded.lines().map(header).collect()
}

/// Encoded words (RFC 2047) as the characters that they are; blanks between two of them are none.
fn decoded(value: &str) -> String {
    let mut parts = value.replace("?= =?utf-8?b?", "?==?utf-8?b?");
    while let Some((before, rest)) = parts.split_once("=?utf-8?b?") {
        let (coded, after) = rest.split_once("?=").unwrap();
        let bytes = data_encoding::BASE64.decode(coded.as_bytes()).unwrap();
        parts = format!("{before}{}{after}", String::from_utf8_lossy(&bytes));
    }
    parts
}

#[tokio::test]
async fn every_letter_leaves_with_the_agreed_headers() {
    let bless = std::env::var_os("KAKITOME_BLESS").is_some();
    for language in Language::ALL.iter().copied() {
        let mut told = String::new();
        for kind in LetterKind::ALL.iter().copied() {
            let letter = letter(kind, language);
            told += &format!("# {kind}\n");
            for (name, value) in headers_of(&letter).await {
                let value = value.replace(&letter.id.to_string(), "ID");
                let value = value.split_once("boundary=").map_or(value.as_str(), |(before, _)| before);
                told += format!("{name}: {value}").trim_end();
                told.push('\n');
            }
        }
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/mail/headers.{language}.txt"));
        if bless {
            std::fs::write(&golden, &told).unwrap();
        }
        let agreed = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(told, agreed, "see KAKITOME_BLESS");
    }
}

#[tokio::test]
async fn no_letter_is_answered_by_a_machine_or_looks_like_bulk_mail() {
    for language in Language::ALL.iter().copied() {
        for kind in LetterKind::ALL.iter().copied() {
            let letter = letter(kind, language);
            let headers = headers_of(&letter).await;
            let all = |wanted: &str| {
                let found = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
                found.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
            };
            assert_eq!(all("Auto-Submitted"), ["auto-generated"], "{kind}");
            assert_eq!(all("X-Auto-Response-Suppress"), ["All"], "{kind}");
            assert_eq!(all("Content-Language"), [language.word()], "{kind}");
            assert_eq!(all("Message-ID"), [format!("<{}@yamada.example>", letter.id)], "{kind}");
            assert!(all("From")[0].ends_with("<files@yamada.example>"), "{kind}: {:?}", all("From"));
            let reply_to = if kind.goes_to_recipient() { vec!["sato@yamada.example"] } else { vec![] };
            assert_eq!(all("Reply-To").len(), reply_to.len(), "{kind}");
            assert!(all("Reply-To").iter().zip(reply_to).all(|(found, wanted)| found.contains(wanted)), "{kind}");
            for never in ["List-Unsubscribe", "List-Id", "Precedence", "Bcc", "Return-Receipt-To"] {
                assert!(all(never).is_empty(), "{kind}: {never}");
            }
        }
    }
}
