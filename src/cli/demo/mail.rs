//! Reading the mail of the demonstration the way a mail program does: the plain body, decoded, and the link in it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::cli::failure::Result;
use crate::error::{Doing, Error};

/// The link of the first mail that arrives.
pub(super) async fn link(maildir: &Path, wait: Duration) -> Result<Zeroizing<String>> {
    let begun = Instant::now();
    loop {
        for entry in fs::read_dir(maildir).into_iter().flatten() {
            let path = entry.doing("reading the maildir")?.path();
            let mail = Zeroizing::new(fs::read_to_string(path).doing("reading a mail")?);
            if let Some(link) = link_of(&mail) {
                return Ok(link);
            }
        }
        if begun.elapsed() > wait {
            return Err(Error::fault("waiting for the mail", "none with a link arrived").into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn link_of(mail: &str) -> Option<Zeroizing<String>> {
    let plain = plain_body(mail)?;
    let at = |text: &str| text.starts_with("https://") && text.contains("/r/") && text.contains('#');
    plain.split_whitespace().find(|word| at(word)).map(|link| Zeroizing::new(link.to_owned()))
}

/// The first text/plain part (RFC 2046), decoded (RFC 2045, section 6).
fn plain_body(mail: &str) -> Option<Zeroizing<String>> {
    let start = mail.to_ascii_lowercase().find("content-type: text/plain")?;
    let headers_from = mail.get(..start)?.rfind("\n\n").map_or(0, |at| at.saturating_add(2));
    let part = mail.get(headers_from..)?;
    let (headers, rest) = part.split_once("\n\n")?;
    let body = rest.split("\n--").next().unwrap_or(rest);
    let encoding = headers.to_ascii_lowercase();
    let bytes = if encoding.contains("quoted-printable") {
        quoted_printable::decode(body, quoted_printable::ParseMode::Robust).ok()?
    } else if encoding.contains("base64") {
        let joined: String = body.split_whitespace().collect();
        STANDARD.decode(joined).ok()?
    } else {
        body.as_bytes().to_vec()
    };
    String::from_utf8(bytes).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_in_every_encoding() {
        let link = "https://localhost:8443/r/abcd1234#0123456789abcdefghjkmnpqrstvwxyz00";
        let text = format!("受け取りはこちら\n\n{link}\n");
        let quoted = quoted_printable::encode_to_str(&text).replace('\r', "");
        for (name, body) in [("8bit", text.clone()), ("base64", STANDARD.encode(&text)), ("quoted-printable", quoted)] {
            let mail = format!(
                "Subject: x\nContent-Type: multipart/alternative;\n boundary=b\n\n--b\nContent-Type: text/plain; \
                 charset=utf-8\nContent-Transfer-Encoding: {name}\n\n{body}\n--b\nContent-Type: text/html\n\n<p>\n--b--\n"
            );
            assert_eq!(link_of(&mail).map(|found| found.to_string()).as_deref(), Some(link), "{name}");
        }
        assert!(link_of("Subject: x\n\nnothing").is_none());
    }
}
