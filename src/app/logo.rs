//! The office's logo, read once at the start.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Doing, Error, Result};
use crate::model::Logo;

/// Bytes of a logo at most: it is sent with every first page.
const MOST: usize = 256 * 1024;

/// Reads a picture; what it is decides its content, not its name.
///
/// # Errors
/// It cannot be read, is too large, or is no PNG, JPEG, WebP or SVG.
pub(super) fn read(path: &Path) -> Result<Logo> {
    let bytes = fs::read(path).doing("reading office.logo_file")?;
    if bytes.len() > MOST {
        return Err(Error::fault("reading office.logo_file", "it is over 256 KiB"));
    }
    let (media_type, ending) =
        kind(&bytes).ok_or_else(|| Error::fault("reading office.logo_file", "it is no PNG, JPEG, WebP or SVG"))?;
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    let name = format!("logo-{}.{ending}", hash.get(..12).unwrap_or_default());
    Ok(Logo { bytes, media_type, name })
}

fn kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = || std::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}').trim_start());
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(("image/png", "png")),
        [0xff, 0xd8, 0xff, ..] => Some(("image/jpeg", "jpg")),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(("image/webp", "webp")),
        _ => text()
            .filter(|text| text.starts_with("<svg") || text.starts_with("<?xml") && text.contains("<svg"))
            .map(|_| ("image/svg+xml", "svg")),
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn the_content_tells_what_a_picture_is() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\nrest"), Some(("image/png", "png")));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some(("image/jpeg", "jpg")));
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Some(("image/webp", "webp")));
        assert_eq!(kind(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), Some(("image/svg+xml", "svg")));
        assert_eq!(kind(b"<?xml version=\"1.0\"?><svg/>"), Some(("image/svg+xml", "svg")));
        for no in [&b""[..], b"GIF89a", b"<html><svg>", b"<?xml?><html/>"] {
            assert_eq!(kind(no), None);
        }
    }
}
