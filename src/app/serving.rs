//! From an opened installation to one that answers: listeners, certificates, jobs.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::error::{Doing, Result};
use crate::gateway::Gateway;
use crate::http::guard::TrustedProxies;
use crate::http::server::{self, Listeners};
use crate::http::tls::{self, Certificates, LocalAuthority};
use crate::job;
use crate::model::{Actor, Event, EventKind};
use crate::port::Clock;
use crate::transfer::recover::recover;

use super::{App, Places, open};

/// A gateway that answers.
pub struct Running {
    /// What the flows work with.
    pub gateway: Arc<Gateway>,
    /// Where recipients and staff connect.
    pub public_addr: SocketAddr,
    /// Where administrators and monitors connect.
    pub admin_addr: SocketAddr,
    /// The authority that clients must trust, when the certificate is self-made.
    pub authority_file: Option<PathBuf>,
    server: server::Running,
    stopper: job::Stopper,
    jobs: Vec<tokio::task::JoinHandle<()>>,
}

/// Binds the listeners, opens the installation and starts to answer.
///
/// A configured port 0 takes a free one, and `public_url` becomes that port on localhost: for trying out and for tests.
///
/// # Errors
/// A listener cannot be bound; whatever `open` refuses; recovery failed.
pub async fn start(mut config: Config, places: Places, clock: Arc<dyn Clock>) -> Result<Running> {
    let listeners = bind(&mut config)?;
    open(config, places, clock).await?.serve(listeners).await
}

fn bind(config: &mut Config) -> Result<Listeners> {
    let public = TcpListener::bind(config.server.listen).doing("listening on server.listen")?;
    let admin = TcpListener::bind(config.server.admin_listen).doing("listening on server.admin_listen")?;
    if config.server.listen.port() == 0 {
        let port = public.local_addr().doing("listening on server.listen")?.port();
        config.server.public_url = format!("https://localhost:{port}").try_into().doing("naming the free port")?;
    }
    Ok(Listeners { public, admin })
}

impl App {
    async fn serve(self, listeners: Listeners) -> Result<Running> {
        let Self { gateway, config, places, mailer } = self;
        recover(&gateway).await?;
        let (certificates, authority_file) = certificates(&config, &places, &*gateway.clock)?;
        let certificates = Arc::new(certificates);
        let tls = tls::server_config(certificates.clone(), config.tls.tls12)?;
        let now = gateway.now();
        gateway.store.write(move |tx| tx.record(&Event::new(EventKind::Started, now, Actor::System))).await?;
        let trusted = TrustedProxies(config.server.trusted_proxies.clone());
        let metrics = Some(server::recorder()?);
        let server = server::start(gateway.clone(), listeners, Some(tls), trusted, config.server.workers, metrics)?;
        let (stopper, sign) = job::stop_sign();
        let jobs = vec![
            tokio::spawn(job::outbox::run(gateway.clone(), mailer, sign.clone())),
            tokio::spawn(job::sweeper::run(gateway.clone(), sign)),
            tokio::spawn(certificates.watch()),
        ];
        Ok(Running {
            public_addr: server.public_addr,
            admin_addr: server.admin_addr,
            gateway,
            authority_file,
            server,
            stopper,
            jobs,
        })
    }
}

impl Running {
    /// Stops in order: requests finish, jobs end, the stop is an event.
    ///
    /// # Errors
    /// The last event cannot be written.
    pub async fn stop(self) -> Result<()> {
        self.server.stop(true).await;
        self.server.join().await?;
        self.stopper.stop();
        for job in self.jobs {
            // A job that does not end by itself (it waits for files to change) is cut off.
            if let Err(late) = tokio::time::timeout(Duration::from_secs(1), job).await {
                tracing::debug!(%late, "a job was cut off");
            }
        }
        let now = self.gateway.now();
        let stopped = Event::new(EventKind::Stopped, now, Actor::System);
        self.gateway.store.write(move |tx| tx.record(&stopped)).await
    }

    /// Waits for SIGTERM or SIGINT.
    ///
    /// # Errors
    /// Signals cannot be waited for.
    pub async fn wait(&self) -> Result<()> {
        let mut terminate = signal(SignalKind::terminate()).doing("waiting for signals")?;
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted.doing("waiting for signals"),
        }
    }
}
fn certificates(config: &Config, places: &Places, clock: &dyn Clock) -> Result<(Certificates, Option<PathBuf>)> {
    if let (Some(certificate), Some(key)) = (&config.tls.certificate_file, &config.tls.key_file) {
        return Ok((Certificates::from_files(certificate, key)?, None));
    }
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let host = config.server.public_url.host().to_owned();
    if !names.contains(&host) {
        names.push(host);
    }
    let authority = LocalAuthority::load_or_make(&places.keys, &names, clock.now())?;
    let file = authority.server_file();
    Ok((Certificates::from_files(&file, &file)?, Some(authority.authority_file())))
}
