//! The change of a password.

use askama::Template;

use super::Frame;
use crate::model::PasswordRules;

/// Why a password is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its owner likes to.
    Wish,
    /// It is an initial one.
    Initial,
    /// An administrator reset it, and the account key with it. So many transfers are running that were sealed to the old one.
    Reset {
        /// How many.
        running: i64,
    },
    /// It has reached its greatest age.
    Age,
}

/// GET and POST `/me/password`.
#[derive(Template)]
#[template(path = "new_password.html")]
pub struct NewPasswordPage {
    /// The frame.
    pub frame: Frame,
    /// The account's mail address, so that password managers find it.
    pub email: String,
    /// Why it is changed.
    pub why: Why,
    /// Least number of characters.
    pub minimum: u32,
    /// The rules in force.
    pub rules: PasswordRules,
    /// A generated passphrase that satisfies them: in this answer and nowhere else.
    pub suggestion: String,
}

impl NewPasswordPage {
    fn is_wish(&self) -> bool {
        self.why == Why::Wish
    }

    fn rules_in_words(&self) -> Vec<String> {
        rules_in_words(&self.frame, self.minimum, &self.rules, "new-password-not")
    }
}

/// The rules in words; `not` is the text of what a password must not be.
pub(super) fn rules_in_words(frame: &Frame, minimum: u32, rules: &PasswordRules, not: &str) -> Vec<String> {
    let mut words = vec![frame.phrase("new-password-hint").with("minimum", minimum).to_string()];
    if rules.mixed_classes {
        words.push(frame.text("new-password-classes"));
    }
    words.push(frame.text(not));
    if rules.history > 0 {
        words.push(frame.phrase("new-password-history").with("count", rules.history).to_string());
    }
    if let Some(days) = rules.max_age_days {
        words.push(frame.phrase("new-password-age").with("days", days).to_string());
    }
    words
}
