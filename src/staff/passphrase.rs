//! Passphrases for those who want none of their own: they satisfy every profile, because nobody has to impose classes of
//! characters on himself where the generator does it.

use diceware_wordlists::Wordlist;
use rand::{CryptoRng, RngExt};
use zeroize::Zeroizing;

use super::strength::{Owner, names_owner};

/// Five words of the EFF's long list (CC BY 3.0 US), less those with a hyphen within (4 of 7,776): 5 × log2(7,772) = 64.6 bits. Digit,
/// symbol and capital stand where anybody expects them and count for nothing.
const WORDS: usize = 5;
/// What stands between words: the symbol.
const BETWEEN: char = '-';

/// A passphrase of at least `minimum` characters that does not name its owner.
pub fn suggest(rng: &mut impl CryptoRng, minimum: u32, owner: &Owner) -> Zeroizing<String> {
    // A word in some hundred could be a name; the same again is next to impossible.
    let mut tries = std::iter::repeat_with(|| generate(rng, minimum)).take(100);
    let fitting = tries.find(|text| !names_owner(text, owner));
    fitting.unwrap_or_else(|| generate(rng, minimum))
}

fn generate(rng: &mut impl CryptoRng, minimum: u32) -> Zeroizing<String> {
    // Room for the longest, so that no copy is left behind while it grows.
    let mut text = Zeroizing::new(String::with_capacity(minimum as usize + WORDS * 16));
    let mut words = 0;
    while words < WORDS || text.chars().count() + 1 < minimum as usize {
        let word = word(rng);
        if words == 0 {
            text.extend(word.chars().take(1).flat_map(char::to_uppercase));
            text.extend(word.chars().skip(1));
        } else {
            text.push(BETWEEN);
            text.push_str(word);
        }
        words += 1;
    }
    text.push(char::from(b'0' + rng.random_range(0..10_u8)));
    text
}

fn word(rng: &mut impl CryptoRng) -> &'static str {
    let list = Wordlist::EffLong.get_list();
    loop {
        let picked = list.get(rng.random_range(0..list.len())).copied();
        if let Some(word) = picked.filter(|word| !word.contains(BETWEEN)) {
            return word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Passphrase, PasswordProfile, PasswordRules};
    use crate::staff::strength::examine;

    #[test]
    fn a_suggestion_satisfies_every_profile() {
        let owner =
            Owner { email: "sato@yamada.example".into(), name: "佐藤 花子".into(), office: "Yamada".into() };
        for profile in PasswordProfile::ALL {
            let rules = PasswordRules::of(*profile);
            for minimum in [rules.minimum, rules.minimum_with_second, 64] {
                let text = suggest(&mut rand::rng(), minimum, &owner);
                let new = Passphrase::new(text.to_string());
                let found = examine(&new, &Passphrase::new("one-time".into()), &rules, minimum, &owner);
                assert_eq!(found, Ok(()), "{} under {profile}", *text);
                assert_eq!(text.split(BETWEEN).count().max(WORDS), text.split(BETWEEN).count(), "{}", *text);
            }
        }
    }

    #[test]
    fn the_words_carry_64_bits() {
        let list = Wordlist::EffLong.get_list();
        let words: std::collections::BTreeSet<&str> =
            list.iter().copied().filter(|word| !word.contains(BETWEEN)).collect();
        assert!((words.len() as f64).log2() * WORDS as f64 >= 64.0, "{} words", words.len());
    }

    #[test]
    fn a_suggestion_does_not_name_its_owner() {
        let list = Wordlist::EffLong.get_list();
        // Somebody whom half of the list names.
        let name: Vec<&str> = list.iter().copied().filter(|word| word.len() > 8).take(1500).collect();
        let owner = Owner { email: String::new(), name: name.join(" "), office: String::new() };
        for _ in 0..20 {
            assert!(!names_owner(&suggest(&mut rand::rng(), 15, &owner), &owner));
        }
    }
}
