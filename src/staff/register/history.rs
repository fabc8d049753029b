//! The history of an entry, read from the log alone: what happened, by whom, why, and what was different before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{AccountId, Decision, Detail, Entry, Language, Leaving, Limits, Role, Time, Validity, words};
use crate::staff::permit::RegisterReader;
use crate::store::events::Entry as Logged;
use crate::store::{events, register};

words! {
    /// What can happen to an entry: the words of the log.
    pub enum Happened {
        /// It was made.
        Created = "account_created",
        /// Its person was asked by mail to come.
        Invited = "account_invited",
        /// The invitation was followed.
        Joined = "account_joined",
        /// Something of it was changed.
        Changed = "account_changed",
        /// Its roles were changed.
        RolesChanged = "roles_changed",
        /// It was stopped.
        Stopped = "account_stopped",
        /// It was taken back into use.
        Resumed = "account_resumed",
        /// Its password was reset.
        PasswordReset = "password_reset",
        /// A review asked somebody about it.
        ReviewAssigned = "review_assigned",
        /// A review decided about it.
        ReviewDecided = "review_decided",
        /// Somebody stands in for it as an approver.
        DeputyNamed = "deputy_named",
        /// Nobody does any more.
        DeputyWithdrawn = "deputy_withdrawn",
        /// Somebody ended a session of it.
        SessionEnded = "signed_out",
        /// Somebody revoked a token of it.
        TokenRevoked = "token_revoked",
    }
}

impl Happened {
    /// Whether it belongs to the history only where somebody gave a reason: otherwise it happens all day long.
    const fn needs_reason(self) -> bool {
        matches!(self, Self::SessionEnded | Self::TokenRevoked)
    }
}

/// Entries that are told at most, the newest: enough for a working life, and a page that stays small.
const MOST: i64 = 500;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A member of staff.
    Account(AccountId),
    /// Somebody at the command line of the server.
    Console,
    /// The gateway itself.
    System,
}

/// A value of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Name, address, phone number, department.
    Text(String),
    /// The language.
    Language(Language),
    /// The roles.
    Roles(Vec<Role>),
    /// From when on and until when.
    Validity(Validity),
    /// What narrows the policy.
    Limits(Limits),
    /// Who takes over.
    Successor(Option<AccountId>),
}

/// What is different since the entry before. A side is unknown where its value was erased, or nothing was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which detail.
    pub detail: Detail,
    /// How it was.
    pub before: Option<Value>,
    /// How it is since.
    pub after: Option<Value>,
}

/// One thing that happened to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Time,
    /// What.
    pub what: Happened,
    /// Who.
    pub by: By,
    /// What it changed.
    pub changes: Vec<Difference>,
    /// What became of the running transfers of one that was stopped.
    pub transfers: Option<Leaving>,
    /// What a review decided.
    pub decision: Option<Decision>,
    /// Until when an invitation could be followed.
    pub until: Option<Time>,
    /// Why; may be empty.
    pub why: String,
}

/// The history of an entry, and the names of those who appear in it.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What happened, newest first.
    pub told: Vec<Told>,
    /// Names of accounts.
    pub names: BTreeMap<AccountId, String>,
}

/// The history of an account, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn of(gateway: &Gateway, _reader: &RegisterReader, id: AccountId) -> Result<History> {
    let (reasoned, always): (Vec<Happened>, Vec<Happened>) =
        Happened::ALL.iter().copied().partition(|what| what.needs_reason());
    let words = |all: Vec<Happened>| all.into_iter().map(Happened::word).collect::<Vec<_>>();
    let (reasoned, always) = (words(reasoned), words(always));
    gateway
        .store
        .read(move |tx| {
            let mut told = tell(&events::of_account(tx, id, &always, &reasoned, MOST)?);
            told.reverse();
            let ids: Vec<AccountId> = people(&told).into_iter().collect();
            Ok(History { names: register::names(tx, &ids)?.into_iter().collect(), told })
        })
        .await
}

/// Who appears in a history.
fn people(told: &[Told]) -> BTreeSet<AccountId> {
    let actors = told.iter().filter_map(|one| match one.by {
        By::Account(id) => Some(id),
        By::Console | By::System => None,
    });
    let values = told.iter().flat_map(|one| &one.changes).flat_map(|change| [&change.before, &change.after]);
    let successors = values.filter_map(|value| match value {
        Some(Value::Successor(id)) => *id,
        _ => None,
    });
    actors.chain(successors).collect()
}

