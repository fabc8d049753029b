//! What a scanner says of a file, and what the file's bytes look like.

use crate::error::FileFlaw;

use super::Time;
use super::words::words;

words! {
    /// What a scanner said of a file. Every one but `Clean` is ruled on by the policy.
    pub enum Verdict {
        /// Nothing was found.
        Clean = "clean",
        /// Malware was found.
        Infected = "infected",
        /// Encrypted: nobody can look into it without its password.
        Encrypted = "encrypted",
        /// Nested more deeply, or holding more, than the scanner goes through.
        Limits = "limits",
        /// Larger than the scanner takes.
        Oversized = "oversized",
        /// The scanner came to no end in time.
        TimedOut = "timed_out",
        /// The scanner failed at it again and again.
        Failed = "failed",
        /// Not looked at, as the configuration says.
        Off = "off",
    }
}

impl Verdict {
    /// What is wrong with a file of this verdict; nothing for a clean one, and for one that nobody was to look at.
    pub const fn flaw(self) -> Option<FileFlaw> {
        match self {
            Self::Clean | Self::Off => None,
            Self::Infected => Some(FileFlaw::Infected),
            Self::Encrypted => Some(FileFlaw::Encrypted),
            Self::Limits => Some(FileFlaw::Limits),
            Self::Oversized => Some(FileFlaw::Oversized),
            Self::TimedOut => Some(FileFlaw::TimedOut),
            Self::Failed => Some(FileFlaw::Failed),
        }
    }
}

/// A scanner and what it knew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatures {
    /// Scanner and signature version, in the scanner's words; printable ASCII, at most 200 characters.
    pub version: String,
    /// Of when the signatures are, if the scanner says.
    pub made_at: Option<Time>,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The verdict.
    pub verdict: Verdict,
    /// The name of what was found, in the scanner's words; printable ASCII, at most 200 characters.
    pub finding: Option<String>,
    /// What the scanner knew; none where it was not asked.
    pub signatures: Option<Signatures>,
    /// When.
    pub at: Time,
}

words! {
    /// What a file's first bytes say that it is.
    pub enum Content {
        /// A program for a machine: Windows, Linux, macOS.
        Executable = "executable",
        /// A text that a machine runs.
        Script = "script",
        /// PDF.
        Pdf = "pdf",
        /// A zip archive: also the documents of today's office programs.
        Zip = "zip",
        /// A compound file: the documents of former office programs.
        Compound = "compound",
        /// A document of an office program under a password.
        Encrypted = "encrypted",
        /// Another archive.
        Archive = "archive",
        /// A RAR archive, which scanners look into with a library that is not free.
        Rar = "rar",
        /// An archive that the scanner does not look into: what is inside would count as clean.
        Opaque = "opaque",
        /// A picture.
        Image = "image",
        /// Sound.
        Audio = "audio",
        /// Moving pictures.
        Video = "video",
        /// A page for browsers.
        Html = "html",
        /// Text.
        Text = "text",
        /// Nothing that is known by its first bytes.
        Other = "other",
    }
}
