//! Joining by invitation.

use askama::Template;

use super::Frame;
use super::new_password::rules_in_words;
use crate::model::{PasswordRules, Time, Validity};

/// GET `/join`, and whatever opens no invitation: the code from the mail is asked for.
#[derive(Template)]
#[template(path = "join_code.html")]
pub struct JoinCodePage {
    /// The frame.
    pub frame: Frame,
    /// The code as typed.
    pub code: String,
}

/// The answer to an invitation's secret: who is invited, and the first password.
#[derive(Template)]
#[template(path = "join.html")]
pub struct JoinPage {
    /// The frame.
    pub frame: Frame,
    /// The secret, to be posted again. It never stands in a URL.
    pub secret: String,
    /// Name of the account.
    pub name: String,
    /// Its mail address: what one signs in with.
    pub email: String,
    /// From when on and until when it may be used.
    pub validity: Validity,
    /// When it may be used at first, if that is not yet.
    pub waits: Option<Time>,
    /// Until when the invitation can be followed.
    pub expires_at: Time,
    /// Least number of characters.
    pub minimum: u32,
    /// The rules in force.
    pub rules: PasswordRules,
    /// A generated passphrase that satisfies them: in this answer and nowhere else.
    pub suggestion: String,
}

impl JoinPage {
    fn rules_in_words(&self) -> Vec<String> {
        rules_in_words(&self.frame, self.minimum, &self.rules, "join-password-not")
    }
}
