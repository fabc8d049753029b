//! The listeners: one public, one for staff if it is to have its own, one for administrators and monitors. Production and
//! tests start them here.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use rustls::ServerConfig;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::guard::TrustedProxies;
use super::problem::Failure;
use super::routes::{Access, Routes, at};
use super::surface::{self, Kind, Surface};
use super::uploads::Runtime;
use super::{headers, tls};
use crate::error::{Doing, Problem, Result};
use crate::gateway::{Gateway, ScannerState};
use crate::model::{Time, TransferId};
use crate::staff::log::copies;
use crate::store::{scans, transfers, tree};

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
    /// For recipients, and for staff unless it has its own.
    pub public: Bound,
    /// For staff alone.
    pub staff: Option<Bound>,
    /// For administrators and monitors; on loopback without TLS.
    pub admin: Bound,
}

/// A socket, and the TLS that it speaks.
pub struct Bound {
    /// The socket.
    pub socket: TcpListener,
    /// Its TLS; none is plain HTTP.
    pub tls: Option<ServerConfig>,
}

/// What holds for every listener.
#[derive(Default)]
pub struct Settings {
    /// Reverse proxies whose word on the source is taken.
    pub trusted: TrustedProxies,
    /// Threads of each listener but the administrators', which has one; absent: one per processor.
    pub workers: Option<u32>,
    /// What collects measurements.
    pub metrics: Option<PrometheusHandle>,
}

/// Running listeners.
pub struct Running {
    /// Where the public one is bound.
    pub public_addr: SocketAddr,
    /// Where the staff's own one is bound.
    pub staff_addr: Option<SocketAddr>,
    /// Where the admin one is bound.
    pub admin_addr: SocketAddr,
    handles: Vec<ServerHandle>,
    tasks: Vec<JoinHandle<std::io::Result<()>>>,
}

impl Running {
    /// Stops listening. Gracefully: running requests go on for up to 30 s; otherwise they break off.
    pub async fn stop(&self, graceful: bool) {
        for handle in &self.handles {
            handle.stop(graceful).await;
        }
    }

    /// Waits until every listener has stopped.
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

/// Starts the listeners. Must be called within the runtime that is to carry uploads to their end.
///
/// # Errors
/// A socket cannot be listened on.
pub fn start(gateway: Arc<Gateway>, listeners: Listeners, settings: Settings) -> Result<Running> {
    let address = |bound: &Bound| bound.socket.local_addr().doing("binding");
    let Listeners { public, staff, admin } = listeners;
    let (public_addr, admin_addr) = (address(&public)?, address(&admin)?);
    let staff_addr = staff.as_ref().map(address).transpose()?;
    let wiring = Wiring::new(gateway, settings)?;
    let with_staff = staff.is_none();
    let mut servers = vec![wiring.serve(Kind::Public { with_staff }, public)?];
    if let Some(staff) = staff {
        servers.push(wiring.serve(Kind::Staff, staff)?);
    }
    servers.push(wiring.serve(Kind::Administration, admin)?);
    let handles = servers.iter().map(Server::handle).collect();
    let tasks = servers.into_iter().map(tokio::spawn).collect();
    Ok(Running { public_addr, staff_addr, admin_addr, handles, tasks })
}

/// What every worker of every listener shares.
struct Wiring {
    gateway: web::Data<Gateway>,
    trusted: web::Data<TrustedProxies>,
    runtime: web::Data<Runtime>,
    metrics: web::Data<Option<PrometheusHandle>>,
    workers: Option<u32>,
}

impl Wiring {
    fn new(gateway: Arc<Gateway>, settings: Settings) -> Result<Self> {
        Ok(Self {
            gateway: web::Data::from(gateway),
            trusted: web::Data::new(settings.trusted),
            runtime: web::Data::new(Runtime(Handle::try_current().doing("finding the runtime")?)),
            metrics: web::Data::new(settings.metrics),
            workers: settings.workers,
        })
    }

