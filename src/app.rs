//! The only wiring: configuration → adapters → gateway → listeners and jobs. Production and tests start here alike.

mod addresses;
mod copies;
mod elsewhere;
mod logo;
mod mails;
mod outwards;
mod serving;
mod stream;

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::Notify;
use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

use crate::adapter::blob::DirectoryBlobs;
use crate::adapter::scan::Clamd;
use crate::config::{self, Backend, Config, DatabaseUrl, MailKind, MailSecurity};
use crate::error::{Doing, Error, Result};
use crate::gateway::{
    ClockWatch, Gateway, OfficeCell, Openings, PolicyCell, Protection, Questions, Scans, Turns, Uploads,
};
use crate::model::{Passphrase, PasswordProfile, PasswordRules, SignInRules};
use crate::port::{BounceBox, Clock, Mailer, Scanner};
use crate::staff::{office, policy};
use crate::store::{Address, Owner, Store};

pub use mails::{dkim_key, dkim_name};
pub use serving::{Running, start};

/// Memory of one opening: scrypt with work factor 17.
const OPENING_BYTES: u64 = 128 * 1024 * 1024;
/// Openings share at most this part of the machine's memory.
const OPENINGS_SHARE: u64 = 8;
/// Strangers' passwords that may wait for their turn; more are asked to come back.
const PASSWORD_QUEUE: usize = 64;

/// Where an installation keeps its files.
#[derive(Clone, Debug)]
pub struct Places {
    /// Database, blobs, maildir.
    pub data: PathBuf,
    /// Custody key, log key, shred store, limits.
    pub keys: PathBuf,
}

/// An opened installation.
pub struct App {
    /// What the flows work with.
    pub gateway: Arc<Gateway>,
    /// Hands mails over.
    pub mailer: Arc<dyn Mailer>,
    /// Where mails come back to, if that is read.
    pub bounces: Option<Arc<dyn BounceBox>>,
    config: Config,
    places: Places,
}

/// Opens the stores and edges of an installation; nothing listens yet.
///
/// # Errors
/// Something cannot be opened, or does not belong together.
pub async fn open(config: Config, places: Places, clock: Arc<dyn Clock>) -> Result<App> {
    make_directory(&places.data)?;
    let store = Store::open(&address(&config, &places)?, &places.keys, &mut rand::rng()).await?;
    let app = wire(config, places, clock, store)?;
    office::refresh(&app.gateway).await?;
    policy::refresh(&app.gateway).await?;
    Ok(app)
}

/// Ties the database of an installation whose shred store was lost for good to the new one in its keys directory.
///
/// # Errors
/// Nothing is lost, or something cannot be opened.
pub async fn replace_shred_store(config: &Config, places: &Places) -> Result<()> {
    let address = address(config, places)?;
    Store::open_replacing_shred_store(&address, &places.keys, &mut rand::rng()).await.map(drop)
}

fn wire(config: Config, places: Places, clock: Arc<dyn Clock>, store: Store) -> Result<App> {
    let blobs = config.blobs.directory.clone().unwrap_or_else(|| places.data.join("blobs"));
    let outwards = outwards::outwards(&config)?;
    let gateway = Arc::new(Gateway {
        store: store.telling(outwards::subscribers(&outwards)).keeping(config.audit.retention()),
        outwards,
        copies: copies::copies(&config.audit)?,
        audit: config.audit.clone(),
        blobs: Arc::new(DirectoryBlobs::open(&blobs)?),
        clock,
        policy: PolicyCell::new(config.policy.clone()),
        sign_in: config.sign_in.clone(),
        elsewhere: elsewhere::elsewhere(&config.sign_in)?,
        office: OfficeCell::new(config.office.clone()),
        logo: config.office.logo_file.as_deref().map(logo::read).transpose()?,
        passkeys: passkeys(&config)?,
        public_url: config.server.public_url.clone(),
        asks_for_certificates: config.tls.client_certificates != config::ClientCertificates::Off,
        protection: protection(&config),
        staff_url: addresses::staff_url(&config.server),
        admin_url: addresses::admin_url(&config.server),
        openings: Openings::new(openings_at_once(&config), config.limits.queue),
        uploads: Uploads::default(),
        questions: Questions::default(),
        scanner: scanner(&config),
        scans: Scans::new(config.scan.at_once),
        scan: config.scan.clone(),
        types: Arc::new(config.types.clone()),
        usual_rules: usual_rules(&config),
        passwords: Turns::new(std::thread::available_parallelism().map_or(2, |cores| cores.get()), PASSWORD_QUEUE),
        own_wording: Arc::new(mails::own_wording(&config)?),
        mail_domain: mails::mail_domain(&config)?,
        outbox_bell: Notify::new(),
        log_clock: ClockWatch::default(),
        log_key_replaced: AtomicBool::new(false),
        export_bell: Notify::new(),
    });
    let mailer = mails::mailer(&config, &places, gateway.clone())?;
    let bounces = mails::bounces(&config)?;
    Ok(App { gateway, config, places, mailer, bounces })
}

