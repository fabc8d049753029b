//! `/me`: profile, ways to sign in, sessions, API tokens.

use askama::Template;

use super::Frame;
use crate::model::{Language, Role, Scope, SignInId, Time, TokenId};

/// GET `/me` and the answers to its forms.
#[derive(Template)]
#[template(path = "me.html")]
pub struct MePage {
    /// The frame.
    pub frame: Frame,
    /// The account's mail address.
    pub email: String,
    /// Whether there is a password to change; else a passphrase stands before the account key.
    pub own_password: bool,
    /// The account's roles.
    pub roles: Vec<Role>,
    /// Whether a successor is named: the running transfers wait to be handed over.
    pub hands_over: bool,
    /// Accounts of the open review that wait for a decision.
    pub to_review: u32,
    /// Whether a mail comes when a recipient has collected everything; none for who does not send.
    pub receipts: Option<bool>,
    /// The profile as stored or as typed.
    pub profile: ProfileForm,
    /// The account's sessions, the one used last first.
    pub sessions: Vec<SessionRow>,
    /// The account's live tokens.
    pub tokens: Vec<TokenRow>,
    /// The token form as typed.
    pub token_form: TokenForm,
    /// A token that was made by this very request; shown once.
    pub new_token: Option<String>,
}

/// A session in the list.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its id.
    pub id: SignInId,
    /// In which browser; may be empty.
    pub browser: String,
    /// Where it began; may be empty.
    pub source: String,
    /// When it began.
    pub began_at: Time,
    /// When it was last used.
    pub seen_at: Time,
    /// Whether it is locked.
    pub locked: bool,
    /// Whether it is the one that asks.
    pub own: bool,
}

/// POST `/me/profile`.
#[derive(Clone, Debug)]
pub struct ProfileForm {
    /// Name shown to recipients.
    pub name: String,
    /// Direct phone number shown to recipients.
    pub phone: String,
    /// Language of the staff pages.
    pub language: Language,
}

/// POST `/me/tokens`.
#[derive(Clone, Debug)]
pub struct TokenForm {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// Days it lives, as typed.
    pub days: String,
    /// Scopes that the account's roles allow.
    pub scopes: Vec<Scope>,
}

/// A token in the list.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// Until when it works.
    pub expires_at: Time,
    /// When it was last used.
    pub used_at: Option<Time>,
}

impl MePage {
    fn approves(&self) -> bool {
        self.roles.contains(&Role::Approver)
    }

    /// Whether the form for a token stands open: something is wrong with what was typed.
    fn opens_token_form(&self) -> bool {
        ["token-name", "scope", "days"].iter().any(|field| self.frame.error(field).is_some())
    }

    fn has_other_sessions(&self) -> bool {
        self.sessions.iter().any(|session| !session.own)
    }

    fn role(&self, role: &Role) -> String {
        self.frame.text(match role {
            Role::Sender => "role-sender",
            Role::Approver => "role-approver",
            Role::Auditor => "role-auditor",
            Role::Administrator => "role-administrator",
        })
    }

    fn scope(&self, scope: &Scope) -> String {
        self.frame.text(match scope {
            Scope::Send => "scope-send",
            Scope::Read => "scope-read",
            Scope::Audit => "scope-audit",
            Scope::Admin => "scope-admin",
        })
    }
}
