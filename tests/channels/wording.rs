//! What the letters say, and the rules that every wording keeps.

use std::path::{Path, PathBuf};

use kakitome::adapter::mail::Worded;
use kakitome::model::{Language, LetterKind};

use super::letters::{self, CODE, GROUPED, letter, stationery, variants};

const BUTTONS: [&str; 4] = [
    "ファイルの受け取りページを開く",
    "Go to the page with your files",
    "パスワードを決めるページを開く",
    "Go to the page for your password",
];

fn every_letter() -> Vec<(String, LetterKind, Worded)> {
    let stationery = stationery();
    let mut all = Vec::new();
    for language in Language::ALL.iter().copied() {
        for (name, letter) in variants(language) {
            all.push((format!("{name}.{language}"), letter.kind, stationery.word(&letter).unwrap()));
        }
    }
    all
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/mail").join(name)
}

/// `KAKITOME_BLESS=1` writes what is said now into the golden files; read the difference before it is committed.
#[test]
fn every_letter_says_what_was_agreed() {
    let bless = std::env::var_os("KAKITOME_BLESS").is_some();
    let mut changed = Vec::new();
    for (name, kind, worded) in every_letter() {
        let mut golden_files = vec![(format!("{name}.txt"), format!("Subject: {}\n\n{}", worded.subject, worded.text))];
        if kind == LetterKind::Offer || !name.contains('-') {
            golden_files.push((format!("{name}.html"), worded.html));
        }
        for (file, said) in golden_files {
            if bless {
                std::fs::write(golden(&file), &said).unwrap();
            }
            if std::fs::read_to_string(golden(&file)).ok().as_deref() != Some(said.as_str()) {
                changed.push(file);
            }
        }
    }
    assert!(changed.is_empty(), "worded differently: {changed:?}; see KAKITOME_BLESS");
}

#[test]
fn html_says_the_same_words_as_the_text() {
    for (name, kind, worded) in every_letter() {
        let mut html = visible(&worded.html);
        for button in BUTTONS.iter().filter(|_| matches!(kind, LetterKind::Offer | LetterKind::Invitation)) {
            html = html.replacen(button, "", 1);
        }
        assert_eq!(words(&html), words(&unquoted(&worded.text)), "{name}");
    }
}

