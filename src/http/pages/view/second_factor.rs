//! The second step of a sign-in, and the second factor's own page.

use askama::Template;

use super::Frame;

/// GET and POST `/sign-in/second`.
#[derive(Template)]
#[template(path = "second_step.html")]
pub struct SecondStepPage {
    /// The frame.
    pub frame: Frame,
    /// Who is signing in.
    pub name: String,
    /// That account's mail address.
    pub email: String,
    /// Path to go to afterwards.
    pub next: String,
    /// Whether the account has an app.
    pub app: bool,
    /// Whether it has a passkey.
    pub passkey: bool,
}

/// GET `/me/second-factor`.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactorPage {
    /// The frame.
    pub frame: Frame,
    /// Path to go to afterwards; empty when its owner came from the own account.
    pub next: String,
    /// Whether an app is set up.
    pub app: bool,
    /// Whether the app may be given up.
    pub removable: bool,
    /// Recovery codes that are left.
    pub codes_left: i64,
    /// Passkeys that are set up.
    pub passkeys: usize,
    /// Whether the rules demand a second factor that is not there yet.
    pub demanded: bool,
    /// Whether a recovery code was used just now.
    pub recovered: bool,
}

/// GET and POST `/me/second-factor/app`.
#[derive(Template)]
#[template(path = "second_factor_app.html")]
pub struct AppPage {
    /// The frame.
    pub frame: Frame,
    /// Path to go to afterwards.
    pub next: String,
    /// The page that this one stands below.
    pub back: String,
    /// Units of each side of the picture.
    pub side: usize,
    /// Its dark squares, as the data of an SVG path.
    pub path: String,
    /// The secret as text, in groups.
    pub secret: String,
}

/// The answer that shows recovery codes, once.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// The frame.
    pub frame: Frame,
    /// Whose they are.
    pub email: String,
    /// Path to go to afterwards.
    pub next: String,
    /// Whether an app was set up just now; else only the codes are new.
    pub enrolled: bool,
    /// The codes.
    pub codes: Vec<String>,
}
