//! A question to the log in options: the same for what is shown and what is written into a file.

use chrono::NaiveDate;

use crate::http::event_text;
use crate::model::{Outcome, Period, Question};

/// A question to the log, in options.
#[derive(Debug, clap::Args)]
pub(super) struct Asking {
    /// A period that moves with the day: `today`, `this_week`, `this_month`, `last_month` or `business_year`
    #[arg(long, value_name = "PERIOD", conflicts_with_all = ["from", "until"])]
    period: Option<Period>,
    /// First day
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
    /// Part of the name or address of a member of staff
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    person: String,
    /// Part of a recipient's name or address
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    recipient: String,
    /// A reference, or its last four characters
    #[arg(long, value_name = "REFERENCE", default_value = "", hide_default_value = true)]
    reference: String,
    /// The word of a kind of event, such as `retrieved`
    #[arg(long, value_name = "EVENT", default_value = "", hide_default_value = true, value_parser = kind)]
    kind: String,
    /// How it ended: `ok` or `failed`
    #[arg(long, value_name = "RESULT")]
    result: Option<Outcome>,
    /// A network address
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    source: String,
}

fn kind(word: &str) -> Result<String, String> {
    let known = word.is_empty() || event_text::is_kind(word);
    if known { Ok(word.to_owned()) } else { Err("there is no event of this kind".into()) }
}

impl Asking {
    /// The question; what is not given does not narrow it.
    pub(super) fn question(&self) -> Question {
        let text = |typed: &str| typed.trim().to_owned();
        Question {
            period: self.period,
            from: self.from,
            until: self.until,
            person: text(&self.person),
            reference: text(&self.reference),
            recipient: text(&self.recipient),
            kind: self.kind.clone(),
            result: self.result,
            source: text(&self.source),
        }
    }
}
