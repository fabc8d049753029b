//! Every state of every screen, looked at by machines in a real Chromium: `tests/browser/gallery`. The everyday form sees each
//! state in both languages on a phone; `KAKITOME_GALLERY=full` (`make gallery`) sees the whole matrix of views.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Runs a script of `tests/browser/gallery` and shows what it found.
fn run(script: &str) {
    let mut node = Command::new("node");
    node.arg(root().join("tests/browser/gallery").join(script)).env("KAKITOME_BINARY", env!("CARGO_BIN_EXE_kakitome"));
    let out = node.output().expect("node starts");
    let said = format!("{}\n{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}\n(Chromium or npm packages missing? tests/set-up.sh)");
    print!("{said}");
}

#[test]
fn every_state_of_every_screen_keeps_the_rules() {
    run("walk.mjs");
}

#[test]
fn the_chosen_pages_look_and_read_as_accepted() {
    run("looks.mjs");
}

#[test]
fn pages_stay_small() {
    run("sizes.mjs");
}

#[test]
fn the_judges_find_what_is_wrong() {
    run("broken.mjs");
}

/// The other half of this is `make build`, which looks into the program that it made.
#[test]
fn no_release_is_built_with_the_gallery() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("\ndefault = []\n"), "no feature is on by itself");
    for file in ["deploy/Containerfile", ".ci/run"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(!text.contains("gallery") && !text.contains("all-features"), "{file}");
    }
}
