//! Two programs judge what the log proves: `kakitome audit verify`, and `docs/manual/verify.py`, which is not ours to whoever
//! checks. What one accepts and the other does not, whoever made the file can read in two ways: here both are given what was
//! changed by hand, and thousands of files that were changed at random.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::proofs::{agree, audit, erase, logs, sent, sequence_all, told, verify_ours, verify_theirs};
use crate::harness::flows::{Office, On};
use data_encoding::BASE64;
use kakitome::audit::{self, KeptCheckpoint, Line, Published, Receipt, VerifierKey};
use kakitome::crypt::LogKey;
use serde_json::{Value, json};

/// An office that erased a transfer, its keys, and a certificate and receipts of it as they are given out.
struct Proofs {
    office: Office,
    keys: Vec<String>,
    certificate: String,
    receipts: String,
}

impl Proofs {
    async fn new() -> Self {
        let office = Office::new(On::Sqlite).await;
        let (transfer, sent) = sent(&office).await;
        erase(&office, transfer).await;
        sequence_all(&office).await;
        let keys = told(&audit(&office, &["key"])).lines().map(str::to_owned).collect();
        let certificate = told(&audit(&office, &["certificate", &sent.issued.delivery.reference]));
        let receipts = told(&audit(&office, &["proof", &sent.issued.delivery.reference]));
        Self { office, keys, certificate: certificate.trim_end().to_owned(), receipts }
    }

