//! From bytes to rows: encodings, separators and headings as spreadsheet programs write them.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};

use super::flaw::{Flaw, RowFlaw, told};
use crate::staff::register::columns::Column;

/// Bytes of a file at most.
pub const BYTES_MOST: usize = 16 * 1024 * 1024;
/// Rows that are read at most, the heading not counted.
pub const ROWS_MOST: u64 = 50_000;

/// A file as a table.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// A row with its number and its cells, as many as there are columns.
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) cells: Vec<String>,
}

/// The rows of any table as spreadsheet programs write it, by number, the heading among them; none for what is no text, or
/// is too much.
pub(in crate::staff) fn rows(bytes: &[u8]) -> Option<Vec<(u64, Vec<String>)>> {
    Some(split(&text(bytes)?).ok()?.into_iter().map(|row| (row.number, row.cells)).collect())
}

/// A file as text; none for what is no text, or is too much.
pub(in crate::staff) fn text(bytes: &[u8]) -> Option<String> {
    if bytes.len() <= BYTES_MOST { decode(bytes) } else { None }
}

/// Reads a file. Rows without anything in them are skipped.
///
/// # Errors
/// Everything that is wrong with its form.
pub(super) fn read(bytes: &[u8]) -> Result<Table, Vec<RowFlaw>> {
    if bytes.len() > BYTES_MOST {
        return Err(vec![RowFlaw::file(Flaw::TooLarge { limit: BYTES_MOST as u64 })]);
    }
    let text = decode(bytes).ok_or_else(|| vec![RowFlaw::file(Flaw::NotText)])?;
    let mut rows = split(&text)?;
    if rows.is_empty() {
        return Err(vec![RowFlaw::file(Flaw::Empty)]);
    }
    let heading = rows.remove(0);
    let columns = columns(&heading)?;
    if rows.is_empty() {
        return Err(vec![RowFlaw::file(Flaw::Empty)]);
    }
    let want = columns.len() as u64;
    let uneven = rows.iter().filter(|row| row.cells.len() != columns.len()).map(|row| {
        let got = row.cells.len() as u64;
        RowFlaw { row: row.number, column: None, flaw: Flaw::Cells { got, want } }
    });
    let uneven: Vec<RowFlaw> = uneven.collect();
    if uneven.is_empty() { Ok(Table { columns, rows }) } else { Err(uneven) }
}

/// UTF-8 with and without its mark, UTF-16 with its mark, else Shift_JIS as Windows writes it. `None` for what is no text in
/// any of them.
fn decode(bytes: &[u8]) -> Option<String> {
    let strict = |encoding: &'static Encoding, bytes| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(String::from)
    };
    let utf8 = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, rest @ ..] => strict(UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => strict(UTF_16BE, rest),
        // No text that people write holds it; what does is some other kind of file.
        _ if bytes.contains(&0) => None,
        _ => utf8(bytes).or_else(|| strict(SHIFT_JIS, bytes)),
    }
}

/// Rows by number. A line break within a cell is none between rows.
fn split(text: &str) -> Result<Vec<Row>, Vec<RowFlaw>> {
    let text = format!("{}\n", text.replace("\r\n", "\n").replace('\r', "\n").trim_end_matches('\n'));
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator(&text));
    let mut reader = builder.from_reader(text.as_bytes());
    let (mut rows, mut record, mut broken_lines) = (Vec::new(), csv::StringRecord::new(), 0u64);
    while reader.read_record(&mut record).unwrap_or(false) {
        broken_lines += record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        let number = reader.position().line().saturating_sub(1).saturating_sub(broken_lines);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() as u64 > ROWS_MOST {
            return Err(vec![RowFlaw::file(Flaw::TooManyRows { limit: ROWS_MOST })]);
        }
        rows.push(Row { number, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(rows)
}

/// The separator that stands most often in the heading.
fn separator(text: &str) -> u8 {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let unquoted: Vec<&str> = heading.split('"').step_by(2).collect();
    let times = |separator: &u8| {
        unquoted.iter().map(|part| part.bytes().filter(|byte| byte == separator).count()).sum::<usize>()
    };
    // Of equally many the first: a heading of one column has none.
    [b'\t', b';', b','].into_iter().max_by_key(times).unwrap_or(b',')
}

fn columns(heading: &Row) -> Result<Vec<Column>, Vec<RowFlaw>> {
    let (mut columns, mut flaws) = (Vec::new(), Vec::new());
    let mut refuse = |column, flaw| flaws.push(RowFlaw { row: heading.number, column, flaw });
    for name in &heading.cells {
        match Column::read(name) {
            Some(column) if columns.contains(&column) => refuse(Some(column), Flaw::TwiceColumn),
            Some(column) => columns.push(column),
            None => refuse(None, Flaw::UnknownColumn { name: told(name) }),
        }
    }
    if !columns.contains(&Column::Email) {
        refuse(Some(Column::Email), Flaw::MissingColumn);
    }
    if flaws.is_empty() { Ok(columns) } else { Err(flaws) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(u64, String)> {
        let rows = split(text).unwrap();
        rows.into_iter().map(|row| (row.number, row.cells.join("|"))).collect()
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["email,name", "", "a,\"x", "y\"", ",", "b,z"].join(end);
            let want = [(1, "email|name"), (3, "a|x\ny"), (5, "b|z")];
            assert_eq!(numbers(&text), want.map(|(number, cells)| (number, cells.to_owned())), "{end:?}");
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "氏名,email\r\n髙橋,a@b.example\r\n";
        let sjis = "氏名,email\r\n佐藤①,a@b.example\r\n";
        let wide = |swap: bool| -> Vec<u8> {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        assert_eq!(decode(text.as_bytes()).as_deref(), Some(text));
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()).as_deref(), Some(text));
        assert_eq!(decode(&wide(false)).as_deref(), Some(text));
        assert_eq!(decode(&wide(true)).as_deref(), Some(text));
        assert_eq!(decode(&SHIFT_JIS.encode(sjis).0).as_deref(), Some(sjis));
        assert_eq!(decode(b"PK\x03\x04\x14\x00\x06\x00"), None);
        assert_eq!(decode(&[0xff, 0xff, 0xff]), None);
        assert_eq!(decode(&[0xff, 0xfe, 0x00, 0xd8]), None, "half a character");
    }

    #[test]
    fn separators_are_those_of_the_heading() {
        assert_eq!(separator("email,name\n"), b',');
        assert_eq!(separator("\nemail;name;\"a,b,c\"\n"), b';');
        assert_eq!(separator("email\tname\n"), b'\t');
        assert_eq!(separator("email\n"), b',');
    }
}
