//! What exactly is wrong with what was given.

/// A recipient whose flags were not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    /// Id of the delivery.
    pub delivery: String,
    /// Its reference.
    pub reference: String,
    /// Its mail address.
    pub email: String,
    /// The words of its flags.
    pub flags: Vec<&'static str>,
}

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum PasswordFlaw {
    /// Shorter than the minimum.
    TooShort { minimum: u32 },
    /// Longer than the maximum.
    TooLong { maximum: u32 },
    /// The same as before.
    Same,
    /// Contains the mail address or the name.
    ContainsName,
    /// Among the first that are guessed.
    Guessable,
    /// Too much like the present one.
    TooSimilar,
    /// One of the last so many.
    Reused { history: u32 },
    /// Lacks upper case, lower case, a digit or a symbol.
    LacksClasses,
    /// The two entries differ.
    Differs,
}

/// Why a file is not sent, or marked before it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileFlaw {
    /// Malware was found in it.
    Infected,
    /// It is encrypted.
    Encrypted,
    /// It is nested more deeply, or holds more, than the scanner goes through.
    Limits,
    /// It is a kind of archive that the scanner does not look into.
    Opaque,
    /// It is larger than the scanner takes.
    Oversized,
    /// The scanner came to no end in time.
    TimedOut,
    /// The scanner failed at it.
    Failed,
    /// It is a program or a script.
    Executable,
    /// It carries macros.
    Macros,
    /// Its name looks like that of something else.
    Disguised,
    /// Its content is not what its name says.
    Mismatched,
    /// Files with this ending are not sent.
    Ending,
}

impl FileFlaw {
    /// Its word in the interface and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Infected => "infected",
            Self::Encrypted => "encrypted",
            Self::Limits => "limits",
            Self::Opaque => "opaque",
            Self::Oversized => "oversized",
            Self::TimedOut => "timed_out",
            Self::Failed => "failed",
            Self::Executable => "executable",
            Self::Macros => "macros",
            Self::Disguised => "disguised",
            Self::Mismatched => "mismatched",
            Self::Ending => "ending",
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum FieldFlaw {
    /// Missing or empty.
    Missing,
    /// Not of the accepted form.
    Malformed,
    /// More than this many characters.
    TooLong { limit: u32 },
    /// Outside these bounds.
    OutOfBounds { least: i64, most: i64 },
    /// Already there.
    Duplicate,
    /// It fits more than this many.
    TooBroad { limit: u32 },
    /// Not among what is offered here.
    NotOffered,
    /// A phone number that takes no short messages.
    NotMobile,
    /// The fax number, where the phone number of a person is wanted.
    FaxNumber,
    /// Cut off: so many characters instead of so many.
    Incomplete { got: u32, want: u32 },
    /// Its check characters do not fit: a slip of the typist.
    Mistyped,
    /// It names the person who is to be forgotten.
    NamesPerson,
    /// A colour in which nothing can be read on white; the nearest that can be.
    TooPale { readable: crate::config::Colour },
}
