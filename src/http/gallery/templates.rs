//! Set-ups of transfers that are kept.

use super::States;
use super::cast::{Cast, day};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{Frame, TemplateForm, TemplatesPage};
use crate::model::{AccountId, Recipient, Template, TemplateId, TransferId};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("templates");
    let template = |name: &str, recipients: Vec<Recipient>, message: Option<Vec<u8>>| Template {
        id: TemplateId::new(day(0)),
        owner: AccountId::new(day(0)),
        name: cast.words(name),
        recipients,
        message_sealed: message,
        keep_seconds: 7 * 86_400,
        changed_at: day(0),
    };
    let many: Vec<Recipient> = cast.known().into_iter().cycle().take(5).collect();
    let all = vec![
        template("青空商事 月次資料", cast.known(), Some(vec![1])),
        template("決算", many, None),
        template("下書き", vec![], None),
    ];
    let page =
        |frame: Frame, form: Option<TemplateForm>| TemplatesPage { frame, templates: all.clone(), most: 50, form };
    states.add("templates", page(cast.frame(true), None));
    states.add("templates-empty", TemplatesPage { templates: Vec::new(), ..page(cast.frame(true), None) });
    let twice = || cast.refused(true, "", Problem::Field { field: "template", flaw: FieldFlaw::Duplicate });
    if let Some(first) = all.first() {
        let form = TemplateForm::Rename { template: first.id, name: cast.words("決算") };
        states.add("templates-rename-refused", page(twice(), Some(form)));
    }
    let form = |name: &str| Some(TemplateForm::Save { transfer: TransferId::new(day(0)), name: cast.words(name) });
    states.add("template-save", page(cast.frame(true), form("")));
    states.add("template-save-refused", page(twice(), form("決算")));
    let mut full = cast.frame(true);
    full.refuse_in_full(&Problem::TooManyTemplates { limit: 50 });
    states.add("template-save-full", page(full, form("決算")));
    states
}
