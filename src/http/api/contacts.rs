//! The address book.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::Input;
use super::shapes::RecipientOut;
use crate::error::{FieldFlaw, Problem};
use crate::gateway::Gateway;
use crate::http::guard::StaffSender;
use crate::http::problem::Failure;
use crate::model::{Channel, Contact, ContactId, Language, Recipient};
use crate::transfer::book::{self, Change, Form, Outcome, Plan, Planned, RowFlaw, Typed};

/// Flaws of a file told at most.
const FLAWS_MOST: usize = 50;
/// Bytes of a file at most.
const BOOK_MOST: u64 = 4 * 1024 * 1024;

/// An entry of the address book.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ContactId,
    /// Whether it is the office's, and not the own one.
    office: bool,
    /// Company; may be empty.
    company: String,
    /// Who.
    #[serde(flatten)]
    recipient: RecipientOut,
    /// Whether the phone number was read in the same exchange of mails: it is then never verified.
    phone_from_mail: bool,
    /// When somebody made sure that the number is this person's.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_verified_at: Option<String>,
    /// Where the entry comes from.
    note: String,
}

impl From<&Contact> for ContactOut {
    fn from(contact: &Contact) -> Self {
        Self {
            id: contact.id,
            office: contact.owner.is_none(),
            company: contact.company.clone(),
            recipient: RecipientOut::from(&contact.recipient),
            phone_from_mail: contact.phone_from_mail,
            phone_verified_at: contact.phone_verified.map(|(at, _)| at.to_rfc3339()),
            note: contact.note.clone(),
        }
    }
}

/// The address book.
#[derive(Serialize, ToSchema)]
#[schema(as = Contacts)]
pub struct ContactsOut {
    /// The own entries and the office's, by company and name.
    contacts: Vec<ContactOut>,
}

/// An entry to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactIn {
    /// Mail address.
    #[serde(default)]
    #[schema(required = true)]
    email: String,
    /// Name.
    #[serde(default)]
    name: String,
    /// Company.
    #[serde(default)]
    company: String,
    /// Language of mail and first page; the office's if absent.
    language: Option<Language>,
    /// Phone number; another one than before is one that nobody has made sure of.
    #[serde(default)]
    phone: String,
    /// Whether that was read in the same exchange of mails.
    #[serde(default)]
    phone_from_mail: bool,
    /// Words that the recipient knows from the sender.
    #[serde(default)]
    phrase: String,
    /// How the number is told; by phone if absent.
    channel: Option<Channel>,
    /// Where the entry comes from.
    #[serde(default)]
    note: String,
    /// For the office's book, which administrators change. It counts when an entry is added.
    #[serde(default)]
    office: bool,
}

impl ContactIn {
    fn typed(self, gateway: &Gateway) -> Typed {
        Typed {
            company: self.company,
            recipient: Recipient {
                email: self.email,
                name: self.name,
                language: self.language.unwrap_or_else(|| gateway.default_language()),
                phone: self.phone,
                phrase: self.phrase,
                channel: self.channel.unwrap_or(Channel::Phone),
            },
            phone_from_mail: self.phone_from_mail,
            note: self.note,
        }
    }
}

type Answer = Result<HttpResponse, Failure>;

fn contact(text: &str) -> Result<ContactId, Failure> {
    text.parse().map_err(|_| Problem::NotFound.into())
}

async fn shown(gateway: &Gateway, sender: &StaffSender, id: ContactId) -> Result<ContactOut, Failure> {
    let (contact, _) = book::entry(gateway, &sender.0.watcher(), id).await?;
    Ok(ContactOut::from(&contact))
}

/// Lists the own entries and the office's.
#[utoipa::path(get, operation_id = "listContacts", path = "/contacts", tag = "contacts",
    responses((status = 200, description = "The entries", body = ContactsOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, sender: StaffSender) -> Answer {
    let all = book::search(&gateway, &sender.0.watcher(), "").await?;
    Ok(HttpResponse::Ok().json(ContactsOut { contacts: all.iter().map(ContactOut::from).collect() }))
}

/// Adds an entry.
#[utoipa::path(post, operation_id = "addContact", path = "/contacts", tag = "contacts", request_body = ContactIn,
    responses((status = 201, description = "The entry", body = ContactOut), Refusals))]
pub async fn add(gateway: web::Data<Gateway>, sender: StaffSender, input: Input<ContactIn>) -> Answer {
    let office = input.value.office;
    let id = book::add(&gateway, &sender.0, office, input.value.typed(&gateway)).await?;
    Ok(HttpResponse::Created().json(shown(&gateway, &sender, id).await?))
}

/// Shows an entry.
#[utoipa::path(get, operation_id = "showContact", path = "/contacts/{id}", tag = "contacts",
    params(("id" = Uuid, Path, description = "Id of an entry")),
    responses((status = 200, description = "The entry", body = ContactOut), Refusals))]
pub async fn show(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    Ok(HttpResponse::Ok().json(shown(&gateway, &sender, contact(&path)?).await?))
}

/// Writes an entry anew; it stays in its book.
#[utoipa::path(put, operation_id = "changeContact", path = "/contacts/{id}", tag = "contacts", request_body = ContactIn,
    params(("id" = Uuid, Path, description = "Id of an entry")),
    responses((status = 200, description = "The entry", body = ContactOut), Refusals))]
pub async fn change(
    gateway: web::Data<Gateway>,
    sender: StaffSender,
    path: web::Path<String>,
    input: Input<ContactIn>,
) -> Answer {
    let id = contact(&path)?;
    book::change(&gateway, &sender.0, id, input.value.typed(&gateway)).await?;
    Ok(HttpResponse::Ok().json(shown(&gateway, &sender, id).await?))
}

