//! File names that are safe to save anywhere.

use kakitome::crypt::{sanitise_name, zip_names};
use proptest::prelude::*;

#[test]
fn hostile_names_become_harmless_ones() {
    for (given, safe) in [
        ("給与明細 2025年1月.pdf", "給与明細 2025年1月.pdf"),
        ("か\u{3099}.txt", "が.txt"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("..", "file"),
        (".", "file"),
        ("", "file"),
        ("   ", "file"),
        ("a\0b\r\nc\u{85}.txt", "abc.txt"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("a\u{2066}b\u{2069}\u{200f}.txt", "ab.txt"),
        ("C:\\fakepath\\a.txt", "C__fakepath_a.txt"),
        ("what?.txt", "what_.txt"),
        ("name. . .", "name"),
        ("name.txt ", "name.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Com1.tar.gz", "_Com1.tar.gz"),
        ("LPT¹", "_LPT¹"),
        ("console.txt", "console.txt"),
        (".htaccess", ".htaccess"),
        ("</script>.html", "__script_.html"),
    ] {
        assert_eq!(sanitise_name(given), safe, "{given:?}");
    }
}

#[test]
fn a_long_name_keeps_its_extension() {
    let name = sanitise_name(&format!("{}.docx", "あ".repeat(200)));
    assert!(name.ends_with("あ.docx") && name.len() <= 255 && name.len() > 250, "{} bytes", name.len());
}

#[test]
fn names_in_a_zip_are_unique_also_without_case() {
    let given = ["a.txt", "A.TXT", "a.txt", "a (2).txt", "b", "b", ".profile", ".profile"].map(str::to_owned);
    let unique = ["a.txt", "A (2).TXT", "a (3).txt", "a (2) (2).txt", "b", "b (2)", ".profile", ".profile (2)"];
    assert_eq!(zip_names(given.to_vec()), unique);
}

proptest! {
    #[test]
    fn any_name_becomes_a_safe_one_and_stays_so(name in "\\PC{0,300}|[\\x00-\\xff./\\\\ ]{0,40}|(\\.|/| |\u{202e}|COM1|あ){0,200}") {
        let safe = sanitise_name(&name);
        prop_assert!(!safe.is_empty() && safe.len() <= 255);
        let harmless = !safe.contains(['/', '\\', '\0', '\u{202e}']) && !safe.ends_with(['.', ' ']);
        prop_assert!(harmless);
        prop_assert_eq!(&sanitise_name(&safe), &safe);
    }

    #[test]
    fn any_names_become_unique_ones(names in prop::collection::vec("[abA]{1,2}(\\.txt)?|あ{80,90}\\.x", 0..40)) {
        let unique = zip_names(names.clone());
        prop_assert_eq!(unique.len(), names.len());
        let mut folded: Vec<_> = unique.iter().map(|name| name.to_lowercase()).collect();
        folded.sort();
        folded.dedup();
        prop_assert_eq!(folded.len(), names.len());
        prop_assert!(unique.iter().all(|name| name.len() <= 255));
    }
}
