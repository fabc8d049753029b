//! Verifying receipts and certificates: each entry, each disclosed value, and what they say together.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::audit::{Fact, LeftOut, Line, NotAReceipt, Proof, Receipt, VerifierKey};
use crate::model::Time;

use super::super::failure::{Failure, Result};
use super::super::terminal::{Terminal, one_line};

/// Whether a file is one receipt, or several, a line each; and not a log.
pub(super) fn is_receipt(path: &Path) -> bool {
    path.is_file() && !super::is_zip(path)
}

pub(super) fn run(path: &Path, keys: &[VerifierKey], terminal: Terminal) -> Result<()> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    let mut found = Found::default();
    for (number, one) in (1..).zip(Receipt::texts(&text)) {
        found.hear(number, one, keys, terminal);
    }
    if terminal.json {
        let ok = found.is_good();
        terminal.print_json(&json!({"ok": ok, "receipts": found.receipts, "left_out": found.left_out}))?;
    }
    if found.receipts.is_empty() {
        terminal.say_text("cli-receipt-nothing");
    }
    if !found.is_good() {
        return Err(terminal.failure("cli-receipt-bad", "cli-receipt-bad.next"));
    }
    terminal.say_text("cli-receipt-good");
    Ok(())
}

/// What a file has.
#[derive(Default)]
struct Found {
    receipts: Vec<Value>,
    left_out: Vec<Value>,
    has_flaws: bool,
}

impl Found {
    /// A file in which nothing is proved is not good either.
    fn is_good(&self) -> bool {
        !self.has_flaws && !self.receipts.is_empty()
    }

    fn hear(&mut self, number: usize, text: &str, keys: &[VerifierKey], terminal: Terminal) {
        let proved = match Line::parse(text) {
            Ok(Line::LeftOut(left_out)) => return self.left_out.push(name(&left_out, terminal)),
            Ok(Line::Receipt(receipt)) => receipt.verify(keys).map(|proofs| (receipt, proofs)),
            Err(why) => Err(why),
        };
        self.receipts.push(match proved {
            Ok((receipt, proofs)) => tell(&receipt, &proofs, terminal),
            Err(why) => {
                self.has_flaws = true;
                terminal.say(sentence(number, &why, terminal));
                json!({"ok": false, "flaw": flaw(&why)})
            }
        });
    }
}

/// What the file itself says that it has none of.
fn name(left_out: &LeftOut, terminal: Terminal) -> Value {
    let phrase = terminal.phrase("cli-receipt-left-out").with("transfer", one_line(&left_out.transfer));
    let phrase = phrase.with("references", one_line(&left_out.references.join(", ")));
    terminal.say(phrase.with("why", left_out.why.as_str()).to_string());
    json!({"transfer": left_out.transfer, "references": left_out.references, "why": left_out.why})
}

/// What is proved, line by line, and as data.
fn tell(receipt: &Receipt, proofs: &[Proof], terminal: Terminal) -> Value {
    for proof in proofs {
        let at = terminal.texts.short_moment(&Time::from_millis(proof.fact.at));
        let phrase = terminal.phrase("cli-receipt-entry").with("event", one_line(&what(&proof.fact))).with("at", at);
        terminal.say(phrase.with("origin", one_line(&proof.origin)).with("index", proof.index).to_string());
    }
    for value in receipt.entries.iter().flat_map(|entry| &entry.values) {
        let phrase = terminal.phrase("cli-receipt-value").with("field", one_line(&value.field));
        terminal.say(phrase.with("value", one_line(&value.value)).to_string());
    }
    if let Some(statement) = &receipt.statement {
        let at = terminal.texts.short_moment(&Time::from_millis(statement.erased_at));
        let phrase =
            terminal.phrase("cli-receipt-erased").with("at", at).with("transfer", one_line(&statement.transfer));
        let size = terminal.texts.size(u64::try_from(statement.bytes).unwrap_or_default());
        terminal.say(phrase.with("files", statement.files).with("size", size).to_string());
    }
    let one = |proof: &Proof| {
        json!({
            "event": proof.fact.event,
            "outcome": proof.fact.outcome,
            "at": Time::from_millis(proof.fact.at).to_rfc3339(),
            "origin": proof.origin,
            "index": proof.index,
            "size": proof.size,
            "subject": proof.fact.subject,
        })
    };
    json!({"ok": true, "entries": proofs.iter().map(one).collect::<Vec<_>>(), "statement": receipt.statement})
}

/// The event's word; with its outcome, where it did not succeed: that it is in the log does not say that it did.
fn what(fact: &Fact) -> String {
    if fact.outcome == "ok" { fact.event.clone() } else { format!("{} ({})", fact.event, fact.outcome) }
}

fn sentence(number: usize, why: &NotAReceipt, terminal: Terminal) -> String {
    let phrase = match why {
        NotAReceipt::Malformed => terminal.phrase("cli-receipt-malformed"),
        NotAReceipt::Entry { entry, .. } => terminal.phrase("cli-receipt-unproved").with("entry", entry),
        NotAReceipt::NoKey { entry, origin } => {
            terminal.phrase("cli-receipt-no-key").with("entry", entry).with("origin", one_line(origin))
        }
        NotAReceipt::Value { entry, field } => {
            terminal.phrase("cli-receipt-other-value").with("entry", entry).with("field", one_line(field))
        }
        NotAReceipt::ValueTwice { entry, field } => {
            terminal.phrase("cli-receipt-value-twice").with("entry", entry).with("field", one_line(field))
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
        NotAReceipt::ValueTwice { .. } => "value_twice",
        NotAReceipt::Repeated { .. } => "repeated",
        NotAReceipt::Statement => "statement",
    }
}