/// Removes an entry.
#[utoipa::path(delete, operation_id = "removeContact", path = "/contacts/{id}", tag = "contacts",
    params(("id" = Uuid, Path, description = "Id of an entry")),
    responses((status = 204, description = "Gone"), Refusals))]
pub async fn remove(gateway: web::Data<Gateway>, sender: StaffSender, path: web::Path<String>) -> Answer {
    book::remove(&gateway, &sender.0, contact(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Writes the own entries and the office's as a table.
#[utoipa::path(get, operation_id = "exportContactsTable", path = "/contacts.csv", tag = "contacts",
    responses((status = 200, description = "CSV", body = String, content_type = "text/csv"), Refusals))]
pub async fn table(gateway: web::Data<Gateway>, sender: StaffSender) -> Answer {
    let text = book::export(&gateway, &sender.0, Form::Table).await?;
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(text))
}

/// Writes the own entries and the office's as vCards 4.0, without agreed phrases.
#[utoipa::path(get, operation_id = "exportContactsCards", path = "/contacts.vcf", tag = "contacts",
    responses((status = 200, description = "vCards", body = String, content_type = "text/vcard"), Refusals))]
pub async fn cards(gateway: web::Data<Gateway>, sender: StaffSender) -> Answer {
    let text = book::export(&gateway, &sender.0, Form::Cards).await?;
    Ok(HttpResponse::Ok().content_type("text/vcard; charset=utf-8").body(text))
}

/// A file for an address book.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookIn {
    /// Its text: CSV with a heading, or vCards.
    #[serde(default)]
    #[schema(required = true)]
    file: String,
    /// For the office's book, which administrators change.
    #[serde(default)]
    office: bool,
    /// Only say what it would do.
    #[serde(default)]
    check: bool,
    /// The mark of what it was said to do: if it would do something else by now, nothing is taken.
    mark: Option<String>,
}

/// What changes in a field of an entry.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactChange)]
pub struct ChangeOut {
    /// The field.
    field: &'static str,
    /// What stood there.
    before: String,
    /// What stands there then.
    after: String,
}

/// What becomes of an entry of a file.
#[derive(Serialize, ToSchema)]
#[schema(as = PlannedContact)]
pub struct PlannedOut {
    /// Mail address.
    email: String,
    /// Whether it is new.
    added: bool,
    /// What changes, if it is not.
    changes: Vec<ChangeOut>,
    /// Whether nobody will have made sure of its phone number any more.
    loses_verification: bool,
    /// Further addresses of the same person, which are not taken.
    left_out: Vec<String>,
}

/// What a file does to an address book.
#[derive(Serialize, ToSchema)]
#[schema(as = BookPlan)]
pub struct PlanOut {
    /// Whether it was done, and not only checked.
    done: bool,
    /// The mark of this plan.
    mark: String,
    /// Entries that are new.
    added: usize,
    /// Entries that are written anew.
    changed: usize,
    /// Entries that stand in the book already, as the file has them.
    unchanged: usize,
    /// Cards without a mail address, which are passed over.
    without_email: usize,
    /// The entries of the file.
    entries: Vec<PlannedOut>,
}

impl PlanOut {
    fn of(plan: &Plan, done: bool) -> Self {
        let change = |Change { field, before, after }| ChangeOut { field, before, after };
        let planned = |row: &Planned| PlannedOut {
            email: row.after.recipient.email.clone(),
            added: row.before.is_none(),
            changes: row.changes().into_iter().map(change).collect(),
            loses_verification: row.loses_verification(),
            left_out: row.left_out.clone(),
        };
        Self {
            done,
            mark: plan.mark(),
            added: plan.added(),
            changed: plan.changed(),
            unchanged: plan.unchanged(),
            without_email: plan.without,
            entries: plan.rows.iter().map(planned).collect(),
        }
    }
}

/// What is wrong with a file: its first flaws, by row.
fn flawed(flaws: &[RowFlaw]) -> Problem {
    let told = flaws.iter().take(FLAWS_MOST).map(|flaw| format!("row {}: {}: {}", flaw.row, flaw.column, flaw.problem));
    Problem::Malformed { detail: told.collect::<Vec<_>>().join("; ") }
}

/// Takes a file into an address book, all of it or nothing; or only says what that would do. Phone numbers out of a file are
/// ones that nobody has made sure of.
#[utoipa::path(post, operation_id = "importContacts", path = "/contacts/import", tag = "contacts", request_body = BookIn,
    responses((status = 200, description = "What it does, or would do", body = PlanOut), Refusals))]
pub async fn import(gateway: web::Data<Gateway>, sender: StaffSender, input: Input<BookIn, BOOK_MOST>) -> Answer {
    let BookIn { file, office, check, mark } = input.value;
    if check {
        let plan = book::check(&gateway, &sender.0, office, file.as_bytes()).await?.map_err(|flaws| flawed(&flaws))?;
        return Ok(HttpResponse::Ok().json(PlanOut::of(&plan, false)));
    }
    match book::carry_out(&gateway, &sender.0, office, file.as_bytes(), mark).await? {
        Outcome::Done(plan) => Ok(HttpResponse::Ok().json(PlanOut::of(&plan, true))),
        Outcome::Refused(flaws) => Err(flawed(&flaws).into()),
        Outcome::Stale(_) => Err(Problem::Field { field: "mark", flaw: FieldFlaw::Malformed }.into()),
    }
}
