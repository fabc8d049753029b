//! Header fields of the upload protocol.

use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, TRANSFER_ENCODING};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{CHECKSUM, LENGTH, METADATA};
use crate::error::{FieldFlaw, Problem, Result};
use crate::model::TransferId;
use crate::transfer::draft::FileName;
use crate::transfer::upload::{Checksum, NewFile};

/// Bytes of `Upload-Metadata` at most.
const METADATA_LONGEST: usize = 8 * 1024;

/// What a creation announces.
#[derive(Debug)]
pub(super) struct Announced {
    pub(super) transfer: TransferId,
    pub(super) file: NewFile,
}

impl Announced {
    /// Reads `Upload-Length` and `Upload-Metadata`.
    ///
    /// # Errors
    /// `Malformed`; `Field` for what the metadata lacks.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self> {
        if headers.contains_key("upload-defer-length") {
            return Err(malformed("Upload-Defer-Length is not supported"));
        }
        let size = number(headers, &LENGTH)?;
        let pairs = pairs(text(headers, &METADATA)?.unwrap_or_default())?;
        let value = |key: &str| pairs.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone());
        let missing = |field| Problem::Field { field, flaw: FieldFlaw::Missing };
        let transfer = value("transfer").ok_or(missing("transfer"))?;
        let transfer = transfer.parse().map_err(|_| Problem::NotFound)?;
        let name = value("filename").ok_or(missing("filename"))?;
        let media_type = value("filetype").unwrap_or_default();
        Ok(Self { transfer, file: NewFile { name, media_type, size } })
    }
}

/// `key base64, key base64`; a key may stand alone.
fn pairs(text: &str) -> Result<Vec<(&str, String)>> {
    if text.len() > METADATA_LONGEST {
        return Err(malformed("Upload-Metadata is too long"));
    }
    let mut pairs: Vec<(&str, String)> = Vec::new();
    for element in text.split(',').map(str::trim).filter(|element| !element.is_empty()) {
        let (key, value) = element.split_once(' ').unwrap_or((element, ""));
        let bytes = STANDARD.decode(value.trim()).map_err(|_| malformed("Upload-Metadata is not Base64"))?;
        let value = String::from_utf8(bytes).map_err(|_| malformed("Upload-Metadata is not UTF-8"))?;
        if pairs.iter().any(|(other, _)| *other == key) {
            return Err(malformed("Upload-Metadata has a key twice"));
        }
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// `Upload-Metadata` of an upload, as it is kept.
pub(super) fn metadata(transfer: TransferId, name: &FileName) -> String {
    let mut fields = vec![("transfer", transfer.to_string()), ("filename", name.name.clone())];
    if !name.media_type.is_empty() {
        fields.push(("filetype", name.media_type.clone()));
    }
    let written = fields.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value)));
    written.collect::<Vec<_>>().join(",")
}

/// A count of bytes.
///
/// # Errors
/// `Malformed` when it is missing or no number.
pub(super) fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64> {
    let flaw = || malformed(&format!("{name} must be a count of bytes"));
    let text = text(headers, name)?.ok_or_else(flaw)?;
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(flaw());
    }
    text.parse().map_err(|_| flaw())
}

/// `Upload-Checksum`, if there is one.
///
/// # Errors
/// `ChecksumUnsupported` for another algorithm; `Malformed` for what is no digest.
pub(super) fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>> {
    let Some(text) = text(headers, &CHECKSUM)? else { return Ok(None) };
    let (algorithm, digest) = text.split_once(' ').unwrap_or((text, ""));
    if !algorithm.eq_ignore_ascii_case("sha256") {
        return Err(Problem::ChecksumUnsupported.into());
    }
    let digest = STANDARD.decode(digest.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    let digest = digest.ok_or_else(|| malformed("Upload-Checksum is no SHA-256 in Base64"))?;
    Ok(Some(Checksum::Sha256(digest)))
}

/// The media type without parameters.
pub(super) fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}

/// Whether the request announces no body.
pub(super) fn is_empty(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).map(|value| value.as_bytes());
    matches!(length, None | Some(b"0")) && !headers.contains_key(TRANSFER_ENCODING)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>> {
    let mut lines = headers.get_all(name);
    let Some(first) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        return Err(malformed(&format!("{name} stands twice")));
    }
    let text = first.to_str().map_err(|_| malformed(&format!("{name} is not plain text")))?;
    Ok(Some(text.trim()))
}

fn malformed(detail: &str) -> crate::error::Error {
    Problem::Malformed { detail: detail.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;
    use crate::error::Error;
    use crate::http::problem::slug;

    const TRANSFER: &str = "01998f2e-7c1b-7d35-8f3a-0123456789ab";

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn announced(length: &str, metadata: &str) -> std::result::Result<Announced, &'static str> {
        let headers = headers(&[("upload-length", length), ("upload-metadata", metadata)]);
        Announced::read(&headers).map_err(|error| match error {
            Error::Problem(problem) => slug(&problem),
            Error::Fault { .. } => "fault",
        })
    }

    fn pair(key: &str, value: &str) -> String {
        format!("{key} {}", STANDARD.encode(value))
    }

    #[test]
    fn a_creation_is_read_with_foreign_keys_ignored() {
        let all = [pair("transfer", TRANSFER), pair("filename", "給与.pdf"), "is_confidential".into()].join(", ");
        let read = announced("1000000000000", &all).unwrap();
        assert_eq!(read.transfer.to_string(), TRANSFER);
        assert_eq!((read.file.name.as_str(), read.file.size), ("給与.pdf", 1_000_000_000_000));
        let name = FileName { name: read.file.name, media_type: "a/b".into(), disguised: false };
        let again = announced("1", &metadata(read.transfer, &name)).unwrap();
        assert_eq!((again.file.name, again.file.media_type), (name.name, name.media_type));
    }

    #[test]
    fn what_is_not_the_protocol_is_refused() {
        let transfer = pair("transfer", TRANSFER);
        let both = format!("{transfer},{}", pair("filename", "a"));
        for (length, metadata, want) in [
            ("", both.as_str(), "malformed"),
            ("-1", &both, "malformed"),
            ("+1", &both, "malformed"),
            ("1.5", &both, "malformed"),
            ("99999999999999999999999999", &both, "malformed"),
            ("1", "", "field"),
            ("1", &transfer, "field"),
            ("1", "transfer %%%", "malformed"),
            ("1", &format!("{both},{transfer}"), "malformed"),
            ("1", &format!("{},{}", pair("transfer", "x"), pair("filename", "a")), "not-found"),
            ("1", &format!("{transfer},filename /w=="), "malformed"),
        ] {
            assert_eq!(announced(length, metadata).err(), Some(want), "{length} {metadata}");
        }
        assert!(Announced::read(&headers(&[("upload-length", "1"), ("upload-length", "2")])).is_err());
        assert!(Announced::read(&headers(&[("upload-defer-length", "1")])).is_err());
    }

    #[test]
    fn checksums_are_sha256_only() {
        let sha256 = format!("sha256 {}", STANDARD.encode([7; 32]));
        let read = checksum(&headers(&[("upload-checksum", &sha256)])).unwrap();
        assert!(matches!(read, Some(Checksum::Sha256(digest)) if digest == [7; 32]));
        assert!(checksum(&headers(&[])).unwrap().is_none());
        let other = checksum(&headers(&[("upload-checksum", "md5 AAAA")]));
        assert!(matches!(other, Err(Error::Problem(Problem::ChecksumUnsupported))));
        assert!(checksum(&headers(&[("upload-checksum", "sha256 AAAA")])).is_err());
    }
}
