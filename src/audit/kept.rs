//! What was kept of a log elsewhere: its checkpoints, as they were given out, and as the log after it begins with one.

use super::strict;

/// A checkpoint that was kept outside of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// What it is called by whoever kept it.
    pub name: String,
    /// As it was kept.
    pub note: Vec<u8>,
}

/// The newest checkpoint of the log before, which the first entry of a log holds. None if this is no such entry, or there
/// was no log before.
pub fn previous_checkpoint(entry: &[u8]) -> Option<String> {
    let said = strict::read(str::from_utf8(entry).ok()?)?;
    let previous = said.get("previous").filter(|_| said.get("event").is_some_and(|event| event == "log_began"))?;
    previous.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_begins_with_the_end_of_the_one_before() {
        let entry = br#"{"event":"log_began","origin":"o","previous":"note","why":"year"}"#;
        assert_eq!(previous_checkpoint(entry).as_deref(), Some("note"));
        for none in [
            r#"{"event":"log_began","why":"first"}"#,
            r#"{"event":"log_began","previous":null}"#,
            r#"{"event":"log_began","previous":"x","previous":"y"}"#,
            r#"{"event":"started","previous":"x"}"#,
            r#"["log_began","x"]"#,
            "[]",
            "",
        ] {
            assert_eq!(previous_checkpoint(none.as_bytes()), None, "{none}");
        }
    }
}
