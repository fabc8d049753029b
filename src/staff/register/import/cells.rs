//! From the cells of a row to what its account shall be.

use chrono::{DateTime, Days, NaiveDate};
use chrono_tz::Tz;
use unicode_normalization::UnicodeNormalization;

use super::flaw::{Flaw, RowFlaw, told};
use super::text::{Row, Table};
use crate::error::{Error, FieldFlaw, Problem};
use crate::model::day::first_moment;
use crate::model::{AccountState, Language, Role, Time};
use crate::staff::register::columns::Column;
use crate::staff::register::entry::{BYTES_LIMIT, HOURS_LIMIT, RECIPIENTS_LIMIT, address, domains, line};

/// What begins a formula in a spreadsheet program.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What a row says; what has no column says nothing.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) row: u64,
    pub(super) email: String,
    pub(super) name: Option<String>,
    pub(super) department: Option<String>,
    pub(super) phone: Option<String>,
    /// None for an empty cell: as it is.
    pub(super) language: Option<Language>,
    pub(super) roles: Option<Vec<Role>>,
    pub(super) state: Option<AccountState>,
    pub(super) from: Option<Option<Time>>,
    pub(super) until: Option<Option<Time>>,
    pub(super) most_bytes: Option<Option<i64>>,
    pub(super) most_recipients: Option<Option<i32>>,
    pub(super) most_keep_hours: Option<Option<i32>>,
    pub(super) domains: Option<Vec<String>>,
    pub(super) needs_approval: Option<bool>,
    /// A mail address; empty for nobody.
    pub(super) successor: Option<String>,
}

/// Reads every row. Days are those of `zone`.
///
/// # Errors
/// Everything that is wrong with any cell.
pub(super) fn read(table: &Table, zone: Tz) -> Result<Vec<Wanted>, Vec<RowFlaw>> {
    let mut flaws = Vec::new();
    let mut all = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        match read_row(&table.columns, row, zone) {
            Ok(wanted) => all.push(wanted),
            Err(wrong) => flaws.extend(wrong),
        }
    }
    if flaws.is_empty() { Ok(all) } else { Err(flaws) }
}

fn read_row(columns: &[Column], row: &Row, zone: Tz) -> Result<Wanted, Vec<RowFlaw>> {
    let mut wanted = Wanted { row: row.number, ..Wanted::default() };
    let mut flaws = Vec::new();
    for (column, cell) in columns.iter().zip(&row.cells).filter(|(column, _)| column.is_read()) {
        let taken = plain(*column, cell).and_then(|cell| take(&mut wanted, *column, cell, zone));
        if let Err(flaw) = taken {
            flaws.push(RowFlaw::cell(row.number, *column, flaw));
        }
    }
    if flaws.is_empty() { Ok(wanted) } else { Err(flaws) }
}

/// The cell as text: an apostrophe that an export put before a formula is taken off; a formula without one is refused.
fn plain(column: Column, cell: &str) -> Result<&str, Flaw> {
    let cell = cell.trim_matches(' ');
    if cell.chars().any(char::is_control) {
        return Err(Flaw::Control);
    }
    let quoted = cell.strip_prefix('\'').filter(|rest| rest.starts_with('\'') || rest.starts_with(FORMULA));
    if let Some(rest) = quoted {
        return Ok(rest);
    }
    let is_number = column == Column::Phone && is_international(cell);
    if cell.trim_start().starts_with(FORMULA) && !is_number {
        return Err(Flaw::Formula { cell: told(cell) });
    }
    Ok(cell)
}

fn is_international(cell: &str) -> bool {
    cell.strip_prefix('+').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || " -().".contains(c)))
}

