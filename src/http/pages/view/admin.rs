//! The administrators' pages.

use askama::Template;

use super::{Frame, ReviewBanner};

/// GET `/admin`.
#[derive(Template)]
#[template(path = "admin.html")]
pub struct AdminPage {
    /// The frame.
    pub frame: Frame,
    /// Where staff works.
    pub staff_url: String,
    /// Where the reviews of the register stand.
    pub banner: Option<ReviewBanner>,
}
