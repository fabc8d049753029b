//! Events of the log, searched.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::describe::Refusals;
use crate::error::{FieldFlaw, Problem};
use crate::gateway::Gateway;
use crate::http::guard::StaffLogReader;
use crate::http::problem::Failure;
use crate::http::question::{self, parameter};
use crate::model::{EventId, Outcome, Period};
use crate::staff::log::{self, Row};

/// Events on a page where nothing else is asked for, and at most.
const USUAL: usize = 100;
const MOST: usize = 1000;

/// A question to the log. What is absent does not narrow it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes what `question::read` reads")]
pub struct Asked {
    /// A period that moves with the day; `from` and `until` do not count then.
    #[param(inline)]
    period: Option<Period>,
    /// First day, in the time zone of the office.
    #[param(format = Date)]
    from: Option<String>,
    /// Last day, in the time zone of the office.
    #[param(format = Date)]
    until: Option<String>,
    /// Part of the name or address of a member of staff, who acted or was acted upon.
    person: Option<String>,
    /// Part of a recipient's name or address.
    recipient: Option<String>,
    /// A reference, or its last four characters.
    reference: Option<String>,
    /// The word of a kind of event.
    kind: Option<String>,
    /// How it ended.
    result: Option<Outcome>,
    /// A network address.
    source: Option<String>,
    /// Only events older than this one: the `next` of the page before.
    after: Option<String>,
    /// So many at most: 100, unless said otherwise; 1000 at most.
    limit: Option<u32>,
}

/// An event.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventOut {
    /// Its id: it grows with time.
    #[schema(value_type = Uuid)]
    id: EventId,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The word of its kind.
    event: String,
    /// How it ended.
    outcome: Outcome,
    /// The reference of the delivery it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// What stands in the log, as it is.
    leaf: Value,
    /// What is kept beside the leaf, while it is: the values that it commits to.
    values: BTreeMap<String, String>,
}

impl From<Row> for EventOut {
    fn from(row: Row) -> Self {
        Self {
            id: row.told.found.id,
            at: row.told.found.at.to_rfc3339(),
            event: row.told.found.event,
            outcome: row.told.found.outcome,
            reference: row.delivery.map(|delivery| delivery.reference),
            leaf: row.leaf,
            values: row.told.values.into_iter().collect(),
        }
    }
}

/// Events that answer a question.
#[derive(Serialize, ToSchema)]
#[schema(as = Events)]
pub struct EventsOut {
    /// The events, newest first.
    events: Vec<EventOut>,
    /// What `after` has to say for the next page, if there is one.
    #[schema(value_type = Option<Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<EventId>,
}

/// Events of the log that answer a question, newest first.
#[utoipa::path(get, operation_id = "listEvents", path = "/events", tag = "audit", params(Asked),
    responses((status = 200, description = "Events", body = EventsOut), Refusals))]
pub async fn list(
    gateway: web::Data<Gateway>,
    reader: StaffLogReader,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let asked = |name: &str| parameter(&request, name).unwrap_or_default();
    let malformed = |field| Failure(Problem::Field { field, flaw: FieldFlaw::Malformed }.into());
    let after = match asked("after").as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| malformed("after"))?),
    };
    let limit = match asked("limit").as_str() {
        "" => USUAL,
        text => text.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(|| malformed("limit"))?,
    };
    let question = question::read(asked)?;
    let answer = log::search(&gateway, &reader.0, &question, after, limit).await?;
    let events = answer.rows.into_iter().map(EventOut::from).collect();
    Ok(HttpResponse::Ok().json(EventsOut { events, next: answer.next }))
}
