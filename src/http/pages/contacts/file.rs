//! The address book from a file and into one. The page that shows what a file would do carries it along, so that nothing of
//! it lies on the server in between.

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, FieldFlaw, Problem};
use crate::http::guard;
use crate::http::pages::desk::Desk;
use crate::http::pages::draft_rows::form_of;
use crate::http::pages::import::{CARRIED_MOST, Given, take};
use crate::http::pages::posted::Posted;
use crate::http::pages::view::{ChangedRow, ContactsImportPage, ContactsPreview};
use crate::http::pages::visit::Answer;
use crate::http::problem_text;
use crate::http::routes::{Access, Routes, at};
use crate::http::text::Texts;
use crate::staff::permit::Sender;
use crate::transfer::book::{self, Change, Form, Outcome, Plan, Planned, RowFlaw};

/// Flaws, new and changed entries shown at most.
const SHOWN_MOST: usize = 200;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/contacts/import").get(Access::Sender, show).post(Access::Sender, check))
        .add(at("/contacts/import/carry-out").post(Access::Sender, carry_out))
        .add(at("/contacts/export.csv").get_alone(Access::Sender, table))
        .add(at("/contacts/export.vcf").get_alone(Access::Sender, cards));
}

fn page(desk: &Desk, sender: &Sender, office: bool, text: String) -> ContactsImportPage {
    ContactsImportPage {
        frame: desk.frame("/contacts/import"),
        may_choose: book::may_change_office(sender),
        office,
        text,
        flaws: Vec::new(),
        preview: None,
    }
}

async fn show(desk: Desk) -> Answer {
    let sender = desk.sender()?;
    Ok(desk.page(StatusCode::OK, &page(&desk, &sender, false, String::new())))
}

fn flaw_line(texts: &Texts, flaw: &RowFlaw) -> String {
    let key = match (flaw.row, flaw.column, &flaw.problem) {
        (0, "encoding", _) => "contacts-not-text",
        (0, _, Problem::Field { flaw: FieldFlaw::TooLong { .. }, .. }) => "contacts-too-many",
        (0, "email", _) => "contacts-no-addresses",
        (0, ..) if flaw.form == Form::Cards => "contacts-not-cards",
        (0, ..) => "contacts-not-a-table",
        (..) if flaw.form == Form::Cards => "contacts-card",
        (..) => "contacts-row",
    };
    let what = problem_text::what(texts, &flaw.problem);
    texts.phrase(key).with("row", flaw.row).with("what", what).to_string()
}

/// The form again, with what was chosen and pasted.
fn flawed(desk: &Desk, sender: &Sender, office: bool, text: String, flaws: &[RowFlaw]) -> HttpResponse {
    let texts = desk.texts();
    let mut page = page(desk, sender, office, text);
    page.flaws = flaws.iter().take(SHOWN_MOST).map(|flaw| flaw_line(&texts, flaw)).collect();
    desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn check(desk: Desk, mut form: Multipart) -> Answer {
    let sender = desk.sender()?;
    guard::check_origin(&desk.request).map_err(|error| desk.refuse(error))?;
    let given = match take(&desk.request, &mut form).await {
        Ok(given) => given,
        Err(Error::Problem(problem @ Problem::TooLarge { .. })) => {
            let mut page = page(&desk, &sender, false, String::new());
            page.frame.refuse("file", &problem);
            return Ok(desk.refused_page(&problem, &page));
        }
        Err(error) => return Err(desk.refuse(error)),
    };
    let plan = book::check(&desk.gateway, &sender, given.office, &given.bytes).await;
    let Given { bytes, office, pasted, .. } = given;
    match plan.map_err(|error| desk.refuse(error))? {
        Ok(plan) => {
            let page = planned(&desk, &sender, office, &plan, URL_SAFE_NO_PAD.encode(&bytes));
            Ok(desk.page(StatusCode::OK, &page))
        }
        Err(flaws) => {
            let text = if pasted { String::from_utf8_lossy(&bytes).into_owned() } else { String::new() };
            Ok(flawed(&desk, &sender, office, text, &flaws))
        }
    }
}

fn planned(desk: &Desk, sender: &Sender, office: bool, plan: &Plan, data: String) -> ContactsImportPage {
    let texts = desk.texts();
    let (new, known): (Vec<&Planned>, Vec<&Planned>) = plan.rows.iter().partition(|row| row.before.is_none());
    let changed = known.into_iter().filter(|row| !row.is_unchanged());
    let mut page = page(desk, sender, office, String::new());
    page.preview = Some(ContactsPreview {
        data,
        mark: plan.mark(),
        added: new.iter().take(SHOWN_MOST).map(|row| row.after.clone()).collect(),
        added_count: plan.added(),
        changed: changed.take(SHOWN_MOST).map(|row| changed_row(&texts, row)).collect(),
        changed_count: plan.changed(),
        unchanged: plan.unchanged(),
        without: plan.without,
        left_out: plan.rows.iter().flat_map(|row| row.left_out.clone()).take(SHOWN_MOST).collect(),
    });
    page
}

fn label(field: &str) -> &'static str {
    match field {
        "email" => "word-email",
        "name" => "word-name",
        "company" => "contact-company",
        "phone" => "word-phone",
        "language" => "contact-language",
        "phrase" => "word-phrase",
        "channel" => "contact-channel",
        _ => "contact-note",
    }
}

