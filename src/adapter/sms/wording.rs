//! What a short message says. Its last line binds the number to our host: a phone offers it on no other page (the format
//! of domain-bound one-time codes, `@host #code`).

use chrono::TimeZone as _;
use minijinja::{Environment, context};
use zeroize::Zeroizing;

use crate::crypt::grouped;
use crate::error::{Doing, Result};
use crate::model::{Language, ShortMessage};

const JA: &str = include_str!("../../../web/sms/number.ja.txt");
const EN: &str = include_str!("../../../web/sms/number.en.txt");

/// Letters of one part by the alphabet of phones (3GPP TS 23.038), alone and as one of several.
const GSM: (usize, usize) = (160, 153);
/// The same in UCS-2.
const UCS2: (usize, usize) = (70, 67);
/// The alphabet of phones; those behind the bar count twice.
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const TWICE: &str = "\u{c}^{}\\[~]|€";

/// The message in words.
///
/// # Errors
/// The wording cannot be read.
pub fn word(message: &ShortMessage) -> Result<Zeroizing<String>> {
    let (wording, moment) = match message.language {
        Language::Ja => (JA, "%-m/%-d %H:%M"),
        Language::En => (EN, "%-d %b %H:%M"),
    };
    let until = message.zone.from_utc_datetime(&message.until.to_utc().naive_utc()).format(moment).to_string();
    let groups = Zeroizing::new(grouped(&message.number).to_string());
    let said = context! {
        office => message.office,
        groups => groups.as_str(),
        tail => message.tail,
        until => until,
        host => message.host,
        digits => message.number.expose(),
    };
    let text = Environment::new().render_str(wording.trim_end(), said);
    // What the template engine says of a failure may hold what it was given.
    Ok(Zeroizing::new(
        text.map_err(|error| error.kind().to_string()).map_err(std::io::Error::other).doing("wording an SMS")?,
    ))
}

/// In how many parts a phone receives a text.
pub fn parts(text: &str) -> u32 {
    let letters = |c: char| match (ALPHABET.contains(c), TWICE.contains(c)) {
        (true, _) => Some(1),
        (_, true) => Some(2),
        _ => None,
    };
    let by_alphabet: Option<usize> = text.chars().map(letters).sum();
    let (length, (alone, joined)) = match by_alphabet {
        Some(length) => (length, GSM),
        None => (text.encode_utf16().count(), UCS2),
    };
    let parts = if length <= alone { 1 } else { length.div_ceil(joined) };
    u32::try_from(parts).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PickUpNumber, Time};
    use chrono_tz::Tz;

    fn message(language: Language, office: &str) -> ShortMessage {
        ShortMessage {
            to: "+819012345678".into(),
            language,
            office: office.into(),
            number: PickUpNumber::new("470819256330".into()),
            tail: "90QF".into(),
            until: Time::from_millis(1_796_050_740_000),
            zone: Tz::Asia__Tokyo,
            host: "files.example.jp".into(),
        }
    }

    #[test]
    fn the_last_line_binds_the_number_to_our_host() {
        for (language, office) in [(Language::Ja, "山田会計事務所"), (Language::En, "Yamada Accounting")] {
            let text = word(&message(language, office)).unwrap();
            assert_eq!(text.lines().last(), Some("@files.example.jp #470819256330"));
            assert_eq!(text.lines().count(), 2);
            for said in [office, "4708 1925 6330", "90QF", "23:59"] {
                assert!(text.contains(said), "{said} in {}", *text);
            }
            assert!(!text.contains("http"), "no link");
        }
    }

    #[test]
    fn it_is_as_short_as_it_can_be() {
        assert_eq!(parts(&word(&message(Language::En, "Yamada Accounting")).unwrap()), 1);
        assert_eq!(parts(&word(&message(Language::Ja, "山田会計事務所")).unwrap()), 2);
        let exactly = |c: char, count: usize| c.to_string().repeat(count);
        for (c, count, expected) in [
            ('a', 160, 1),
            ('a', 161, 2),
            ('€', 80, 1),
            ('€', 81, 2),
            ('字', 70, 1),
            ('字', 71, 2),
            ('字', 135, 3),
            ('😀', 35, 1),
            ('😀', 36, 2),
        ] {
            assert_eq!(parts(&exactly(c, count)), expected, "{count} times {c}");
        }
    }
}
