//! What was kept of a log elsewhere: its checkpoints, as they were given out, and as the log after it begins with one.

use serde::Deserialize;

/// A checkpoint that was kept outside of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// What it is called by whoever kept it.
    pub name: String,
    /// As it was kept.
    pub note: Vec<u8>,
}

/// The first entry of a log, as far as it is asked here.
#[derive(Deserialize)]
struct Beginning {
    event: String,
    previous: Option<String>,
}

/// The newest checkpoint of the log before, which the first entry of a log holds. None if this is no such entry, or there
/// was no log before.
pub fn previous_checkpoint(entry: &[u8]) -> Option<String> {
    let beginning: Beginning = serde_json::from_slice(entry).ok()?;
    (beginning.event == "log_began").then_some(beginning.previous).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_begins_with_the_end_of_the_one_before() {
        let entry = br#"{"event":"log_began","origin":"o","previous":"note","why":"year"}"#;
        assert_eq!(previous_checkpoint(entry).as_deref(), Some("note"));
        for none in [r#"{"event":"log_began","why":"first"}"#, r#"{"event":"started","previous":"x"}"#, "[]", ""] {
            assert_eq!(previous_checkpoint(none.as_bytes()), None, "{none}");
        }
    }
}
