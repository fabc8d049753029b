//! The account register as a list: every account with what a reader asks first. Few questions to the store for all of them;
//! what is asked for is chosen and put in order here.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, AccountState, Role, Time, words};
use crate::staff::permit::RegisterReader;
use crate::store::listing::folded;
use crate::store::{Tx, accounts, register};

/// Words of a search at most; further ones are not looked for.
const WORDS_MOST: usize = 8;

/// An account of the register.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its entry.
    pub account: Account,
    /// How its person can prove who it is.
    pub factors: Factors,
    /// Until when its invitation can be followed; none when it is not invited.
    pub invited_until: Option<Time>,
    /// Whether nobody has used it for as long as the policy allows.
    pub is_dormant: bool,
    /// How many of its transfers are running.
    pub running: u32,
}

/// What an account has set up to sign in with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// A password of its own.
    pub password: bool,
    /// An app for codes.
    pub app: bool,
    /// Passkeys, how many.
    pub passkeys: u32,
    /// It is known to an OpenID provider.
    pub provider: bool,
    /// It is known to the directory.
    pub directory: bool,
}

words! {
    /// In which order the register is listed.
    #[derive(Default)]
    pub enum Sorting {
        /// By name.
        #[default]
        Name = "name",
        /// By name, backwards.
        NameDown = "name-down",
        /// By department, then name.
        Department = "department",
        /// By department, backwards.
        DepartmentDown = "department-down",
        /// Those first that were not used for the longest time.
        LastUse = "last-use",
        /// Those first that were used last.
        LastUseDown = "last-use-down",
        /// Invited, in use, stopped.
        State = "state",
        /// Stopped, in use, invited.
        StateDown = "state-down",
    }
}

/// Which accounts are asked for, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Only those with each of these words in name, address or department.
    pub search: String,
    /// Only those in this state.
    pub state: Option<AccountState>,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only those of this department.
    pub department: Option<String>,
    /// Only those that nobody uses.
    pub dormant: bool,
    /// In which order.
    pub sorting: Sorting,
}

impl Sorting {
    /// Whether it goes down.
    pub const fn is_down(self) -> bool {
        matches!(self, Self::NameDown | Self::DepartmentDown | Self::LastUseDown | Self::StateDown)
    }

    /// The same column the other way round.
    pub const fn turned(self) -> Self {
        match self {
            Self::Name => Self::NameDown,
            Self::NameDown => Self::Name,
            Self::Department => Self::DepartmentDown,
            Self::DepartmentDown => Self::Department,
            Self::LastUse => Self::LastUseDown,
            Self::LastUseDown => Self::LastUse,
            Self::State => Self::StateDown,
            Self::StateDown => Self::State,
        }
    }

    /// The same column, upwards.
    pub const fn column(self) -> Self {
        if self.is_down() { self.turned() } else { self }
    }
}

/// Every account, for who may read the register.
///
/// # Errors
/// The store cannot be read.
pub async fn rows(gateway: &Gateway, _reader: &RegisterReader) -> Result<Vec<Row>> {
    let all = gateway.store.read(|tx| Gathered::of(accounts::all(tx)?, tx)).await?;
    Ok(all.rows(gateway))
}

/// One account.
///
/// # Errors
/// `NotFound`.
pub async fn row(gateway: &Gateway, _reader: &RegisterReader, id: AccountId) -> Result<Row> {
    let all = gateway.store.read(move |tx| Gathered::of(vec![accounts::get(tx, id)?], tx)).await?;
    all.rows(gateway).pop().ok_or_else(|| crate::error::Problem::NotFound.into())
}

/// What was read of all accounts.
struct Gathered {
    accounts: Vec<Account>,
    password: HashSet<AccountId>,
    app: HashSet<AccountId>,
    passkeys: HashMap<AccountId, i64>,
    elsewhere: Vec<(AccountId, String)>,
    running: HashMap<AccountId, i64>,
    invited: HashMap<AccountId, Time>,
}

impl Gathered {
    fn of(accounts: Vec<Account>, tx: &mut Tx) -> Result<Self> {
        Ok(Self {
            accounts,
            password: register::with_password(tx)?.into_iter().collect(),
            app: register::with_app(tx)?.into_iter().collect(),
            passkeys: register::passkeys(tx)?.into_iter().collect(),
            elsewhere: register::elsewhere(tx)?,
            running: register::running(tx)?.into_iter().collect(),
            invited: register::invited(tx)?.into_iter().collect(),
        })
    }

