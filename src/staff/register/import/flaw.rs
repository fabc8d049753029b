//! What is wrong with a file, row by row.

use crate::model::{AccountState, Time};
use crate::staff::register::columns::Column;

/// Characters of a refused cell that are told again at most.
const TOLD_LONGEST: usize = 40;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFlaw {
    /// The row as a spreadsheet program counts it, the heading being the first; 0 for the file as a whole.
    pub row: u64,
    /// The column, where it is one.
    pub column: Option<Column>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What is wrong with a file, a row or a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum Flaw {
    /// More bytes than this.
    TooLarge { limit: u64 },
    /// No text in an encoding that is read.
    NotText,
    /// There is no heading, or nothing below it.
    Empty,
    /// More rows than this.
    TooManyRows { limit: u64 },
    /// More accounts would be made or changed than this.
    TooManyChanges { limit: u64, got: u64 },
    /// A heading that names no column.
    UnknownColumn { name: String },
    /// A column that stands twice.
    TwiceColumn,
    /// A column that is needed.
    MissingColumn,
    /// The row has another number of cells than the heading.
    Cells { got: u64, want: u64 },
    /// A cell that begins a formula.
    Formula { cell: String },
    /// A cell with a control character, a line break among them.
    Control,
    /// An empty cell that must not be.
    Missing,
    /// More characters than this.
    TooLong { limit: u32 },
    /// No mail address.
    Address { cell: String },
    /// The row of the same address, whatever its case.
    TwiceAddress { first: u64 },
    /// A role that does not exist.
    Role { cell: String },
    /// A language that does not exist.
    Language { cell: String },
    /// A state that does not exist.
    State { cell: String },
    /// No day.
    Day { cell: String },
    /// Neither yes nor no.
    YesNo { cell: String },
    /// No number within these bounds.
    Number { cell: String, least: i64, most: i64 },
    /// Something is no domain, or there are too many.
    Domain,
    /// The last day lies before the first.
    EndsBeforeBegin,
    /// The last day is over.
    Over { until: Time },
    /// Nobody who can take over has this address.
    Successor { cell: String },
    /// Another state than the account has.
    StateDiffers { state: AccountState },
    /// A new account that is stopped.
    NewStopped,
    /// The own account.
    OwnAccount,
    /// Nobody would be left who administers.
    LastAdministrator,
}

impl RowFlaw {
    /// About the file as a whole.
    pub(super) const fn file(flaw: Flaw) -> Self {
        Self { row: 0, column: None, flaw }
    }

    /// About a cell of a row.
    pub(super) const fn cell(row: u64, column: Column, flaw: Flaw) -> Self {
        Self { row, column: Some(column), flaw }
    }
}

/// A refused cell as it is told again.
pub(super) fn told(cell: &str) -> String {
    let mut chars = cell.chars().filter(|c| !c.is_control());
    let told: String = chars.by_ref().take(TOLD_LONGEST).collect();
    if chars.next().is_some() { format!("{told}…") } else { told }
}
