//! The scanner, asked.

use crate::model::Signatures;
use crate::port::{Finding, ScanFailure, Scanner};

use super::facts::Facts;
use super::samples::Sample;
use super::{Saw, Seen};

/// Whether it answers, and how it is reached.
pub(super) fn answers(facts: &Facts<'_>) -> Saw {
    let Some(address) = &facts.scan().clamd else {
        return Saw::new(if facts.scan().off { Seen::ScannerOff } else { Seen::ScannerMissing });
    };
    let named = |seen| Saw::new(seen).with("address", address.to_string());
    match facts.signatures() {
        Some(Ok(signatures)) => {
            let seen = if address.is_local() { Seen::ScannerAnswers } else { Seen::ScannerInClear };
            named(seen).with("version", signatures.version.as_str())
        }
        Some(Err(failure)) => named(Seen::ScannerSilent).with("why", failure.to_string()),
        None => named(Seen::ScannerSilent).with("why", String::new()),
    }
}

/// How old what it knows is.
pub(super) fn signatures(facts: &Facts<'_>) -> Saw {
    match (facts.scanner(), facts.signatures()) {
        (Ok(_), Some(Ok(signatures))) => aged(facts, signatures),
        (Err(unable), _) => unable,
        _ => Saw::new(Seen::NoAnswer),
    }
}

fn aged(facts: &Facts<'_>, signatures: &Signatures) -> Saw {
    let Some(made_at) = signatures.made_at else {
        return Saw::new(Seen::SignaturesUndated).with("version", signatures.version.as_str());
    };
    let limit = facts.gateway().policy().signature_hours;
    let hours = facts.gateway().now().since(made_at).as_secs() / 3600;
    let seen = if hours >= u64::from(limit) { Seen::SignaturesOld } else { Seen::SignaturesFresh };
    Saw::new(seen).with("at", made_at).with("hours", hours).with("limit", u64::from(limit))
}

/// Hands a file over and compares.
pub(super) async fn try_sample(scanner: &dyn Scanner, sample: Sample) -> Saw {
    match ask(scanner, &sample.bytes).await {
        Ok(finding) => {
            let seen = if (sample.is_right)(&finding) { sample.right } else { sample.wrong };
            Saw::new(seen).with("answer", answer(&finding))
        }
        Err(failure) => Saw::new(Seen::SampleUnanswered).with("why", failure.to_string()),
    }
}

async fn ask(scanner: &dyn Scanner, bytes: &[u8]) -> Result<Finding, ScanFailure> {
    let mut stream = scanner.begin().await?;
    stream.write(bytes).await?;
    stream.finish().await
}

fn answer(finding: &Finding) -> &str {
    match finding {
        Finding::Clean => "OK",
        Finding::Infected(name) | Finding::Encrypted(name) | Finding::Limits(name) => name,
    }
}