    fn written(&self, bytes: impl AsRef<[u8]>) -> PathBuf {
        let file = self.office.directory.path().join("changed.json");
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// The certificate with something of it changed.
    fn changed(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut value: Value = serde_json::from_str(&self.certificate).unwrap();
        change(&mut value);
        value.to_string()
    }

    /// The certificate with the proof of its first entry changed.
    fn proof(&self, change: impl FnOnce(&str) -> String) -> String {
        self.changed(|value| {
            let proof = &mut value["entries"][0]["proof"];
            *proof = change(proof.as_str().unwrap()).into();
        })
    }

    /// Neither program says that it is good.
    fn refused(&self, what: &str, changed: &str) {
        assert_ne!(changed, self.certificate, "{what}");
        println!("{what}");
        agree(&self.written(changed), &self.keys, None, false);
    }
}

fn invented(salt: &str) -> Value {
    json!({"field": "email", "salt": salt, "value": "ceo@example.com"})
}

/// A value is told only if the leaf commits to it, and once.
#[actix_web::test]
async fn a_value_that_was_never_logged_is_refused() {
    let proofs = Proofs::new().await;
    for salt in ["", "zz", "0", &"0".repeat(64), &"AB".repeat(32), &"00".repeat(33)] {
        let with = proofs.changed(|value| value["entries"][1]["values"].as_array_mut().unwrap().push(invented(salt)));
        proofs.refused(&format!("an invented value with the salt {salt:?}"), &with);
    }
    let twice = proofs.changed(|value| {
        let entries = value["entries"].as_array_mut().unwrap();
        let of = entries.iter_mut().map(|one| one["values"].as_array_mut().unwrap()).find(|of| !of.is_empty()).unwrap();
        of.push(of[0].clone());
    });
    proofs.refused("a value twice", &twice);
    for nothing in [json!({}), json!(""), Value::Null, json!(0)] {
        let no_list =
            proofs.changed(|value| value["entries"].as_array_mut().unwrap().last_mut().unwrap()["values"] = nothing);
        proofs.refused("values that are no list", &no_list);
    }
}

/// What one program passes over, the other may stop at.
#[actix_web::test]
async fn what_can_be_read_in_two_ways_is_refused_by_both() {
    let proofs = Proofs::new().await;
    agree(&proofs.written(proofs.certificate.replace("\",\"", "\" ,\r\n\t\"")), &proofs.keys, None, true);
    let note = |from: &str, to: &str| proofs.proof(|proof| proof.replacen(from, to, 1));
    let head = |text: &str| {
        let (head, note) = text.split_once("\n\n").unwrap();
        head.replace('\n', "\r\n") + "\n\n" + note
    };
    let once_more = |key: &str, value: &str| {
        let (name, member) = (format!("\"{key}\":"), format!("\"{key}\":{value},"));
        proofs.certificate.replacen(&name, &(member + &name), 1)
    };
    let reference = "\"references\":{";
    let twice = proofs.certificate.replacen(reference, &format!("{reference}\"a\":\"1\",\"a\":\"2\","), 1);
    let about = |change: fn(&mut Value)| proofs.changed(|value| change(&mut value["about"]));
    for (what, changed) in [
        ("a carriage return in the head of a proof", proofs.proof(head)),
        ("a moment that is nothing", once_more("dispatched_at", "null")),
        ("nothing instead of a moment", proofs.changed(|value| value["statement"]["sealed_at"] = Value::Null)),
        ("nothing instead of a statement", proofs.changed(|value| value["statement"] = Value::Null)),
        ("a reference twice", twice),
        ("another dash", note("\u{2014} ", "- ")),
        ("a word instead of the dash", note("\u{2014} ", "signed ")),
        ("no last newline", proofs.proof(|proof| proof.trim_end().to_owned())),
        ("a blank line at the end", proofs.proof(|proof| proof.to_owned() + "\n")),
        ("an escape in a signature", note("\u{2014} ", "\u{2014} \u{1b}")),
        ("a carriage return at the end", proofs.proof(|proof| proof.trim_end().to_owned() + "\r\n")),
        ("a signature of four bytes", proofs.proof(|proof| proof.to_owned() + "\u{2014} other AAAAAA==\n")),
        ("a signature of nobody", proofs.proof(|proof| proof.to_owned() + "\u{2014}  AAAAAAAAAAA=\n")),
        ("extra data that is none", note("\nindex", "\nextra A\nindex")),
        (
            "a time beyond 64 bits",
            proofs.certificate.replacen("\"issued_at\":", "\"issued_at\":1000000000000000000", 1),
        ),
        ("a time beyond 53 bits", proofs.certificate.replacen("\"issued_at\":", "\"issued_at\":1000000", 1)),
        (
            "a negative nothing",
            proofs.changed(|value| value["issued_at"] = json!(0)).replacen("\"issued_at\":0", "\"issued_at\":-0", 1),
        ),
        ("a time that is true", proofs.changed(|value| value["issued_at"] = json!(true))),
        ("an office that is a number", about(|about| about["office"] = json!(5))),
        ("an office that is nothing", about(|about| about["office"] = Value::Null)),
        (
            "an office that is half a character",
            proofs.changed(|value| value["about"]["office"] = json!("X1X")).replacen("X1X", "\\ud800", 1),
        ),
        ("a reference that is a number", about(|about| about["references"] = json!({"a": 1}))),
        ("references that are a list", about(|about| about["references"] = json!([]))),
        ("a list instead of members", about(|about| *about = json!([about["office"], about["references"]]))),
        ("a disclosed value as a list", proofs.changed(as_list)),
        ("a receipt as a list", list_of(&proofs.certificate)),
        ("lines that end in the middle", format!("{}\r{}", proofs.certificate, proofs.certificate)),
        ("a mark before everything", format!("\u{feff}{}", proofs.certificate)),
        ("a line that is not empty", format!("{}\n\u{2003}\n", proofs.certificate)),
    ] {
        proofs.refused(what, &changed);
    }
}

/// The first disclosed value without its names.
fn as_list(value: &mut Value) {
    for entry in value["entries"].as_array_mut().unwrap() {
        for one in entry["values"].as_array_mut().unwrap() {
            *one = json!([one["field"], one["salt"], one["value"]]);
        }
    }
}

fn list_of(certificate: &str) -> String {
    let one: Value = serde_json::from_str(certificate).unwrap();
    let names = ["format", "issued_at", "about", "statement", "entries"];
    Value::from(names.map(|name| one[name].clone()).to_vec()).to_string()
}

/// The key of a log was replaced within one name, or somebody gives one too many: whichever fits counts.
#[actix_web::test]
async fn of_two_keys_of_one_log_the_one_that_fits_counts() {
    let proofs = Proofs::new().await;
    let log = logs(&proofs.office).await.remove(0);
    let strange = VerifierKey::of(&log.origin, &LogKey::generate().unwrap()).unwrap().text().to_owned();
    let published = proofs.office.directory.path().join("published");
    told(&audit(&proofs.office, &["publish", published.to_str().unwrap()]));
    let certificate = proofs.written(&proofs.certificate);
    for keys in [[strange.clone(), log.key.clone()], [log.key.clone(), strange.clone()]] {
        agree(&certificate, &keys, None, true);
        agree(&published, &keys, None, true);
    }
    agree(&certificate, std::slice::from_ref(&log.key), Some(&published), false);
    agree(&certificate, std::slice::from_ref(&strange), None, false);
    agree(&published, std::slice::from_ref(&strange), None, false);
}

/// Whoever verifies a file does so because it is not trusted: it writes nothing on the screen but what it is called.
#[actix_web::test]
async fn a_file_does_not_write_on_the_screen_of_whoever_verifies_it() {
    let proofs = Proofs::new().await;
    let log = logs(&proofs.office).await.remove(0);
    let screen = "\u{1b}[2J\u{1b}[H\u{9b}2J\u{202e}GOOD\u{7f}";
    let origin =
        proofs.proof(|proof| proof.replacen(&format!("\n\n{}", log.origin), &format!("\n\n{screen}{}", log.origin), 1));
    let elsewhere = proofs.proof(|proof| proof.replacen(&log.origin, &format!("elsewhere\u{202e}/{}", log.origin), 1));
    let field = proofs.changed(|value| {
        let one = json!({"field": format!("{screen}\nGOOD"), "salt": "00", "value": screen});
        value["entries"][1]["values"].as_array_mut().unwrap().push(one);
    });
    for changed in [origin, elsewhere, field] {
        let file = proofs.written(&changed);
        for out in [verify_ours(&file, &proofs.keys, None), verify_theirs(&file, &proofs.keys, None)] {
            assert!(!out.status.success());
            let said = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
            let unseen = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
            assert!(!said.contains(unseen) && !said.lines().any(|line| line.starts_with("GOOD")), "{said:?}");
        }
    }
}

/// Always the same numbers, so that what fails once fails again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

const BYTES: &[u8] = b"\0\x08\t\n\r\x1b \"+-./019:=AZaz[]\\_{},\x7f\x80\xc2\xe2\xff";

/// Bytes of a file, changed somewhere.
fn bytes_changed(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.to_vec();
    if bytes.is_empty() {
        bytes.push(b' ');
    }
    let at = dice.below(bytes.len());
    let length = dice.below(40).min(bytes.len() - at);
    match dice.below(7) {
        0 | 1 => bytes[at] ^= 1 << dice.below(8),
        2 => bytes[at] = *dice.of(BYTES),
        3 => bytes.insert(at, *dice.of(BYTES)),
        4 => drop(bytes.drain(at..at + length)),
        5 => {
            let part = bytes[at..at + length].to_vec();
            bytes.splice(at..at, part);
        }
        _ => bytes.truncate(at),
    }
    bytes
}

/// Lines of a text, changed somewhere.
fn lines_changed(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let (at, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(10) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(other, lines[at].clone()),
        2 => lines.swap(at, other),
        3 => lines[at].push('\r'),
        4 => lines[at].insert(0, ' '),
        5 => lines[at].push(' '),
        6 => lines.insert(at, String::new()),
        7 => lines.insert(at, "\u{2014} example.com/other AAAAAAAAAAA=".into()),
        8 => lines.insert(at, "extra AAAA".into()),
        _ => return text.replace('\n', "\r\n"),
    }
    lines.join("\n")
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut go = |key: &str, value| {
        let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        found.push(place.clone());
        pointers(value, &place, found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| go(key, value)),
        Value::Array(all) => all.iter().enumerate().for_each(|(key, value)| go(&key.to_string(), value)),
        _ => {}
    }
}

/// Words that something may be replaced by, as they stand in JSON.
const WORDS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "-0",
    "1.0",
    "1e3",
    "2",
    "\"\"",
    "\"a\"",
    "[]",
    "{}",
    "[[]]",
    "9007199254740992",
    "18446744073709551616",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"00\"",
];

