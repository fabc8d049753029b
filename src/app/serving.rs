//! From an opened installation to one that answers: listeners, certificates, jobs.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::config::{ClientCertificates, Config, PublicUrl};
use crate::error::{Doing, Error, Result};
use crate::gateway::Gateway;
use crate::http::guard::TrustedProxies;
use crate::http::server::{self, Bound, Listeners, Settings};
use crate::http::tls::{self, Certificates, ClientAuthorities, LocalAuthority};
use crate::job;
use crate::model::{Actor, Event, EventKind};
use crate::port::Clock;
use crate::staff::webhooks;
use crate::transfer::recover::recover;

use super::{App, Places, open, stream};

/// A gateway that answers.
pub struct Running {
    /// What the flows work with.
    pub gateway: Arc<Gateway>,
    /// Where recipients connect, and staff unless it has its own.
    pub public_addr: SocketAddr,
    /// Where staff connects, if that is another.
    pub staff_addr: Option<SocketAddr>,
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
    let sockets = bind(&mut config)?;
    open(config, places, clock).await?.serve(sockets).await
}

/// Bound sockets, before it is known what they speak.
struct Sockets {
    public: TcpListener,
    staff: Option<TcpListener>,
    admin: TcpListener,
}

fn bind(config: &mut Config) -> Result<Sockets> {
    let server = &mut config.server;
    let public = bound(&mut server.listen, "listening on server.listen", |port| {
        server.public_url = format!("https://localhost:{port}").try_into().doing("naming the free port")?;
        Ok(())
    })?;
    let nothing = |_| Ok(());
    let staff = match &mut server.staff_listen {
        Some(address) => Some(bound(address, "listening on server.staff_listen", nothing)?),
        None => None,
    };
    let admin = bound(&mut server.admin_listen, "listening on server.admin_listen", nothing)?;
    Ok(Sockets { public, staff, admin })
}

/// Binds an address; a free port takes the place of 0, and is told.
fn bound(address: &mut SocketAddr, doing: &'static str, tell: impl FnOnce(u16) -> Result<()>) -> Result<TcpListener> {
    let socket = TcpListener::bind(*address).doing(doing)?;
    if address.port() == 0 {
        *address = socket.local_addr().doing(doing)?;
        tell(address.port())?;
    }
    Ok(socket)
}

impl App {
    async fn serve(self, sockets: Sockets) -> Result<Running> {
        let Self { gateway, config, places, mailer, bounces } = self;
        recover(&gateway).await?;
        webhooks::drop_left_over(&gateway).await?;
        let (certificates, authority_file) = certificates(&config, &gateway, &places)?;
        let certificates = Arc::new(certificates);
        let clients = client_authorities(&config)?.map(Arc::new);
        let listeners = listeners(&config, sockets, &certificates, clients.clone())?;
        let outlet = stream::outlet(&config)?;
        let now = gateway.now();
        gateway.store.write(move |tx| tx.record(&Event::new(EventKind::Started, now, Actor::System))).await?;
        let settings = Settings {
            trusted: TrustedProxies(config.server.trusted_proxies.clone()),
            workers: config.server.workers,
            metrics: Some(server::recorder()?),
        };
        let server = server::start(gateway.clone(), listeners, settings)?;
        let (stopper, sign) = job::stop_sign();
        let mut jobs = vec![
            tokio::spawn(job::outbox::run(gateway.clone(), mailer, sign.clone())),
            tokio::spawn(job::scanner::run(gateway.clone(), sign.clone())),
            tokio::spawn(job::hooks::run(gateway.clone(), sign.clone())),
            tokio::spawn(job::exporter::run(gateway.clone(), sign.clone())),
            tokio::spawn(job::sequencer::run(gateway.clone(), sign.clone())),
            tokio::spawn(job::checker::run(gateway.clone(), sign.clone())),
            tokio::spawn(job::copies::run(gateway.clone(), sign.clone())),
            tokio::spawn(job::alerts::run(gateway.clone(), sign.clone())),
            tokio::spawn(job::sweeper::run(gateway.clone(), sign.clone())),
            tokio::spawn(tls::watch("certificate", move || certificates.reload())),
        ];
        if let Some(outlet) = outlet {
            jobs.push(tokio::spawn(job::stream::run(gateway.clone(), outlet, sign.clone())));
        }
        if let Some(mailbox) = bounces {
            let pause = Duration::from_secs(config.mail.bounces.poll_seconds.into());
            jobs.push(tokio::spawn(job::bounces::run(gateway.clone(), mailbox, pause, sign)));
        }
        if let Some(clients) = clients {
            jobs.push(tokio::spawn(tls::watch("authorities of client certificates", move || clients.reload())));
        }
        Ok(Running {
            public_addr: server.public_addr,
            staff_addr: server.staff_addr,
            admin_addr: server.admin_addr,
            gateway,
            authority_file,
            server,
            stopper,
            jobs,
        })
    }
}

/// What each socket speaks: recipients are never asked for a certificate, and nothing but this machine hears plain HTTP.
fn listeners(
    config: &Config,
    sockets: Sockets,
    certificates: &Arc<Certificates>,
    clients: Option<Arc<ClientAuthorities>>,
) -> Result<Listeners> {
    let plain = config.server.admin_listen.ip().is_loopback();
    let speaking = |socket, clients| {
        let tls = tls::server_config(certificates.clone(), clients, config.tls.tls12)?;
        Ok::<_, Error>(Bound { socket, tls: Some(tls) })
    };
    Ok(Listeners {
        public: speaking(sockets.public, None)?,
        staff: sockets.staff.map(|socket| speaking(socket, clients)).transpose()?,
        admin: if plain { Bound { socket: sockets.admin, tls: None } } else { speaking(sockets.admin, None)? },
    })
}

fn client_authorities(config: &Config) -> Result<Option<ClientAuthorities>> {
    let required = match config.tls.client_certificates {
        ClientCertificates::Off => return Ok(None),
        ClientCertificates::Optional => false,
        ClientCertificates::Required => true,
    };
    let missing = || Error::fault("setting up client certificates", "tls.client_ca_file is missing");
    let ca_file = config.tls.client_ca_file.as_deref().ok_or_else(missing)?;
    ClientAuthorities::from_files(ca_file, config.tls.client_crl_file.as_deref(), required).map(Some)
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

fn certificates(config: &Config, gateway: &Gateway, places: &Places) -> Result<(Certificates, Option<PathBuf>)> {
    if let (Some(certificate), Some(key)) = (&config.tls.certificate_file, &config.tls.key_file) {
        return Ok((Certificates::from_files(certificate, key)?, None));
    }
    let authority = LocalAuthority::load_or_make(&places.keys, &names(config, gateway), gateway.now())?;
    let file = authority.server_file();
    Ok((Certificates::from_files(&file, &file)?, Some(authority.authority_file())))
}

/// Every host name and address under which browsers may come.
fn names(config: &Config, gateway: &Gateway) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let staff = config.server.staff_url.as_ref();
    let admin = gateway.admin_url.clone().and_then(|url| PublicUrl::try_from(url).ok());
    for url in [Some(&config.server.public_url), staff, admin.as_ref()].into_iter().flatten() {
        let host = url.host().to_owned();
        if !names.contains(&host) {
            names.push(host);
        }
    }
    names
}
