//! Verifying receipts and certificates: each entry, each disclosed value, and what they say together.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::audit::{NotAReceipt, Proof, Receipt, VerifierKey};
use crate::model::Time;

use super::super::failure::{Failure, Result};
use super::super::terminal::Terminal;

/// Whether a file is one receipt, or several, a line each; and not a log.
pub(super) fn is_receipt(path: &Path) -> bool {
    path.is_file() && !super::is_zip(path)
}

pub(super) fn run(path: &Path, keys: &[VerifierKey], terminal: Terminal) -> Result<()> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    let mut found = Vec::new();
    let mut all_good = true;
    // One that somebody has laid out over several lines is one all the same.
    let texts: Vec<&str> = match Receipt::parse(&text) {
        Ok(_) => vec![&text],
        Err(_) => text.lines().filter(|line| !line.trim().is_empty()).collect(),
    };
    if texts.is_empty() {
        all_good = false;
    }
    for (number, one) in (1..).zip(texts) {
        let verified = Receipt::parse(one).and_then(|receipt| Ok((receipt.verify(keys)?, receipt)));
        match verified {
            Ok((proofs, receipt)) => {
                found.push(tell(&receipt, &proofs, terminal));
            }
            Err(why) => {
                all_good = false;
                terminal.say(sentence(number, &why, terminal));
                found.push(json!({"ok": false, "flaw": flaw(&why)}));
            }
        }
    }
    if terminal.json {
        terminal.print_json(&json!({"ok": all_good, "receipts": found}))?;
    }
    if !all_good {
        return Err(terminal.failure("cli-receipt-bad", "cli-receipt-bad.next"));
    }
    terminal.say_text("cli-receipt-good");
    Ok(())
}

/// What is proved, line by line, and as data.
fn tell(receipt: &Receipt, proofs: &[Proof], terminal: Terminal) -> Value {
    for proof in proofs {
        let at = terminal.texts.short_moment(&Time::from_millis(proof.fact.at));
        let phrase = terminal.phrase("cli-receipt-entry").with("event", proof.fact.event.as_str()).with("at", at);
        terminal.say(phrase.with("origin", proof.origin.as_str()).with("index", proof.index).to_string());
    }
    for value in receipt.entries.iter().flat_map(|entry| &entry.values) {
        let phrase = terminal.phrase("cli-receipt-value").with("field", value.field.as_str());
        terminal.say(phrase.with("value", value.value.as_str()).to_string());
    }
    if let Some(statement) = &receipt.statement {
        let at = terminal.texts.short_moment(&Time::from_millis(statement.erased_at));
        let phrase = terminal.phrase("cli-receipt-erased").with("at", at).with("transfer", statement.transfer.as_str());
        let size = terminal.texts.size(u64::try_from(statement.bytes).unwrap_or_default());
        terminal.say(phrase.with("files", statement.files).with("size", size).to_string());
    }
    let one = |proof: &Proof| {
        json!({
            "event": proof.fact.event,
            "at": Time::from_millis(proof.fact.at).to_rfc3339(),
            "origin": proof.origin,
            "index": proof.index,
            "size": proof.size,
            "subject": proof.fact.subject,
        })
    };
    json!({"ok": true, "entries": proofs.iter().map(one).collect::<Vec<_>>(), "statement": receipt.statement})
}

fn sentence(number: usize, why: &NotAReceipt, terminal: Terminal) -> String {
    let phrase = match why {
        NotAReceipt::Malformed => terminal.phrase("cli-receipt-malformed"),
        NotAReceipt::Entry { entry, .. } => terminal.phrase("cli-receipt-unproved").with("entry", entry),
        NotAReceipt::NoKey { entry, origin } => {
            terminal.phrase("cli-receipt-no-key").with("entry", entry).with("origin", origin.as_str())
        }
        NotAReceipt::Value { entry, field } => {
            terminal.phrase("cli-receipt-other-value").with("entry", entry).with("field", field.as_str())
        }
        NotAReceipt::Repeated { entry } => terminal.phrase("cli-receipt-repeated").with("entry", entry),
        NotAReceipt::Statement => terminal.phrase("cli-receipt-statement"),
    };
    phrase.with("number", number).to_string()
}

const fn flaw(why: &NotAReceipt) -> &'static str {
    match why {
        NotAReceipt::Malformed => "malformed",
        NotAReceipt::Entry { .. } => "entry",
        NotAReceipt::NoKey { .. } => "no_key",
        NotAReceipt::Value { .. } => "value",
        NotAReceipt::Repeated { .. } => "repeated",
        NotAReceipt::Statement => "statement",
    }
}