/// A receipt with a member or an element of it changed.
fn members_changed(receipt: &str, dice: &mut Dice) -> String {
    const MARK: &str = "\"here something is changed\"";
    let mut value: Value = serde_json::from_str(receipt).unwrap();
    let mut found = Vec::new();
    pointers(&value, "", &mut found);
    let place = dice.of(&found).clone();
    let (above, key) = place.rsplit_once('/').unwrap();
    let was = value.pointer(&place).unwrap().clone();
    let written = |with: &str, value: &Value| value.to_string().replacen(MARK, with, 1);
    let mark = serde_json::from_str::<Value>(MARK).unwrap();
    match (dice.below(8), &was) {
        (0, _) => {
            match value.pointer_mut(above).unwrap() {
                Value::Object(members) => drop(members.remove(key)),
                Value::Array(all) => drop(all.remove(key.parse().unwrap())),
                _ => {}
            }
            value.to_string()
        }
        (1, _) => {
            let replaced = value.pointer_mut(above).unwrap();
            if let Value::Array(all) = replaced {
                let at = dice.below(all.len() + 1);
                all.insert(at, was.clone());
                return value.to_string();
            }
            // A member twice: with another value, or with the same.
            *value.pointer_mut(&place).unwrap() = mark;
            let again = if dice.below(2) == 0 { was.to_string() } else { (*dice.of(WORDS)).to_owned() };
            let both = if dice.below(2) == 0 { [was.to_string(), again] } else { [again, was.to_string()] };
            written(&format!("{},\"{key}\":{}", both[0], both[1]), &value)
        }
        (2, Value::Object(members)) => {
            let list: Vec<Value> = members.values().cloned().collect();
            *value.pointer_mut(&place).unwrap() = list.into();
            value.to_string()
        }
        (2, Value::Number(number)) => {
            *value.pointer_mut(&place).unwrap() = mark;
            let others = [format!("\"{number}\""), format!("{number}.0"), format!("0{number}"), format!("{number}0")];
            written(dice.of::<String>(&others), &value)
        }
        (3, Value::Object(members)) => {
            let mut members = members.clone();
            members.insert((*dice.of(&["more", "statement", "sealed_at", "v", ""])).to_owned(), Value::Null);
            *value.pointer_mut(&place).unwrap() = members.into();
            value.to_string()
        }
        (4..=6, Value::String(text)) => {
            let changed = match dice.below(3) {
                0 => String::from_utf8_lossy(&bytes_changed(text.as_bytes(), dice)).into_owned(),
                1 => lines_changed(text, dice),
                _ => text.to_uppercase(),
            };
            *value.pointer_mut(&place).unwrap() = changed.into();
            value.to_string()
        }
        _ => {
            *value.pointer_mut(&place).unwrap() = mark;
            written(dice.of::<&str>(WORDS), &value)
        }
    }
}