fn take(wanted: &mut Wanted, column: Column, cell: &str, zone: Tz) -> Result<(), Flaw> {
    match column {
        Column::Email => wanted.email = address(cell).map_err(|error| field_flaw(&error, cell))?,
        Column::Name => wanted.name = Some(line("name", cell).map_err(|error| field_flaw(&error, cell))?),
        Column::Department => {
            wanted.department = Some(line("department", cell).map_err(|error| field_flaw(&error, cell))?);
        }
        Column::Phone => wanted.phone = Some(line("phone", cell).map_err(|error| field_flaw(&error, cell))?),
        Column::Language => wanted.language = language(cell)?,
        Column::Roles => wanted.roles = Some(roles(cell)?),
        Column::State => wanted.state = state(cell)?,
        Column::ValidFrom => wanted.from = Some(first_day(cell, zone)?),
        Column::ValidUntil => wanted.until = Some(last_day(cell, zone)?),
        Column::MostBytes => wanted.most_bytes = Some(number(cell, BYTES_LIMIT)?),
        Column::MostRecipients => wanted.most_recipients = Some(number(cell, RECIPIENTS_LIMIT)?),
        Column::MostKeepHours => wanted.most_keep_hours = Some(number(cell, HOURS_LIMIT)?),
        Column::Domains => {
            let given: Vec<String> = parts(cell).map(str::to_owned).collect();
            wanted.domains = Some(domains(&given).map_err(|_| Flaw::Domain)?);
        }
        Column::NeedsApproval => wanted.needs_approval = Some(yes_no(cell)?),
        Column::Successor => {
            let empty = cell.is_empty();
            let address = || address(cell).map_err(|error| field_flaw(&error, cell));
            wanted.successor = Some(if empty { String::new() } else { address()? });
        }
        Column::LastUsedAt | Column::CreatedAt => {}
    }
    Ok(())
}

/// What an examiner of the register says, as a flaw of the cell.
pub(super) fn field_flaw(error: &Error, cell: &str) -> Flaw {
    match error {
        Error::Problem(Problem::Field { flaw: FieldFlaw::Missing, .. }) => Flaw::Missing,
        Error::Problem(Problem::Field { flaw: FieldFlaw::TooLong { limit }, .. }) => Flaw::TooLong { limit: *limit },
        Error::Problem(Problem::Field { field: "email", .. }) => Flaw::Address { cell: told(cell) },
        _ => Flaw::Control,
    }
}

/// What stands in a cell one beside the other.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、' | '，' | '；' | '・' | '/' | '／'))
        .filter(|part| !part.is_empty())
}

fn folded(cell: &str) -> String {
    cell.nfkc().collect::<String>().trim().to_lowercase()
}

fn language(cell: &str) -> Result<Option<Language>, Flaw> {
    match folded(cell).as_str() {
        "" => Ok(None),
        "ja" | "日本語" | "japanese" => Ok(Some(Language::Ja)),
        "en" | "英語" | "english" => Ok(Some(Language::En)),
        _ => Err(Flaw::Language { cell: told(cell) }),
    }
}

fn roles(cell: &str) -> Result<Vec<Role>, Flaw> {
    let given = parts(cell).map(|part| role(part).ok_or_else(|| Flaw::Role { cell: told(part) }));
    let given = given.collect::<Result<Vec<Role>, Flaw>>()?;
    super::super::entry::roles(&given).map_err(|_| Flaw::Missing)
}

fn role(word: &str) -> Option<Role> {
    match folded(word).as_str() {
        "送信者" | "送信" => Some(Role::Sender),
        "承認者" | "承認" => Some(Role::Approver),
        "監査者" | "監査" => Some(Role::Auditor),
        "管理者" | "管理" => Some(Role::Administrator),
        word => word.parse().ok(),
    }
}

fn state(cell: &str) -> Result<Option<AccountState>, Flaw> {
    match folded(cell).as_str() {
        "" => Ok(None),
        "招待中" => Ok(Some(AccountState::Invited)),
        "利用中" => Ok(Some(AccountState::Active)),
        "停止中" | "停止" => Ok(Some(AccountState::Stopped)),
        word => word.parse().map(Some).map_err(|_| Flaw::State { cell: told(cell) }),
    }
}

fn first_day(cell: &str, zone: Tz) -> Result<Option<Time>, Flaw> {
    moment(cell, |day| first_moment(day, zone))
}

/// The last day counts in full: the first moment that is too late begins the next one.
fn last_day(cell: &str, zone: Tz) -> Result<Option<Time>, Flaw> {
    moment(cell, |day| first_moment(day.checked_add_days(Days::new(1))?, zone))
}

