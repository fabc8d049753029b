//! What recipients see: code, number, files, and every end.

use askama::Template;

use super::Frame;
use crate::model::Time;

/// GET `/r` and `/r/{id}`, and whatever a stranger asks for: the code from the mail opens the way without a click.
#[derive(Template)]
#[template(path = "recipient_code.html")]
pub struct CodePage {
    /// The frame.
    pub frame: Frame,
    /// The id in the link; none at `/r`.
    pub id: Option<String>,
    /// The code as typed.
    pub code: String,
    /// Why the code is asked for.
    pub reason: CodeReason,
}

/// Why the code from the mail is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeReason {
    /// Somebody has just come.
    Entry,
    /// Link or code open nothing (state g).
    Unknown,
    /// The unlock session has ended; the number is asked for again.
    SessionEnded,
}

/// Who sent what to whom, as told to a bearer of the link. No file names: they leak.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Sender's name.
    pub sender: String,
    /// Recipient's name; may be empty.
    pub recipient: String,
    /// Agreed phrase; may be empty.
    pub phrase: String,
    /// Number of files.
    pub file_count: u32,
    /// Sum of their sizes in bytes.
    pub total_bytes: u64,
    /// Until when they can be collected.
    pub expires_at: Time,
    /// Public short name.
    pub reference: String,
}

/// The answer to *look*, and to a number that did not open (states a and b).
#[derive(Template)]
#[template(path = "recipient_locked.html")]
pub struct LockedPage {
    /// The frame.
    pub frame: Frame,
    /// The id in the link.
    pub id: String,
    /// The link secret, to be posted again. It never stands in a URL.
    pub secret: String,
    /// Who sent what.
    pub offered: Offered,
    /// Digits of the number.
    pub digits: u32,
    /// The number as typed.
    pub number: String,
    /// Another session lives: whether it shall be taken over is asked.
    pub elsewhere: bool,
    /// Every time link and number were accepted: this is how a true recipient notices interception.
    pub openings: Vec<Opening>,
}

/// An earlier opening.
#[derive(Clone, Debug)]
pub struct Opening {
    /// When.
    pub at: Time,
    /// Network address it came from.
    pub source: String,
}

/// GET `/r/{id}/files` (state c).
#[derive(Template)]
#[template(path = "recipient_files.html")]
pub struct FilesPage {
    /// The frame.
    pub frame: Frame,
    /// The id in the link.
    pub id: String,
    /// Who sent what.
    pub offered: Offered,
    /// The sender's message; may be empty.
    pub message: String,
    /// The files in order.
    pub files: Vec<CollectFile>,
    /// Bytes of all files as one zip.
    pub zip_bytes: u64,
    /// Until when everything can be collected again.
    pub again_until: Time,
    /// Every time link and number were accepted, this one included.
    pub openings: Vec<Opening>,
    /// Whether it is an iPhone's browser: where its files go is told.
    pub on_iphone: bool,
}

/// A file to collect.
#[derive(Clone, Debug)]
pub struct CollectFile {
    /// Its number in the address, from 1.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// How much of it was served.
    pub collected: Collected,
}

/// How much of a file was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collected {
    /// Nothing.
    No,
    /// Some of it; a download was interrupted or runs.
    Partly,
    /// Every byte.
    Yes,
}

/// A delivery that does not open (states d, e, f and paused), told to a bearer of the link.
#[derive(Template)]
#[template(path = "recipient_ended.html")]
pub struct EndedPage {
    /// The frame.
    pub frame: Frame,
    /// Who sent what.
    pub offered: Offered,
    /// Why it does not open.
    pub ending: Ending,
    /// Whether the files can be asked for again.
    pub ask: AskAgain,
    /// Every time link and number were accepted.
    pub openings: Vec<Opening>,
}

/// Whether the files can be asked for again.
#[derive(Clone, PartialEq, Eq)]
pub enum AskAgain {
    /// There is nothing to ask for, or nobody to be asked.
    No,
    /// They can, by posting the link secret again.
    May {
        /// The link secret. It never stands in a URL.
        secret: String,
    },
    /// The sender was told.
    Asked {
        /// When.
        at: Time,
    },
}