fn protection(config: &Config) -> Protection {
    let by_smtp = config.mail.kind == MailKind::Smtp;
    Protection {
        scan_off: config.scan.off,
        tls12: config.tls.tls12,
        mail_in_clear: by_smtp && config.mail.smtp.security == MailSecurity::None,
        admin_is_local: config.server.admin_listen.ip().is_loopback(),
    }
}

fn scanner(config: &Config) -> Option<Arc<dyn Scanner>> {
    let address = config.scan.clamd.clone()?;
    Some(Arc::new(Clamd::new(address, Duration::from_secs(config.scan.timeout_seconds.into()))))
}

/// Our side of exchanges with authenticators. Passkeys belong to a host's name, whatever the port: a browser makes none for
/// a bare address.
fn passkeys(config: &Config) -> Result<Option<Webauthn>> {
    let address = config.server.staff_url.as_ref().unwrap_or(&config.server.public_url);
    if address.host().contains(':') || address.host().parse::<std::net::IpAddr>().is_ok() {
        return Ok(None);
    }
    let origin = Url::parse(address.as_str()).doing("reading the address of the staff")?;
    let built = WebauthnBuilder::new(address.host(), &origin).and_then(|ours| ours.allow_any_port(true).build());
    built.map(Some).doing("preparing passkeys")
}

/// The rules of signing in as the configuration has them.
fn usual_rules(config: &Config) -> SignInRules {
    let profile = match config.sign_in.profile {
        config::PasswordProfile::Nist => PasswordProfile::Nist,
        config::PasswordProfile::JpGuideline => PasswordProfile::JpGuideline,
    };
    let mut passwords = PasswordRules::of(profile);
    passwords.minimum = config.sign_in.minimum_length.unwrap_or(passwords.minimum);
    SignInRules::new(passwords)
}

fn make_directory(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).doing("making the data directory")
}

fn address(config: &Config, places: &Places) -> Result<Address> {
    let database = &config.database;
    let url = match database.url.backend() {
        Backend::Sqlite(None) => format!("sqlite:{}", places.data.join("kakitome.sqlite").display()),
        Backend::Sqlite(Some(_)) | Backend::Postgres => connection(&database.url, database.password_file.as_deref())?,
    };
    let owner = database.owner_url.as_ref().map(|owner| {
        let serving = database.url.user().ok_or_else(|| Error::fault("reading database.url", "it names no user"))?;
        Ok::<_, Error>(Owner { url: connection(owner, database.owner_password_file.as_deref())?, serving })
    });
    Ok(Address::parse(&url)?.owned_by(owner.transpose()?))
}

/// What the client library connects with.
fn connection(url: &DatabaseUrl, password_file: Option<&Path>) -> Result<String> {
    use secrecy::ExposeSecret;
    let password = password_file.map(first_line).transpose()?;
    Ok(url.connection(password.as_ref().map(Passphrase::expose)).expose_secret().to_owned())
}

/// The first line of a file that holds a secret.
fn first_line(path: &Path) -> Result<Passphrase> {
    let text = zeroize::Zeroizing::new(fs::read_to_string(path).doing("reading a password file")?);
    Ok(Passphrase::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn openings_at_once(config: &Config) -> u32 {
    config.limits.openings_at_once.unwrap_or_else(|| {
        let share = memory_bytes().unwrap_or(OPENING_BYTES) / OPENINGS_SHARE / OPENING_BYTES;
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        u32::try_from(share.clamp(1, cores as u64)).unwrap_or(1)
    })
}

/// Memory of the machine, from `/proc/meminfo`.
fn memory_bytes() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
