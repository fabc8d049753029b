//! What may name a person or a file.

use std::net::IpAddr;

/// A value that may name a person or a file: committed to in the leaf, kept aside, erasable.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum Private {
    /// Network address of the source.
    Source(IpAddr),
    /// A mail address.
    Email(String),
    /// A person's name.
    PersonName(String),
    /// A phone number.
    Phone(String),
    /// A file's name; sealed to the custody key in the side table.
    FileName(String),
    /// Free text: a reason, an answer of a mail server.
    Reason(String),
    /// A department.
    Department(String),
    /// Domains that may be sent to, separated by spaces.
    Domains(String),
    /// The name of what a scanner found.
    Finding(String),
    /// SHA-256 of a file that came in, hexadecimal.
    Digest(String),
}

impl Private {
    /// The field's word in the leaf.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Email(_) => "email",
            Self::PersonName(_) => "name",
            Self::Phone(_) => "phone",
            Self::FileName(_) => "file_name",
            Self::Reason(_) => "reason",
            Self::Department(_) => "department",
            Self::Domains(_) => "domains",
            Self::Finding(_) => "finding",
            Self::Digest(_) => "digest",
        }
    }

    /// The value's text.
    pub fn text(&self) -> String {
        match self {
            Self::Source(address) => address.to_string(),
            Self::Email(text)
            | Self::PersonName(text)
            | Self::Phone(text)
            | Self::FileName(text)
            | Self::Reason(text)
            | Self::Department(text)
            | Self::Domains(text)
            | Self::Finding(text)
            | Self::Digest(text) => text.clone(),
        }
    }

    /// Whether the side table keeps it sealed to the custody key.
    pub const fn is_sealed(&self) -> bool {
        matches!(self, Self::FileName(_))
    }
}
