//! The register as a list.

use askama::Template;

use super::super::{Frame, ReviewBanner};
use super::AccountStatus;
use super::standing::{factors, roles};
use crate::http::pages::visit::percent_encoded;
use crate::http::text::Texts;
use crate::model::{AccountId, AccountState, Role, Time};
use crate::staff::register::listing::{Asked, Factors, Sorting};

/// GET `/register?q=&state=&role=&department=&dormant=&order=&page=`.
#[derive(Template)]
#[template(path = "register.html")]
pub struct RegisterPage {
    /// The frame.
    pub frame: Frame,
    /// What was asked for.
    pub filter: RegisterFilter,
    /// Where the reviews of the register stand.
    pub banner: Option<ReviewBanner>,
    /// The accounts of this page of the list.
    pub rows: Vec<RegisterRow>,
    /// How many there are before the first row.
    pub before: usize,
    /// How many were found.
    pub found: usize,
    /// Whether another page follows.
    pub has_more: bool,
    /// The departments to choose from.
    pub departments: Vec<String>,
    /// Days without use after which an account is marked.
    pub dormant_days: u32,
    /// Whether the reader may change the register.
    pub can_change: bool,
}

/// The filter as it was asked for: every part of it stands in the page's address.
#[derive(Clone, Debug, Default)]
pub struct RegisterFilter {
    /// Which accounts, in which order.
    pub asked: Asked,
    /// Which page of the list, from 1.
    pub page: usize,
}

/// An account in the list.
#[derive(Clone, Debug)]
pub struct RegisterRow {
    /// Its id.
    pub id: AccountId,
    /// Name; may be empty.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Department; may be empty.
    pub department: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// How it stands.
    pub status: AccountStatus,
    /// Until when its invitation can be followed.
    pub invited_until: Option<Time>,
    /// From when on it may be used.
    pub valid_from: Option<Time>,
    /// A moment of the last day on which it may be used.
    pub last_day: Option<Time>,
    /// When it was last used.
    pub last_used_at: Option<Time>,
    /// What it has set up to sign in with.
    pub factors: Factors,
    /// Whether nobody uses it.
    pub is_dormant: bool,
    /// How many of its transfers are running.
    pub running: u32,
}

/// A column of the table.
struct Column {
    text: String,
    href: String,
    sort: &'static str,
    arrow: &'static str,
}

impl RegisterFilter {
    fn is_filtering(&self) -> bool {
        let Asked { search, state, role, department, dormant, .. } = &self.asked;
        !search.is_empty() || state.is_some() || role.is_some() || department.is_some() || *dormant
    }

    /// The same filter in another order, or at another page: a path that can be shared.
    fn path(&self, sorting: Sorting, page: usize) -> String {
        let asked = &self.asked;
        let page = page.to_string();
        let pairs = [
            ("q", asked.search.as_str()),
            ("state", asked.state.map(AccountState::word).unwrap_or_default()),
            ("role", asked.role.map(Role::word).unwrap_or_default()),
            ("department", asked.department.as_deref().unwrap_or_default()),
            ("dormant", if asked.dormant { "yes" } else { "" }),
            ("order", if sorting == Sorting::default() { "" } else { sorting.word() }),
            ("page", if page == "1" { "" } else { page.as_str() }),
        ];
        let said = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = said.map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
        if query.is_empty() { "/register".to_owned() } else { format!("/register?{}", query.join("&")) }
    }
}

impl RegisterPage {
    fn column(&self, key: &str, column: Sorting) -> Column {
        let now = self.filter.asked.sorting;
        let is_here = now.column() == column;
        let next = if is_here { now.turned() } else { column };
        let (sort, arrow) = match (is_here, now.is_down()) {
            (false, _) => ("", ""),
            (true, false) => ("ascending", "↑"),
            (true, true) => ("descending", "↓"),
        };
        Column { text: self.frame.text(key), href: self.filter.path(next, 1), sort, arrow }
    }

    fn earlier(&self) -> Option<String> {
        (self.filter.page > 1).then(|| self.filter.path(self.filter.asked.sorting, self.filter.page - 1))
    }

    fn later(&self) -> Option<String> {
        self.has_more.then(|| self.filter.path(self.filter.asked.sorting, self.filter.page + 1))
    }

    fn is_state(&self, state: &AccountState) -> bool {
        self.filter.asked.state == Some(*state)
    }

    fn is_role(&self, role: &Role) -> bool {
        self.filter.asked.role == Some(*role)
    }

    fn is_department(&self, department: &str) -> bool {
        self.filter.asked.department.as_deref() == Some(department)
    }

    fn state_key(&self, state: &AccountState) -> &'static str {
        AccountStatus::of_state(state).key()
    }

    fn order_key(&self, sorting: &Sorting) -> &'static str {
        match sorting {
            Sorting::Name => "register-order-name",
            Sorting::NameDown => "register-order-name-down",
            Sorting::Department => "register-order-department",
            Sorting::DepartmentDown => "register-order-department-down",
            Sorting::LastUse => "register-order-last-use",
            Sorting::LastUseDown => "register-order-last-use-down",
            Sorting::State => "register-order-state",
            Sorting::StateDown => "register-order-state-down",
        }
    }

    /// Which rows of how many these are.
    fn place(&self) -> String {
        let phrase = self.frame.phrase("register-place").with("first", self.before + 1);
        phrase.with("last", self.before + self.rows.len()).with("count", self.found).to_string()
    }
}

impl RegisterRow {
    /// Its name; an account may have none yet.
    pub(super) fn title(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }

    pub(super) fn roles(&self, texts: &Texts) -> String {
        roles(texts, &self.roles)
    }

    pub(super) fn factors(&self, texts: &Texts) -> String {
        factors(texts, &self.factors)
    }
}
