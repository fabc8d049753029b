//! What a client may want to act on, beside the words.

use serde_json::{Map, Value, json};

use crate::error::{FieldFlaw, PasswordFlaw, Problem, Unconfirmed};

/// Extension members (RFC 9457, 3.2): what a client may want to act on.
pub(super) fn members(problem: &Problem) -> Map<String, Value> {
    let members = match problem {
        Problem::Field { field, flaw } => match flaw {
            FieldFlaw::Missing => json!({"field": field, "flaw": "missing"}),
            FieldFlaw::Malformed => json!({"field": field, "flaw": "malformed"}),
            FieldFlaw::TooLong { limit } => json!({"field": field, "flaw": "too-long", "limit": limit}),
            FieldFlaw::OutOfBounds { least, most } => {
                json!({"field": field, "flaw": "out-of-bounds", "least": least, "most": most})
            }
            FieldFlaw::TooBroad { limit } => json!({"field": field, "flaw": "too-broad", "limit": limit}),
            FieldFlaw::NotOffered => json!({"field": field, "flaw": "not-offered"}),
            FieldFlaw::NotMobile => json!({"field": field, "flaw": "not-mobile"}),
            FieldFlaw::FaxNumber => json!({"field": field, "flaw": "fax-number"}),
            FieldFlaw::Duplicate => json!({"field": field, "flaw": "duplicate"}),
            FieldFlaw::Incomplete { got, want } => {
                json!({"field": field, "flaw": "incomplete", "got": got, "want": want})
            }
            FieldFlaw::NamesPerson => json!({"field": field, "flaw": "names_person"}),
            FieldFlaw::Mistyped => json!({"field": field, "flaw": "mistyped"}),
            FieldFlaw::TooPale { readable } => json!({"field": field, "flaw": "too-pale", "readable": readable}),
        },
        Problem::PasswordRefused(flaw) => match flaw {
            PasswordFlaw::TooShort { minimum } => json!({"flaw": "too-short", "least": minimum}),
            PasswordFlaw::TooLong { maximum } => json!({"flaw": "too-long", "most": maximum}),
            PasswordFlaw::Same => json!({"flaw": "same"}),
            PasswordFlaw::ContainsName => json!({"flaw": "contains-name"}),
            PasswordFlaw::Differs => json!({"flaw": "differs"}),
            PasswordFlaw::Guessable => json!({"flaw": "guessable"}),
            PasswordFlaw::TooSimilar => json!({"flaw": "too-similar"}),
            PasswordFlaw::Reused { history } => json!({"flaw": "reused", "history": history}),
            PasswordFlaw::LacksClasses => json!({"flaw": "lacks-classes"}),
        },
        Problem::SlowDown { seconds } | Problem::Busy { seconds } | Problem::SourceBanned { seconds } => {
            json!({"seconds": seconds})
        }
        Problem::TooLarge { limit } => json!({"limit": limit}),
        Problem::TooManyFiles { limit }
        | Problem::TooManyRecipients { limit }
        | Problem::TooManyTemplates { limit } => json!({"limit": limit}),
        Problem::SmsDeliveryLimit { limit } => json!({"limit": limit}),
        Problem::SmsDayLimit { limit, left } => json!({"limit": limit, "left": left}),
        Problem::WrongState { state } | Problem::DeliveryEnded { state } => json!({"state": state}),
        Problem::UploadUnfinished { missing } => json!({"missing": missing}),
        Problem::OffsetMismatch { offset } => json!({"offset": offset}),
        Problem::NumberLength { got, want } => json!({"got": got, "want": want}),
        Problem::NumberWrong { left } | Problem::ReviewUndecided { left } => json!({"left": left}),
        Problem::FileRefused { name, because } => json!({"file": name, "because": because.word()}),
        Problem::ConfirmRecipients { recipients } => {
            let one = |one: &Unconfirmed| json!({"delivery": one.delivery, "reference": one.reference, "email": one.email, "flags": one.flags});
            json!({"recipients": recipients.iter().map(one).collect::<Vec<_>>()})
        }
        Problem::ScanPending { left } => json!({"left": left}),
        Problem::TooLargeToScan { limit } => json!({"limit": limit}),
        Problem::ReviewEnded { state } | Problem::ApprovalEnded { state } => json!({"state": state}),
        _ => return Map::new(),
    };
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
