//! Who has a permit writes through it: a flow that takes one asks in its transaction whether it still stands. Checked on the
//! text of `src/`, as the layers are; `accounts::revoked` tries it flow by flow.

use std::fs;
use std::path::{Path, PathBuf};

/// What is taken to change something on behalf of somebody.
const PERMITS: [&str; 11] = [
    "Sender",
    "Watcher",
    "Approver",
    "Administrator",
    "LogReader",
    "FaxReader",
    "RegisterReader",
    "Person",
    "Newcomer",
    "Registrar",
    "Decider",
];

/// How a transaction asks that the store runs without the permit's own `write`: because something else is locked before the
/// account, or more is asked than whether the session is there.
const ASKING: [&str; 3] = ["still_holds(tx)", "still_there(tx,", "admit(tx,"];

/// What asks nowhere, and why.
const EXCEPT: [(&str, &str); 2] = [
    ("transfer/text.rs: text_one", "carries out what a transaction decided that asked"),
    ("staff/session.rs: carry", "its one statement finds the session or changes nothing"),
];

/// A function: its name, what it takes, and its body without whitespace at ends of lines.
struct Function {
    name: String,
    takes: String,
    body: String,
}

/// The functions of a file in the form that `rustfmt` gives it.
fn functions(text: &str) -> Vec<Function> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((before, after)) = line.split_once("fn ") else { continue };
        let words =
            before.split_whitespace().all(|word| word.starts_with("pub") || word == "async" || word.starts_with("in"));
        if !words || after.starts_with(|c: char| !c.is_alphabetic() && c != '_') {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let closes =
            |other: &&str| other.len() - other.trim_start().len() == indent && other.trim_start().starts_with('}');
        let end = lines[at..].iter().position(closes).map_or(lines.len(), |length| at + length + 1);
        let whole: String =
            lines[at..end].iter().map(|line| line.split("//").next().unwrap_or_default().trim()).collect();
        let (takes, body) = whole.split_once('{').unwrap_or((&whole, ""));
        let name = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        found.push(Function { name, takes: takes.to_owned(), body: body.to_owned() });
    }
    found
}

fn takes_permit(function: &Function) -> bool {
    let names: Vec<&str> = function.takes.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    PERMITS.iter().any(|permit| names.contains(permit))
}

/// Whether it writes by the store itself, and nothing in it asks.
fn forgets(function: &Function) -> bool {
    takes_permit(function)
        && function.body.contains("store.write(")
        && !ASKING.iter().any(|asks| function.body.contains(asks))
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn who_has_a_permit_writes_through_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut forgetting = Vec::new();
    let mut with_permit = 0;
    for file in rust_files(&src.join("transfer")).into_iter().chain(rust_files(&src.join("staff"))) {
        let place = file.strip_prefix(&src).unwrap().display().to_string();
        for function in functions(&fs::read_to_string(&file).unwrap()) {
            with_permit += usize::from(takes_permit(&function));
            let name = format!("{place}: {}", function.name);
            if forgets(&function) && !EXCEPT.iter().any(|(known, _)| *known == name) {
                forgetting.push(name);
            }
        }
    }
    assert!(with_permit > 100, "the flows were not found: {with_permit}");
    assert_eq!(forgetting, Vec::<String>::new(), "they write on behalf of somebody and do not ask");
}

/// The checker itself.
#[test]
fn a_flow_that_forgets_is_found() {
    let flow = |takes: &str, work: &str| {
        format!("pub async fn discard(\n    gateway: &Gateway,\n    {takes},\n) -> Result<()> {{\n    {work}\n}}\n")
    };
    let found = |takes: &str, work: &str| functions(&flow(takes, work)).iter().filter(|one| forgets(one)).count();
    let spread = "gateway\n        .store\n        .write(move |tx| {\n            own(tx, owner, id)\n        })\n        .await";
    assert_eq!(found("sender: &Sender", spread), 1);
    assert_eq!(found("by: Administrator", "gateway.store.write(work).await"), 1);
    assert_eq!(found("delivery: &Delivery", spread), 0, "nobody's permit");
    assert_eq!(found("sender: &Sender", "sender.write(gateway, work).await"), 0);
    assert_eq!(found("sender: &Sender", "gateway.store.read(work).await"), 0);
    let asking = spread.replace("own(tx", "signed_in.still_holds(tx)?;\n            own(tx");
    assert_eq!(found("sender: &Sender", &asking), 0);
}
