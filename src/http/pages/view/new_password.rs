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

    /// The rules in words.
    fn rules_in_words(&self) -> Vec<String> {
        let mut words = vec![self.frame.phrase("new-password-hint").with("minimum", self.minimum).to_string()];
        if self.rules.mixed_classes {
            words.push(self.frame.text("new-password-classes"));
        }
        words.push(self.frame.text("new-password-not"));
        if self.rules.history > 0 {
            words.push(self.frame.phrase("new-password-history").with("count", self.rules.history).to_string());
        }
        if let Some(days) = self.rules.max_age_days {
            words.push(self.frame.phrase("new-password-age").with("days", days).to_string());
        }
        words
    }
}
