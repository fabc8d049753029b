//! What a file would make of a book, entry by entry.

use sha2::{Digest, Sha256};

use crate::model::Contact;

/// What a file would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The entries of the file, in its order.
    pub rows: Vec<Planned>,
    /// Cards without a mail address: nobody can be sent to by them, so they are passed over.
    pub without: usize,
}

/// What becomes of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// As it stands in the book; none: it is new.
    pub before: Option<Contact>,
    /// As it will stand there.
    pub after: Contact,
    /// Further addresses of the same person, which are not taken.
    pub left_out: Vec<String>,
}

/// What changes in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which one, by the name of its column.
    pub field: &'static str,
    /// What stands there.
    pub before: String,
    /// What will stand there.
    pub after: String,
}

impl Plan {
    /// How many entries are new.
    pub fn added(&self) -> usize {
        self.rows.iter().filter(|row| row.before.is_none()).count()
    }

    /// How many entries are written anew.
    pub fn changed(&self) -> usize {
        self.rows.len() - self.added() - self.unchanged()
    }

    /// How many stand in the book already, as the file has them.
    pub fn unchanged(&self) -> usize {
        self.rows.iter().filter(|row| row.is_unchanged()).count()
    }

    /// By this a plan is known again: what stands in the book where the file would write, and what it would write.
    pub fn mark(&self) -> String {
        let mut hash = Sha256::new();
        for row in &self.rows {
            hash.update(format!("{:?}\n{}", fields(&row.after), row.loses_verification()).as_bytes());
            hash.update(format!("\n{:?}\n", row.before).as_bytes());
        }
        data_encoding::HEXLOWER.encode(&hash.finalize())
    }
}

impl Planned {
    /// Whether it stands in the book as it is.
    pub fn is_unchanged(&self) -> bool {
        self.before.is_some() && self.changes().is_empty()
    }

    /// Whether nobody will have made sure of the phone number any more.
    pub fn loses_verification(&self) -> bool {
        let was = self.before.as_ref().is_some_and(|before| before.phone_verified.is_some());
        was && self.after.phone_verified.is_none()
    }

    /// What changes; nothing for a new entry.
    pub fn changes(&self) -> Vec<Change> {
        let Some(before) = &self.before else { return Vec::new() };
        let fields = fields(before).into_iter().zip(fields(&self.after));
        let differing = fields.filter(|((_, before), (_, after))| before != after);
        differing.map(|((field, before), (_, after))| Change { field, before, after }).collect()
    }
}

fn fields(contact: &Contact) -> [(&'static str, String); 8] {
    let who = &contact.recipient;
    [
        ("email", who.email.clone()),
        ("name", who.name.clone()),
        ("company", contact.company.clone()),
        ("phone", who.phone.clone()),
        ("language", who.language.word().to_owned()),
        ("phrase", who.phrase.clone()),
        ("channel", who.channel.word().to_owned()),
        ("note", contact.note.clone()),
    ]
}
