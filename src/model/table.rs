//! Tables for spreadsheet programs.

use crate::error::{Doing, Result};

/// What Excel needs to take a file for UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What a spreadsheet program would take for the beginning of a formula.
/// Some take the full-width signs for the plain ones.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The rows as comma-separated text (RFC 4180): UTF-8 with its mark, and nothing in it that a spreadsheet program would
/// carry out.
///
/// # Errors
/// A fault when the rows cannot be written.
pub fn text<R: AsRef<[String]>>(rows: &[R]) -> Result<String> {
    let mut bytes = BYTE_ORDER_MARK.as_bytes().to_vec();
    for row in rows {
        bytes.extend(line(row.as_ref())?);
    }
    String::from_utf8(bytes).doing("writing a table")
}

/// One row, its line's end included.
///
/// # Errors
/// A fault when the row cannot be written.
pub fn line(row: &[String]) -> Result<Vec<u8>> {
    let terminator = csv::Terminator::CRLF;
    let mut writer = csv::WriterBuilder::new().terminator(terminator).flexible(true).from_writer(Vec::new());
    writer.write_record(row.iter().map(|cell| harmless(cell))).doing("writing a table")?;
    writer.into_inner().doing("writing a table")
}

/// A cell that would begin a formula stands behind an apostrophe.
fn harmless(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_quotes_are_doubled() {
        let rows = [
            ["名前".to_owned(), "=1+1".to_owned()],
            ["a \"b\"".to_owned(), "@x".to_owned()],
            ["c,d\ne".to_owned(), "\tx".to_owned()],
            ["-5".to_owned(), "a=b".to_owned()],
        ];
        let text = text(&rows).unwrap();
        assert_eq!(text, "\u{feff}名前,'=1+1\r\n\"a \"\"b\"\"\",'@x\r\n\"c,d\ne\",'\tx\r\n'-5,a=b\r\n");
    }
}