/// The log's entries of one account in order, told. One that cannot be read has nothing to tell.
pub fn tell(entries: &[Logged]) -> Vec<Told> {
    let mut before: Option<Snapshot> = None;
    let mut all = Vec::with_capacity(entries.len());
    for logged in entries {
        let leaf: Json = serde_json::from_slice(&logged.leaf).unwrap_or_default();
        let Ok(what) = logged.event.parse() else { continue };
        let now = Snapshot::of(&leaf, logged);
        let changes = now.as_ref().map(|now| now.since(before.as_ref(), &leaf)).unwrap_or_default();
        all.push(Told {
            at: logged.at,
            what,
            by: actor(&leaf),
            changes,
            transfers: field(&leaf, "transfers"),
            decision: field(&leaf, "decision"),
            until: field(&leaf, "expires_at"),
            why: value(logged, "reason").unwrap_or_default(),
        });
        before = now.or(before);
    }
    all
}

fn field<T: serde::de::DeserializeOwned>(leaf: &Json, name: &str) -> Option<T> {
    serde_json::from_value(leaf.get(name)?.clone()).ok()
}

fn value(logged: &Logged, field: &str) -> Option<String> {
    logged.values.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
}

fn actor(leaf: &Json) -> By {
    let actor = leaf.get("actor");
    match actor.and_then(|actor| actor.get("by")).and_then(Json::as_str) {
        Some("account") => actor.and_then(|actor| field(actor, "id")).map_or(By::System, By::Account),
        Some("console") => By::Console,
        _ => By::System,
    }
}

/// An entry as one event has it.
struct Snapshot {
    entry: Entry,
    /// What names a person, by its field; none where it was erased.
    private: BTreeMap<&'static str, Option<String>>,
}

impl Snapshot {
    fn of(leaf: &Json, logged: &Logged) -> Option<Self> {
        let entry = field(leaf, "entry")?;
        let committed = |name| leaf.get("commitments").is_some_and(|all| all.get(name).is_some());
        // An empty value is not committed to; one that is, and has no value any more, was erased.
        let read = |name| match value(logged, name) {
            None if committed(name) => None,
            found => Some(found.unwrap_or_default()),
        };
        let names = ["email", "name", "phone", "department", "domains"];
        Some(Self { entry, private: names.into_iter().map(|name| (name, read(name))).collect() })
    }

    fn get(&self, detail: Detail) -> Option<Value> {
        let entry = &self.entry;
        let text = |name| self.private.get(name).cloned().flatten();
        match detail {
            Detail::Email => text("email").map(Value::Text),
            Detail::Name => text("name").map(Value::Text),
            Detail::Phone => text("phone").map(Value::Text),
            Detail::Department => text("department").map(Value::Text),
            Detail::Language => Some(Value::Language(entry.language)),
            Detail::Roles => Some(Value::Roles(entry.roles.clone())),
            Detail::Validity => Some(Value::Validity(entry.validity)),
            Detail::Limits => text("domains").map(|domains| {
                Value::Limits(Limits {
                    most_bytes: entry.most_bytes,
                    most_recipients: entry.most_recipients,
                    most_keep_hours: entry.most_keep_hours,
                    domains: domains.split_whitespace().map(str::to_owned).collect(),
                    needs_approval: entry.needs_approval,
                })
            }),
            Detail::Successor => Some(Value::Successor(entry.successor)),
        }
    }

