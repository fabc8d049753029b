//! Styles and scripts, built by Vite into `web/dist` and embedded under names that carry their hash; each also packed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use rust_embed::RustEmbed;
use serde::Deserialize;

use super::branding;
use crate::config::Colour;

#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// What a page's head names. `npm run build` writes it.
#[derive(Deserialize)]
struct Entry {
    file: String,
    #[serde(default)]
    css: Vec<String>,
}

/// Whom a page is for: recipients load less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Who collects files.
    Recipient,
    /// Who sends them.
    Staff,
}

static RECIPIENT: LazyLock<Option<Entry>> = LazyLock::new(|| entry("recipient"));
static STAFF: LazyLock<Option<Entry>> = LazyLock::new(|| entry("staff"));

fn entry(name: &str) -> Option<Entry> {
    let manifest = Dist::get(&format!("{name}.json"))?;
    let mut entries: HashMap<String, Entry> = serde_json::from_slice(&manifest.data).ok()?;
    entries.remove(&format!("src/{name}.ts"))
}

impl Audience {
    fn entry(self) -> Option<&'static Entry> {
        match self {
            Self::Recipient => RECIPIENT.as_ref(),
            Self::Staff => STAFF.as_ref(),
        }
    }
}

/// A hashed name never changes its content, so browsers may keep it for a year.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// How the bytes of an asset are packed (RFC 9110, 8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// RFC 7932.
    Brotli,
    /// RFC 1952.
    Gzip,
    /// Not at all.
    Plain,
}

impl Packing {
    /// What the file's name ends in.
    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Plain => "",
        }
    }
}

/// An embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Its bytes, packed as was asked for.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
    /// How the bytes are packed.
    pub packing: Packing,
}

/// Media type of style sheets.
pub(super) const CSS: &str = "text/css; charset=utf-8";

/// Path of the style sheet, in the office's colour if it has one.
pub fn style(audience: Audience, colour: Option<Colour>) -> String {
    let bundled = audience.entry().and_then(|entry| entry.css.first()).map(|file| format!("/{file}"));
    branding::style(&bundled.unwrap_or_default(), colour)
}

/// Path of the script module.
pub fn script(audience: Audience) -> String {
    audience.entry().map(|entry| format!("/{}", entry.file)).unwrap_or_default()
}

/// The file served at `/assets/{name}`.
pub fn asset(name: &str, packing: Packing) -> Option<Asset> {
    let content_type = match name.rsplit_once('.')?.1 {
        "css" => CSS,
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    match Dist::get(&format!("assets/{name}{}", packing.suffix())) {
        Some(file) => Some(Asset { bytes: file.data, content_type, packing }),
        None => branding::sheet(name, packing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_head_names_files_that_are_embedded() {
        for audience in [Audience::Recipient, Audience::Staff] {
            for path in [style(audience, None), script(audience)] {
                let name = path.strip_prefix("/assets/").unwrap();
                let length = |packing| asset(name, packing).unwrap().bytes.len();
                let lengths = [Packing::Brotli, Packing::Gzip, Packing::Plain].map(length);
                assert!(lengths.is_sorted() && lengths[0] > 0, "{name}: {lengths:?}");
            }
        }
    }

    #[test]
    fn what_is_not_an_asset_is_not_served() {
        for name in ["staff.json", "../staff.json", "none.css", "", "a", "main.css.br"] {
            assert!(asset(name, Packing::Plain).is_none(), "{name}");
        }
    }
}
