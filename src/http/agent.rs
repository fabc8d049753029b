//! A browser in a few words, for its owner's list of sessions.

use woothee::parser::Parser;

/// Characters at most of what a browser says of itself, where nothing is known of it.
const LONGEST: usize = 60;

/// Such as "Firefox, Windows 10"; what nobody knows, as it calls itself.
pub(super) fn in_words(agent: &str) -> String {
    let known = |word: &str| !word.is_empty() && word != woothee::woothee::VALUE_UNKNOWN;
    match Parser::new().parse(agent) {
        Some(found) if known(found.name) && known(found.os) => format!("{}, {}", found.name, found.os),
        Some(found) if known(found.name) => found.name.to_owned(),
        _ => agent.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn browsers_have_names() {
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(in_words(firefox), "Firefox, Windows 10");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(in_words(safari), "Safari, iPhone");
    }

    #[test]
    fn what_nobody_knows_is_kept_short_and_plain() {
        assert_eq!(in_words(""), "");
        assert_eq!(in_words("our\u{7}Tool/1.0"), "ourTool/1.0");
        assert_eq!(in_words(&"x".repeat(500)).len(), 60);
    }
}