/// Why a delivery does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Collected and closed. `erased` is false while other recipients are outstanding.
    Closed {
        /// When.
        at: Time,
        /// Whether the bytes are gone.
        erased: bool,
    },
    /// The time limit passed.
    Expired {
        /// When.
        at: Time,
    },
    /// The sender took it back.
    Recalled {
        /// When.
        at: Time,
    },
    /// Its key is lost.
    KeyLost,
    /// A newer mail has another link.
    Replaced,
    /// Too many wrong numbers.
    Paused,
    /// Opened as often as allowed.
    OpeningsUsedUp,
}

impl CodePage {
    fn action(&self) -> String {
        // Any path may ask for this page; only what can be an id goes back into an address. The rest may be a secret that a
        // mail gateway tore from its fragment.
        let id = self.id.as_deref().unwrap_or_default();
        match id.split(|c: char| !c.is_ascii_alphanumeric()).next() {
            Some(id) if !id.is_empty() => format!("/r/{id}/look"),
            _ => "/r/look".into(),
        }
    }

    fn title_key(&self) -> &'static str {
        match self.reason {
            CodeReason::Entry => "code-title",
            CodeReason::Unknown => "code-unknown-title",
            CodeReason::SessionEnded => "code-ended-title",
        }
    }

    fn lead_key(&self) -> &'static str {
        match self.reason {
            CodeReason::Entry => "code-lead",
            CodeReason::Unknown => "code-unknown-lead",
            CodeReason::SessionEnded => "code-ended-lead",
        }
    }
}

impl FilesPage {
    fn all_collected(&self) -> bool {
        self.files.iter().all(|file| file.collected == Collected::Yes)
    }
}

impl Collected {
    fn key(&self) -> Option<&'static str> {
        match self {
            Self::No => None,
            Self::Partly => Some("collect-partly"),
            Self::Yes => Some("collect-done"),
        }
    }

    fn tone(&self) -> &'static str {
        if *self == Self::Yes { "good" } else { "open" }
    }

    fn icon(&self) -> &'static str {
        if *self == Self::Yes { "✓" } else { "◐" }
    }
}

impl EndedPage {
    /// Whether the time limit still means something.
    fn is_still_open(&self) -> bool {
        matches!(self.ending, Ending::Paused | Ending::OpeningsUsedUp)
    }

    fn title_key(&self) -> &'static str {
        match self.ending {
            Ending::Closed { .. } => "ended-closed-title",
            Ending::Expired { .. } => "ended-expired-title",
            Ending::Recalled { .. } => "ended-recalled-title",
            Ending::KeyLost => "ended-key-lost-title",
            Ending::Replaced => "ended-replaced-title",
            Ending::Paused => "ended-paused-title",
            Ending::OpeningsUsedUp => "ended-openings-title",
        }
    }

    fn lead(&self) -> String {
        let (key, at) = match self.ending {
            Ending::Closed { at, erased: true } => ("ended-closed-erased", Some(at)),
            Ending::Closed { at, erased: false } => ("ended-closed-own", Some(at)),
            Ending::Expired { at } => ("ended-expired-lead", Some(at)),
            Ending::Recalled { at } => ("ended-recalled-lead", Some(at)),
            Ending::KeyLost => ("ended-key-lost-lead", None),
            Ending::Replaced => ("ended-replaced-lead", None),
            Ending::Paused => ("ended-paused-lead", None),
            Ending::OpeningsUsedUp => ("ended-openings-lead", None),
        };
        let at = at.map(|at| self.frame.texts.moment(&at)).unwrap_or_default();
        self.frame.phrase(key).with("at", at).to_string()
    }

    /// Whether asking is what most come for.
    fn asking_is_first(&self) -> bool {
        matches!(self.ending, Ending::Expired { .. } | Ending::KeyLost)
    }

    /// What to do and whom to ask, where there is something to do.
    fn next(&self) -> Option<String> {
        let key = match self.ending {
            Ending::Closed { .. } => "ended-closed-next",
            Ending::Expired { .. } | Ending::KeyLost => "ended-again-next",
            Ending::Replaced => "ended-replaced-next",
            Ending::Paused | Ending::OpeningsUsedUp => "ended-number-next",
            Ending::Recalled { .. } => return None,
        };
        Some(self.frame.phrase(key).with("name", &self.offered.sender).with("by", self.frame.help.way()).to_string())
    }
}
