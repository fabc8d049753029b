//! Accounts of the staff.

use std::time::Duration;

use diesel::prelude::*;

use crate::error::{Doing, Error, Problem, Result};
use crate::model::{Account, AccountId, AccountState, Language, Limits, Role, Time, Validity};

use super::Tx;
use super::database::on;
use super::schema::accounts;

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct Row {
    id: AccountId,
    email: String,
    name: String,
    department: String,
    phone: String,
    language: Language,
    roles: String,
    state: AccountState,
    must_change_password: bool,
    password_changed_at: Time,
    recipient_key: Option<String>,
    key_renewed_at: Option<Time>,
    valid_from: Option<Time>,
    valid_until: Option<Time>,
    most_bytes: Option<i64>,
    most_recipients: Option<i32>,
    most_keep_hours: Option<i32>,
    domains: String,
    needs_approval: bool,
    successor_id: Option<AccountId>,
    last_used_at: Option<Time>,
    revision: i64,
    created_at: Time,
}

impl TryFrom<Row> for Account {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let roles = row.roles.split_whitespace().map(str::parse).collect::<Result<_, _>>();
        Ok(Self {
            id: row.id,
            email: row.email,
            name: row.name,
            department: row.department,
            phone: row.phone,
            language: row.language,
            roles: roles.doing("reading an account's roles")?,
            state: row.state,
            must_change_password: row.must_change_password,
            password_changed_at: row.password_changed_at,
            recipient_key: row.recipient_key,
            key_renewed_at: row.key_renewed_at,
            validity: Validity { from: row.valid_from, until: row.valid_until },
            limits: Limits {
                most_bytes: row.most_bytes,
                most_recipients: row.most_recipients,
                most_keep_hours: row.most_keep_hours,
                domains: row.domains.split_whitespace().map(str::to_owned).collect(),
                needs_approval: row.needs_approval,
            },
            successor: row.successor_id,
            last_used_at: row.last_used_at,
            revision: row.revision,
            created_at: row.created_at,
        })
    }
}

pub(super) fn roles_text(roles: &[Role]) -> String {
    roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(" ")
}

/// What a password protects.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Argon2id, PHC string; empty for an account without a password of its own.
    pub password_hash: String,
    /// The account key, sealed to custody key and password (or sealing passphrase).
    pub account_key: Option<Vec<u8>>,
    /// Public half of the account key.
    pub recipient_key: Option<String>,
    /// Whether the password must be changed at the next sign-in.
    pub must_change_password: bool,
    /// Until when an initial or reset password works.
    pub one_time_until: Option<Time>,
}

impl Credentials {
    /// Of an account that is known elsewhere: no password, no key.
    pub const fn none() -> Self {
        Self {
            password_hash: String::new(),
            account_key: None,
            recipient_key: None,
            must_change_password: false,
            one_time_until: None,
        }
    }

    /// Whether there is a password to sign in with.
    pub fn has_password(&self) -> bool {
        !self.password_hash.is_empty()
    }

    /// Whether it is one that its owner chose: an initial one, or one that was reset, only waits to be replaced.
    pub fn has_chosen_password(&self) -> bool {
        self.has_password() && !self.must_change_password
    }
}

/// Stores a new account.
///
/// # Errors
/// `AddressTaken` when an account has this address.
pub fn insert(tx: &mut Tx, account: &Account, credentials: &Credentials) -> Result<()> {
    if by_email(tx, &account.email)?.is_some() {
        return Err(Problem::AddressTaken.into());
    }
    on!(tx, c => diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(account.id),
            accounts::email.eq(account.email.as_str()),
            accounts::name.eq(account.name.as_str()),
            accounts::department.eq(account.department.as_str()),
            accounts::phone.eq(account.phone.as_str()),
            accounts::language.eq(account.language),
            accounts::roles.eq(roles_text(&account.roles)),
            accounts::state.eq(account.state),
            accounts::password_hash.eq(credentials.password_hash.as_str()),
            accounts::must_change_password.eq(credentials.must_change_password),
            accounts::password_changed_at.eq(account.created_at),
            accounts::recipient_key.eq(credentials.recipient_key.as_deref()),
            accounts::account_key.eq(credentials.account_key.as_deref()),
            accounts::created_at.eq(account.created_at),
            accounts::one_time_until.eq(credentials.one_time_until),
            accounts::password_reminded.eq(0),
            accounts::revision.eq(account.revision),
            accounts::domains.eq(""),
            accounts::needs_approval.eq(false),
        ))
        .execute(c))?;
    set_terms(tx, account)
}

