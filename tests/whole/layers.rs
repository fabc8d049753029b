//! Imports point down only, and each tool stays in its drawer. The rules are checked on the text of `src/`, without
//! parsing Rust: `rustfmt` has brought it into one form, and a rule that reads text can be read itself.

use std::fs;
use std::path::Path;

/// The layers of `src/lib.rs`, lowest first. Modules of one layer may know each other.
const LAYERS: [&[&str]; 9] = [
    &["config", "error"],
    &["model"],
    &["port"],
    &["crypt", "audit"],
    &["store"],
    &["gateway"],
    &["transfer", "staff"],
    &["adapter"],
    &["job", "http", "cli", "app", "main", "lib"],
];

/// Text that may stand only in the modules named; nowhere if there are none.
const DRAWERS: &[(&str, &[&str], &str)] = &[
    ("diesel::", &["store"], "rows are the store's"),
    ("diesel_migrations::", &["store"], "rows are the store's"),
    ("age::", &["crypt"], "sealing is crypt's"),
    ("age_core::", &["crypt"], "sealing is crypt's"),
    ("aead::", &["crypt"], "sealing is crypt's"),
    ("argon2::", &["crypt"], "passwords are crypt's"),
    ("lettre::transport", &["adapter"], "mail systems are the adapter's"),
    ("object_store::", &["adapter"], "blobs are the adapter's"),
    ("actix_web::", &["http", "cli", "app", "main"], "HTTP is the edge's"),
    ("std::process", &["main"], "the server starts no process; only main ends one"),
    ("tokio::process", &[], "the server starts no process"),
    ("Command::new", &[], "the server starts no process"),
    ("sql_query", &[], "SQL is written by diesel only"),
    ("sql::<", &[], "SQL is written by diesel only"),
    ("dsl::sql(", &[], "SQL is written by diesel only"),
    ("batch_execute", &["store"], "pragmas are the store's"),
    ("custody.open", &["crypt", "gateway", "transfer", "staff"], "what is sealed is opened by a flow"),
    ("SystemTime::now", &["adapter"], "the clock is passed in"),
    ("Utc::now", &[], "the clock is passed in"),
    ("unsafe ", &[], "no unsafe code"),
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// Whether `name` begins in `line` at a place where no longer name ends: `age::` is not in `usage::`.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The modules that `line` names by `crate::…`, also in braces: `crate::{error, model::Time}`.
fn imports(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => found.extend(heads(list)),
            None => found.push(head(rest)),
        }
    }
    found
}

