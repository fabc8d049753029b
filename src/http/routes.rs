//! The one table of what is served, and the one gate before it. Every place is registered here with a mark that says who
//! may come in; there is no way to register one without. The gate asks before a handler runs and before a body is read, so
//! that a handler that forgets to ask is closed, not open.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{FromRequest, Handler, HttpRequest, Resource, Responder, Route, Scope, guard, web};

use super::guard::{check_network, signed_in};
use super::pages;
use super::problem::{Failure, Protocol};
use crate::error::Result;
use crate::model::{Right, Scope as TokenScope, words};
use crate::staff::permit::SignedIn;

words! {
    /// Who may come in.
    pub enum Access {
        /// Anybody.
        Public = "public",
        /// Whoever has a link: its secret and the number are asked for by the handler.
        Recipient = "recipient",
        /// Signed in, at a browser; something may still have to be set up.
        Newcomer = "newcomer",
        /// Signed in, by session or token, and has proven enough.
        Staff = "staff",
        /// A person at a browser who has proven enough.
        Person = "person",
        /// Who may see own transfers.
        Watcher = "watcher",
        /// Who may send.
        Sender = "sender",
        /// Who may approve what others send: a person, by role or as a deputy.
        Approver = "approver",
        /// Who may read the account register.
        RegisterReader = "register_reader",
        /// Who may read the fax register, or the own part of it.
        FaxReader = "fax_reader",
        /// Who may read the log.
        LogReader = "log_reader",
        /// Who may manage accounts and rules.
        Administrator = "administrator",
        /// Who may have a person forgotten.
        Eraser = "eraser",
    }
}

impl Access {
    /// Whether nobody has to be signed in.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Recipient)
    }

    /// The right that is needed; none: any account will do.
    pub const fn right(self) -> Option<Right> {
        match self {
            Self::Watcher => Some(Right::ManageTransfer),
            Self::Sender => Some(Right::Send),
            Self::Approver => Some(Right::Approve),
            Self::RegisterReader => Some(Right::ReadRegister),
            Self::FaxReader => Some(Right::ReadFaxes),
            Self::LogReader => Some(Right::ReadLog),
            Self::Administrator => Some(Right::ChangeAccount),
            Self::Eraser => Some(Right::ErasePersonalData),
            _ => None,
        }
    }

    /// Whether an API token of this scope will do. It says nothing of the account's role.
    pub const fn takes(self, scope: TokenScope) -> bool {
        match self {
            Self::Public | Self::Recipient | Self::Staff | Self::FaxReader => true,
            Self::Newcomer | Self::Person | Self::Approver | Self::Eraser => false,
            Self::Watcher => matches!(scope, TokenScope::Send | TokenScope::Read),
            Self::Sender => matches!(scope, TokenScope::Send),
            Self::RegisterReader => matches!(scope, TokenScope::Admin | TokenScope::Audit),
            Self::LogReader => matches!(scope, TokenScope::Audit),
            Self::Administrator => matches!(scope, TokenScope::Admin),
        }
    }

    /// Whether this one may come in.
    ///
    /// # Errors
    /// `Forbidden`, or what has to be proven or set up first.
    pub(super) fn admit(self, signed_in: SignedIn) -> Result<()> {
        match self {
            Self::Public | Self::Recipient => Ok(()),
            // A password alone, where more is due, learns nothing: not even whose account it is.
            Self::Staff => signed_in.ready().map(drop),
            Self::Newcomer => signed_in.newcomer().map(drop),
            Self::Person => signed_in.person().map(drop),
            Self::Watcher => signed_in.watcher().map(drop),
            Self::Sender => signed_in.sender().map(drop),
            Self::Approver => signed_in.approver().map(drop),
            Self::RegisterReader => signed_in.register_reader().map(drop),
            Self::FaxReader => signed_in.fax_reader().map(drop),
            Self::LogReader => signed_in.log_reader().map(drop),
            Self::Administrator => signed_in.administrator().map(drop),
            Self::Eraser => signed_in.eraser().map(drop),
        }
    }
}

words! {
    /// For whom a place is there: it decides from which networks it is reached.
    pub enum Side {
        /// Everybody, monitors among them.
        Everyone = "everyone",
        /// Recipients; they come from anywhere.
        Recipients = "recipients",
        /// Staff, signed in or about to.
        Staff = "staff",
        /// Administrators, on their own listener.
        Administration = "administration",
    }
}

/// How a place refuses.
#[derive(Clone, Copy, Debug)]
pub(super) enum Face {
    /// By a page, for people.
    Page,
    /// By a problem document, for programs.
    Api,
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The method.
    pub method: Method,
    /// The path, its variables in braces.
    pub path: String,
    /// Who may come in.
    pub access: Access,
    /// For whom it is there.
    pub side: Side,
    /// Whether it is a page, and not part of the programming interface.
    pub is_page: bool,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.access, self.side, self.method, self.path)
    }
}

/// A path and what is served there, method by method.
pub(super) struct Place {
    path: &'static str,
    served: Vec<(Vec<Method>, Access, Route)>,
}

