//! What auditors see: the log, searched and told. Nothing is changed here but an auditor's own kept searches.

mod certificate;
mod copies;
mod event;
mod export;
mod log;
mod search;
mod totals;
mod transfer;

use super::desk::Desk;
use super::posted::Posted;
use super::visit::Answer;
use crate::http::question::parameter;
use crate::http::routes::{Access, Routes, at};

pub(super) fn configure(routes: &mut Routes) {
    export::configure(routes);
    routes
        .add(at("/audit").get(Access::LogReader, search::show))
        .add(at("/audit/searches").post(Access::LogReader, search::keep))
        .add(at("/audit/searches/{id}/remove").post(Access::LogReader, search::remove))
        .add(at("/audit/totals").get(Access::LogReader, totals::show))
        .add(at("/audit/copies").get(Access::LogReader, copies::show))
        .add(at("/audit/events/{id}").get(Access::LogReader, event::show))
        .add(at("/audit/events/{id}/proof").get(Access::LogReader, event::proof))
        .add(at("/audit/transfers/{id}").get(Access::LogReader, transfer::show));
    log::configure(routes);
    certificate::configure(routes);
}
