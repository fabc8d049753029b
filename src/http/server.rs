//! The listeners: one public, for recipients and staff; one for administrators and monitors. Production and tests start
//! them here.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::api::{self, at, get};
use super::guard::TrustedProxies;
use super::problem::Failure;
use super::uploads::Runtime;
use super::{headers, pages};
use crate::error::{Doing, Problem, Result};
use crate::gateway::Gateway;
use crate::model::TransferId;
use crate::store::transfers;

/// How long a client may take for TLS, and again for the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// How long running requests may go on after the listeners closed, in seconds.
const GRACE: u64 = 30;
/// Connections of one worker at most; a connection takes some 100 KiB.
const CONNECTIONS: usize = 4096;
/// Bytes under way to us in one HTTP/2 stream, and in all of a connection. The protocol's 64 KiB would make uploads slow
/// over any distance.
const STREAM_WINDOW: u32 = 4 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;

/// Bound sockets.
pub struct Listeners {
    /// For recipients and staff.
    pub public: TcpListener,
    /// For administrators and monitors; plain HTTP, so on loopback.
    pub admin: TcpListener,
}

/// Running listeners.
pub struct Running {
    /// Where the public one is bound.
    pub public_addr: SocketAddr,
    /// Where the admin one is bound.
    pub admin_addr: SocketAddr,
    handles: [ServerHandle; 2],
    tasks: [JoinHandle<std::io::Result<()>>; 2],
}

impl Running {
    /// Stops listening. Gracefully: running requests go on for up to 30 s; otherwise they break off.
    pub async fn stop(&self, graceful: bool) {
        let [public, admin] = &self.handles;
        public.stop(graceful).await;
        admin.stop(graceful).await;
    }

    /// Waits until both listeners have stopped.
    ///
    /// # Errors
    /// A fault when one of them broke down.
    pub async fn join(self) -> Result<()> {
        for task in self.tasks {
            task.await.doing("serving")?.doing("serving")?;
        }
        Ok(())
    }
}

/// Starts both listeners. Must be called within the runtime that is to carry uploads to their end.
///
/// # Errors
/// A socket cannot be listened on.
pub fn start(
    gateway: Arc<Gateway>,
    listeners: Listeners,
    tls: Option<rustls::ServerConfig>,
    trusted: TrustedProxies,
    workers: Option<u32>,
    metrics: Option<PrometheusHandle>,
) -> Result<Running> {
    let public_addr = listeners.public.local_addr().doing("binding")?;
    let admin_addr = listeners.admin.local_addr().doing("binding")?;
    let gateway = web::Data::from(gateway);
    let runtime = web::Data::new(Runtime(Handle::try_current().doing("finding the runtime")?));
    let trusted = web::Data::new(trusted);
    let state = gateway.clone();
    let mut public = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(trusted.clone())
            .app_data(runtime.clone())
            .wrap(from_fn(headers::add))
            .configure(configure)
    })
    .disable_signals()
    .keep_alive(IDLE)
    .client_request_timeout(HEAD_TIME)
    .tls_handshake_timeout(HEAD_TIME)
    .shutdown_timeout(GRACE)
    .max_connections(CONNECTIONS)
    .h2_initial_window_size(STREAM_WINDOW)
    .h2_initial_connection_window_size(CONNECTION_WINDOW);
    if let Some(workers) = workers {
        public = public.workers(usize::try_from(workers).unwrap_or(1).max(1));
    }
    let public = match tls {
        Some(tls) => public.listen_rustls_0_23(listeners.public, tls),
        None => public.listen(listeners.public),
    };
    let public = public.doing("listening")?.run();
    let admin = start_admin(gateway, listeners.admin, metrics)?;
    Ok(Running {
        public_addr,
        admin_addr,
        handles: [public.handle(), admin.handle()],
        tasks: [tokio::spawn(public), tokio::spawn(admin)],
    })
}

/// Registers everything that the public listener serves.
pub fn configure(cfg: &mut web::ServiceConfig) {
    api::configure(cfg);
    pages::configure(cfg);
    cfg.service(at("/.well-known/security.txt", "GET, HEAD").route(get().to(security_txt)));
}

/// RFC 9116. The office answers for its gateway.
async fn security_txt(gateway: web::Data<Gateway>) -> Result<HttpResponse, Failure> {
    let office = gateway.office();
    let contact = match (office.web.as_str(), office.phone.as_str()) {
        ("", "") => format!("{}/", gateway.public_url),
        ("", phone) => format!("tel:{}", phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>()),
        (web, _) => web.to_owned(),
    };
    let expires = (gateway.now() + Duration::from_secs(180 * 24 * 3600)).to_rfc3339();
    let canonical = format!("{}/.well-known/security.txt", gateway.public_url);
    let text = format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: ja, en\nCanonical: {canonical}\n");
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}

fn start_admin(
    gateway: web::Data<Gateway>,
    listener: TcpListener,
    metrics: Option<PrometheusHandle>,
) -> Result<actix_web::dev::Server> {
    let metrics = web::Data::new(metrics);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(gateway.clone())
            .app_data(metrics.clone())
            .wrap(from_fn(headers::add))
            .configure(configure_admin)
    });
    let server = server.disable_signals().workers(1).client_request_timeout(HEAD_TIME).shutdown_timeout(GRACE);
    Ok(server.listen(listener).doing("listening")?.run())
}

fn configure_admin(cfg: &mut web::ServiceConfig) {
    cfg.service(at("/livez", "GET, HEAD").route(get().to(live)))
        .service(at("/readyz", "GET, HEAD").route(get().to(ready)))
        .service(at("/metrics", "GET, HEAD").route(get().to(measured)))
        .default_service(web::to(|| async { Err::<HttpResponse, Failure>(Problem::NotFound.into()) }));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("live\n")
}

/// Ready is who can read the database.
async fn ready(gateway: web::Data<Gateway>) -> Result<HttpResponse, Failure> {
    let nobodys = TransferId::new(gateway.now());
    gateway.store.read(move |tx| transfers::find(tx, nobodys)).await?;
    Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n"))
}

async fn measured(
    gateway: web::Data<Gateway>,
    metrics: web::Data<Option<PrometheusHandle>>,
) -> Result<HttpResponse, Failure> {
    let Some(metrics) = metrics.as_ref() else { return Err(Problem::NotFound.into()) };
    metrics::counter!("kakitome_key_derivations_total").absolute(gateway.openings.derivations());
    metrics.run_upkeep();
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.render()))
}

/// What collects measurements. There is one for a process, however many gateways it runs.
///
/// # Errors
/// A fault when something else collects them already.
pub fn recorder() -> Result<PrometheusHandle> {
    static INSTALLED: OnceLock<std::result::Result<PrometheusHandle, String>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| PrometheusBuilder::new().install_recorder().map_err(|e| e.to_string()));
    installed.clone().doing("installing the recorder")
}
