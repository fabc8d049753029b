//! What auditors see.

mod certificate;
mod log;

use crate::http::routes::Routes;

pub(super) fn configure(routes: &mut Routes) {
    log::configure(routes);
    certificate::configure(routes);
}
