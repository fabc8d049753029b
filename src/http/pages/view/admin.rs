//! The administrators' pages.

use askama::Template;

use super::Frame;

/// GET `/admin`.
#[derive(Template)]
#[template(path = "admin.html")]
pub struct AdminPage {
    /// The frame.
    pub frame: Frame,
    /// Where staff works.
    pub staff_url: String,
}
