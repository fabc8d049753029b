//! A request by a member of staff at a browser.

use std::ops::{Deref, DerefMut};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::posted::Locked;
use super::view::Member;
use super::visit::Visit;
use crate::error::{Error, Problem, Result};
use crate::http::guard;
use crate::model::Account;
use crate::staff::permit::{Administrator, Person, Sender, SignedIn, Watcher};

/// Paths that stay open while the password must be changed.
const PASSWORD_PAGE: &str = "/me/password";

/// A visit of somebody signed in. Everybody else is led to the sign-in, the unlock page or the change of password.
pub(super) struct Desk {
    visit: Visit,
    signed_in: SignedIn,
}

impl FromRequest for Desk {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let mut visit = visit.await?;
            let signed_in = match person(&visit).await {
                Ok(person) => person.signed_in(),
                Err(error) => {
                    if matches!(error, Error::Problem(Problem::SessionLocked)) {
                        visit.request.extensions_mut().insert(Locked);
                    }
                    return Err(visit.refuse(error));
                }
            };
            let account = &signed_in.account;
            visit.prefer(account.language);
            visit.member = Some(Member { name: account.name.clone(), roles: account.roles.clone() });
            if account.must_change_password {
                visit.member = None;
                if visit.request.path() != PASSWORD_PAGE {
                    return Err(visit.refuse(Problem::PasswordChangeNeeded));
                }
            }
            Ok(Self { visit, signed_in })
        })
    }
}

/// Pages are for people: an API token opens none.
async fn person(visit: &Visit) -> Result<Person> {
    guard::signed_in(&visit.request).await?.person()
}

impl Desk {
    /// Who it is.
    pub(super) fn account(&self) -> &Account {
        &self.signed_in.account
    }

    /// The person, for what only people do.
    pub(super) fn person(&self) -> actix_web::Result<Person> {
        self.signed_in.clone().person().map_err(|error| self.visit.refuse(error))
    }

    /// The right to send.
    pub(super) fn sender(&self) -> actix_web::Result<Sender> {
        self.signed_in.clone().sender().map_err(|error| self.visit.refuse(error))
    }

    /// The right to manage accounts and the office.
    pub(super) fn administrator(&self) -> actix_web::Result<Administrator> {
        self.signed_in.clone().administrator().map_err(|error| self.visit.refuse(error))
    }

    /// The right to see own transfers.
    pub(super) fn watcher(&self) -> actix_web::Result<Watcher> {
        self.signed_in.clone().watcher().map_err(|error| self.visit.refuse(error))
    }
}

impl Deref for Desk {
    type Target = Visit;
    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl DerefMut for Desk {
    fn deref_mut(&mut self) -> &mut Visit {
        &mut self.visit
    }
}

impl AsRef<Visit> for Desk {
    fn as_ref(&self) -> &Visit {
        &self.visit
    }
}
