//! Screening: what the policy in force says of a file, by its verdict and its type. Asked before sealing, in the
//! transaction that seals, and (for the verdict) again when a mail is about to leave.

use std::sync::Arc;

use crate::config::{Policy, Ruling, Types};
use crate::error::{FileFlaw, Problem};
use crate::gateway::Gateway;
use crate::model::{DraftFile, Verdict};

use super::draft::NamedFile;
use super::types;

/// The rules in force.
#[derive(Clone)]
pub struct Screening {
    policy: Arc<Policy>,
    types: Arc<Types>,
    off: bool,
    unrar: bool,
}

impl Screening {
    /// The rules of now.
    pub fn of(gateway: &Gateway) -> Self {
        Self {
            policy: gateway.policy(),
            types: gateway.types.clone(),
            off: gateway.protection.scan_off,
            unrar: gateway.scan.unrar,
        }
    }

    /// What is to be said of a file, the worst first: also what is allowed, which is marked only.
    pub fn flaws(&self, file: &NamedFile) -> Vec<(FileFlaw, Ruling)> {
        let found = file.report.as_ref().and_then(|report| report.verdict.flaw());
        // Where nothing is scanned, nothing is refused because it cannot be; the scanner may have said it already.
        let is_said = |flaw: &FileFlaw| match flaw {
            FileFlaw::Encrypted => self.off || found == Some(FileFlaw::Encrypted),
            FileFlaw::Opaque => self.off || found.is_some(),
            _ => false,
        };
        let by_type = types::flaws(&self.types, file, self.unrar).into_iter().filter(|flaw| !is_said(flaw));
        let mut flaws: Vec<_> = found.into_iter().chain(by_type).map(|flaw| (flaw, self.ruling(flaw))).collect();
        flaws.sort_by_key(|(_, ruling)| *ruling as u8);
        flaws
    }

    /// Why files cannot leave as they are, everything at once; nothing: they can. Files without a verdict are no refusal:
    /// they wait.
    pub fn refusals(&self, files: &[NamedFile]) -> Vec<Problem> {
        let mut refusals = Vec::new();
        for file in files {
            for (because, ruling) in self.flaws(file) {
                if ruling != Ruling::Refuse {
                    continue;
                }
                let refusal = Problem::FileRefused { name: file.name.clone(), because };
                if !refusals.contains(&refusal) {
                    refusals.push(refusal);
                }
            }
        }
        refusals
    }

    /// Whether a file has no verdict yet, and must have one: also one that is looked at again, whatever became of the scanner
    /// in between. What was found before is not forgotten by switching it off.
    pub fn awaits(&self, file: &NamedFile) -> bool {
        file.report.is_none() && (!self.off || file.again)
    }

    /// Whether files are sent unscanned, as the configuration says.
    pub(super) fn is_off(&self) -> bool {
        self.off
    }

    /// What is to become of mails with this file, by its verdict and the policy of now (I6).
    pub(super) fn by_verdict(&self, file: &DraftFile) -> Ruling {
        let Some(report) = &file.report else { return Ruling::Refuse };
        match report.verdict {
            Verdict::Clean => Ruling::Allow,
            Verdict::Off if self.off => Ruling::Allow,
            Verdict::Off => Ruling::Refuse,
            other => other.flaw().map_or(Ruling::Allow, |flaw| self.ruling(flaw)),
        }
    }

    /// What the policy says of a flaw.
    pub(super) fn ruling(&self, flaw: FileFlaw) -> Ruling {
        match flaw {
            FileFlaw::Infected => self.policy.infected,
            FileFlaw::Encrypted | FileFlaw::Limits | FileFlaw::Opaque => self.policy.unscannable,
            FileFlaw::TimedOut | FileFlaw::Failed => self.policy.unanswered,
            FileFlaw::Oversized => self.policy.oversized,
            FileFlaw::Executable => self.policy.executables,
            FileFlaw::Macros => self.policy.macros,
            FileFlaw::Disguised => self.policy.disguised,
            FileFlaw::Mismatched => self.policy.mismatched,
            FileFlaw::Ending => Ruling::Refuse,
        }
    }
}
