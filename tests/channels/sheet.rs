//! The notice sheet survives a fax: what Chromium prints is black, is one page, leads nowhere, and its number is read back by
//! OCR from what a fax machine sends.

use std::path::Path;
use std::process::Command;

#[test]
fn a_hundred_numbers_of_a_hundred_are_read_from_a_faxed_sheet() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/sheet.mjs");
    let out = Command::new("node").arg(script).env("KAKITOME_BINARY", env!("CARGO_BIN_EXE_kakitome")).output();
    let out = out.expect("node starts");
    let said = format!("{}\n{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    let missing = "(Chromium, tesseract-ocr or poppler-utils missing? tests/set-up.sh)";
    assert!(out.status.success(), "{said}\n{missing}");
    print!("{said}");
}
