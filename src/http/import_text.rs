//! What is wrong with a file of the register, in words: the same on the page and at the command line.

use super::text::Texts;
use crate::model::Language;
use crate::staff::register::Column;
use crate::staff::register::import::{Flaw, RowFlaw};

/// Where, what, and what is accepted.
pub fn line(texts: &Texts, flaw: &RowFlaw) -> String {
    let what = what(texts, flaw);
    match (flaw.row, flaw.column) {
        (0, _) => what,
        (row, None) => texts.phrase("import-row").with("row", row).with("what", what).to_string(),
        (row, Some(column)) => {
            let column = heading(texts, column);
            texts.phrase("import-cell").with("row", row).with("column", column).with("what", what).to_string()
        }
    }
}

/// A column as the language calls it.
pub fn heading(texts: &Texts, column: Column) -> &'static str {
    match texts.language() {
        Language::Ja => column.japanese_name(),
        Language::En => column.word(),
    }
}

fn what(texts: &Texts, flaw: &RowFlaw) -> String {
    let phrase = texts.phrase(key(&flaw.flaw));
    match &flaw.flaw {
        Flaw::TooLarge { limit } => phrase.with("limit", texts.size(*limit)).to_string(),
        Flaw::TooManyRows { limit } => phrase.with("limit", *limit).to_string(),
        Flaw::TooLong { limit } => phrase.with("limit", *limit).to_string(),
        Flaw::TooManyChanges { limit, got } => phrase.with("limit", *limit).with("got", *got).to_string(),
        Flaw::UnknownColumn { name } => phrase.with("name", name.clone()).with("columns", columns(texts)).to_string(),
        Flaw::Cells { got, want } => phrase.with("got", *got).with("want", *want).to_string(),
        Flaw::TwiceAddress { first } => phrase.with("first", *first).to_string(),
        Flaw::Number { cell, least, most } => {
            phrase.with("cell", cell.clone()).with("least", *least).with("most", *most).to_string()
        }
        Flaw::Over { until } => {
            let last = *until - std::time::Duration::from_millis(1);
            phrase.with("until", texts.day(&last)).to_string()
        }
        Flaw::StateDiffers { state } => phrase.with("state", state.word()).to_string(),
        Flaw::Formula { cell }
        | Flaw::Address { cell }
        | Flaw::Role { cell }
        | Flaw::Language { cell }
        | Flaw::State { cell }
        | Flaw::Day { cell }
        | Flaw::YesNo { cell }
        | Flaw::Successor { cell } => phrase.with("cell", cell.clone()).to_string(),
        _ => phrase.to_string(),
    }
}

fn columns(texts: &Texts) -> String {
    let names = Column::ALL.iter().map(|column| heading(texts, *column));
    names.collect::<Vec<_>>().join(if texts.language() == Language::Ja { "、" } else { ", " })
}

const fn key(flaw: &Flaw) -> &'static str {
    match flaw {
        Flaw::TooLarge { .. } => "import-too-large",
        Flaw::NotText => "import-not-text",
        Flaw::Empty => "import-empty",
        Flaw::TooManyRows { .. } => "import-too-many-rows",
        Flaw::TooManyChanges { .. } => "import-too-many-changes",
        Flaw::UnknownColumn { .. } => "import-unknown-column",
        Flaw::TwiceColumn => "import-twice-column",
        Flaw::MissingColumn => "import-missing-column",
        Flaw::Cells { .. } => "import-cells",
        Flaw::Formula { .. } => "import-formula",
        Flaw::Control => "import-control",
        Flaw::Missing => "import-missing",
        Flaw::TooLong { .. } => "import-too-long",
        Flaw::Address { .. } => "import-address",
        Flaw::TwiceAddress { .. } => "import-twice-address",
        Flaw::Role { .. } => "import-role",
        Flaw::Language { .. } => "import-language",
        Flaw::State { .. } => "import-state",
        Flaw::Day { .. } => "import-day",
        Flaw::YesNo { .. } => "import-yes-no",
        Flaw::Number { .. } => "import-number",
        Flaw::Domain => "import-domain",
        Flaw::EndsBeforeBegin => "import-ends-before-begin",
        Flaw::Over { .. } => "import-over",
        Flaw::Successor { .. } => "import-successor",
        Flaw::StateDiffers { .. } => "import-state-differs",
        Flaw::NewStopped => "import-new-stopped",
        Flaw::OwnAccount => "import-own-account",
        Flaw::LastAdministrator => "import-last-administrator",
    }
}