/// What the other program says of all of these.
fn judged(keys: &[String], log: &Path, cases: &[Value]) -> Vec<bool> {
    let mut child = Command::new("tests/clients/.venv/bin/python")
        .args(["tests/clients/judge.py", &keys.join(",")])
        .arg(log)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the Python clients are not installed; run: tests/set-up.sh");
    let mut input = child.stdin.take().unwrap();
    let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
    let out = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(out.status.success());
    let said = String::from_utf8(out.stdout).unwrap();
    let said: Vec<bool> = said.lines().map(|line| line == "1").collect();
    assert_eq!(said.len(), cases.len());
    said
}

/// What ours says of a file of receipts.
fn is_good(bytes: &[u8], keys: &[VerifierKey]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut proved = 0;
    for line in Receipt::texts(text) {
        match Line::parse(line) {
            Ok(Line::LeftOut(_)) => {}
            Ok(Line::Receipt(receipt)) if receipt.verify(keys).is_ok() => proved += 1,
            _ => return false,
        }
    }
    proved > 0
}

/// What the receipts of a file say: leaves with the values that are disclosed of each, and statements.
#[derive(Default)]
struct Meaning {
    leaves: BTreeMap<String, Vec<(String, String)>>,
    statements: Vec<Value>,
}

impl Meaning {
    fn of(text: &str) -> Self {
        let mut said = Self::default();
        for receipt in Receipt::texts(text) {
            let receipt: Value = serde_json::from_str(receipt).unwrap();
            if receipt["format"] == "kakitome-left-out/1" {
                continue;
            }
            said.statements.extend(receipt.get("statement").cloned());
            for entry in receipt["entries"].as_array().unwrap() {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                let values = entry["values"].as_array().unwrap().iter();
                let values = values.map(|one| (text(&one["field"]), text(&one["value"])));
                said.leaves.entry(text(&entry["leaf"])).or_default().extend(values);
            }
        }
        said
    }

