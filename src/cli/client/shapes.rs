//! The answers of the API, as far as the verbs read them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::{Zeroize, ZeroizeOnDrop};

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Transfer {
    pub(in crate::cli) id: String,
    pub(in crate::cli) state: String,
    pub(in crate::cli) created_at: String,
    pub(in crate::cli) expires_at: Option<String>,
    pub(in crate::cli) file_count: Option<u32>,
    #[serde(default)]
    pub(in crate::cli) files: Vec<DraftFile>,
    #[serde(default)]
    pub(in crate::cli) deliveries: Vec<Delivery>,
    #[serde(default)]
    pub(in crate::cli) events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct DraftFile {
    pub(in crate::cli) id: String,
    pub(in crate::cli) name: String,
    pub(in crate::cli) size: u64,
    pub(in crate::cli) scan: Option<Scan>,
    #[serde(default)]
    pub(in crate::cli) flaws: Vec<Flaw>,
}

/// How a file stands before the scanner.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Scan {
    pub(in crate::cli) state: String,
    pub(in crate::cli) verdict: Option<String>,
    pub(in crate::cli) progress: Option<u64>,
    pub(in crate::cli) down_since: Option<String>,
}

/// What is to be said of a file.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Flaw {
    pub(in crate::cli) flaw: String,
    pub(in crate::cli) ruling: String,
}

impl Scan {
    /// Whether the scanner's word is still to come.
    pub(in crate::cli) fn is_pending(&self) -> bool {
        matches!(self.state.as_str(), "waiting" | "scanning")
    }
}

impl DraftFile {
    /// Bytes that the scanner is done with.
    pub(in crate::cli) fn scanned(&self) -> u64 {
        match &self.scan {
            Some(scan) if scan.is_pending() => scan.progress.unwrap_or(0),
            Some(_) => self.size,
            None => 0,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Delivery {
    pub(in crate::cli) id: String,
    pub(in crate::cli) reference: String,
    pub(in crate::cli) recipient: Recipient,
    pub(in crate::cli) state: String,
    pub(in crate::cli) mail: Option<Mail>,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Recipient {
    pub(in crate::cli) email: String,
    #[serde(default)]
    pub(in crate::cli) name: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Mail {
    pub(in crate::cli) state: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Event {
    pub(in crate::cli) at: String,
    pub(in crate::cli) event: String,
    pub(in crate::cli) delivery: Option<String>,
    #[serde(default)]
    pub(in crate::cli) leaf: Value,
    #[serde(default)]
    pub(in crate::cli) values: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Transfers {
    pub(in crate::cli) transfers: Vec<Transfer>,
}

/// A delivery's number: shown once, printed nowhere else.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
pub(in crate::cli) struct Numbered {
    pub(in crate::cli) reference: String,
    pub(in crate::cli) email: String,
    pub(in crate::cli) number: String,
    pub(in crate::cli) groups: String,
    pub(in crate::cli) reading: Reading,
    #[zeroize(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) sms: Option<Texted>,
}

/// What became of a number by SMS.
#[derive(Deserialize, Serialize)]
pub(in crate::cli) struct Texted {
    pub(in crate::cli) state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) parts: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) status: Option<u16>,
}

#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
pub(in crate::cli) struct Reading {
    pub(in crate::cli) ja: String,
    pub(in crate::cli) en: String,
}

#[derive(Deserialize)]
pub(in crate::cli) struct Dispatch {
    pub(in crate::cli) transfer: Transfer,
    pub(in crate::cli) deliveries: Vec<Numbered>,
}

/// What a bearer of the link sees before the number.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Seen {
    pub(in crate::cli) public_id: String,
    pub(in crate::cli) reference: String,
    pub(in crate::cli) state: String,
    /// A name, or the office's card with one.
    #[serde(default)]
    pub(in crate::cli) office: Value,
    pub(in crate::cli) sender: Named,
    #[serde(default)]
    pub(in crate::cli) phrase: String,
    pub(in crate::cli) file_count: u64,
    pub(in crate::cli) total_bytes: u64,
    pub(in crate::cli) expires_at: Option<String>,
    pub(in crate::cli) number_digits: u32,
}

impl Seen {
    pub(in crate::cli) fn office_name(&self) -> &str {
        self.office.as_str().or_else(|| self.office.get("name")?.as_str()).unwrap_or_default()
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Named {
    pub(in crate::cli) name: String,
    #[serde(default)]
    pub(in crate::cli) phone: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Opened {
    pub(in crate::cli) expires_at: Option<String>,
    pub(in crate::cli) files: Vec<OfferedFile>,
}

/// A file of an opened delivery. Has no `Debug` beyond its number: names are told to the recipient only.
#[derive(Deserialize)]
pub(in crate::cli) struct OfferedFile {
    pub(in crate::cli) n: u32,
    pub(in crate::cli) name: String,
    pub(in crate::cli) size: u64,
    pub(in crate::cli) sha256: String,
    pub(in crate::cli) complete_at: Option<String>,
}

impl std::fmt::Debug for OfferedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfferedFile").field("n", &self.n).finish_non_exhaustive()
    }
}
