//! Accounts on the terminal.

use serde_json::{Value, json};

use crate::cli::failure::Result;
use crate::cli::terminal::Terminal;
use crate::gateway::Gateway;
use crate::model::{Account, Time};
use crate::staff::invitation;
use crate::staff::register::{self, Issued};

/// A one-time password, alone on standard output.
pub(super) fn print_issued(issued: &Issued, terminal: Terminal) -> Result<()> {
    let password = issued.one_time_password.as_str();
    if terminal.json {
        let mut shown = shown(&issued.account);
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("one_time_password".to_owned(), password.into());
        }
        return terminal.print_json(&shown);
    }
    terminal.say(terminal.phrase("cli-one-time").with("email", issued.account.email.as_str()).to_string());
    terminal.print(password)
}

/// Says that a mail is on its way, and until when it leads anywhere.
pub(super) async fn say_invited(gateway: &Gateway, account: &Account, terminal: Terminal) -> Result<()> {
    if let Some(until) = invitation::of(gateway, account.id).await? {
        let until = terminal.texts.moment(&until);
        terminal
            .say(terminal.phrase("cli-invited").with("email", account.email.as_str()).with("until", until).to_string());
    }
    Ok(())
}

/// One line each.
pub(super) fn print_all(accounts: &[Account], terminal: Terminal) -> Result<()> {
    if terminal.json {
        return terminal.print_json(&accounts.iter().map(shown).collect::<Vec<_>>());
    }
    for account in accounts {
        let Account { email, name, department, state, .. } = account;
        let line = format!("{email}  {name}  {}  {state}  {department}", roles(account));
        terminal.print(line.trim_end())?;
    }
    Ok(())
}

/// Everything, one line a detail.
pub(super) async fn print_one(gateway: &Gateway, account: &Account, terminal: Terminal) -> Result<()> {
    let invited_until = invitation::of(gateway, account.id).await?;
    let successor = match account.successor {
        Some(id) => Some(register::get(gateway, id).await?.email),
        None => None,
    };
    if terminal.json {
        let mut shown = shown(account);
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("invited_until".to_owned(), json!(invited_until.map(Time::to_rfc3339)));
            fields.insert("successor".to_owned(), json!(successor));
        }
        return terminal.print_json(&[shown]);
    }
    let moment = |time: Option<Time>| time.map(|time| terminal.texts.moment(&time));
    let number = |value: Option<i64>| value.map(|value| value.to_string());
    let limits = &account.limits;
    let lines = [
        ("email", Some(account.email.clone())),
        ("name", Some(account.name.clone())),
        ("department", Some(account.department.clone())),
        ("phone", Some(account.phone.clone())),
        ("language", Some(account.language.word().to_owned())),
        ("roles", Some(roles(account))),
        ("state", Some(account.state.word().to_owned())),
        ("invited_until", moment(invited_until)),
        ("valid_from", moment(account.validity.from)),
        ("valid_until", moment(account.validity.until)),
        ("most_bytes", number(limits.most_bytes)),
        ("most_recipients", number(limits.most_recipients.map(i64::from))),
        ("most_keep_hours", number(limits.most_keep_hours.map(i64::from))),
        ("domains", Some(limits.domains.join(" "))),
        ("needs_approval", limits.needs_approval.then(|| "yes".to_owned())),
        ("successor", successor),
        ("last_used_at", moment(account.last_used_at)),
        ("created_at", moment(Some(account.created_at))),
    ];
    for (name, value) in lines {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            terminal.print(format!("{name:16} {value}"))?;
        }
    }
    Ok(())
}

fn roles(account: &Account) -> String {
    account.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(",")
}

fn shown(account: &Account) -> Value {
    let limits = &account.limits;
    json!({
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "department": account.department,
        "phone": account.phone,
        "language": account.language,
        "roles": account.roles,
        "state": account.state,
        "must_change_password": account.must_change_password,
        "valid_from": account.validity.from.map(Time::to_rfc3339),
        "valid_until": account.validity.until.map(Time::to_rfc3339),
        "most_bytes": limits.most_bytes,
        "most_recipients": limits.most_recipients,
        "most_keep_hours": limits.most_keep_hours,
        "domains": limits.domains,
        "needs_approval": limits.needs_approval,
        "last_used_at": account.last_used_at.map(Time::to_rfc3339),
        "created_at": account.created_at.to_rfc3339(),
    })
}