    fn rows(self, gateway: &Gateway) -> Vec<Row> {
        let (now, days) = (gateway.now(), gateway.policy().dormant_days);
        let directory = gateway.elsewhere.directory.as_ref().map(|directory| directory.admission.realm.as_str());
        let is_directory = |realm: &String| Some(realm.as_str()) == directory;
        let (directory, provider): (Vec<_>, Vec<_>) = self.elsewhere.iter().partition(|(_, realm)| is_directory(realm));
        let ids = |known: Vec<&(AccountId, String)>| known.into_iter().map(|(id, _)| *id).collect::<HashSet<_>>();
        let (directory, provider) = (ids(directory), ids(provider));
        let count = |counts: &HashMap<AccountId, i64>, id| {
            counts.get(&id).and_then(|count| u32::try_from(*count).ok()).unwrap_or_default()
        };
        let row = |account: Account| Row {
            factors: Factors {
                password: self.password.contains(&account.id),
                app: self.app.contains(&account.id),
                passkeys: count(&self.passkeys, account.id),
                provider: provider.contains(&account.id),
                directory: directory.contains(&account.id),
            },
            invited_until: self.invited.get(&account.id).copied(),
            is_dormant: is_dormant(&account, days, now),
            running: count(&self.running, account.id),
            account,
        };
        self.accounts.into_iter().map(row).collect()
    }
}

/// Whether nobody used an account for these days, or ever since it was made. One that is stopped needs no such mark.
pub fn is_dormant(account: &Account, days: u32, now: Time) -> bool {
    let since = account.last_used_at.unwrap_or(account.created_at);
    account.state != AccountState::Stopped && since + Duration::from_secs(u64::from(days) * 86_400) <= now
}

