//! `kakitome demo` does what it says, from a file to its shredding.

use std::process::Command;

#[test]
fn the_demonstration_sends_opens_and_compares() {
    let out = Command::new(env!("CARGO_BIN_EXE_kakitome")).arg("demo").env("LANG", "en_US.UTF-8").output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{said}");
}
