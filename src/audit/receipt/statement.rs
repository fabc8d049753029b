//! What the entries of a certificate of deletion say, taken together.

use serde::{Deserialize, Serialize};

use super::{Disclosed, Fact};

/// Of one transfer: what was destroyed, when, and what led to it. Times are milliseconds of the unix epoch.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The transfer.
    pub transfer: String,
    /// Files, as they were sealed; of a draft that never was, as they were added.
    pub files: i64,
    /// Their bytes.
    pub bytes: i64,
    /// Their names, as far as they are disclosed.
    pub names: Vec<String>,
    /// When it was sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed_at: Option<i64>,
    /// When its first mail was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatched_at: Option<i64>,
    /// Who fetched everything, and when.
    pub retrieved: Vec<Fetched>,
    /// What ended it: a word.
    pub reason: String,
    /// Who or what did: `account`, `recipient`, `system` or `console`.
    pub by: String,
    /// When it ended: access ended then.
    pub ended_at: i64,
    /// When keys and bytes were gone, and their absence was verified.
    pub erased_at: i64,
    /// The keys were destroyed, and then the bytes: `shredded` is logged after that alone.
    pub keys_destroyed: bool,
    /// Their absence was verified.
    pub absence_verified: bool,
}

/// A delivery whose recipient fetched everything.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetched {
    /// The delivery.
    pub delivery: String,
    /// When the last byte had left.
    pub at: i64,
}

impl Statement {
    /// What these entries say: facts, with the values of each that are disclosed. None if they do not tell the end of one
    /// transfer, or if one is left out that the others speak of.
    pub fn of<'a>(entries: impl IntoIterator<Item = (&'a Fact, &'a [Disclosed])>) -> Option<Self> {
        let mut said = Said::default();
        for (fact, values) in entries {
            said.hear(fact, values)?;
        }
        let (reason, by, ended_at) = said.ended.take()?;
        if said.lacks(&reason) {
            return None;
        }
        let (files, bytes) = said.sealed.unwrap_or(said.added);
        let erased_at = said.erased_at?;
        Some(Self {
            transfer: said.transfer?,
            files,
            bytes,
            names: said.names,
            sealed_at: said.sealed_at,
            dispatched_at: said.dispatched_at,
            retrieved: said.retrieved,
            reason,
            by,
            ended_at,
            erased_at,
            keys_destroyed: true,
            absence_verified: true,
        })
    }
}

#[derive(Default)]
struct Said {
    transfer: Option<String>,
    added: (i64, i64),
    sealed: Option<(i64, i64)>,
    names: Vec<String>,
    sealed_at: Option<i64>,
    dispatched_at: Option<i64>,
    retrieved: Vec<Fetched>,
    ended: Option<(String, String, i64)>,
    erased_at: Option<i64>,
}

impl Said {
    /// Whether an entry is left out that must be there by what the others say.
    fn lacks(&self, reason: &str) -> bool {
        let was_out = self.dispatched_at.is_some() || !self.retrieved.is_empty();
        let by_sealed = self.sealed.map_or(was_out, |(files, _)| files != self.added.0);
        by_sealed || (reason == "retrieved" && self.retrieved.is_empty())
    }

    /// None if it is about another transfer, or did not succeed.
    fn hear(&mut self, fact: &Fact, values: &[Disclosed]) -> Option<()> {
        let transfer = fact.subject.get("transfer")?;
        let is_same = self.transfer.get_or_insert_with(|| transfer.clone()) == transfer;
        if !is_same || fact.outcome != "ok" {
            return None;
        }
        match fact.event.as_str() {
            "file_added" => {
                self.added = (self.added.0 + 1, self.added.1.checked_add(fact.number("size")?)?);
                self.names.extend(values.iter().filter(|one| one.field == "file_name").map(|one| one.value.clone()));
            }
            "sealed" if self.sealed.is_none() => {
                self.sealed = Some((fact.number("files")?, fact.number("bytes")?));
                self.sealed_at = Some(fact.at);
            }
            "dispatched" => self.dispatched_at = Some(fact.at),
            "retrieved" => {
                let delivery = fact.subject.get("delivery")?.clone();
                self.retrieved.push(Fetched { delivery, at: fact.at });
            }
            "finished" if self.ended.is_none() => {
                let by = fact.more.get("actor")?.get("by")?.as_str()?;
                self.ended = Some((fact.more.get("reason")?.as_str()?.to_owned(), by.to_owned(), fact.at));
            }
            "shredded" if self.erased_at.is_none() => self.erased_at = Some(fact.at),
            "sealed" | "finished" | "shredded" => return None,
            _ => {}
        }
        Some(())
    }
}

impl Fact {
    fn number(&self, field: &str) -> Option<i64> {
        self.more.get(field)?.as_i64()
    }
}