    fn serve(&self, kind: Kind, bound: Bound) -> Result<Server> {
        let Bound { socket, tls } = bound;
        let surface = web::Data::new(Surface::new(kind, &self.gateway, tls.is_some()));
        let (gateway, trusted) = (self.gateway.clone(), self.trusted.clone());
        let (runtime, metrics) = (self.runtime.clone(), self.metrics.clone());
        let mut server = HttpServer::new(move || {
            App::new()
                .app_data(gateway.clone())
                .app_data(surface.clone())
                .app_data(trusted.clone())
                .app_data(runtime.clone())
                .app_data(metrics.clone())
                .wrap(from_fn(headers::add))
                .configure(|cfg| drop(surface::register(cfg, kind)))
        })
        .disable_signals()
        .on_connect(tls::present)
        .keep_alive(IDLE)
        .client_request_timeout(HEAD_TIME)
        .tls_handshake_timeout(HEAD_TIME)
        .shutdown_timeout(GRACE)
        .max_connections(CONNECTIONS)
        .h2_initial_window_size(STREAM_WINDOW)
        .h2_initial_connection_window_size(CONNECTION_WINDOW);
        let workers = if kind == Kind::Administration { Some(1) } else { self.workers };
        if let Some(workers) = workers {
            server = server.workers(usize::try_from(workers).unwrap_or(1).max(1));
        }
        let server = match tls {
            Some(tls) => server.listen_rustls_0_23(socket, tls),
            None => server.listen(socket),
        };
        Ok(server.doing("listening")?.run())
    }
}

/// Registers whom to tell of a weakness.
pub(super) fn configure_contact(routes: &mut Routes) {
    routes.add(at("/.well-known/security.txt").get(Access::Public, security_txt));
}

/// Registers what monitors ask.
pub(super) fn configure_health(routes: &mut Routes) {
    routes
        .add(at("/livez").get(Access::Public, live))
        .add(at("/readyz").get(Access::Public, ready))
        .add(at("/metrics").get(Access::Public, measured));
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
    measure_scanning(&gateway).await?;
    measure_log(&gateway).await?;
    metrics.run_upkeep();
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.render()))
}

/// What is known of scanning at this moment; verdicts are counted where they are given.
async fn measure_scanning(gateway: &Gateway) -> Result<()> {
    if gateway.scanner.is_none() {
        return Ok(());
    }
    let is_up = matches!(gateway.scans.state(), ScannerState::Ready { .. });
    metrics::gauge!("kakitome_scanner_up").set(if is_up { 1.0 } else { 0.0 });
    let waiting = gateway.store.read(scans::waiting).await?;
    metrics::gauge!("kakitome_scan_files_waiting").set(f64::from(i32::try_from(waiting).unwrap_or(i32::MAX)));
    Ok(())
}

/// How long events wait for the log, and how far behind each place is that it is copied to.
async fn measure_log(gateway: &Gateway) -> Result<()> {
    let (now, waiting) = (gateway.now(), gateway.store.read(tree::waiting_since).await?);
    let seconds = |since: Time| now.since(since).as_secs_f64();
    metrics::gauge!("kakitome_log_pending_age_seconds").set(waiting.map_or(0.0, seconds));
    let Some(standing) = copies::standing(gateway).await? else { return Ok(()) };
    if let Some((_, at)) = standing.left {
        metrics::gauge!("kakitome_log_left_age_seconds").set(seconds(at));
    }
    for state in &standing.destinations {
        let destination = state.destination.to_string();
        let failing = standing.failing_since(&state.destination).map_or(0.0, seconds);
        metrics::gauge!("kakitome_log_copy_failing_seconds", "destination" => destination.clone()).set(failing);
        let age = if standing.is_whole(state) { Some(0.0) } else { state.left.map(|(_, at)| seconds(at)) };
        if let Some(age) = age {
            metrics::gauge!("kakitome_log_copy_age_seconds", "destination" => destination).set(age);
        }
    }
    Ok(())
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
