//! A colour, and whether people can read what is written in it or on it (WCAG 2.2, 1.4.3).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Least contrast between text and what is behind it.
pub const READABLE: f64 = 4.5;

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(pub [u8; 3]);

/// The text is no `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no colour; right would be #rrggbb, such as \"#0017c1\"")]
pub struct NotAColour;

impl Colour {
    /// The product's own key colour (`web/src/tokens.css`).
    pub const OWN: Self = Self([0x00, 0x17, 0xc1]);
    /// What light pages are made of.
    pub const WHITE: Self = Self([255, 255, 255]);
    /// The grey that the foot of light pages stands on (`--ground`): links stand on it as well.
    pub const GROUND: Self = Self([242, 242, 242]);
    /// What dark pages are made of (`--paper`).
    pub const DARK: Self = Self([26, 26, 26]);
    /// The grey that the foot of dark pages stands on.
    pub const DARK_GROUND: Self = Self([38, 38, 38]);

    /// Relative luminance (WCAG 2.2, definition): 0 for black, 1 for white.
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast ratio (WCAG 2.2, definition): 1 for equal colours, 21 for black on white.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour with so many of 255 parts of `other` in it.
    #[must_use]
    pub fn mixed(self, other: Self, parts: u8) -> Self {
        let ([r, g, b], [or, og, ob], parts) = (self.0, other.0, u32::from(parts));
        let mix = |own: u8, other: u8| {
            let sum = u32::from(own) * (255 - parts) + u32::from(other) * parts;
            u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
        };
        Self([mix(r, or), mix(g, og), mix(b, ob)])
    }

    /// Whether it can be an office's colour: text in it on white and grey, and white text on it, can be read.
    pub fn is_readable(self) -> bool {
        // Grey is the darker of the two: what can be read there can be read on white, and white on it.
        self.contrast(Self::GROUND) >= READABLE
    }

    /// The nearest darker colour of the same hue that can be an office's colour; itself if it can.
    #[must_use]
    pub fn readable(self) -> Self {
        self.towards(Self([0, 0, 0]), Self::is_readable)
    }

    /// The first colour on the way to `end` that is good.
    pub(super) fn towards(self, end: Self, good: impl Fn(Self) -> bool) -> Self {
        (0..=u8::MAX).map(|parts| self.mixed(end, parts)).find(|colour| good(*colour)).unwrap_or(end)
    }
}

/// The tones of a key colour, under the names that the style sheet gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tones {
    /// Links, buttons, the line on top.
    pub key: Colour,
    /// The same under the pointer.
    pub key_strong: Colour,
    /// Behind a button under the pointer.
    pub key_ground: Colour,
    /// Text on the key colour.
    pub on_key: Colour,
}

impl Tones {
    /// On light pages. The colour is one that can be read.
    pub fn light(key: Colour) -> Self {
        let key_strong = key.mixed(Colour([0, 0, 0]), 60);
        let key_ground = key.mixed(Colour::WHITE, 236);
        Self { key, key_strong, key_ground, on_key: Colour::WHITE }
    }

    /// On dark pages: lightened until it can be read there.
    pub fn dark(key: Colour) -> Self {
        let key = key.towards(Colour::WHITE, |colour| colour.contrast(Colour::DARK_GROUND) >= READABLE);
        let key_strong = key.mixed(Colour::WHITE, 90);
        let key_ground = key.mixed(Colour::DARK, 215);
        Self { key, key_strong, key_ground, on_key: Colour::DARK }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl FromStr for Colour {
    type Err = NotAColour;
    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(NotAColour)?;
        let mut parts = [0; 3];
        for (part, pair) in parts.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotAColour)?;
            // A sign would be read as part of a number.
            let digits = pair.bytes().all(|byte| byte.is_ascii_hexdigit());
            *part = u8::from_str_radix(pair, 16).ok().filter(|_| digits).ok_or(NotAColour)?;
        }
        Ok(Self(parts))
    }
}

impl TryFrom<String> for Colour {
    type Error = NotAColour;
    fn try_from(text: String) -> Result<Self, NotAColour> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn contrast_is_what_the_standard_defines() {
        assert!((Colour::WHITE.contrast(colour("#000000")) - 21.0).abs() < 1e-9);
        assert!((colour("#767676").contrast(Colour::WHITE) - 4.54).abs() < 0.005, "the grey that just passes");
        assert!((colour("#777777").contrast(Colour::WHITE) - 4.48).abs() < 0.005, "the grey that just fails");
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(colour("#0017C1").to_string(), "#0017c1");
        for text in ["", "#fff", "0017c1", "#0017c", "#0017c1f", "#+1+2+3", "#あい", "red"] {
            assert_eq!(text.parse::<Colour>(), Err(NotAColour), "{text}");
        }
    }

    #[test]
    fn a_pale_colour_has_a_readable_neighbour() {
        assert_eq!(colour("#0017c1").readable(), colour("#0017c1"));
        let pale = colour("#ff9900");
        assert!(!pale.is_readable());
        let near = pale.readable();
        assert!(near.is_readable() && near.0[0] > near.0[1] && near.0[1] > near.0[2], "{near}");
        assert!(!pale.mixed(colour("#000000"), 40).is_readable(), "and no much darker one than needed");
    }

    #[test]
    fn every_tone_of_every_office_can_be_read() {
        let steps = || (0..=255).step_by(15).map(|step| u8::try_from(step).unwrap());
        for key in steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| Colour([r, g, b]).readable()))) {
            let (light, dark) = (Tones::light(key), Tones::dark(key));
            for (one, two) in [
                (light.key, Colour::WHITE),
                (light.key, Colour::GROUND),
                (light.on_key, light.key),
                (light.on_key, light.key_strong),
                (light.key_strong, light.key_ground),
                (light.key_strong, Colour::GROUND),
                (dark.key, Colour::DARK),
                (dark.key, Colour::DARK_GROUND),
                (dark.on_key, dark.key),
                (dark.on_key, dark.key_strong),
                (dark.key_strong, dark.key_ground),
            ] {
                assert!(one.contrast(two) >= READABLE, "{key}: {one} on {two}: {}", one.contrast(two));
            }
        }
    }
}