    /// Nothing is said here that is not said there.
    fn is_within(&self, other: &Self) -> bool {
        let leaf = |(leaf, values): (&String, &Vec<_>)| {
            other.leaves.get(leaf).is_some_and(|of| values.iter().all(|value| of.contains(value)))
        };
        self.leaves.iter().all(leaf) && self.statements.iter().all(|one| other.statements.contains(one))
    }
}

const LEFT_OUT: &str =
    r#"{"format":"kakitome-left-out/1","references":["K-7K2M-90QF"],"transfer":"t","why":"never_signed"}"#;

/// Some thousands of changes: both programs say the same of each, and what both accept says nothing that was not said before.
#[actix_web::test]
async fn both_programs_judge_whatever_was_changed_alike() {
    let proofs = Proofs::new().await;
    let mut dice = Dice(20_261_126);
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&proofs.certificate).unwrap()).unwrap();
    let mut files =
        vec![proofs.certificate.clone().into_bytes(), proofs.receipts.clone().into_bytes(), pretty.clone().into()];
    for _ in 0..500 {
        for text in [&proofs.certificate, &proofs.receipts, &pretty] {
            files.push(bytes_changed(text.as_bytes(), &mut dice));
        }
        files.push(lines_changed(&proofs.receipts, &mut dice).into_bytes());
        files.push(format!("{}\n{}", proofs.certificate, members_changed(LEFT_OUT, &mut dice)).into_bytes());
        for _ in 0..4 {
            files.push(members_changed(&proofs.certificate, &mut dice).into_bytes());
        }
    }
    let keys: Vec<VerifierKey> = proofs.keys.iter().map(|key| VerifierKey::parse(key).unwrap()).collect();
    let cases: Vec<Value> = files.iter().map(|file| json!({"file": BASE64.encode(file)})).collect();
    let theirs = judged(&proofs.keys, proofs.office.directory.path(), &cases);
    let meant = Meaning::of(&[proofs.certificate.as_str(), proofs.receipts.as_str()].join("\n"));
    let (mut apart, mut other, mut accepted) = (Vec::new(), Vec::new(), 0);
    for (file, theirs) in files.iter().zip(theirs) {
        let (ours, text) = (is_good(file, &keys), String::from_utf8_lossy(file));
        if ours != theirs {
            apart.push(format!("ours {ours}, theirs {theirs}: {text}"));
        } else if ours {
            accepted += 1;
            if !Meaning::of(&text).is_within(&meant) {
                other.push(text.into_owned());
            }
        }
    }
    println!("{} files, {accepted} accepted", files.len());
    let first = |all: &[String]| all.iter().take(8).cloned().collect::<Vec<_>>().join("\n");
    assert!(apart.is_empty(), "{} are judged otherwise:\n{}", apart.len(), first(&apart));
    assert!(other.is_empty(), "{} mean something else:\n{}", other.len(), first(&other));
    assert!(accepted > 20 && accepted < files.len() / 2, "what changes nothing that is proved is accepted: {accepted}");
}