/// Validity, limits and successor: too many columns for one statement's types.
fn set_terms(tx: &mut Tx, account: &Account) -> Result<()> {
    let (validity, limits) = (&account.validity, &account.limits);
    on!(tx, c => diesel::update(accounts::table.find(account.id))
        .set((
            accounts::valid_from.eq(validity.from),
            accounts::valid_until.eq(validity.until),
            accounts::most_bytes.eq(limits.most_bytes),
            accounts::most_recipients.eq(limits.most_recipients),
            accounts::most_keep_hours.eq(limits.most_keep_hours),
            accounts::domains.eq(limits.domains.join(" ")),
            accounts::needs_approval.eq(limits.needs_approval),
            accounts::successor_id.eq(account.successor),
        ))
        .execute(c))?;
    Ok(())
}

/// The account, if it exists.
///
/// # Errors
/// The database cannot be read.
pub fn find(tx: &mut Tx, id: AccountId) -> Result<Option<Account>> {
    let row: Option<Row> = on!(tx, c => accounts::table.find(id).select(Row::as_select()).first(c).optional())?;
    row.map(Account::try_from).transpose()
}

/// The account, which a foreign key says exists.
///
/// # Errors
/// The database cannot be read, or does not hold it.
pub fn get(tx: &mut Tx, id: AccountId) -> Result<Account> {
    find(tx, id)?.ok_or_else(|| Problem::NotFound.into())
}

