//! The account register from a file and into one. A file is checked first and nothing happens; the page that shows what it
//! would do carries the file along, so that nothing of it lies on the server in between.

use std::collections::HashMap;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::StreamExt;

use super::desk::Desk;
use super::import_rows::{added, changed};
use super::posted::{Fields, Posted};
use super::sign_in::unlock::confirm_first;
use super::view::{ImportPage, ImportPreviewPage};
use super::visit::Answer;
use crate::error::{Error, Problem, Result};
use crate::http::guard::{self, StaffRegisterReader};
use crate::http::routes::{Access, Routes, at};
use crate::http::{files, import_text};
use crate::staff::register;
use crate::staff::register::import::{self, BYTES_MOST, Options, Outcome, Plan, RowFlaw};
use crate::staff::registrar::Registrar;

/// Bytes of the form that carries a file along: its text in base64, and the rest.
pub(super) const CARRIED_MOST: usize = BYTES_MOST / 3 * 4 + 64 * 1024;
/// Bytes of a small field at most.
const SMALL: usize = 4096;
/// Flaws, new and changed people shown at most.
const SHOWN_MOST: usize = 200;
/// Above this a form that needs a confirmation cannot wait for it on the way.
const WAITS_MOST: usize = 12 * 1024;
/// How long a piece of the form may take.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/register/import").get(Access::Administrator, show).post(Access::Administrator, check))
        .add(at("/register/import/carry-out").post(Access::Administrator, carry_out))
        .add(at("/register/export.csv").get_alone(Access::RegisterReader, export));
}

/// GET of a file is what browsers do for a download; HEAD would write an entry of the log for nothing.
async fn export(desk: Desk, request: HttpRequest) -> Answer {
    let StaffRegisterReader(reader) = <StaffRegisterReader as actix_web::FromRequest>::extract(&request).await?;
    let text = register::export(&desk.gateway, &reader).await.map_err(|error| desk.refuse(error))?;
    Ok(files::register(text))
}

async fn show(desk: Desk) -> Answer {
    // Asked before a file is chosen: nothing has to be chosen twice.
    let administrator = desk.administrator()?;
    administrator.require_fresh(&desk.gateway).map_err(|error| desk.refuse(error))?;
    Ok(desk.page(StatusCode::OK, &page(&desk, String::new(), true)))
}

fn page(desk: &Desk, text: String, mail: bool) -> ImportPage {
    ImportPage { frame: desk.frame("/register/import"), text, mail, flaws: Vec::new(), more: 0 }
}

/// A file as it was posted.
#[derive(Default)]
pub(super) struct Given {
    pub(super) bytes: Vec<u8>,
    /// Pasted, and not from a file.
    pub(super) pasted: bool,
    mail: bool,
    /// For the office's address book, and not the own one.
    pub(super) office: bool,
}

async fn check(desk: Desk, mut form: Multipart) -> Answer {
    let administrator = desk.administrator()?;
    guard::check_origin(&desk.request).map_err(|error| desk.refuse(error))?;
    let given = match take(&desk.request, &mut form).await {
        Ok(given) => given,
        Err(Error::Problem(problem @ Problem::TooLarge { .. })) => {
            let mut page = page(&desk, String::new(), true);
            page.frame.refuse("file", &problem);
            return Ok(desk.refused_page(&problem, &page));
        }
        Err(error) => return Err(desk.refuse(error)),
    };
    let own = Some(administrator.account().id);
    let verdict = import::check(&desk.gateway, given.bytes.clone(), own).await;
    match verdict.map_err(|error| desk.refuse(error))? {
        Ok(plan) => {
            let data = URL_SAFE_NO_PAD.encode(&given.bytes);
            let page = preview(&desk, &plan, data, given.mail).await.map_err(|error| desk.refuse(error))?;
            Ok(desk.page(StatusCode::OK, &page))
        }
        Err(flaws) => {
            let text = if given.pasted { String::from_utf8_lossy(&given.bytes).into_owned() } else { String::new() };
            Ok(refused(&desk, text, given.mail, &flaws))
        }
    }
}