fn changed_row(texts: &Texts, row: &Planned) -> ChangedRow {
    let value = |field: &str, value: String| match (field, value.as_str()) {
        (_, "") => texts.text("import-nothing"),
        ("language", "ja") => "日本語".to_owned(),
        ("language", _) => "English".to_owned(),
        ("channel", word) => texts.text(&format!("channel-{word}")),
        _ => value,
    };
    let line =
        |Change { field, before, after }: Change| (texts.text(label(field)), value(field, before), value(field, after));
    let mut changes: Vec<(String, String, String)> = row.changes().into_iter().map(line).collect();
    if row.loses_verification() {
        let [before, after] = ["contacts-verified", "contacts-unverified"].map(|key| texts.text(key));
        changes.push((texts.text("contacts-verification"), before, after));
    }
    ChangedRow { row: 0, who: form_of(&row.after.addressee()).title(texts), changes }
}

async fn carry_out(posted: Posted<Desk, CARRIED_MOST>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let sender = desk.sender()?;
    let malformed = |_| desk.refuse(Problem::Malformed { detail: "not the form of a preview".into() });
    let bytes = URL_SAFE_NO_PAD.decode(fields.get("data")).map_err(malformed)?;
    let office = fields.get("office") == "1";
    let agreed = Some(fields.get("mark").to_owned());
    let outcome = book::carry_out(&desk.gateway, &sender, office, &bytes, agreed).await;
    match outcome.map_err(|error| desk.refuse(error))? {
        Outcome::Done(_) => Ok(desk.go("/contacts?done=contacts_imported")),
        Outcome::Refused(flaws) => Ok(flawed(&desk, &sender, office, String::new(), &flaws)),
        Outcome::Stale(plan) => {
            let mut page = planned(&desk, &sender, office, &plan, fields.get("data").to_owned());
            page.frame.refuse_in_words("", "contacts-stale");
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
    }
}

async fn table(desk: Desk) -> Answer {
    export(&desk, Form::Table, "text/csv; charset=utf-8", "attachment; filename=\"contacts.csv\"").await
}

async fn cards(desk: Desk) -> Answer {
    export(&desk, Form::Cards, "text/vcard; charset=utf-8", "attachment; filename=\"contacts.vcf\"").await
}

async fn export(desk: &Desk, form: Form, media_type: &'static str, disposition: &'static str) -> Answer {
    let text = book::export(&desk.gateway, &desk.sender()?, form).await.map_err(|error| desk.refuse(error))?;
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(text))
}
