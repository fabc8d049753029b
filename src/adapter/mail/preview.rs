//! A letter as its reader would see it, for the sender who has not sent it yet.

use super::letterhead::{Codes, Letterhead};
use super::wording::{Worded, Wording};
use crate::error::Result;
use crate::model::{Letter, OwnWording};

/// Words letters whose link does not exist yet.
pub struct Preview {
    wording: Wording,
    letterhead: Letterhead,
}

impl Preview {
    /// On the office's letterhead.
    ///
    /// # Errors
    /// A fault when an embedded template does not parse.
    pub fn new(letterhead: Letterhead) -> Result<Self> {
        Ok(Self { wording: Wording::embedded()?, letterhead })
    }

    /// The same in the office's own words.
    ///
    /// # Errors
    /// A fault when a template does not parse.
    pub fn in_words_of(self, own: &OwnWording) -> Result<Self> {
        Ok(Self { wording: self.wording.with(own)?, ..self })
    }

    /// The letter in words; `stand_in` is read where the link's secret will stand.
    ///
    /// # Errors
    /// A fault when a template is broken.
    pub fn word(&self, letter: &Letter, stand_in: &str) -> Result<Worded> {
        let code = || stand_in.to_owned().into();
        let codes = letter.offer.as_ref().map(|_| Codes { code: code(), grouped: code() });
        self.wording.word(letter, &self.letterhead, codes.as_ref())
    }
}