fn head(path: &str) -> String {
    path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// First names of a list in braces, at its own depth.
fn heads(list: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut found = vec![head(list)];
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.push(head(&list[at + 1..])),
            _ => {}
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// Everything wrong with a file of `module`, as `line number: why`. Comments and the tests at the end of a file do not count.
fn offences(module: &str, text: &str) -> Vec<String> {
    let Some(own) = layer(module) else {
        return vec![format!("1: {module} is in no layer")];
    };
    let mut found = Vec::new();
    for (n, line) in statements(text) {
        for import in imports(&line) {
            match layer(&import) {
                Some(other) if other > own => found.push(format!("{n}: {module} looks up to {import}")),
                _ => {}
            }
        }
        for (tool, drawers, why) in DRAWERS {
            let allowed = drawers.contains(&module) || permitted(module, tool, &line);
            if names(&line, tool) && !allowed {
                found.push(format!("{n}: {tool}: {why}"));
            }
        }
    }
    found
}

/// Typed exceptions to the drawers.
fn permitted(module: &str, tool: &str, line: &str) -> bool {
    match tool {
        // A command ends with an exit code; only starting processes is forbidden.
        "std::process" => module == "cli" && line.contains("std::process::ExitCode"),
        _ => false,
    }
}

/// Lines without comments, `use` lists joined into one line, up to the tests at the end of the file.
fn statements(text: &str) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut open_use = false;
    for (n, line) in text.lines().enumerate() {
        if line.trim() == "#[cfg(test)]" && text.lines().nth(n + 1).is_some_and(|l| l.contains("mod tests {")) {
            break;
        }
        let code = line.split("//").next().unwrap_or_default().trim();
        match out.last_mut() {
            Some((_, joined)) if open_use => joined.push_str(code),
            _ => out.push((n + 1, code.to_owned())),
        }
        let starts = code.starts_with("use ") || code.starts_with("pub use ") || code.starts_with("pub(crate) use ");
        open_use = (open_use || starts) && !code.ends_with(';');
    }
    out
}

/// `src/store/events.rs` and `src/store.rs` are of module `store`.
fn module_of(file: &Path, src: &Path) -> String {
    let inside = file.strip_prefix(src).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn rust_files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn imports_point_down_and_tools_stay_in_their_drawers() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    let files = rust_files(&src);
    assert!(files.len() > 20, "the sources were not found");
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = fs::read_to_string(file).unwrap();
        let place = file.strip_prefix(&src).unwrap().display().to_string();
        all.extend(offences(&module_of(file, &src), &text).into_iter().map(|o| format!("src/{place}:{o}")));
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn every_module_of_the_crate_is_in_a_layer() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let modules: Vec<_> = lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(modules.contains(&"model"));
    for module in modules {
        assert!(layer(module).is_some(), "{module} is in no layer");
    }
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&src).iter().filter(|file| !file.ends_with("tests.rs")) {
        let lines = statements_and_comments(&fs::read_to_string(file).unwrap());
        assert!(lines <= 400, "{} has {lines} lines without its tests", file.display());
    }
}

fn statements_and_comments(text: &str) -> usize {
    let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..tests].lines().count()
}

/// The checker itself: each line is an offence in that module.
#[test]
fn bad_lines_are_found() {
    for (module, line) in [
        ("model", "use crate::store::Rows;"),
        ("model", "let x = crate::port::clock();"),
        ("port", "use crate::{error::Result, http};"),
        ("store", "use crate::model::{Time, Slot}; use crate::transfer::seal;"),
        ("crypt", "use crate::{\n    error::{Doing, Result},\n    store,\n};"),
        ("config", "pub use crate::model::SenderSlot;"),
        ("adapter", "use crate::app::App;"),
        ("transfer", "use diesel::prelude::*;"),
        ("http", "fn f() -> diesel::QueryResult<()> {"),
        ("store", "use age::Encryptor;"),
        ("transfer", "let e = ::age::Encryptor::new();"),
        ("gateway", "use aws_lc_rs::aead::LessSafeKey;"),
        ("cli", "std::process::Command::new(\"sh\")"),
        ("cli", "use std::process;"),
        ("main", "let c = Command::new(\"sh\");"),
        ("job", "tokio::process::Command"),
        ("store", "diesel::sql_query(\"select 1\")"),
        ("store", "diesel::dsl::sql::<Text>(\"x\")"),
        ("transfer", "let now = SystemTime::now();"),
        ("job", "chrono::Utc::now()"),
        ("util", ""),
    ] {
        assert!(!offences(module, line).is_empty(), "{module}: {line}");
    }
}

/// And these are none.
#[test]
fn good_lines_are_let_pass() {
    for (module, line) in [
        ("transfer", "use crate::store::Rows;"),
        ("transfer", "use crate::staff::session;"),
        ("app", "use crate::http::server;"),
        ("store", "use diesel::prelude::*;"),
        ("crypt", "use age::Encryptor;"),
        ("model", "let usage::Kind = storage::kind(); // age::x, crate::store"),
        ("model", "/// See `crate::transfer::seal`."),
        ("model", "use super::words::words;"),
        ("cli", "fn run() -> std::process::ExitCode {"),
        ("main", "std::process::exit(2)"),
        ("adapter", "SystemTime::now()"),
        ("model", "fn a() {}\n#[cfg(test)]\nmod tests {\n    use crate::store::Rows;\n}"),
    ] {
        let found = offences(module, line);
        assert!(found.is_empty(), "{module}: {line}: {found:?}");
    }
}