fn refused(desk: &Desk, text: String, mail: bool, flaws: &[RowFlaw]) -> HttpResponse {
    let texts = desk.texts();
    let page = ImportPage {
        flaws: flaws.iter().take(SHOWN_MOST).map(|flaw| import_text::line(&texts, flaw)).collect(),
        more: flaws.len().saturating_sub(SHOWN_MOST),
        ..page(desk, text, mail)
    };
    desk.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn preview(desk: &Desk, plan: &Plan, data: String, mail: bool) -> Result<ImportPreviewPage> {
    let everybody = register::list(&desk.gateway).await?;
    let addresses: HashMap<_, _> = everybody.into_iter().map(|one| (one.id, one.email)).collect();
    let texts = desk.texts();
    Ok(ImportPreviewPage {
        frame: desk.frame("/register/import"),
        data,
        mark: plan.mark()?,
        mail,
        reason: String::new(),
        rows: plan.rows,
        added: plan.added.iter().take(SHOWN_MOST).map(|one| added(&texts, one)).collect(),
        added_count: plan.added.len(),
        changed: plan.changed.iter().take(SHOWN_MOST).map(|one| changed(&texts, one, &addresses)).collect(),
        changed_count: plan.changed.len(),
        unchanged: plan.unchanged,
        unconfirmed: false,
    })
}

async fn carry_out(posted: Posted<Desk, CARRIED_MOST>) -> Answer {
    let Posted { by: desk, fields } = posted;
    let administrator = desk.administrator()?;
    let malformed = || desk.refuse(Problem::Malformed { detail: "not the form of a preview".into() });
    let bytes = URL_SAFE_NO_PAD.decode(fields.get("data")).map_err(|_| malformed())?;
    let mail = fields.get("mail") == "1";
    let registrar = match Registrar::administrator(&desk.gateway, &administrator, fields.get("reason")) {
        Ok(registrar) => registrar,
        Err(Error::Problem(Problem::ConfirmationNeeded)) if bytes.len() < WAITS_MOST => {
            return confirm_first(&desk.request, &fields).await;
        }
        Err(Error::Problem(problem)) => return shown_again(&desk, &fields, bytes, &problem).await,
        Err(fault) => return Err(desk.refuse(fault)),
    };
    let options = Options { mail, agreed: Some(fields.get("mark").to_owned()) };
    let outcome = import::carry_out(&desk.gateway, bytes, options, &registrar, |_| {}).await;
    match outcome.map_err(|error| desk.refuse(error))? {
        Outcome::Done(_) => Ok(desk.go("/register/import?done=imported")),
        Outcome::Refused(flaws) => Ok(refused(&desk, String::new(), mail, &flaws)),
        Outcome::Stale(plan) => {
            let page = preview(&desk, &plan, fields.get("data").to_owned(), mail).await;
            let mut page = page.map_err(|error| desk.refuse(error))?;
            page.reason = fields.get("reason").to_owned();
            page.frame.refuse_in_words("", "import-stale");
            Ok(desk.page(StatusCode::CONFLICT, &page))
        }
    }
}

/// The preview once more, with what keeps it from being carried out.
async fn shown_again(desk: &Desk, fields: &Fields, bytes: Vec<u8>, problem: &Problem) -> Answer {
    let verdict = import::check(&desk.gateway, bytes, Some(desk.account().id)).await;
    let mail = fields.get("mail") == "1";
    match verdict.map_err(|error| desk.refuse(error))? {
        Ok(plan) => {
            let page = preview(desk, &plan, fields.get("data").to_owned(), mail).await;
            let mut page = page.map_err(|error| desk.refuse(error))?;
            page.reason = fields.get("reason").to_owned();
            page.unconfirmed = *problem == Problem::ConfirmationNeeded;
            page.frame.refuse("", problem);
            Ok(desk.refused_page(problem, &page))
        }
        Err(flaws) => Ok(refused(desk, String::new(), mail, &flaws)),
    }
}

/// Takes the form apart: the field `csrf`, which must come first, a file or pasted text.
pub(super) async fn take(request: &HttpRequest, form: &mut Multipart) -> Result<Given> {
    let (mut own, mut given) = (false, Given::default());
    while let Some(field) = in_time(form.next()).await? {
        let mut field = field.map_err(|error| broken(&error))?;
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "csrf" => {
                let value = read(&mut field, SMALL).await?;
                guard::check_form(request, &String::from_utf8_lossy(&value))?;
                own = true;
            }
            _ if !own => return Err(Problem::Forged.into()),
            "file" => {
                let bytes = read(&mut field, BYTES_MOST).await?;
                if !bytes.is_empty() {
                    (given.bytes, given.pasted) = (bytes, false);
                }
            }
            "text" => {
                let bytes = read(&mut field, BYTES_MOST).await?;
                if given.bytes.is_empty() {
                    (given.bytes, given.pasted) = (bytes, true);
                }
            }
            "mail" => given.mail = read(&mut field, SMALL).await? == b"1",
            "office" => given.office = read(&mut field, SMALL).await? == b"1",
            _ => drop(read(&mut field, SMALL).await?),
        }
    }
    if own { Ok(given) } else { Err(Problem::Forged.into()) }
}

async fn read(field: &mut Field, most: usize) -> Result<Vec<u8>> {
    let too_large = |_| Problem::TooLarge { limit: most as u64 };
    Ok(in_time(field.bytes(most)).await?.map_err(too_large)?.map_err(|error| broken(&error))?.to_vec())
}

async fn in_time<T>(step: impl Future<Output = T>) -> Result<T> {
    let stalled = || Problem::Malformed { detail: "the form did not arrive in time".into() };
    tokio::time::timeout(PATIENCE, step).await.map_err(|_| stalled().into())
}

fn broken(error: &MultipartError) -> Error {
    Problem::Malformed { detail: error.to_string() }.into()
}
