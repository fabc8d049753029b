//! Whether the two forms of a mail say the same.

/// What a browser would show, buttons apart: tags and head away, entities resolved.
pub(super) fn visible(html: &str) -> String {
    let body = html.split_once("<body>").map_or(html, |(_, body)| body);
    let mut shown = String::new();
    let mut in_link = None::<String>;
    for piece in body.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        match &mut in_link {
            Some(label) if tag.starts_with("/a") => {
                // A button's words are its own.
                if label.contains("://") {
                    shown.push_str(label);
                }
                shown.push_str(text);
                in_link = None;
            }
            Some(label) => label.push_str(text),
            None if tag.starts_with("a ") => in_link = Some(text.to_owned()),
            None => shown.push_str(text),
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    entities.iter().fold(shown, |text, (entity, character)| text.replace(entity, character))
}

/// A text without the marks of its quotations.
pub(super) fn unquoted(text: &str) -> String {
    text.lines().map(|line| line.strip_prefix('>').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// What is left of a text without its blanks and line breaks.
pub(super) fn words(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