/// A log's files, one of them replaced.
struct Files<'a>(&'a Path, Option<(&'a str, &'a [u8])>);

impl Published for Files<'_> {
    fn read(&self, path: &str) -> kakitome::error::Result<Option<Vec<u8>>> {
        match self.1 {
            Some((replaced, bytes)) if replaced == path => Ok(Some(bytes.to_vec())),
            _ => Ok(std::fs::read(self.0.join(path)).ok()),
        }
    }
}

/// The same for the files of a log, and for the checkpoints that somebody kept of it.
#[actix_web::test]
async fn both_programs_judge_a_changed_log_alike() {
    let proofs = Proofs::new().await;
    let log = logs(&proofs.office).await.remove(0);
    let published = proofs.office.directory.path().join("published");
    told(&audit(&proofs.office, &["publish", published.to_str().unwrap()]));
    let width = log.size;
    let paths = ["checkpoint".to_owned(), format!("tile/0/000.p/{width}"), format!("tile/entries/000.p/{width}")];
    let mut dice = Dice(8_411_062);
    let note = std::fs::read_to_string(published.join("checkpoint")).unwrap();
    let (mut changed, mut kept) = (Vec::new(), vec![note.clone().into_bytes()]);
    for path in &paths {
        let file = std::fs::read(published.join(path)).unwrap();
        changed.extend((0..250).map(|_| (path, bytes_changed(&file, &mut dice))));
    }
    for _ in 0..500 {
        changed.push((&paths[0], lines_changed(&note, &mut dice).into_bytes()));
        kept.push(lines_changed(&note, &mut dice).into_bytes());
        kept.push(bytes_changed(note.as_bytes(), &mut dice));
    }
    let cases = changed.iter().map(|(path, bytes)| json!({"path": path, "bytes": BASE64.encode(bytes)}));
    let cases: Vec<Value> = cases.chain(kept.iter().map(|bytes| json!({"kept": BASE64.encode(bytes)}))).collect();
    let mut theirs = judged(&proofs.keys, &published, &cases).into_iter();
    let key = VerifierKey::parse(&log.key).unwrap();
    let verified = |files: Files, kept: &[KeptCheckpoint]| audit::verify(&files, &key, kept, |_, _| {}).unwrap();
    for (path, bytes) in &changed {
        let ours = verified(Files(&published, Some((path.as_str(), bytes.as_slice()))), &[]).flaws.is_empty();
        assert_eq!(Some(ours), theirs.next(), "{path}: {}", String::from_utf8_lossy(bytes));
    }
    let mut agreed = 0;
    for bytes in &kept {
        let found = verified(Files(&published, None), &[KeptCheckpoint { name: "kept".into(), note: bytes.clone() }]);
        let ours = audit::is_checkpoint(bytes) && found.flaws.is_empty();
        agreed += found.kept;
        assert_eq!(Some(ours), theirs.next(), "kept: {}", String::from_utf8_lossy(bytes));
    }
    assert!(agreed >= 1 && agreed < kept.len() / 2, "{agreed}");
}
