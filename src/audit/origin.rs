//! Where a log begins: its name, which says the gateway's host, the year, and which of the gateway's logs it is.

use std::fmt;
use std::str::FromStr;

use super::is_origin;

/// What stands between the host and the year.
const BETWEEN: &str = "/audit/";

/// The name of a log of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The host of the gateway's address, with its port where it has one of its own.
    pub host: String,
    /// The year it was begun in.
    pub year: i32,
    /// Which of the gateway's logs it is, from 1.
    pub number: i32,
}

/// A name that no log of a gateway has.
#[derive(Debug, thiserror::Error)]
#[error("is no origin of a log, such as files.example.com/audit/2026-1")]
pub struct NotAnOrigin;

impl Origin {
    /// What tells the logs of one gateway apart: year and number (`2026-1`).
    pub fn short(&self) -> String {
        format!("{}-{}", self.year, self.number)
    }

    /// The log that a checkpoint names; none if it names none of a gateway.
    pub fn of_note(note: &str) -> Option<Self> {
        named(note).parse().ok()
    }
}

/// What a checkpoint says it is of, whatever that is: its first line.
pub fn named(note: &str) -> &str {
    note.split('\n').next().unwrap_or_default()
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{BETWEEN}{}-{}", self.host, self.year, self.number)
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    /// Only text that is written as [`Origin`] writes it: no log has two names.
    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let (host, short) = text.split_once(BETWEEN).ok_or(NotAnOrigin)?;
        let (year, number) = short.split_once('-').ok_or(NotAnOrigin)?;
        let (year, number) = (year.parse().map_err(|_| NotAnOrigin)?, number.parse().map_err(|_| NotAnOrigin)?);
        let origin = Self { host: host.to_owned(), year, number };
        let is_one = !host.is_empty() && !host.contains('/') && year >= 0 && number > 0;
        if is_one && is_origin(text) && origin.to_string() == text { Ok(origin) } else { Err(NotAnOrigin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_as_it_was_written() {
        for (host, number) in [("files.office.example", 1), ("localhost:8443", 12), ("[::1]:8443", i32::MAX)] {
            let origin = Origin { host: host.into(), year: 2026, number };
            assert_eq!(origin.to_string().parse::<Origin>().unwrap(), origin);
            assert_eq!(origin.to_string(), format!("{host}/audit/{}", origin.short()));
        }
    }

    #[test]
    fn what_is_written_otherwise_is_no_origin() {
        let hostile = [
            "",
            "/audit/2026-1",
            "host",
            "host/audit/",
            "host/audit/2026",
            "host/audit/2026-",
            "host/audit/-1",
            "host/audit/2026-0",
            "host/audit/2026--1",
            "host/audit/-2026-1",
            "host/audit/+2026-1",
            "host/audit/2026-+1",
            "host/audit/2026-01",
            "host/audit/02026-1",
            "host/audit/2026-1-2",
            "host/audit/2026-1/",
            "host/audit/2026-1 ",
            " host/audit/2026-1",
            "ho st/audit/2026-1",
            "ho+st/audit/2026-1",
            "ho\u{0}st/audit/2026-1",
            "host/path/audit/2026-1",
            "host/audit/audit/2026-1",
            "host/audit/2026-1/audit/2027-2",
            "host/audit/../../2026-1",
            "host/audit/2026-2147483648",
            "host/audit/99999999999-1",
            "host/audit/２０２６-1",
            "host/audit/2026-1\n5\nroot",
        ];
        for text in hostile {
            assert!(text.parse::<Origin>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_checkpoint_names_its_log_in_the_first_line() {
        let note = "host/audit/2026-2\n10\nroot\n\n— host/audit/2026-2 AAAA\n";
        assert_eq!(named(note), "host/audit/2026-2");
        assert_eq!(Origin::of_note(note).map(|origin| origin.short()).as_deref(), Some("2026-2"));
        for none in ["", "\n", "\nhost/audit/2026-2\n", "damaged"] {
            assert_eq!(Origin::of_note(none), None, "{none:?}");
        }
    }
}
