//! Certificates of deletion: one, to be printed, with the receipts of its transfer; and those of a month.

use std::collections::BTreeMap;

use askama::Template;

use crate::audit::{Fetched, InclusionProof, Proved};
use crate::http::pages::view::Frame;
use crate::model::{Office, Time};
use crate::staff::log::certificate::{Certificate, Listed};
use crate::staff::log::receipt::{Offered, Signing};

/// Why there is no certificate yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The transfer is not erased.
    NotErased,
    /// Its erasure is not under a signature yet: in a few seconds it is.
    NotSigned,
    /// The log ended before something of it was signed: there never will be one.
    NeverSigned,
}

/// GET `/transfers/{id}/certificate` and `/audit/transfers/{id}/certificate`.
#[derive(Template)]
#[template(path = "certificate.html")]
pub struct CertificatePage {
    /// The frame.
    pub frame: Frame,
    /// The office, for the letterhead.
    pub contact: Office,
    /// Where the transfer is.
    pub base: String,
    /// Whether its sender reads it.
    pub is_own: bool,
    /// When it was made.
    pub issued_at: Time,
    /// The certificate, or why there is none.
    pub made: Result<Certificate, Obstacle>,
    /// Receipts that can be had.
    pub offered: Vec<Offered>,
    /// The references of the deliveries, by their ids.
    pub references: BTreeMap<String, String>,
}

impl CertificatePage {
    fn obstacle_key(&self, obstacle: &Obstacle) -> &'static str {
        match obstacle {
            Obstacle::NotErased => "certificate-not-erased",
            Obstacle::NotSigned => "certificate-not-signed",
            Obstacle::NeverSigned => "certificate-never-signed",
        }
    }

    fn time(&self, millis: &i64) -> Time {
        Time::from_millis(*millis)
    }

    fn size(&self, bytes: &i64) -> String {
        self.frame.texts.size(u64::try_from(*bytes).unwrap_or_default())
    }

    fn all_references(&self) -> String {
        self.references.values().cloned().collect::<Vec<_>>().join(", ")
    }

    fn fetched(&self, fetched: &Fetched) -> String {
        let reference = self.references.get(&fetched.delivery).cloned().unwrap_or_default();
        let at = self.frame.texts.moment(&Time::from_millis(fetched.at));
        self.frame.phrase("certificate-fetched").with("reference", reference).with("at", at).to_string()
    }

    /// What ended it, and who or what did.
    fn trigger(&self, reason: &str, by: &str) -> String {
        let reason = self.frame.phrase("certificate-reason").with("reason", reason).to_string();
        let by = self.frame.phrase("certificate-by").with("by", by).to_string();
        self.frame.phrase("certificate-trigger").with("reason", reason).with("by", by).to_string()
    }

    /// The entry that tells of the erasure: the one that everything else led to.
    fn last<'a>(&self, made: &'a Certificate) -> Option<&'a Proved> {
        let tells = |entry: &&Proved| entry.fact().is_ok_and(|fact| fact.event == "shredded");
        made.receipt.entries.iter().find(tells)
    }

    /// Where it stands in the log.
    fn position(&self, entry: &Proved) -> String {
        let Ok(proof) = InclusionProof::parse(&entry.proof) else { return String::new() };
        let mut lines = proof.checkpoint.lines();
        let origin = lines.next().unwrap_or_default();
        let size = lines.next().unwrap_or_default();
        let phrase = self.frame.phrase("certificate-position").with("origin", origin).with("index", proof.index);
        phrase.with("size", size).to_string()
    }

    /// Why a receipt cannot be had; none if it can.
    fn hindrance(&self, offered: &Offered) -> Option<&'static str> {
        match offered.signing {
            Signing::Done => None,
            Signing::Soon => Some("receipt-soon"),
            Signing::Never => Some("receipt-never"),
        }
    }

    fn receipt(&self, offered: &Offered) -> String {
        let key = match offered.word.as_str() {
            "dispatched" => "receipt-dispatched",
            "retrieved" => "receipt-retrieved",
            _ => "receipt-shredded",
        };
        let of = offered.delivery.and_then(|delivery| self.references.get(&delivery.to_string()));
        self.frame.phrase(key).with("reference", of.cloned().unwrap_or_default()).to_string()
    }
}

/// GET `/audit/certificates`.
#[derive(Template)]
#[template(path = "certificates.html")]
pub struct CertificatesPage {
    /// The frame.
    pub frame: Frame,
    /// The month, as `2026-11`.
    pub month: String,
    /// The one before.
    pub before: String,
    /// The one after.
    pub after: String,
    /// Transfers that were erased in it.
    pub rows: Vec<Listed>,
    /// Whether there are more.
    pub more: bool,
}

impl CertificatesPage {
    fn next(&self) -> Option<String> {
        let last = self.rows.last().filter(|_| self.more)?;
        Some(format!("/audit/certificates?month={}&after={}", self.month, last.erased.event))
    }
}
