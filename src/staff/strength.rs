//! The password policy: what a new password must be. Pure: the rules are a parameter, and whoever asks has done the looking
//! up. What an earlier password was is checked against its hash, in `password`.
//!
//! Under the profile `nist` nothing here asks for classes of characters (NIST SP 800-63B, 3.1.1.2); length, the blocklist
//! and the owner's own words hold under every profile.

use strsim::normalized_damerau_levenshtein;
use zeroize::Zeroizing;
use zxcvbn::zxcvbn;

use crate::crypt::as_typed;
use crate::error::PasswordFlaw;
use crate::model::{Account, Passphrase, PasswordRules};

/// Longest password taken, in characters.
const LONGEST: u32 = 256;
/// Characters that the guessing is estimated from. The estimate's cost grows faster than its text, and what follows a
/// hundred characters cannot make them easier to guess.
const ESTIMATED: usize = 100;
/// Guesses that a password must be worth: the bound of zxcvbn's score 3, which eight characters by
/// chance just reach, less the five by which that score would refuse every password of the least length.
const ENOUGH_GUESSES: u64 = 100_000_000;
/// From this share of equal characters on, a new password is the present one again.
const SIMILAR: f64 = 0.7;
/// Letters of a name that make it one; short ones stand in many a sentence by chance.
const NAME_LETTERS: usize = 4;
/// The same in scripts where two characters are a family name.
const NAME_IDEOGRAPHS: usize = 2;
/// What people here think of first, besides their own and the office's name.
const OBVIOUS: [&str; 8] =
    ["kakitome", "かきとめ", "カキトメ", "書留", "パスワード", "ぱすわーど", "あいことば", "合言葉"];

/// Whose words must not be in a password, or count for nothing there.
#[derive(Clone, Debug)]
pub struct Owner {
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// The office's name.
    pub office: String,
}

impl Owner {
    /// Of an account in an office of this name.
    pub fn of(account: &Account, office: &str) -> Self {
        Self { email: account.email.clone(), name: account.name.clone(), office: office.to_owned() }
    }

    /// What names the owner, lower case: the name, its parts, the address before the `@` and its parts.
    fn names(&self) -> Vec<String> {
        let (email, name) = (self.email.to_lowercase(), self.name.to_lowercase());
        let local = email.split('@').next().unwrap_or_default();
        let joined: String = name.split_whitespace().collect();
        let parts = local.split(|c: char| !c.is_alphanumeric()).chain(name.split_whitespace());
        let all = parts.map(str::to_owned).chain([local.to_owned(), joined]);
        all.filter(|part| is_telling(part)).collect()
    }

    /// What an attacker who knows the owner would try first, lower case: these count for nothing in a password.
    fn words(&self) -> Vec<String> {
        let (email, office) = (self.email.to_lowercase(), self.office.to_lowercase());
        let parts = office.split_whitespace().chain(email.split(['@', '.'])).chain(OBVIOUS);
        let words = parts.filter(|word| is_telling(word)).map(str::to_owned);
        std::iter::once(office.clone()).chain(words).chain(self.names()).filter(|word| !word.is_empty()).collect()
    }
}

fn is_telling(part: &str) -> bool {
    let count = part.chars().count();
    count >= NAME_LETTERS || (count >= NAME_IDEOGRAPHS && !part.is_ascii())
}

/// Whether a text names the owner.
pub(super) fn names_owner(text: &str, owner: &Owner) -> bool {
    let lower = text.to_lowercase();
    owner.names().iter().any(|name| lower.contains(name.as_str()))
}

/// Checks a new password. `present` is the present one as its owner typed it; `minimum` is that of the owner's roles. Takes
/// some milliseconds of CPU.
///
/// # Errors
/// What is wrong with it, the cheapest finding first.
pub fn examine(
    new: &Passphrase,
    present: &Passphrase,
    rules: &PasswordRules,
    minimum: u32,
    owner: &Owner,
) -> Result<(), PasswordFlaw> {
    let (new, present) = (as_typed(new), as_typed(present));
    let length = u32::try_from(new.chars().count()).unwrap_or(u32::MAX);
    if length < minimum {
        Err(PasswordFlaw::TooShort { minimum })
    } else if length > LONGEST {
        Err(PasswordFlaw::TooLong { maximum: LONGEST })
    } else if new == present {
        Err(PasswordFlaw::Same)
    } else if names_owner(&new, owner) {
        Err(PasswordFlaw::ContainsName)
    } else if rules.mixed_classes && !has_every_class(&new) {
        Err(PasswordFlaw::LacksClasses)
    } else if is_similar(&new, &present) {
        Err(PasswordFlaw::TooSimilar)
    } else if is_guessable(&new, owner) {
        Err(PasswordFlaw::Guessable)
    } else {
        Ok(())
    }
}

/// Upper case, lower case, a digit, and what is none of these nor a blank nor any other letter.
pub(super) fn has_every_class(text: &str) -> bool {
    let symbol = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control();
    text.chars().any(char::is_uppercase)
        && text.chars().any(char::is_lowercase)
        && text.chars().any(char::is_numeric)
        && text.chars().any(symbol)
}

/// Whether it is the present password with little changed, or with another count at its end: what forced changes breed.
fn is_similar(new: &str, present: &str) -> bool {
    let (new, present): (String, String) = (folded(new), folded(present));
    let stems = (stem(&new), stem(&present));
    let counted_on = !stems.0.is_empty() && stems.0 == stems.1;
    counted_on || normalized_damerau_levenshtein(&new, &present) >= SIMILAR
}

/// Lower case, and no longer than any password is: the comparison takes the product of both lengths.
fn folded(text: &str) -> String {
    text.to_lowercase().chars().take(LONGEST as usize).collect()
}

fn stem(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_numeric() || c.is_ascii_punctuation() || c.is_whitespace())
}

/// Whether a guesser finds it early: a common password, a word, a date, a walk over the keyboard, or a few of these in a
/// row; the owner's own words add nothing. Common passwords need no list of their own: the estimate ranks 30,000 of them, and
/// none comes near the bound, in capitals or with digits for letters.
fn is_guessable(text: &str, owner: &Owner) -> bool {
    let lower = Zeroizing::new(text.to_lowercase());
    let bare = owner.words().iter().fold(lower.clone(), |text, word| text.replace(word.as_str(), "").into());
    let counts = if *bare == *lower { text } else { bare.as_str() };
    let estimated: Zeroizing<String> = counts.chars().take(ESTIMATED).collect::<String>().into();
    zxcvbn(&estimated, &[]).guesses() < ENOUGH_GUESSES
}

#[cfg(test)]
mod tests;
