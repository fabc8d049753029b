//! Every dependency may be used in a product under MIT or Apache-2.0: its licence is one of those that `deny.toml` allows. The
//! whole of `deny.toml` is asked by `cargo deny`, where that is installed; this much is asked always.

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq};
use toml_edit::ImDocument;

fn allowed() -> Vec<String> {
    let rules = ImDocument::parse(std::fs::read_to_string("deny.toml").unwrap()).unwrap();
    let allow = rules["licenses"]["allow"].as_array().unwrap();
    allow.iter().map(|licence| licence.as_str().unwrap().to_owned()).collect()
}

/// What Cargo knows of every package that is built for Debian on this processor.
fn packages() -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline", "--all-features"]);
    cargo.args(["--filter-platform", "x86_64-unknown-linux-gnu"]);
    let told = cargo.output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    told["packages"].as_array().unwrap().clone()
}

fn may_be_used(licence: &str, allowed: &[String]) -> bool {
    let is_allowed = |asked: &LicenseReq| allowed.contains(&asked.to_string());
    Expression::parse(licence).is_ok_and(|licence| licence.evaluate(is_allowed))
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let (allowed, packages) = (allowed(), packages());
    assert!(packages.len() > 300, "the dependencies were read");
    let refused: Vec<String> = packages
        .iter()
        .map(|package| {
            (package["name"].to_string(), package["license"].as_str().unwrap_or("none").replace('/', " OR "))
        })
        .filter(|(_, licence)| !may_be_used(licence, &allowed))
        .map(|(name, licence)| format!("{name}: {licence}"))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn licences_are_told_apart() {
    let allowed = allowed();
    for licence in ["MIT", "MIT OR AGPL-3.0-only", "Apache-2.0 WITH LLVM-exception", "(MIT AND Zlib)"] {
        assert!(may_be_used(licence, &allowed), "{licence}");
    }
    for licence in ["AGPL-3.0", "GPL-3.0-or-later", "MIT AND AGPL-3.0-only", "none", ""] {
        assert!(!may_be_used(licence, &allowed), "{licence}");
    }
}