/// A day in a spelling that spreadsheet programs write, or a moment as an export writes one within a day.
fn moment(cell: &str, of_day: impl Fn(NaiveDate) -> Option<Time>) -> Result<Option<Time>, Flaw> {
    let text = cell.nfkc().collect::<String>();
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let days = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"].iter();
    let day = days.filter_map(|form| NaiveDate::parse_from_str(text, form).ok()).find(|day| is_near(*day));
    let exact = || DateTime::parse_from_rfc3339(text).ok().filter(|at| is_near(at.date_naive()));
    let found = day.and_then(of_day).or_else(|| exact().map(|at| Time::from_millis(at.timestamp_millis())));
    found.map(Some).ok_or_else(|| Flaw::Day { cell: told(cell) })
}

/// Within four digits, and no slip of a typist into another century.
fn is_near(day: NaiveDate) -> bool {
    use chrono::Datelike;
    (2000..2200).contains(&day.year())
}

fn number<T: TryFrom<i64>>(cell: &str, most: i64) -> Result<Option<T>, Flaw> {
    let text = cell.nfkc().collect::<String>();
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let value = text.parse::<i64>().ok().filter(|value| is_plain && (1..=most).contains(value));
    let value = value.and_then(|value| T::try_from(value).ok());
    value.map(Some).ok_or_else(|| Flaw::Number { cell: told(cell), least: 1, most })
}

fn yes_no(cell: &str) -> Result<bool, Flaw> {
    match folded(cell).as_str() {
        "" | "no" | "false" | "0" | "いいえ" | "不要" => Ok(false),
        "yes" | "true" | "1" | "はい" | "要" | "必要" => Ok(true),
        _ => Err(Flaw::YesNo { cell: told(cell) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = Tz::Asia__Tokyo;

    #[test]
    fn a_formula_is_refused_unless_an_export_made_it_text() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "+cmd|' /C calc'!A0"] {
            assert!(matches!(plain(Column::Name, cell), Err(Flaw::Formula { .. })), "{cell}");
            assert_eq!(plain(Column::Name, &format!("'{cell}")), Ok(cell));
        }
        assert!(plain(Column::Phone, "+cmd|' /C calc'!A0").is_err());
        assert_eq!(plain(Column::Phone, "+81 (3) 1234-5678"), Ok("+81 (3) 1234-5678"));
        assert_eq!(plain(Column::Name, "'tis"), Ok("'tis"));
        assert_eq!(plain(Column::Name, "''tis"), Ok("'tis"));
        assert_eq!(plain(Column::Name, "a\u{7}b"), Err(Flaw::Control));
    }

    #[test]
    fn days_are_whole_days_of_the_office() {
        let day = |text| first_day(text, ZONE).unwrap().unwrap().to_rfc3339();
        for text in ["2026-11-23", "2026/11/23", "2026年11月23日", "２０２６／１１／２３"] {
            assert_eq!(day(text), "2026-11-22T15:00:00.000Z", "{text}");
        }
        assert_eq!(day("2026-11-23T12:00:00+09:00"), "2026-11-23T03:00:00.000Z");
        assert_eq!(last_day("2026-11-23", ZONE).unwrap().unwrap().to_rfc3339(), "2026-11-23T15:00:00.000Z");
        assert_eq!(last_day(" ", ZONE), Ok(None));
        for text in ["23.11.2026", "2026-02-30", "11/23/2026", "0026-01-01", "tomorrow"] {
            assert!(matches!(first_day(text, ZONE), Err(Flaw::Day { .. })), "{text}");
        }
    }

    #[test]
    fn words_are_read_in_both_languages() {
        assert_eq!(roles("管理者、送信者"), Ok(vec![Role::Sender, Role::Administrator]));
        assert_eq!(roles("auditor; Sender"), Ok(vec![Role::Sender, Role::Auditor]));
        assert_eq!(roles("営業"), Err(Flaw::Role { cell: "営業".into() }));
        assert_eq!(roles(""), Err(Flaw::Missing));
        assert_eq!((yes_no("はい"), yes_no("NO"), yes_no("")), (Ok(true), Ok(false), Ok(false)));
        assert!(yes_no("maybe").is_err());
        assert_eq!(number::<i32>("１００", 1000), Ok(Some(100)));
        for text in ["0", "1001", "-1", "1e3", "1,000"] {
            assert!(number::<i32>(text, 1000).is_err(), "{text}");
        }
    }
}