/// The account of this address (lower case).
///
/// # Errors
/// The database cannot be read.
pub fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Account>> {
    let row: Option<Row> = on!(tx, c => accounts::table
        .filter(accounts::email.eq(email))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(Account::try_from).transpose()
}

/// Serialises what happens to one account: whoever holds its row decides alone until the transaction ends.
///
/// # Errors
/// There is no such account.
pub fn lock(tx: &mut Tx, id: AccountId) -> Result<()> {
    let row = accounts::table.find(id);
    let held = on!(tx, c => diesel::update(row).set(accounts::revision.eq(accounts::revision + 1)).execute(c))?;
    if held == 1 { Ok(()) } else { Err(Problem::NotFound.into()) }
}

/// Every account, by address.
///
/// # Errors
/// The database cannot be read.
pub fn all(tx: &mut Tx) -> Result<Vec<Account>> {
    let rows: Vec<Row> = on!(tx, c => accounts::table.order(accounts::email).select(Row::as_select()).load(c))?;
    rows.into_iter().map(Account::try_from).collect()
}

/// An account's password hash and sealed key.
///
/// # Errors
/// The database cannot be read, or does not hold it.
pub fn credentials(tx: &mut Tx, id: AccountId) -> Result<Credentials> {
    let (password_hash, account_key, recipient_key, must_change_password, one_time_until) = on!(tx, c => accounts::table
        .find(id)
        .select((
            accounts::password_hash,
            accounts::account_key,
            accounts::recipient_key,
            accounts::must_change_password,
            accounts::one_time_until,
        ))
        .first(c))?;
    Ok(Credentials { password_hash, account_key, recipient_key, must_change_password, one_time_until })
}

/// Replaces password hash and sealed key.
///
/// # Errors
/// The database cannot be written.
pub fn set_credentials(tx: &mut Tx, id: AccountId, credentials: &Credentials, now: Time) -> Result<()> {
    on!(tx, c => diesel::update(accounts::table.find(id))
        .set((
            accounts::password_hash.eq(credentials.password_hash.as_str()),
            accounts::account_key.eq(credentials.account_key.as_deref()),
            accounts::recipient_key.eq(credentials.recipient_key.as_deref()),
            accounts::must_change_password.eq(credentials.must_change_password),
            accounts::password_changed_at.eq(now),
            accounts::one_time_until.eq(credentials.one_time_until),
            accounts::password_reminded.eq(0),
        ))
        .execute(c))?;
    Ok(())
}

/// Serialises changes of the register: two administrators who stop each other at once must not both count the other.
/// Whoever changes an entry holds it first, before any account's own row.
///
/// # Errors
/// The database cannot be written.
pub fn hold_register(tx: &mut Tx) -> Result<()> {
    super::installation::lock(tx.connection())
}

/// Writes an account's entry of the register anew: everything but its secrets.
///
/// # Errors
/// `AddressTaken` when another account has its address; `LastAdministrator` when nobody would be left who administers for
/// good. The check stands after the change, inside its transaction: whatever the change was, it is undone if it fails.
pub fn set_entry(tx: &mut Tx, account: &Account, now: Time) -> Result<()> {
    if by_email(tx, &account.email)?.is_some_and(|other| other.id != account.id) {
        return Err(Problem::AddressTaken.into());
    }
    on!(tx, c => diesel::update(accounts::table.find(account.id))
        .set((
            accounts::email.eq(account.email.as_str()),
            accounts::name.eq(account.name.as_str()),
            accounts::department.eq(account.department.as_str()),
            accounts::phone.eq(account.phone.as_str()),
            accounts::language.eq(account.language),
            accounts::roles.eq(roles_text(&account.roles)),
            accounts::state.eq(account.state),
        ))
        .execute(c))?;
    set_terms(tx, account)?;
    let left = administrators(tx)?.iter().any(|account| account.administers_for_good(now));
    if left { Ok(()) } else { Err(Problem::LastAdministrator.into()) }
}

fn administrators(tx: &mut Tx) -> Result<Vec<Account>> {
    let rows: Vec<Row> = on!(tx, c => accounts::table
        .filter(accounts::roles.like("%administrator%").and(accounts::state.eq(AccountState::Active)))
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Account::try_from).collect()
}

/// Active accounts whose validity has ended.
///
/// # Errors
/// The database cannot be read.
pub fn over(tx: &mut Tx, now: Time) -> Result<Vec<AccountId>> {
    Ok(on!(tx, c => accounts::table
        .filter(accounts::state.ne(AccountState::Stopped).and(accounts::valid_until.le(Some(now))))
        .select(accounts::id)
        .load(c))?)
}

/// Notes that the account is in use, once an hour.
///
/// # Errors
/// The database cannot be written.
pub fn note_use(tx: &mut Tx, id: AccountId, now: Time) -> Result<()> {
    const OFTEN: Duration = Duration::from_secs(3600);
    let noted_before = accounts::last_used_at.is_null().or(accounts::last_used_at.le(Some(now - OFTEN)));
    let row = accounts::table.find(id).filter(noted_before);
    on!(tx, c => diesel::update(row).set(accounts::last_used_at.eq(Some(now))).execute(c))?;
    Ok(())
}

/// Sets the account key and its public half; the password stays.
///
/// # Errors
/// The database cannot be written.
pub fn set_account_key(tx: &mut Tx, id: AccountId, recipient_key: &str, account_key: Option<&[u8]>) -> Result<()> {
    on!(tx, c => diesel::update(accounts::table.find(id))
        .set((accounts::recipient_key.eq(Some(recipient_key)), accounts::account_key.eq(account_key)))
        .execute(c))?;
    Ok(())
}

/// Forgets the account key: nothing is left that opens it.
///
/// # Errors
/// The database cannot be written.
pub fn forget_account_key(tx: &mut Tx, id: AccountId) -> Result<()> {
    on!(tx, c => diesel::update(accounts::table.find(id))
        .set((accounts::recipient_key.eq(None::<String>), accounts::account_key.eq(None::<Vec<u8>>)))
        .execute(c))?;
    Ok(())
}

/// Notes when a reset replaced the account key; `None` once its owner has read what that means.
///
/// # Errors
/// The database cannot be written.
pub fn set_key_renewed(tx: &mut Tx, id: AccountId, at: Option<Time>) -> Result<()> {
    on!(tx, c => diesel::update(accounts::table.find(id)).set(accounts::key_renewed_at.eq(at)).execute(c))?;
    Ok(())
}

/// Active accounts whose own password, not an initial one, was set at or before `since`, and which reminder of its age was
/// the last. None whose last reminder has gone out.
///
/// # Errors
/// The database cannot be read.
pub fn ageing(tx: &mut Tx, since: Time, last_reminder: i32) -> Result<Vec<(AccountId, Time, i32)>> {
    Ok(on!(tx, c => accounts::table
        .filter(accounts::state.eq(AccountState::Active).and(accounts::password_hash.ne("")))
        .filter(accounts::must_change_password.eq(false).and(accounts::password_changed_at.le(since)))
        .filter(accounts::password_reminded.ne(last_reminder))
        .select((accounts::id, accounts::password_changed_at, accounts::password_reminded))
        .load(c))?)
}

/// Notes the reminder of `days` before, if the password is still that of `changed_at` and none so late went out. True for
/// the call that did.
///
/// # Errors
/// The database cannot be written.
pub fn set_reminded(tx: &mut Tx, id: AccountId, changed_at: Time, days: i32) -> Result<bool> {
    let row = accounts::table
        .find(id)
        .filter(accounts::password_changed_at.eq(changed_at))
        .filter(accounts::password_reminded.eq(0).or(accounts::password_reminded.gt(days)));
    Ok(on!(tx, c => diesel::update(row).set(accounts::password_reminded.eq(days)).execute(c))? == 1)
}