/// Begins a place.
pub(super) fn at(path: &'static str) -> Place {
    Place { path, served: Vec::new() }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = [$($method:ident),*];)*) => {$(
        $(#[$doc])*
        pub(super) fn $name<F, Args>(self, access: Access, handler: F) -> Self
        where
            F: Handler<Args>,
            Args: FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            self.serve(vec![$(Method::$method),*], access, handler)
        }
    )*};
}

impl Place {
    methods! {
        /// GET, and HEAD with it (RFC 9110, 9.3.2).
        get = [GET, HEAD];
        /// GET alone: what it uses up, HEAD must not.
        get_alone = [GET];
        /// HEAD alone.
        head = [HEAD];
        /// OPTIONS.
        options = [OPTIONS];
        /// POST.
        post = [POST];
        /// PUT.
        put = [PUT];
        /// PATCH.
        patch = [PATCH];
        /// DELETE.
        delete = [DELETE];
    }

    fn serve<F, Args>(mut self, methods: Vec<Method>, access: Access, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let wanted = methods.clone();
        let route = web::route().guard(guard::fn_guard(move |asked| wanted.contains(&asked.head().method)));
        self.served.push((methods, access, route.to(handler)));
        self
    }

    /// The methods, as `Allow` lists them.
    fn allowed(&self) -> String {
        let methods = self.served.iter().flat_map(|(methods, ..)| methods);
        methods.map(Method::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// Where places are registered.
pub(super) struct Routes<'a> {
    cfg: &'a mut web::ServiceConfig,
    table: &'a mut Vec<Entry>,
    prefix: String,
    side: Side,
    face: Face,
}

impl<'a> Routes<'a> {
    /// Registers pages for everybody in `cfg` and notes them in `table`.
    pub(super) fn new(cfg: &'a mut web::ServiceConfig, table: &'a mut Vec<Entry>) -> Self {
        Self { cfg, table, prefix: String::new(), side: Side::Everyone, face: Face::Page }
    }

    /// The same register, for places of another side.
    pub(super) fn of(&mut self, side: Side) -> Routes<'_> {
        Routes { cfg: self.cfg, table: self.table, prefix: self.prefix.clone(), side, face: self.face }
    }

    /// The same register, for places that refuse in another way.
    pub(super) fn with(&mut self, face: Face) -> Routes<'_> {
        Routes { cfg: self.cfg, table: self.table, prefix: self.prefix.clone(), side: self.side, face }
    }

    /// Registers a place.
    pub(super) fn add(&mut self, place: Place) -> &mut Self {
        let Self { side, face, .. } = *self;
        let path = place.path;
        let mut resource = web::resource(path).default_service(refuse_others(place.allowed(), side, face));
        for (methods, access, route) in place.served {
            for method in methods {
                let path = format!("{}{path}", self.prefix);
                self.table.push(Entry { method, path, access, side, is_page: matches!(face, Face::Page) });
            }
            resource = guarded(resource, route, Gate { access, side, face });
        }
        self.cfg.service(resource);
        self
    }

    /// Registers what `fill` registers below `prefix`, as one scope that `finish` puts its layers around.
    pub(super) fn within<S: actix_web::dev::HttpServiceFactory + 'static>(
        &mut self,
        prefix: &'static str,
        fill: impl FnOnce(&mut Routes),
        finish: impl FnOnce(Scope) -> S,
    ) {
        let Self { table, side, face, .. } = self;
        let whole = format!("{}{prefix}", self.prefix);
        let scope = web::scope(prefix).configure(|cfg| {
            fill(&mut Routes { cfg, table, prefix: whole, side: *side, face: *face });
        });
        self.cfg.service(finish(scope));
    }

    /// What answers where no place is.
    pub(super) fn otherwise(&mut self, route: Route) {
        self.cfg.default_service(route);
    }
}

fn guarded(resource: Resource, route: Route, gate: Gate) -> Resource {
    resource.route(route.wrap(from_fn(move |request, next| gate.pass(request, next))))
}

/// A place refuses other methods and names its own.
fn refuse_others(allowed: String, side: Side, face: Face) -> Route {
    web::to(move |request: HttpRequest| {
        let allowed = allowed.clone();
        async move {
            match face {
                Face::Api => Err(Protocol::MethodNotAllowed(allowed).into()),
                Face::Page => pages::refuse_method(&request, &allowed, side).await,
            }
        }
    })
}

/// What stands before a route.
#[derive(Clone, Copy, Debug)]
struct Gate {
    access: Access,
    side: Side,
    face: Face,
}

impl Gate {
    async fn pass(
        self,
        request: ServiceRequest,
        next: Next<BoxBody>,
    ) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
        match self.ask(request.request()).await {
            Ok(()) => next.call(request).await,
            Err(refusal) => Ok(request.error_response(refusal)),
        }
    }

    async fn ask(self, request: &HttpRequest) -> Result<(), actix_web::Error> {
        match self.face {
            Face::Page => pages::admit(request, self.access, self.side).await,
            Face::Api => self.ask_client(request).await.map_err(|error| Failure(error).into()),
        }
    }

    async fn ask_client(self, request: &HttpRequest) -> Result<()> {
        check_network(request, self.side)?;
        if self.access.is_open() { Ok(()) } else { self.access.admit(signed_in(request).await?) }
    }
}
