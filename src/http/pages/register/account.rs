//! One account of the register: what it is, what acts for it, what happened to it; for administrators with its forms.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::super::desk::Desk;
use super::super::posted::Fields;
use super::super::view::{AccountForms, AccountPage, SessionRow, TokenRow};
use super::super::visit::Answer;
use super::{account_id, entry, joining, list};
use crate::error::{Problem, Result};
use crate::model::{Account, AccountId, AccountState, Role};
use crate::staff::permit::RegisterReader;
use crate::staff::register::access::{self, Access};
use crate::staff::register::{self, history, listing};
use crate::store::sign_ins::SignIn;
use crate::store::tokens::ApiToken;

pub(super) async fn show(desk: Desk, id: web::Path<String>) -> Answer {
    let id = account_id(&desk, &id)?;
    Ok(desk.page(StatusCode::OK, &page(&desk, id).await?))
}

/// The page as it is stored.
pub(super) async fn page(desk: &Desk, id: AccountId) -> actix_web::Result<AccountPage> {
    let reader = desk.register_reader()?;
    gathered(desk, &reader, id).await.map_err(|error| desk.refuse(error))
}

async fn gathered(desk: &Desk, reader: &RegisterReader, id: AccountId) -> Result<AccountPage> {
    let gateway = &desk.gateway;
    let row = listing::row(gateway, reader, id).await?;
    let Access { sessions, tokens } = access::of(gateway, reader, id).await?;
    let history = history::of(gateway, reader, id).await?;
    let is_own = desk.account().id == id;
    let may_change = desk.account().has(Role::Administrator) && !is_own;
    // Everybody else is asked for only where a form offers them, or a successor is to be named.
    let all = match may_change || row.account.successor.is_some() {
        true => register::list(gateway).await?,
        false => Vec::new(),
    };
    let account = &row.account;
    Ok(AccountPage {
        frame: desk.frame(&format!("/register/{id}")),
        row: list::row(&row, gateway.now()),
        phone: account.phone.clone(),
        language: account.language,
        created_at: account.created_at,
        limits: account.limits.clone(),
        successor: named(&all, account.successor),
        dormant_days: gateway.policy().dormant_days,
        sessions: sessions.into_iter().map(session_row).collect(),
        tokens: tokens.into_iter().map(token_row).collect(),
        history,
        is_own,
        forms: may_change.then(|| forms(desk, account, &all)),
    })
}

/// The name of one of these; empty for nobody.
pub(super) fn named(all: &[Account], id: Option<AccountId>) -> String {
    let one = all.iter().find(|one| Some(one.id) == id);
    one.map(|one| if one.name.is_empty() { one.email.clone() } else { one.name.clone() }).unwrap_or_default()
}

fn forms(desk: &Desk, account: &Account, all: &[Account]) -> AccountForms {
    let entry = entry::of_account(account, desk.gateway.office().time_zone);
    // Who is named already stays to be seen, whatever became of him.
    let fits = |one: &&Account| {
        let takes_over = one.state == AccountState::Active && one.has(Role::Sender) && one.id != account.id;
        takes_over || account.successor == Some(one.id)
    };
    AccountForms {
        was: entry::parts(&entry),
        entry,
        successors: all.iter().filter(fits).map(|one| (one.id, format!("{} <{}>", one.name, one.email))).collect(),
        departments: departments(all),
        open: "",
        reason: String::new(),
        chosen: Vec::new(),
        invitation_seconds: joining::invitation_seconds(desk),
        approves: account.has(Role::Approver),
        is_stopped: account.state == AccountState::Stopped,
        is_invited: account.state == AccountState::Invited,
    }
}

/// The departments of these accounts, each once.
pub(super) fn departments(all: &[Account]) -> Vec<String> {
    let mut names: Vec<String> = all.iter().map(|one| one.department.clone()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn session_row(row: SignIn) -> SessionRow {
    SessionRow {
        id: row.id,
        browser: row.browser,
        source: row.source,
        began_at: row.created_at,
        seen_at: row.last_seen_at,
        locked: row.locked,
        own: false,
    }
}

fn token_row(token: ApiToken) -> TokenRow {
    TokenRow {
        id: token.id,
        name: token.name,
        scope: token.scope,
        expires_at: token.expires_at,
        used_at: token.last_used_at,
    }
}

/// The page again, with what is wrong, and with what was typed into the form that was refused.
pub(super) async fn refused(
    desk: &Desk,
    fields: &Fields,
    (id, form): (AccountId, &'static str),
    problem: Problem,
) -> actix_web::Result<HttpResponse> {
    let mut page = page(desk, id).await?;
    let Some(forms) = &mut page.forms else { return Err(desk.refuse(problem)) };
    forms.open = form;
    forms.reason = fields.get("reason").to_owned();
    forms.chosen = fields.all("session").chain(fields.all("token")).map(str::to_owned).collect();
    if form == "change" {
        forms.entry = entry::typed(fields, page.language);
        // What was touched is measured against what the form was made of, not against what is stored by now.
        for (name, was) in &mut forms.was {
            *was = fields.find(&format!("was.{name}")).unwrap_or(was.as_str()).to_owned();
        }
    }
    match &problem {
        Problem::Field { field: "session" | "token", .. } => {
            page.frame.refuse_in_words(form.trim_end_matches('s'), "register-choose")
        }
        Problem::Field { field: "reason", .. } => page.frame.refuse(reason_id(form), &problem),
        Problem::AddressTaken => page.frame.refuse("email", &problem),
        _ => page.frame.refuse_in_full(&problem),
    }
    Ok(desk.refused_page(&problem, &page))
}

/// The id of the field for the reason in a form of the page.
fn reason_id(form: &str) -> &'static str {
    match form {
        "invite" => "invite-reason",
        "resume" => "resume-reason",
        "recall" => "recall-reason",
        "reset" => "reset-reason",
        "sessions" => "sessions-reason",
        "tokens" => "tokens-reason",
        _ => "reason",
    }
}
