//! The programming interface under `/api/v1`: one file per resource. Inputs are a struct per action that knows no other
//! field; every refusal is a problem.

pub mod accounts;
pub mod afterwards;
pub mod approvals;
pub mod contacts;
pub mod deliveries;
pub mod deputies;
pub mod describe;
pub mod events;
pub mod exports;
pub mod faxes;
pub mod input;
pub mod me;
pub mod numbers;
pub mod policy;
pub mod proofs;
pub mod receive;
pub mod recipients;
pub mod reviews;
pub mod scans;
pub mod shapes;
pub mod templates;
pub mod tokens;
pub mod transfers;
pub mod webhooks;

use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, web};

use super::problem::{Failure, in_the_readers_language};
use super::routes::Access::{
    Administrator, Approver, FaxReader, LogReader, Public, Recipient, RegisterReader, Sender, Staff, Watcher,
};
use super::routes::{Face, Routes, Side, at};
use super::{download, uploads};
use crate::error::Problem;

/// Registers the interface, as far as it is for `sides`.
pub(super) fn configure(routes: &mut Routes, sides: &[Side]) {
    let fill = |routes: &mut Routes| {
        routes.add(at("/openapi.json").get(Public, describe::serve));
        if sides.contains(&Side::Staff) {
            staff(&mut routes.of(Side::Staff));
        }
        if sides.contains(&Side::Recipients) {
            recipients(&mut routes.of(Side::Recipients));
        }
    };
    routes.with(Face::Api).within("/api/v1", fill, |scope| {
        scope.wrap(from_fn(in_the_readers_language)).default_service(web::to(nothing_here))
    });
}

fn staff(routes: &mut Routes) {
    accounts(routes);
    transfers(routes);
    approvals(routes);
    reviews(routes);
    faxes(routes);
    audit(routes);
    proofs(routes);
    exports(routes);
    uploads::configure(routes);
    routes
        .add(at("/recipients").get(Sender, recipients::search))
        .add(at("/contacts").get(Sender, contacts::list).post(Sender, contacts::add))
        .add(at("/templates").get(Sender, templates::list).post(Sender, templates::save))
        .add(at("/templates/{id}").patch(Sender, templates::rename).delete(Sender, templates::remove))
        .add(at("/templates/{id}/begin").post(Sender, templates::begin))
        .add(at("/contacts.csv").get_alone(Sender, contacts::table))
        .add(at("/contacts.vcf").get_alone(Sender, contacts::cards))
        .add(at("/contacts/import").post(Sender, contacts::import))
        .add(
            at("/contacts/{id}")
                .get(Sender, contacts::show)
                .put(Sender, contacts::change)
                .delete(Sender, contacts::remove),
        )
        .add(at("/deliveries/{reference}/reissue").post(Sender, deliveries::reissue))
        .add(at("/deliveries/{reference}/resume").post(Sender, deliveries::resume))
        .add(at("/deliveries/{reference}/remind").post(Sender, deliveries::remind))
        .add(at("/deliveries/{reference}/recall").post(Sender, deliveries::recall))
        .add(at("/deliveries/{reference}/told").post(Sender, deliveries::told))
        .add(at("/deliveries/{reference}/copied").post(Sender, deliveries::copied))
        .add(at("/deliveries/{reference}/printed").post(Sender, deliveries::printed))
        .add(at("/policy").get(RegisterReader, policy::show).patch(Administrator, policy::change))
        .add(at("/tokens").get(Staff, tokens::list))
        .add(at("/webhooks").get(Administrator, webhooks::list))
        .add(at("/webhooks/{name}/test").post(Administrator, webhooks::test))
        .add(at("/me").get(Staff, me::show));
}

fn accounts(routes: &mut Routes) {
    let one = at("/accounts/{id}").get(RegisterReader, accounts::show).patch(Administrator, accounts::change);
    routes
        .add(at("/accounts").get(RegisterReader, accounts::list).post(Administrator, accounts::add))
        .add(at("/accounts.csv").get_alone(RegisterReader, accounts::export))
        .add(one)
        .add(at("/accounts/{id}/stop").post(Administrator, accounts::stop))
        .add(at("/accounts/{id}/resume").post(Administrator, accounts::resume))
        .add(at("/accounts/{id}/reset").post(Administrator, accounts::reset))
        .add(at("/accounts/{id}/invite").post(Administrator, accounts::invite))
        .add(at("/accounts/{id}/deputy").get(RegisterReader, deputies::show).post(Administrator, deputies::name))
        .add(at("/accounts/{id}/deputy/end").post(Administrator, deputies::end));
}

fn transfers(routes: &mut Routes) {
    let one = at("/transfers/{id}")
        .get(Watcher, transfers::show)
        .patch(Sender, transfers::change)
        .delete(Sender, transfers::discard);
    let recipient = at("/transfers/{id}/recipients/{delivery}");
    routes
        .add(at("/transfers").get(Watcher, transfers::list).post(Sender, transfers::create))
        .add(one)
        .add(at("/transfers/{id}/recipients").post(Sender, recipients::add))
        .add(recipient.put(Sender, recipients::change).delete(Sender, recipients::remove))
        .add(at("/transfers/{id}/files/{file}").delete(Sender, transfers::remove_file))
        .add(at("/transfers/{id}/check").get(Watcher, transfers::check))
        .add(at("/transfers/{id}/send").post(Sender, transfers::send))
        .add(at("/transfers/{id}/acknowledge").post(Sender, transfers::acknowledge))
        .add(at("/transfers/{id}/told").post(Sender, transfers::told))
        .add(at("/transfers/{id}/remind").post(Sender, afterwards::remind))
        .add(at("/transfers/{id}/recall").post(Sender, transfers::recall))
        .add(at("/transfers/{id}/extend").post(Sender, transfers::extend));
}

