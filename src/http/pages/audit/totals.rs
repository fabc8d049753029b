//! What was sent, added up.

use actix_web::http::StatusCode;
use chrono::{Days, NaiveDate};

use super::super::view::TotalsPage;
use super::{Answer, Desk, parameter};
use crate::error::{Error, Problem};
use crate::http::question;
use crate::model::day::date_of;
use crate::model::{Question, TotalsBy};
use crate::staff::log::{self, Summary};

/// Days that are added up when no first one is asked for.
const USUAL_DAYS: u64 = 365;

pub(super) async fn show(desk: Desk) -> Answer {
    let reader = desk.log_reader()?;
    let asked = |name: &str| parameter(&desk.request, name).unwrap_or_default();
    let by: TotalsBy = asked("by").parse().unwrap_or(TotalsBy::Month);
    let of_days = |name: &str| if matches!(name, "period" | "from" | "until") { asked(name) } else { String::new() };
    match question::read(of_days) {
        Ok(question) => {
            let (from, until) = days(&desk, &question);
            let summary = log::totals(&desk.gateway, &reader, by, (from, until)).await;
            let summary = summary.map_err(|error| desk.refuse(error))?;
            Ok(desk.page(StatusCode::OK, &TotalsPage { frame: desk.frame_here(), by, from, until, summary }))
        }
        Err(Error::Problem(problem)) => Ok(refused(&desk, by, &problem)),
        Err(error) => Err(desk.refuse(error)),
    }
}

/// The days that are asked for: a year to this day, where none are.
fn days(desk: &Desk, question: &Question) -> (NaiveDate, NaiveDate) {
    let (now, zone) = (desk.gateway.now(), desk.gateway.office().time_zone);
    let (from, until) = question.days(now, zone);
    let until = until.unwrap_or_else(|| date_of(now, zone));
    (from.unwrap_or_else(|| until.checked_sub_days(Days::new(USUAL_DAYS)).unwrap_or(until)), until)
}

fn refused(desk: &Desk, by: TotalsBy, problem: &Problem) -> actix_web::HttpResponse {
    let (from, until) = days(desk, &Question::default());
    let mut page = TotalsPage { frame: desk.frame_here(), by, from, until, summary: Summary::default() };
    page.frame.refuse("", problem);
    desk.refused_page(problem, &page)
}
