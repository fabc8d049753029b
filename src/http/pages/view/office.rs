//! How the office presents itself.

use askama::Template;

use super::Frame;
use crate::model::Language;

/// GET and POST `/office`.
#[derive(Template)]
#[template(path = "office.html")]
pub struct OfficePage {
    /// The frame.
    pub frame: Frame,
    /// Nobody has said it yet: the first administrator is asked.
    pub welcome: bool,
    /// The settings as they are, or as typed.
    pub form: OfficeForm,
    /// The settings that the configuration fixes, by name.
    pub fixed: Vec<&'static str>,
}

/// POST `/office`.
#[derive(Clone, Debug)]
pub struct OfficeForm {
    /// Name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// Phone number.
    pub phone: String,
    /// Hours in which it answers.
    pub hours: String,
    /// Web page.
    pub web: String,
    /// `#rrggbb`.
    pub colour: String,
    /// The language when nobody says another.
    pub default_language: Language,
    /// An IANA name.
    pub time_zone: String,
}

impl OfficePage {
    fn is_fixed(&self, name: &str) -> bool {
        self.fixed.contains(&name)
    }

    /// What the configuration fixes, as label and value.
    fn fixed_facts(&self) -> Vec<(String, String)> {
        let form = &self.form;
        let language = self.frame.languages().into_iter().find(|(one, _)| *one == form.default_language);
        let all = [
            ("name", "office-name", form.name.as_str()),
            ("phone", "word-phone", &form.phone),
            ("hours", "office-hours", &form.hours),
            ("address", "office-address", &form.address),
            ("web", "office-web", &form.web),
            ("colour", "office-colour", &form.colour),
            ("default_language", "office-language", language.map_or("", |(_, name)| name)),
            ("time_zone", "office-time-zone", &form.time_zone),
        ];
        let fixed = all.into_iter().filter(|(name, ..)| self.is_fixed(name));
        fixed.map(|(_, label, value)| (self.frame.text(label), value.to_owned())).collect()
    }

    fn title_key(&self) -> &'static str {
        if self.welcome { "office-welcome-title" } else { "office-title" }
    }

    /// Whether any of the less common settings can be changed here.
    fn has_more(&self) -> bool {
        ["web", "default_language", "time_zone"].iter().any(|name| !self.is_fixed(name))
    }

    /// Whether the less common settings stand open: something is wrong with one of them.
    fn opens_more(&self) -> bool {
        ["web", "time_zone"].iter().any(|field| self.frame.error(field).is_some())
    }
}
