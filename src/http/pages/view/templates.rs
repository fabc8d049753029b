//! Set-ups of transfers that are kept.

use askama::Template;

use super::Frame;
use super::frame::addressed;
use crate::model::{Recipient, Template as Kept, TemplateId, TransferId};

/// Recipients of a template who are named; of the others only how many they are.
const NAMED: usize = 3;

/// GET `/templates`, and the forms that name a template.
#[derive(Template)]
#[template(path = "templates.html")]
pub struct TemplatesPage {
    /// The frame.
    pub frame: Frame,
    /// The templates, by name.
    pub templates: Vec<Kept>,
    /// How many may be kept.
    pub most: u32,
    /// What is being named; none while they are only listed.
    pub form: Option<TemplateForm>,
}

/// What is being named, and the name as typed.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are told by the variant and their names")]
pub enum TemplateForm {
    /// A transfer's set-up.
    Save { transfer: TransferId, name: String },
    /// A template that has another name.
    Rename { template: TemplateId, name: String },
}

impl TemplatesPage {
    /// The transfer that is being kept, and the name as typed.
    fn saving(&self) -> Option<(TransferId, &str)> {
        match &self.form {
            Some(TemplateForm::Save { transfer, name }) => Some((*transfer, name)),
            _ => None,
        }
    }

    /// The new name as typed, where it was refused.
    fn renaming(&self, template: &Kept) -> Option<&str> {
        match &self.form {
            Some(TemplateForm::Rename { template: id, name }) if *id == template.id => Some(name),
            _ => None,
        }
    }

    fn new_name<'a>(&'a self, template: &'a Kept) -> &'a str {
        self.renaming(template).unwrap_or(&template.name)
    }

    fn field(&self, template: &Kept) -> String {
        if self.renaming(template).is_some() { "template".into() } else { format!("name-{}", template.id) }
    }

    fn recipients(&self, template: &Kept) -> String {
        if template.recipients.is_empty() {
            return self.frame.text("templates-nobody");
        }
        let named = |who: &Recipient| addressed(&self.frame.texts, &who.name, &who.email);
        let named: Vec<String> = template.recipients.iter().take(NAMED).map(named).collect();
        let names = named.join(&self.frame.text("templates-between"));
        match template.recipients.len().saturating_sub(NAMED) {
            0 => names,
            others => self.frame.phrase("templates-others").with("names", names).with("count", others).to_string(),
        }
    }

    fn keeping(&self, template: &Kept) -> String {
        self.frame.texts.duration(u64::try_from(template.keep_seconds).unwrap_or(0)).to_string()
    }
}
