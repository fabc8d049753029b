//! The register as a list: what its address asks for.

use actix_web::http::StatusCode;

use super::super::desk::Desk;
use super::super::reviews;
use super::super::view::{AccountStatus, RegisterFilter, RegisterPage, RegisterRow};
use super::super::visit::Answer;
use crate::http::question::parameter;
use crate::model::{Role, Time};
use crate::staff::register::listing::{self, Asked, Row};

/// Accounts on a page of the list.
const ROWS: usize = 200;

pub(super) async fn show(desk: Desk) -> Answer {
    let reader = desk.register_reader()?;
    let mut filter = filter(&desk);
    let all = listing::rows(&desk.gateway, &reader).await.map_err(|error| desk.refuse(error))?;
    let departments = listing::departments(&all);
    let chosen = listing::chosen(all, &filter.asked);
    let found = chosen.len();
    // Behind the last page there is the last one: somebody may have narrowed the list meanwhile.
    filter.page = filter.page.clamp(1, found.div_ceil(ROWS).max(1));
    let before = (filter.page - 1) * ROWS;
    let now = desk.gateway.now();
    let page = RegisterPage {
        frame: desk.frame_here(),
        banner: reviews::banner(&desk).await?,
        rows: chosen.iter().skip(before).take(ROWS).map(|one| row(one, now)).collect(),
        before,
        found,
        has_more: found > before + ROWS,
        departments,
        dormant_days: desk.gateway.policy().dormant_days,
        can_change: desk.account().has(Role::Administrator),
        filter,
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn filter(desk: &Desk) -> RegisterFilter {
    let asked = |name: &str| parameter(&desk.request, name).unwrap_or_default();
    RegisterFilter {
        asked: Asked {
            search: asked("q"),
            state: asked("state").parse().ok(),
            role: asked("role").parse().ok(),
            department: Some(asked("department")).filter(|name| !name.is_empty()),
            dormant: asked("dormant") == "yes",
            sorting: asked("order").parse().unwrap_or_default(),
        },
        page: asked("page").parse().unwrap_or(1),
    }
}

/// An account as a reader sees it in a row.
pub(super) fn row(row: &Row, now: Time) -> RegisterRow {
    let account = row.account.clone();
    let status = AccountStatus::of(&account, row.invited_until, now);
    RegisterRow {
        id: account.id,
        name: account.name,
        email: account.email,
        department: account.department,
        roles: account.roles,
        status,
        invited_until: row.invited_until,
        valid_from: account.validity.from,
        last_day: account.validity.until.map(super::entry::last_moment),
        last_used_at: account.last_used_at,
        factors: row.factors,
        is_dormant: row.is_dormant,
        running: row.running,
    }
}
