//! The office's colour in the style sheets. The bundled sheet stays as it was built; the office's custom properties are put
//! behind it when it is served, so that a page asks for one sheet and its content security policy needs no exception.
//!
//! The name of the sheet carries the colour and a hash of what is added, beside the hash of the bundle: a name never changes
//! its content, every node serves every name, and nothing has to be kept.

use std::borrow::Cow;

use brotli::enc::BrotliEncoderParams;
use sha2::{Digest, Sha256};

use super::assets::{self, Asset, Packing};
use crate::config::{Colour, Tones};

/// Of 11: a fraction of a millisecond, and a tenth more than the best.
const QUALITY: i32 = 5;

/// `/assets/recipient-XXXX.css` with the office's colour in it.
pub(super) fn style(bundled: &str, colour: Option<Colour>) -> String {
    match (bundled.strip_suffix(".css"), colour) {
        (Some(stem), Some(colour)) => format!("{stem}.{}.css", tag(colour)),
        _ => bundled.to_owned(),
    }
}

/// Colour and hash, as they stand in the name.
fn tag(colour: Colour) -> String {
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(properties(colour)));
    format!("{}-{}", colour.to_string().trim_start_matches('#'), hash.get(..8).unwrap_or_default())
}

/// The sheet of this name; none where the name is not one that [`style`] makes.
pub(super) fn sheet(name: &str, packing: Packing) -> Option<Asset> {
    let (stem, given) = name.strip_suffix(".css")?.rsplit_once('.')?;
    let colour: Colour = format!("#{}", given.split('-').next()?).parse().ok()?;
    if !colour.is_readable() || tag(colour) != given {
        return None;
    }
    let added = properties(colour);
    let mut bytes = assets::asset(&format!("{stem}.css"), Packing::Plain)?.bytes.into_owned();
    bytes.extend_from_slice(added.as_bytes());
    let packed = if packing == Packing::Brotli { brotli(&bytes) } else { None };
    let (bytes, packing) = packed.map_or((bytes, Packing::Plain), |packed| (packed, Packing::Brotli));
    Some(Asset { bytes: Cow::Owned(bytes), content_type: assets::CSS, packing })
}

/// What is put behind the sheet: the key colour's tones under the names of `web/src/tokens.css`. Print stays black.
fn properties(colour: Colour) -> String {
    let [light, dark] = [Tones::light(colour), Tones::dark(colour)].map(rules);
    format!("@media not print{{:root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}}}")
}

fn rules(tones: Tones) -> String {
    let Tones { key, key_strong, key_ground, on_key } = tones;
    format!("--key:{key};--key-strong:{key_strong};--key-ground:{key_ground};--on-key:{on_key}")
}

/// Packed while it is served, once for each visitor: they keep it for a year. None where packing fails, which is no reason
/// to fail the page.
fn brotli(plain: &[u8]) -> Option<Vec<u8>> {
    let params = BrotliEncoderParams { quality: QUALITY, ..BrotliEncoderParams::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut packed, &params).ok()?;
    Some(packed)
}

#[cfg(test)]
mod tests {
    use super::super::assets::Audience;
    use super::*;

    fn name(colour: &str) -> String {
        let path = assets::style(Audience::Recipient, Some(colour.parse().unwrap()));
        path.strip_prefix("/assets/").unwrap().to_owned()
    }

    #[test]
    fn the_offices_colour_stands_behind_the_bundled_sheet() {
        let name = name("#7a1f5c");
        let plain = assets::asset(&name, Packing::Plain).unwrap();
        let text = String::from_utf8(plain.bytes.into_owned()).unwrap();
        let bundled = assets::style(Audience::Recipient, None);
        let bundled = assets::asset(bundled.strip_prefix("/assets/").unwrap(), Packing::Plain).unwrap();
        assert!(text.starts_with(std::str::from_utf8(&bundled.bytes).unwrap()));
        assert!(text.ends_with("}}}") && text.contains("--key:#7a1f5c;"), "{text}");
        assert_eq!(assets::asset(&name, Packing::Gzip).unwrap().packing, Packing::Plain);
        let packed = assets::asset(&name, Packing::Brotli).unwrap();
        assert_eq!(packed.packing, Packing::Brotli);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &*packed.bytes, &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
        assert!(packed.bytes.len() < bundled.bytes.len() / 2);
    }

    #[test]
    fn only_names_that_pages_carry_are_served() {
        let good = name("#7a1f5c");
        assert!(assets::asset(&good.replace("7a1f5c", "ffff00"), Packing::Plain).is_none(), "a colour nobody can read");
        assert!(assets::asset(&good.replace("7a1f5c", "7a1f5d"), Packing::Plain).is_none(), "another hash");
        assert!(assets::asset("none.7a1f5c-00000000.css", Packing::Brotli).is_none());
    }
}