    /// What is different since `before`: what the event says was changed, and what both sides show.
    fn since(&self, before: Option<&Self>, leaf: &Json) -> Vec<Difference> {
        let said: Vec<Detail> = field(leaf, "changed").unwrap_or_default();
        let Some(before) = before else {
            let unknown = |detail| Difference { detail, before: None, after: self.get(detail) };
            return said.into_iter().map(unknown).collect();
        };
        let differs = |detail: &Detail| match (before.get(*detail), self.get(*detail)) {
            (Some(old), Some(new)) => old != new,
            _ => said.contains(detail),
        };
        let details = Detail::ALL.iter().copied().filter(differs);
        details.map(|detail| Difference { detail, before: before.get(detail), after: self.get(detail) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Leaf;
    use crate::model::{Account, Actor, Event, EventId, EventKind, Private};
    use crate::staff::register::new_account;

    fn at(n: i64) -> Time {
        Time::from_millis(1_795_404_600_000 + n)
    }

    /// The event as the store would give it back, without the values of `erased`.
    fn logged(event: &Event, erased: &[&str]) -> Logged {
        let id = EventId::nth(event.at, 0);
        let leaf = Leaf::of(event, id, &mut rand::rng()).unwrap();
        let kept = leaf.private.iter().filter(|one| !erased.contains(&one.field));
        let values = kept.map(|one| (one.field.to_owned(), one.value.clone())).collect();
        Logged { id, at: event.at, event: leaf.word, leaf: leaf.bytes, delivery: None, values }
    }

    fn event(account: &Account, kind: EventKind, actor: Actor, n: i64) -> Event {
        let event = Event::new(kind, at(n), actor).account(account.id);
        Entry::private(account).into_iter().fold(event, Event::with)
    }

    fn account() -> Account {
        let account = new_account("sato@office.example".into(), vec![Role::Sender], Language::Ja, at(0));
        Account { name: "佐藤".into(), ..account }
    }

    fn changed(before: &Account, after: &Account) -> EventKind {
        let changed = crate::model::differences(before, after);
        EventKind::AccountChanged { changed, entry: Entry::of(after) }
    }

    #[test]
    fn successive_entries_tell_old_and_new_who_and_why() {
        let (one, tanaka) = (account(), AccountId::new(at(0)));
        let two = Account { department: "経理".into(), roles: vec![Role::Sender, Role::Auditor], ..one.clone() };
        let made = event(&one, EventKind::AccountCreated { entry: Entry::of(&one) }, Actor::Console, 0);
        let moved = event(&two, changed(&one, &two), Actor::Account(tanaka), 1).with(Private::Reason("異動".into()));
        let reset = Event::new(EventKind::PasswordReset, at(2), Actor::Console).account(one.id);
        let stopped = EventKind::AccountStopped { transfers: Leaving::Recall, entry: Entry::of(&two) };
        let stopped = event(&two, stopped, Actor::System, 3);
        let told = tell(&[made, moved, reset, stopped].map(|event| logged(&event, &[])));
        assert_eq!(
            told.iter().map(|one| one.by).collect::<Vec<_>>(),
            [By::Console, By::Account(tanaka), By::Console, By::System]
        );
        assert!(told[0].changes.is_empty() && told[2].changes.is_empty() && told[3].changes.is_empty());
        assert_eq!((told[1].why.as_str(), told[3].transfers), ("異動", Some(Leaving::Recall)));
        let text = |text: &str| Some(Value::Text(text.into()));
        let department = Difference { detail: Detail::Department, before: text(""), after: text("経理") };
        let roles = |roles: &[Role]| Some(Value::Roles(roles.to_vec()));
        let (old, new) = (roles(&[Role::Sender]), roles(&[Role::Sender, Role::Auditor]));
        assert_eq!(told[1].changes, [department, Difference { detail: Detail::Roles, before: old, after: new }]);
        assert_eq!(people(&told).into_iter().collect::<Vec<_>>(), [tanaka]);
    }

    #[test]
    fn what_was_erased_is_not_invented() {
        let one = account();
        let two = Account { name: "鈴木".into(), phone: "1".into(), ..one.clone() };
        let made = event(&one, EventKind::AccountCreated { entry: Entry::of(&one) }, Actor::Console, 0);
        let moved = event(&two, changed(&one, &two), Actor::Console, 1);
        let told = tell(&[logged(&made, &["name", "email"]), logged(&moved, &["email"])]);
        let name = &told[1].changes[0];
        assert_eq!((name.detail, &name.before), (Detail::Name, &None));
        assert_eq!(name.after, Some(Value::Text("鈴木".into())));
        assert_eq!(
            told[1].changes.len(),
            2,
            "the address is unknown on both sides and nobody says that it was changed"
        );
    }

    #[test]
    fn a_history_that_begins_in_the_middle_says_what_the_event_says() {
        let one = account();
        let two = Account { language: Language::En, ..one.clone() };
        let told = tell(&[logged(&event(&two, changed(&one, &two), Actor::Console, 1), &[])]);
        let language =
            Difference { detail: Detail::Language, before: None, after: Some(Value::Language(Language::En)) };
        assert_eq!(told[0].changes, [language]);
    }

    #[test]
    fn what_is_no_leaf_and_no_word_does_no_harm() {
        let odd = Logged {
            id: EventId::nth(at(0), 0),
            at: at(0),
            event: "account_changed".into(),
            leaf: b"rubbish".to_vec(),
            delivery: None,
            values: Vec::new(),
        };
        let unknown = Logged { event: "started".into(), ..odd.clone() };
        let told = tell(&[odd, unknown]);
        assert_eq!((told.len(), told[0].by), (1, By::System));
    }
}
