//! Sign-in and unlock.

use askama::Template;

use super::Frame;

/// The ways that a page offers to prove who one is.
#[derive(Clone, Debug)]
pub struct Ways {
    /// The own password.
    pub password: bool,
    /// A passkey; shown by scripts only, and where the browser knows passkeys.
    pub passkey: bool,
    /// The certificate of this connection.
    pub certificate: bool,
    /// OpenID providers.
    pub providers: Vec<ProviderWay>,
}

/// An OpenID provider as a way.
#[derive(Clone, Debug)]
pub struct ProviderWay {
    /// Its word in addresses.
    pub id: String,
    /// What its button says.
    pub name: String,
}

/// GET and POST `/sign-in`.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// The frame.
    pub frame: Frame,
    /// The mail address as typed.
    pub email: String,
    /// Path to go to afterwards.
    pub next: String,
    /// An earlier session of this browser has reached its limit.
    pub ended: bool,
    /// What is offered.
    pub ways: Ways,
    /// Where recipients who came here by mistake find theirs.
    pub recipients: String,
}

impl SignInPage {
    /// What browsers may fill into the field for the address.
    fn complete(&self) -> &'static str {
        if self.ways.passkey { "username webauthn" } else { "username" }
    }
}

/// GET and POST `/unlock` (the session idled) and `/confirm` (a sensitive act is about to be done).
#[derive(Template)]
#[template(path = "unlock.html")]
pub struct UnlockPage {
    /// The frame.
    pub frame: Frame,
    /// Whether the session is locked; else it confirms who sits at it.
    pub locked: bool,
    /// Where the form goes.
    pub action: &'static str,
    /// Who is signed in.
    pub name: String,
    /// That account's mail address, so that password managers find it.
    pub email: String,
    /// Path to go to afterwards.
    pub next: String,
    /// Whether a form waits for the unlocking.
    pub holds: bool,
    /// That form, as hidden fields.
    pub kept: Vec<(String, String)>,
    /// What is offered.
    pub ways: Ways,
}

/// The answer to an unlocking while a form waits: its one button posts it.
#[derive(Template)]
#[template(path = "resume.html")]
pub struct ResumePage {
    /// The frame.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
    /// The page that the form stood on.
    pub next: String,
}
