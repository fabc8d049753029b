//! Query parameters, and the questions to the log that they ask: the same on pages and in the programming interface.

use actix_web::{HttpRequest, web};

use super::event_text;
use crate::error::{FieldFlaw, Problem, Result};
use crate::model::{Outcome, Period, Question};

/// The value of a query parameter; the first, if it comes more than once.
pub fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?;
    query.into_inner().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The question that these parameters ask. What is empty does not narrow it.
///
/// # Errors
/// `Field` for a day, a period, a kind or a result that is none.
pub fn read(asked: impl Fn(&str) -> String) -> Result<Question> {
    let text = |name: &str| asked(name).trim().to_owned();
    let kind = text("kind");
    if !kind.is_empty() && !event_text::is_kind(&kind) {
        return Err(malformed("kind").into());
    }
    Ok(Question {
        period: optional::<Period>(&text("period"), "period")?,
        from: optional(&text("from"), "from")?,
        until: optional(&text("until"), "until")?,
        person: text("person"),
        reference: text("reference"),
        recipient: text("recipient"),
        kind,
        result: optional::<Outcome>(&text("result"), "result")?,
        source: text("source"),
    })
}

fn malformed(field: &'static str) -> Problem {
    Problem::Field { field, flaw: FieldFlaw::Malformed }
}

fn optional<T: std::str::FromStr>(text: &str, field: &'static str) -> Result<Option<T>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| malformed(field))
}

/// The parameters that ask a question.
pub fn pairs(question: &Question) -> Vec<(&'static str, String)> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let all = [
        ("period", question.period.map(|period| period.word().to_owned()).unwrap_or_default()),
        ("from", day(question.from)),
        ("until", day(question.until)),
        ("person", question.person.clone()),
        ("recipient", question.recipient.clone()),
        ("reference", question.reference.clone()),
        ("kind", question.kind.clone()),
        ("result", question.result.map(|result| result.word().to_owned()).unwrap_or_default()),
        ("source", question.source.clone()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_as_it_is_written() {
        let question = Question {
            period: Some(Period::LastMonth),
            from: Some("2026-11-01".parse().unwrap()),
            until: None,
            person: "佐藤".into(),
            reference: "90QF".into(),
            recipient: "青空".into(),
            kind: "retrieved".into(),
            result: Some(Outcome::Failed),
            source: "192.0.2.1".into(),
        };
        let pairs = pairs(&question);
        let again = read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, v)| v.clone()).unwrap_or_default());
        assert_eq!(again.unwrap(), question);
        assert_eq!(read(|_| String::new()).unwrap(), Question::default());
        for field in ["period", "from", "until", "kind", "result"] {
            let wrong = read(|name| if name == field { "2026-13-99".into() } else { String::new() });
            assert!(wrong.is_err(), "{field}");
        }
    }
}
