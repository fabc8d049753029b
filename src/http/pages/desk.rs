//! A request by a member of staff at a browser.

use std::ops::{Deref, DerefMut};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

use super::posted::{Locked, is_held};
use super::view::{Member, ProblemPage};
use super::visit::Visit;
use crate::error::{Error, Problem};
use crate::http::guard;
use crate::http::routes::{Access, Side};
use crate::http::surface::Kind;
use crate::model::{Account, Role};
use crate::staff::permit::{
    Administrator, Approver, FaxReader, LogReader, Newcomer, Person, RegisterReader, Sender, SignedIn, Standing,
    Watcher,
};
use crate::transfer::{approve, fax};

/// A visit of somebody signed in who has proven enough. Everybody else is led to what comes first.
pub(super) struct Desk {
    visit: Visit,
    signed_in: SignedIn,
}

/// A visit of somebody signed in who may set up what is missing: a new password, a second factor.
pub(super) struct Threshold {
    visit: Visit,
    signed_in: SignedIn,
}

/// Pages are for people: an API token opens none.
async fn arrive(visit: &mut Visit) -> actix_web::Result<SignedIn> {
    match guard::signed_in(&visit.request).await.and_then(|signed_in| Ok((signed_in.clone().newcomer()?, signed_in))) {
        Ok((_, signed_in)) => {
            let account = &signed_in.account;
            visit.prefer(account.language);
            // Whoever is not through yet sees no menu: there is one thing to do.
            let ready = signed_in.standing() == Standing::Ready;
            if ready {
                let open_faxes = fax::count_open(&visit.gateway, account.id).await;
                visit.member = Some(member(visit, account, open_faxes.map_err(|error| visit.refuse(error))?));
            }
            if let (true, Ok(approver)) = (ready, signed_in.clone().approver()) {
                let waiting = approve::count(&visit.gateway, &approver).await.map_err(|error| visit.refuse(error))?;
                visit.member = visit.member.take().map(|member| Member { approvals: Some(waiting), ..member });
            }
            Ok(signed_in)
        }
        Err(error) => {
            if matches!(error, Error::Problem(Problem::SessionLocked)) {
                visit.request.extensions_mut().insert(Locked);
            }
            Err(visit.refuse(error))
        }
    }
}

/// The gate of pages: who may not come in gets a page that says so, or is led to what comes first.
///
/// # Errors
/// That answer.
pub(in crate::http) async fn admit(request: &HttpRequest, access: Access, side: Side) -> actix_web::Result<()> {
    if let Err(refused) = guard::check_network(request, side) {
        return Err(Visit::extract(request).await?.refuse(refused));
    }
    if access.is_open() {
        return Ok(());
    }
    match Threshold::extract(request).await {
        Ok(visit) => access.admit(visit.signed_in.clone()).map_err(|error| visit.refuse(error)),
        // What was typed is not lost: who takes the form apart puts it behind the unlock page.
        Err(_) if is_held(request) => Ok(()),
        Err(refused) => Err(refused),
    }
}

/// The page behind an address that only takes what a form posts: an old tab, a bookmark, the way back from signing in. It
/// says so in the reader's language and does nothing.
///
/// # Errors
/// The answer to whoever comes from a network for which the place is not there.
pub(in crate::http) async fn refuse_method(
    request: &HttpRequest,
    allowed: &str,
    side: Side,
) -> actix_web::Result<HttpResponse> {
    let visit = Visit::extract(request).await?;
    guard::check_network(request, side).map_err(|refused| visit.refuse(refused))?;
    // Who is signed in is spoken to as on every other page.
    let visit = match Desk::extract(request).await {
        Ok(desk) => desk.visit,
        Err(_) => visit,
    };
    let behind = visit.form_page();
    let mut answer = visit.page(StatusCode::METHOD_NOT_ALLOWED, &ProblemPage::of_method(visit.frame_here(), behind));
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        answer.headers_mut().insert(ALLOW, allowed);
    }
    Ok(answer)
}

fn member(visit: &Visit, account: &Account, open_faxes: u32) -> Member {
    let administers = account.has(Role::Administrator);
    Member {
        name: account.name.clone(),
        email: account.email.clone(),
        roles: account.roles.clone(),
        open_faxes,
        idle_minutes: visit.gateway.policy().idle_lock_minutes,
        approvals: None,
        at_desk: visit.surface() != Some(Kind::Administration),
        administration: visit.administration().filter(|_| administers),
    }
}

impl FromRequest for Desk {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let mut visit = visit.await?;
            let signed_in = arrive(&mut visit).await?;
            signed_in.clone().person().map_err(|error| visit.refuse(error))?;
            Ok(Self { visit, signed_in })
        })
    }
}

impl FromRequest for Threshold {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let mut visit = visit.await?;
            let signed_in = arrive(&mut visit).await?;
            Ok(Self { visit, signed_in })
        })
    }
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

    /// The right to have a person forgotten.
    pub(super) fn eraser(&self) -> actix_web::Result<Administrator> {
        self.signed_in.clone().eraser().map_err(|error| self.visit.refuse(error))
    }

    /// The right to approve what others send.
    pub(super) fn approver(&self) -> actix_web::Result<Approver> {
        self.signed_in.clone().approver().map_err(|error| self.visit.refuse(error))
    }

    /// The right to read the account register.
    pub(super) fn register_reader(&self) -> actix_web::Result<RegisterReader> {
        self.signed_in.clone().register_reader().map_err(|error| self.visit.refuse(error))
    }

    /// The right to read the log.
    pub(super) fn log_reader(&self) -> actix_web::Result<LogReader> {
        self.signed_in.clone().log_reader().map_err(|error| self.visit.refuse(error))
    }

    /// The right to read the fax register.
    pub(super) fn fax_reader(&self) -> actix_web::Result<FaxReader> {
        self.signed_in.clone().fax_reader().map_err(|error| self.visit.refuse(error))
    }

    /// The right to see own transfers.
    pub(super) fn watcher(&self) -> actix_web::Result<Watcher> {
        self.signed_in.clone().watcher().map_err(|error| self.visit.refuse(error))
    }
}

impl Threshold {
    /// Who it is.
    pub(super) fn account(&self) -> &Account {
        &self.signed_in.account
    }

    /// The whole sign-in.
    pub(super) fn signed_in(&self) -> SignedIn {
        self.signed_in.clone()
    }

    /// How far it has come.
    pub(super) fn standing(&self) -> Standing {
        self.signed_in.standing()
    }

    /// The person who may set up what is missing.
    pub(super) fn newcomer(&self) -> actix_web::Result<Newcomer> {
        self.signed_in.clone().newcomer().map_err(|error| self.visit.refuse(error))
    }
}

macro_rules! visits {
    ($($name:ident)*) => {$(
        impl Deref for $name {
            type Target = Visit;
            fn deref(&self) -> &Visit {
                &self.visit
            }
        }

        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut Visit {
                &mut self.visit
            }
        }

        impl AsRef<Visit> for $name {
            fn as_ref(&self) -> &Visit {
                &self.visit
            }
        }
    )*};
}

visits! { Desk Threshold }