/// What a browser would show: tags and head away, entities resolved.
fn visible(html: &str) -> String {
    let body = html.split_once("<body>").unwrap().1;
    let mut shown = String::new();
    for piece in body.split('<') {
        shown.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    entities.iter().fold(shown, |text, (entity, character)| text.replace(entity, character))
}

fn unquoted(text: &str) -> String {
    text.lines().map(|line| line.strip_prefix('>').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn words(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn only_offers_and_invitations_carry_a_secret_and_only_in_one_link() {
    for (name, kind, worded) in every_letter() {
        let path = if kind == LetterKind::Invitation { "join" } else { "r/8q4zt1m6" };
        let link = format!("https://files.yamada.example/{path}#{CODE}");
        let expected = usize::from(matches!(kind, LetterKind::Offer | LetterKind::Invitation));
        assert_eq!(worded.text.matches(&link).count(), expected, "{name}");
        assert_eq!(worded.text.matches(CODE).count(), expected, "{name}");
        assert_eq!(worded.text.matches(GROUPED).count(), expected, "{name}");
        assert_eq!(worded.html.matches(CODE).count(), worded.html.matches(&link).count(), "{name}");
        assert_eq!(worded.html.contains(&format!(">{link}</a>")), expected == 1, "{name}: the link's text is the link");
        assert!(!worded.subject.contains(CODE) && !worded.html.contains(&format!("<title>{CODE}")), "{name}");
    }
}

#[test]
fn nothing_in_a_letter_looks_like_phishing() {
    const NEVER: [&str; 9] =
        ["至急", "重要", "緊急", "urgent", "Urgent", "<img", "<script", "http://", "パスワードを入力"];
    for (name, kind, worded) in every_letter() {
        for phrase in NEVER {
            assert!(!worded.text.contains(phrase) && !worded.html.contains(phrase), "{name}: {phrase}");
            assert!(!worded.subject.contains(phrase), "{name}: {phrase}");
        }
        // A mail about an account is about no delivery.
        let has_reference = worded.subject.contains("K-7K2M-90QF");
        assert_eq!(has_reference, !kind.is_about_account(), "{name}: the subject carries the reference");
        if kind.goes_to_recipient() {
            let office = if name.ends_with("ja") { "【山田会計事務所】" } else { "[Yamada Accounting]" };
            assert!(worded.subject.starts_with(office), "{name}");
        }
        assert!(worded.html.len() <= 100_000 && !worded.html.contains("margin:0 auto"), "{name}");
    }
}

/// The line of a checkpoint that programs read: as the format has it (C2SP signed-note), whole and with its dash.
fn is_signature(line: &str) -> bool {
    line.starts_with("— files.yamada.example/audit/")
}

#[test]
fn lines_are_at_most_35_full_width_characters() {
    for (name, _, worded) in every_letter() {
        for line in worded.text.lines().filter(|line| !line.contains("https://") && !is_signature(line)) {
            let columns: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
            assert!(columns <= 70, "{name}: {columns} columns: {line}");
        }
        assert!(!worded.text.contains("\n\n\n") && worded.text.ends_with('\n'), "{name}: blank lines");
    }
}

#[test]
fn words_of_the_other_language_do_not_slip_in() {
    for (name, _, worded) in every_letter() {
        let mixed = name.contains("long");
        if name.ends_with(".en") && !mixed {
            let said: Vec<&str> = worded.text.lines().filter(|line| !is_signature(line)).collect();
            assert!(said.concat().is_ascii() && worded.subject.is_ascii(), "{name}");
        }
        if name.ends_with(".ja") && !mixed {
            // Addresses are the same in every language.
            let said = worded.text.lines().filter(|line| !line.trim_start().starts_with("https://"));
            let said = said.collect::<Vec<_>>().join("\n");
            for word in ["Dear", "pick-up", "transfer", "files have"] {
                assert!(!said.contains(word), "{name}: {word}");
            }
        }
    }
}

/// The number that opens the files is no part of a letter, so it cannot be told by one; what looks like one is not either.
#[test]
fn no_letter_holds_a_number() {
    for (name, _, worded) in every_letter() {
        let plain: String = worded.text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{3000}')).collect();
        let runs = plain.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        // A phone number has eleven digits with its country.
        assert!(runs.unwrap_or(0) <= 11, "{name}: {}", worded.text);
    }
}

/// What the Word engine of Outlook understands (screens.md, mail rule 11), tag by tag.
#[test]
fn html_survives_outlook() {
    for (name, _, worded) in every_letter() {
        let body = worded.html.split_once("<body>").unwrap().1;
        for tag in body.split('<').skip(1).map(|piece| piece.split_once('>').unwrap().0) {
            let element = tag.trim_start_matches('/').split(' ').next().unwrap();
            let allowed = ["table", "tr", "td", "p", "a", "b", "br", "span", "body", "html"];
            assert!(allowed.contains(&element), "{name}: <{tag}>");
            let attribute =
                |wanted: &str| tag.split_once(&format!("{wanted}=\"")).map(|(_, rest)| rest.split_once('"').unwrap().0);
            assert!(!tag.contains("class=") && !tag.contains("background") && !tag.contains("id="), "{name}: <{tag}>");
            let style = attribute("style").unwrap_or_default();
            for property in style.split(';').filter(|one| !one.is_empty()).map(|one| one.split_once(':').unwrap()) {
                let fits = match (element, property.0.trim()) {
                    (_, "color") => true,
                    (_, property) if property.starts_with("font") => true,
                    ("p" | "td", "line-height") => true,
                    ("p", "margin") => !property.1.contains("auto"),
                    ("td", property) => {
                        property.starts_with("padding")
                            || property.starts_with("border")
                            || matches!(property, "white-space" | "word-break")
                    }
                    ("table", "width" | "max-width") => true,
                    ("a", "text-decoration" | "word-break") => true,
                    _ => false,
                };
                assert!(fits, "{name}: {element} has {}: {}", property.0, property.1);
            }
            if let Some(size) = style.split_once("font-size:").map(|(_, rest)| rest.split_once("px").unwrap().0) {
                assert!(size.parse::<u32>().unwrap() >= 16, "{name}: <{tag}>");
            }
            if element == "table" && !tag.starts_with('/') {
                assert_eq!(attribute("role"), Some("presentation"), "{name}: <{tag}>");
            }
        }
        assert!(body.contains("width=\"600\"") && body.contains("align=\"center\""), "{name}: one column");
    }
}

#[test]
fn hostile_values_stay_values() {
    let mut letter = letter(LetterKind::Offer, Language::Ja);
    letter.to.name = "鈴木\r\nBcc: x@evil.example\u{202e}</p><script>alert(1)</script>".into();
    letter.sender.name = "{{ office }}\n\n偽の段落".into();
    letter.reference = "K-1\nSubject: x".into();
    let offer = letter.offer.as_mut().unwrap();
    offer.phrase = "<a href=\"https://evil.example\">傘</a>".into();
    offer.message = "一行目\n--\n<img src=x>\u{7}".into();
    let worded = stationery().word(&letter).unwrap();
    assert!(!worded.subject.contains('\n'));
    assert!(
        !worded.html.contains("<script")
            && !worded.html.contains("<img")
            && !worded.html.contains("<a href=\"https://evil")
    );
    assert!(!worded.text.contains("\nBcc") && !worded.text.contains("\n偽") && !worded.text.contains('\u{7}'));
    assert!(worded.text.contains("{{ office }}"), "values are not templates");
    assert!(worded.text.contains("\n> --\n"), "a message cannot begin the signature");
}

#[test]
fn an_office_that_tells_little_still_gets_whole_letters() {
    let mut bare = letters::letterhead();
    for field in [&mut bare.address_line, &mut bare.hours] {
        *field = Default::default();
    }
    bare.contact.clear();
    bare.web.clear();
    bare.office_name.en.clear();
    bare.time_zone = chrono_tz::Europe::Berlin;
    let stationery = letters::stationery_of(bare);
    let mut letter = letter(LetterKind::Offer, Language::En);
    letter.sender.phone.clear();
    let worded = stationery.word(&letter).unwrap();
    assert!(worded.text.contains("Hanako Sato, 山田会計事務所\nThis message"), "{}", worded.text);
    assert!(worded.text.contains("Monday 30 November 2026, 15:59 (Berlin time)"));
}

#[test]
fn a_letter_that_is_no_offer_refuses_a_link() {
    let mut paused = letter(LetterKind::Paused, Language::Ja);
    paused.offer = letter(LetterKind::Offer, Language::Ja).offer;
    assert!(stationery().word(&paused).is_err());
    let mut offer = letter(LetterKind::Offer, Language::Ja);
    offer.offer = None;
    assert!(stationery().word(&offer).is_err());
    let mut invitation = letter(LetterKind::Invitation, Language::Ja);
    invitation.invitation = None;
    assert!(stationery().word(&invitation).is_err());
}
