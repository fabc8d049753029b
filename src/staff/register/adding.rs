//! Joining: a new entry.

use zeroize::Zeroizing;

use crate::crypt::Identity;
use crate::error::Result;
use crate::gateway::Gateway;
use crate::model::{
    Account, AccountId, AccountState, Entry, EventKind, Language, Limits, Passphrase, Role, Time, Validity,
};
use crate::staff::password;
use crate::staff::registrar::Registrar;
use crate::store::accounts::Credentials;
use crate::store::{Tx, accounts};

use super::entry::{self, address, line, record, roles};

/// Who shall get an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Mail address, also the sign-in name.
    pub email: String,
    /// Name shown to recipients.
    pub name: String,
    /// Department; may be empty.
    pub department: String,
    /// Direct phone number; may be empty.
    pub phone: String,
    /// Language of the staff pages.
    pub language: Language,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// A new or reset account and the password that it must change at once.
pub struct Issued {
    /// The account.
    pub account: Account,
    /// Shown once, stored nowhere.
    pub one_time_password: Zeroizing<String>,
}

impl NewAccount {
    /// The entry that it becomes, in use at once.
    ///
    /// # Errors
    /// `Field` for what is wrong with it.
    pub(in crate::staff) fn examine(&self, now: Time) -> Result<Account> {
        let email = address(&self.email)?;
        Ok(Account {
            name: line("name", &self.name)?,
            department: line("department", &self.department)?,
            phone: line("phone", &self.phone)?,
            ..new_account(email, roles(&self.roles)?, self.language, now)
        })
    }
}

/// An account that is in use, with nothing but an address and roles.
pub(in crate::staff) fn new_account(email: String, roles: Vec<Role>, language: Language, now: Time) -> Account {
    Account {
        id: AccountId::new(now),
        email,
        name: String::new(),
        department: String::new(),
        phone: String::new(),
        language,
        roles,
        state: AccountState::Active,
        must_change_password: false,
        password_changed_at: now,
        recipient_key: None,
        key_renewed_at: None,
        validity: Validity::default(),
        limits: Limits::default(),
        successor: None,
        last_used_at: None,
        revision: 0,
        created_at: now,
    }
}

/// Stores a new entry. The transaction was admitted.
///
/// # Errors
/// `AddressTaken`; the store cannot be written.
pub(in crate::staff) fn store_new(
    tx: &mut Tx,
    account: &Account,
    credentials: &Credentials,
    registrar: &Registrar,
    now: Time,
) -> Result<()> {
    accounts::insert(tx, account, credentials)?;
    record(tx, account, EventKind::AccountCreated { entry: Entry::of(account) }, registrar, now)
}

/// Adds an account with a one-time password.
///
/// # Errors
/// `Forbidden` for an API token, which invites; `Field` for a bad address or name or no role; `AddressTaken`.
pub async fn add(gateway: &Gateway, new: NewAccount, registrar: &Registrar) -> Result<Issued> {
    add_within(gateway, new, Validity::default(), registrar).await
}

/// The same, for a time.
///
/// # Errors
/// As [`add`].
pub async fn add_within(
    gateway: &Gateway,
    new: NewAccount,
    validity: Validity,
    registrar: &Registrar,
) -> Result<Issued> {
    registrar.require_person()?;
    let now = gateway.now();
    let account = Account { validity: entry::validity(validity)?, ..new.examine(now)? };
    let one_time_password = password::one_time_password();
    let secret = Passphrase::new(one_time_password.as_str().to_owned());
    let credentials = password::seal(gateway, Identity::generate(), secret, true).await?;
    let recipient_key = credentials.recipient_key.clone();
    let account = Account { must_change_password: true, recipient_key, ..account };
    let (stored, registrar) = (account.clone(), registrar.clone());
    gateway
        .store
        .write(move |tx| {
            registrar.admit(tx, None)?;
            store_new(tx, &stored, &credentials, &registrar, now)
        })
        .await?;
    Ok(Issued { account, one_time_password })
}

/// The first account of an empty installation: administrator and sender. `None` when there are accounts already.
///
/// # Errors
/// The store cannot be read or written.
pub async fn first(gateway: &Gateway, email: &str, name: &str) -> Result<Option<Issued>> {
    if !gateway.store.read(accounts::all).await?.is_empty() {
        return Ok(None);
    }
    let new = NewAccount {
        email: email.to_owned(),
        name: name.to_owned(),
        department: String::new(),
        phone: gateway.office().phone,
        language: gateway.default_language(),
        roles: vec![Role::Administrator, Role::Sender],
    };
    add(gateway, new, &Registrar::console()).await.map(Some)
}