/// The departments of these accounts, each once, in order.
pub fn departments(rows: &[Row]) -> Vec<String> {
    let all: BTreeSet<&str> = rows.iter().map(|row| row.account.department.as_str()).collect();
    all.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Those that are asked for, in the order that is asked for.
pub fn chosen(rows: Vec<Row>, asked: &Asked) -> Vec<Row> {
    let search = folded(&asked.search);
    let words: Vec<&str> = search.split_whitespace().take(WORDS_MOST).collect();
    let mut rows: Vec<Row> = rows.into_iter().filter(|row| fits(row, asked, &words)).collect();
    rows.sort_by_cached_key(|row| place(row, asked.sorting.column()));
    if asked.sorting.is_down() {
        rows.reverse();
    }
    rows
}

fn fits(row: &Row, asked: &Asked, words: &[&str]) -> bool {
    let account = &row.account;
    let of_department = |wanted: &String| folded(wanted) == folded(&account.department);
    asked.state.is_none_or(|state| account.state == state)
        && asked.role.is_none_or(|role| account.has(role))
        && asked.department.as_ref().is_none_or(of_department)
        && (!asked.dormant || row.is_dormant)
        && (words.is_empty() || {
            let text = folded(&format!("{}\n{}\n{}", account.name, account.email, account.department));
            words.iter().all(|word| text.contains(word))
        })
}

/// What a row is put in order by; where that is the same, by name and address.
fn place(row: &Row, column: Sorting) -> (i64, String, String, String) {
    let account = &row.account;
    let department = match column {
        Sorting::Department => folded(&account.department),
        _ => String::new(),
    };
    let number = match column {
        // Who belongs to none comes last.
        Sorting::Department => i64::from(account.department.is_empty()),
        Sorting::LastUse => account.last_used_at.map_or(i64::MIN, Time::millis),
        Sorting::State => match account.state {
            AccountState::Invited => 0,
            AccountState::Active => 1,
            AccountState::Stopped => 2,
        },
        _ => 0,
    };
    (number, department, folded(&account.name), account.email.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::staff::register::new_account;

    const DAY: Duration = Duration::from_secs(86_400);

    fn now() -> Time {
        Time::from_millis(1_795_404_600_000)
    }

    fn row(name: &str, department: &str, roles: &[Role], used_days_ago: Option<u32>) -> Row {
        let made = now() - DAY * 400;
        let account = new_account(format!("{name}@office.example"), roles.to_vec(), Language::Ja, made);
        let last_used_at = used_days_ago.map(|days| now() - DAY * days);
        let account = Account { name: name.into(), department: department.into(), last_used_at, ..account };
        let is_dormant = is_dormant(&account, 90, now());
        Row { account, factors: Factors::default(), invited_until: None, is_dormant, running: 0 }
    }

    fn stopped(row: Row) -> Row {
        let account = Account { state: AccountState::Stopped, ..row.account };
        Row { is_dormant: is_dormant(&account, 90, now()), account, ..row }
    }

    fn office() -> Vec<Row> {
        vec![
            row("佐藤 花子", "経理", &[Role::Sender], Some(0)),
            row("Ａｂｅ", "総務", &[Role::Administrator], Some(90)),
            row("abe 2", "", &[Role::Sender, Role::Auditor], None),
            stopped(row("林", "経理", &[Role::Sender], Some(300))),
        ]
    }

    fn names(asked: &Asked) -> Vec<String> {
        chosen(office(), asked).into_iter().map(|row| row.account.name).collect()
    }

    #[test]
    fn a_search_finds_each_word_in_any_width_and_case() {
        let found = |search: &str| names(&Asked { search: search.into(), ..Asked::default() });
        assert_eq!(found("ABE"), ["Ａｂｅ", "abe 2"]);
        assert_eq!(found("abe 総務"), ["Ａｂｅ"]);
        assert_eq!(found("＠OFFICE 経理"), ["佐藤 花子", "林"]);
        assert_eq!(found("nobody"), [""; 0]);
        assert_eq!(found(" ").len(), 4);
    }

    #[test]
    fn filters_narrow_together() {
        let asked = |role, state, department: Option<&str>, dormant| Asked {
            role,
            state,
            department: department.map(str::to_owned),
            dormant,
            ..Asked::default()
        };
        assert_eq!(names(&asked(Some(Role::Auditor), None, None, false)), ["abe 2"]);
        assert_eq!(names(&asked(None, Some(AccountState::Stopped), None, false)), ["林"]);
        assert_eq!(names(&asked(Some(Role::Sender), Some(AccountState::Active), Some("経理"), false)), ["佐藤 花子"]);
        assert_eq!(names(&asked(None, None, None, true)), ["Ａｂｅ", "abe 2"]);
    }

    #[test]
    fn every_column_goes_up_and_down() {
        let by = |sorting| names(&Asked { sorting, ..Asked::default() });
        assert_eq!(by(Sorting::Name), ["Ａｂｅ", "abe 2", "佐藤 花子", "林"]);
        assert_eq!(by(Sorting::Department), ["佐藤 花子", "林", "Ａｂｅ", "abe 2"], "who belongs to none comes last");
        assert_eq!(by(Sorting::LastUse), ["abe 2", "林", "Ａｂｅ", "佐藤 花子"]);
        assert_eq!(by(Sorting::State).last().map(String::as_str), Some("林"));
        for sorting in Sorting::ALL {
            let mut back = by(sorting.turned());
            back.reverse();
            assert_eq!(by(*sorting), back, "{sorting}");
            assert_eq!(sorting.turned().turned(), *sorting);
        }
    }

    #[test]
    fn who_is_not_used_is_marked_unless_stopped() {
        let marks: Vec<bool> = office().iter().map(|row| row.is_dormant).collect();
        assert_eq!(marks, [false, true, true, false]);
        let fresh = Account { created_at: now() - DAY * 89, ..row("x", "", &[Role::Sender], None).account };
        assert!(!is_dormant(&fresh, 90, now()) && is_dormant(&fresh, 89, now()));
    }

    #[test]
    fn departments_stand_once() {
        assert_eq!(departments(&office()), ["経理", "総務"]);
    }

    #[test]
    fn thousands_are_put_in_order_at_once() {
        let many: Vec<Row> = (0..5000).map(|n| row(&format!("{n:05}"), "", &[Role::Sender], Some(n))).collect();
        let found = chosen(many, &Asked { sorting: Sorting::NameDown, search: "office".into(), ..Asked::default() });
        assert_eq!((found.len(), found[0].account.name.as_str()), (5000, "04999"));
    }
}
