//! The address book.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::describe::Refusals;
use super::input::Input;
use super::shapes::RecipientOut;
use crate::error::Problem;
use crate::gateway::Gateway;
use crate::http::guard::StaffSender;
use crate::http::problem::Failure;
use crate::model::{Channel, Contact, ContactId, Language, Recipient};
use crate::transfer::book::{self, Typed};

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
