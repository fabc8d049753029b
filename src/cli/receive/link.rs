//! The link of the mail, or the code in it.

use reqwest::Url;
use zeroize::Zeroizing;

use crate::cli::failure::{Failure, Result};
use crate::cli::terminal::Terminal;
use crate::crypt::{link_code, parse_link_code};

/// Half of what opens a delivery, and where it is opened. Has no `Debug`.
pub(in crate::cli) struct Link {
    /// `https://host[:port]`; none with a bare code.
    pub(in crate::cli) server: Option<String>,
    /// The id in the link; none with a bare code.
    pub(super) public_id: Option<String>,
    /// The code, in its one spelling.
    pub(super) code: Zeroizing<String>,
}

impl Link {
    /// Reads a link or a code as a mail program shows it.
    pub(in crate::cli) fn read(text: &str, terminal: Terminal) -> Result<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        let mistyped = |_| terminal.failure("cli-link-wrong", "cli-link-wrong.next");
        let code = link_code(&parse_link_code(text).map_err(mistyped)?);
        if !text.contains("://") {
            return Ok(Self { server: None, public_id: None, code });
        }
        let refused = || Failure::failed(terminal.texts.text("cli-link-no-https"), String::new());
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.has_host()).ok_or_else(refused)?;
        let mut path = url.path_segments().into_iter().flatten().skip_while(|segment| *segment != "r").skip(1);
        let id = path.next().filter(|id| id.chars().all(|c| c.is_ascii_alphanumeric()) && !id.is_empty());
        Ok(Self { server: Some(url.origin().ascii_serialization()), public_id: id.map(str::to_owned), code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LinkSecret;

    #[test]
    fn links_and_codes_are_read_and_slips_told() {
        let terminal = Terminal::new(false);
        let code = link_code(&LinkSecret::new([7; 20]));
        let link = Link::read(&format!(" <https://files.example.jp:8443/r/abcd1234#{}>\n", *code), terminal).unwrap();
        assert_eq!(link.server.as_deref(), Some("https://files.example.jp:8443"));
        assert_eq!(link.public_id.as_deref(), Some("abcd1234"));
        assert_eq!(*link.code, *code);
        let bare = Link::read(&code.to_uppercase(), terminal).unwrap();
        assert!(bare.server.is_none() && bare.public_id.is_none() && *bare.code == *code);
        let mut slip = code.to_string();
        slip.replace_range(0..1, if slip.starts_with('0') { "1" } else { "0" });
        for wrong in ["", "https://files.example.jp/r/abcd1234", slip.as_str(), &format!("http://a/r/b#{}", *code)] {
            assert!(Link::read(wrong, terminal).is_err());
        }
    }
}