fn approvals(routes: &mut Routes) {
    routes
        .add(at("/approvals").get(Approver, approvals::list))
        .add(at("/approvals/{id}").get(Approver, approvals::show))
        .add(at("/approvals/{id}/files/{n}").get_alone(Approver, approvals::file))
        .add(at("/transfers/{id}/approve").post(Approver, approvals::approve_it))
        .add(at("/transfers/{id}/refuse").post(Approver, approvals::refuse))
        .add(at("/transfers/{id}/release").post(Sender, afterwards::release_held))
        .add(at("/transfers/{id}/widen").post(Sender, afterwards::add))
        .add(at("/deliveries/{reference}/address").put(Sender, afterwards::correct))
        .add(at("/deliveries/{reference}/resend").post(Sender, afterwards::send_again));
}

fn reviews(routes: &mut Routes) {
    routes
        .add(at("/reviews").get(RegisterReader, reviews::list).post(Administrator, reviews::start))
        .add(at("/reviews/{id}").get(RegisterReader, reviews::show))
        .add(at("/reviews/{id}/decide").post(Administrator, reviews::decide))
        .add(at("/reviews/{id}/assign").post(Administrator, reviews::assign))
        .add(at("/reviews/{id}/sign").post(Administrator, reviews::sign))
        .add(at("/reviews/{id}/abandon").post(Administrator, reviews::abandon))
        .add(at("/reviews/{id}/record").get_alone(RegisterReader, reviews::read_record));
}

fn audit(routes: &mut Routes) {
    routes.add(at("/events").get(LogReader, events::list));
}

fn faxes(routes: &mut Routes) {
    routes
        .add(at("/faxes").get(FaxReader, faxes::list).post(Sender, faxes::record))
        .add(at("/faxes.csv").get_alone(FaxReader, faxes::export))
        .add(at("/faxes/{id}").get(FaxReader, faxes::show))
        .add(at("/faxes/{id}/sent").post(Sender, faxes::sent))
        .add(at("/faxes/{id}/confirmed").post(Sender, faxes::confirmed))
        .add(at("/faxes/{id}/stored").post(Sender, faxes::stored))
        .add(at("/faxes/{id}/close").post(Sender, faxes::close))
        .add(at("/faxes/{id}/misdirected").post(Sender, faxes::misdirected));
}

fn exports(routes: &mut Routes) {
    routes
        .add(at("/audit/export").get(LogReader, exports::list).post(LogReader, exports::ask))
        .add(at("/audit/export/{id}").get(LogReader, exports::show).delete(LogReader, exports::cancel))
        .add(at("/audit/export/{id}/file").get_alone(LogReader, exports::fetch))
        .add(at("/audit/export/{id}/manifest").get_alone(LogReader, exports::manifest));
}

fn recipients(routes: &mut Routes) {
    routes
        .add(at("/r/look").post(Recipient, receive::look))
        .add(at("/r/{public_id}/look").post(Recipient, receive::look_at))
        .add(at("/r/{public_id}/ask").post(Recipient, receive::ask))
        .add(at("/r/{public_id}/open").post(Recipient, receive::open))
        .add(at("/r/{public_id}/files").get(Recipient, receive::files))
        .add(at("/r/{public_id}/files/{n}").get(Recipient, download::file))
        .add(at("/r/{public_id}/all.zip").get(Recipient, download::archive))
        .add(at("/r/{public_id}/done").post(Recipient, receive::done));
}

fn proofs(routes: &mut Routes) {
    routes
        .add(at("/transfers/{id}/receipts").get(Watcher, proofs::own_receipts))
        .add(at("/transfers/{id}/receipts/{event}").get(Watcher, proofs::own_receipt))
        .add(at("/transfers/{id}/certificate").get_alone(Watcher, proofs::own_certificate))
        .add(at("/audit/logs").get(LogReader, proofs::logs))
        .add(at("/audit/checkpoint").get(LogReader, proofs::newest_checkpoint))
        .add(at("/audit/certificates").get_alone(LogReader, proofs::certificates))
        .add(at("/audit/tile/{path:.*}").get(LogReader, proofs::newest_tile))
        .add(at("/audit/transfers/{id}/receipts").get(LogReader, proofs::receipts))
        .add(at("/audit/transfers/{id}/receipts/{event}").get(LogReader, proofs::one_receipt))
        .add(at("/audit/transfers/{id}/certificate").get_alone(LogReader, proofs::one_certificate))
        .add(at("/audit/{log}/checkpoint").get(LogReader, proofs::checkpoint))
        .add(at("/audit/{log}/log.zip").get(LogReader, proofs::archive))
        .add(at("/audit/{log}/tile/{path:.*}").get(LogReader, proofs::tile));
}

async fn nothing_here() -> Result<HttpResponse, Failure> {
    Err(Problem::NotFound.into())
}
