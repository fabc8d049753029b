//! Somebody who is to be forgotten.

use unicode_normalization::UnicodeNormalization;

use super::words::words;

words! {
    /// Why personal data were erased.
    pub enum Erasure {
        /// They were kept as long as they are kept.
        Age = "age",
        /// The person they are of is to be forgotten.
        Person = "person",
    }
}

/// Somebody who is to be forgotten, as an administrator names him.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The mail address in small letters: what stands for the person everywhere.
    pub email: String,
    /// The mail address as it was typed.
    pub typed: String,
    /// The name by which the fax register knows the person; perhaps empty.
    pub name: String,
}

impl Person {
    /// With this address and, perhaps, this name.
    pub fn new(email: &str, name: &str) -> Self {
        let typed = email.trim().to_owned();
        Self { email: typed.to_lowercase(), typed, name: name.trim().to_owned() }
    }

    /// Whether free text has the address.
    pub fn is_named_in(&self, text: &str) -> bool {
        folded(text).contains(&folded(&self.email))
    }

    /// Whether free text has the address or the name.
    pub fn is_told_by(&self, text: &str) -> bool {
        self.is_named_in(text) || (!self.name.is_empty() && folded(text).contains(&folded(&self.name)))
    }

    /// Whether this is the name, however it was typed.
    pub fn is_called(&self, name: &str) -> bool {
        folded(name) == folded(&self.name)
    }
}

/// Without differences of width, case and space.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_known_however_it_was_typed() {
        let person = Person::new(" Suzuki@Aozora.example ", "鈴木 一郎");
        assert_eq!((person.email.as_str(), person.typed.as_str()), ("suzuki@aozora.example", "Suzuki@Aozora.example"));
        assert!(person.is_named_in("550 <SUZUKI@aozora.example> unknown") && person.is_called("鈴木　一郎"));
        assert!(person.is_told_by("鈴木一郎様の依頼") && !person.is_told_by("依頼番号 12"));
        assert!(!Person::new("a@b.example", "").is_told_by("anything"));
    }
}
