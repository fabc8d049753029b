//! A real scanner: clamd with signatures of our own, started privately, and a line to it that goes wrong as it is told.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use kakitome::config::{Config, ScannerAddress};
use kakitome::model::{FileId, Report, TransferId};
use kakitome::staff::policy;
use kakitome::staff::registrar::Registrar;
use kakitome::store::files;
use kakitome::transfer::scan::{self, Scanned};
use kakitome::transfer::seal;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use super::flows::{Office, On};

/// What every scanner takes for malware (eicar.org). Put together here, so that none takes this file for it.
pub fn eicar() -> Vec<u8> {
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE", "!$H+H*"].concat().into_bytes()
}

/// A configuration with this scanner.
pub fn scans_at(address: &ScannerAddress) -> impl FnOnce(&mut Config) + use<> {
    let address = address.clone();
    move |config| {
        (config.scan.off, config.scan.clamd, config.scan.at_once) = (false, Some(address), 4);
    }
}

/// An office whose files go to this scanner, when the test says so.
pub async fn office(on: On, address: &ScannerAddress) -> Office {
    Office::with(on, scans_at(address)).await
}

/// A draft with this file and a recipient.
pub async fn drafted(office: &Office, content: &[u8]) -> (TransferId, FileId) {
    let transfer = office.draft().await;
    let file = office.add_file(transfer, "a.dat", content).await;
    office.add_recipient(transfer, "suzuki@aozora.example").await;
    (transfer, file)
}

/// Sends it; the numbers are of no matter.
pub async fn send(office: &Office, transfer: TransferId) -> kakitome::error::Result<()> {
    seal::send(office.gateway(), &office.sender, transfer).await.map(drop)
}

/// Looks at files until none can be taken now.
pub async fn look(office: &Office) -> Scanned {
    loop {
        match scan::next(office.gateway()).await.unwrap() {
            Scanned::One => {}
            rest => return rest,
        }
    }
}

/// Looks at files until every one of them has been tried as often as it is tried.
pub async fn look_long(office: &Office) {
    for _ in 0..5 {
        look(office).await;
        office.clock.forward(std::time::Duration::from_secs(61));
    }
}

/// What was said of a file.
pub async fn report(office: &Office, file: FileId) -> Option<Report> {
    office.gateway().store.read(move |tx| files::find(tx, file)).await.unwrap().unwrap().report
}

/// Sets a ruling of the policy: refuse, approval, allow.
pub async fn rule(office: &Office, name: &str, word: &str) {
    let place = kakitome::config::Ruling::WORDS.iter().position(|known| *known == word).unwrap() as u64;
    let changes = [(name.to_owned(), Some(place))].into();
    policy::change(office.gateway(), &Registrar::console(), changes).await.unwrap();
}

/// A private clamd; everything of it is in memory. Stops when dropped.
pub struct Clamd {
    directory: tempfile::TempDir,
    port: Option<u16>,
    child: Option<Child>,
}

impl Clamd {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With these lines in its configuration.
    pub async fn with(settings: &[&str]) -> Self {
        Self::make(settings, None).await
    }

    /// One that answers over TCP too.
    pub async fn over_tcp(settings: &[&str]) -> Self {
        Self::make(settings, Some(super::free_port())).await
    }

    async fn make(settings: &[&str], port: Option<u16>) -> Self {
        let directory = tempfile::tempdir_in("/dev/shm").unwrap();
        let mut clamd = Self { directory, port, child: None };
        let place = clamd.directory.path();
        for part in ["base", "tmp"] {
            std::fs::create_dir(place.join(part)).unwrap();
        }
        let place = place.display();
        let tcp = port.map(|port| format!("TCPSocket {port}\nTCPAddr 127.0.0.1\n")).unwrap_or_default();
        let own = settings.iter().map(|line| format!("{line}\n")).collect::<String>();
        let configuration = format!(
            "Foreground yes\nLocalSocket {place}/clamd.sock\nDatabaseDirectory {place}/base\n\
             TemporaryDirectory {place}/tmp\nAlertExceedsMax yes\nAlertEncrypted yes\n{tcp}{own}"
        );
        std::fs::write(clamd.file("clamd.conf"), configuration).unwrap();
        clamd.learn("Eicar-Test", &eicar());
        clamd.begin().await;
        clamd
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Takes these bytes for malware of this name, from its next start on.
    pub fn learn(&self, name: &str, bytes: &[u8]) {
        let line = format!("{name}:0:*:{}\n", data_encoding::HEXLOWER.encode(bytes));
        std::fs::write(self.file(&format!("base/{name}.ndb")), line).unwrap();
    }

    pub async fn begin(&mut self) {
        let child = Command::new("clamd")
            .arg("-c")
            .arg(self.file("clamd.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("clamd is not installed; run: apt-get install clamav-daemon");
        self.child = Some(child);
        let (address, place) = (self.address(), self.directory.path().display());
        super::flows::until(&format!("clamd answers in {place}"), || async { ask(&address, b"zPING\0").await }).await;
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn address(&self) -> ScannerAddress {
        ScannerAddress::Unix(self.file("clamd.sock"))
    }

    pub fn tcp_address(&self) -> ScannerAddress {
        ScannerAddress::Tcp(format!("127.0.0.1:{}", self.port.unwrap()))
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.stop();
    }
}

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

async fn connect(address: &ScannerAddress) -> Option<Box<dyn Wire>> {
    Some(match address {
        ScannerAddress::Unix(path) => Box::new(UnixStream::connect(path).await.ok()?),
        ScannerAddress::Tcp(address) => Box::new(TcpStream::connect(address).await.ok()?),
    })
}

/// The answer to a short command.
async fn ask(address: &ScannerAddress, command: &[u8]) -> Option<Vec<u8>> {
    let (mut wire, mut answer) = (connect(address).await?, Vec::new());
    wire.write_all(command).await.ok()?;
    wire.read_to_end(&mut answer).await.ok()?;
    (!answer.is_empty()).then_some(answer)
}

/// What becomes of a file on a line.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It is scanned.
    Pass,
    /// It is scanned; the answer waits for [`Line::release`].
    Wait,
    /// Once so many bytes of it came, no more are taken until [`Line::release`]; then it is scanned.
    Pause(u64),
    /// It is taken in to its end and answered with this.
    Say(Vec<u8>),
    /// It is answered with this once so many bytes of it came.
    Interrupt(u64, Vec<u8>),
    /// The line is cut once so many bytes of it came.
    Cut(u64),
    /// It is answered without end.
    Babble,
}

/// What a line has seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Files that were begun.
    pub begun: usize,
    /// Bytes of files.
    pub bytes: u64,
    /// Files that are on the line.
    pub open: usize,
    /// Most files that were on the line at once.
    pub most: usize,
    /// Files whose bytes are all there, and whose answer waits to be released.
    pub waiting: usize,
}

type Choose = Box<dyn FnMut(&[u8]) -> Fate + Send>;

struct Shared {
    clamd: ScannerAddress,
    choose: Mutex<Choose>,
    version: Mutex<Option<Vec<u8>>>,
    is_silent: AtomicBool,
    gate: Semaphore,
    seen: watch::Sender<Seen>,
}

/// A line to clamd that goes wrong as it is told.
pub struct Line {
    pub address: ScannerAddress,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
    _directory: Option<tempfile::TempDir>,
}

impl Line {
    pub async fn to(clamd: &Clamd) -> Self {
        let directory = tempfile::tempdir_in("/dev/shm").unwrap();
        let path = directory.path().join("line.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let shared = Shared::to(clamd.address());
        let listening = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((wire, _)) = listener.accept().await {
                tokio::spawn(serve(Box::new(wire), listening.clone()));
            }
        });
        Self { address: ScannerAddress::Unix(path), shared, task, _directory: Some(directory) }
    }

    pub async fn over_tcp(clamd: &Clamd) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = ScannerAddress::Tcp(listener.local_addr().unwrap().to_string());
        let shared = Shared::to(clamd.address());
        let listening = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((wire, _)) = listener.accept().await {
                tokio::spawn(serve(Box::new(wire), listening.clone()));
            }
        });
        Self { address, shared, task, _directory: None }
    }

    /// Every file has this fate from now on.
    pub fn all(&self, fate: Fate) {
        self.each(move |_| fate.clone());
    }

    /// Files have a fate by their first bytes from now on.
    pub fn each(&self, choose: impl FnMut(&[u8]) -> Fate + Send + 'static) {
        *self.shared.choose.lock().unwrap() = Box::new(choose);
    }

    /// Says these signatures from now on: `27600/Sun Nov 22 08:00:00 2026`.
    pub fn signatures(&self, signatures: &str) {
        self.version(format!("ClamAV 1.4.6/{signatures}\0").as_bytes());
    }

    /// Answers this when asked for the version.
    pub fn version(&self, answer: &[u8]) {
        *self.shared.version.lock().unwrap() = Some(answer.to_vec());
    }

    /// Answers no short command any more.
    pub fn fall_silent(&self) {
        self.shared.is_silent.store(true, Ordering::SeqCst);
    }

    /// Lets so many answers that wait go.
    pub fn release(&self, answers: usize) {
        self.shared.gate.add_permits(answers);
    }

    pub fn seen(&self) -> Seen {
        *self.shared.seen.borrow()
    }

    /// Waits until the line has seen this.
    pub async fn until(&self, is_seen: impl Fn(&Seen) -> bool) -> Seen {
        let mut seen = self.shared.seen.subscribe();
        let waiting = seen.wait_for(|seen| is_seen(seen));
        match tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await {
            Ok(seen) => *seen.unwrap(),
            Err(_) => panic!("never seen on the line; last: {:?}", self.seen()),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn to(clamd: ScannerAddress) -> Arc<Self> {
        Arc::new(Self {
            clamd,
            choose: Mutex::new(Box::new(|_| Fate::Pass)),
            version: Mutex::default(),
            is_silent: AtomicBool::new(false),
            gate: Semaphore::new(0),
            seen: watch::Sender::default(),
        })
    }
}

/// A file that is on the line, counted while it is.
struct OnTheLine<'a>(&'a Shared);

impl<'a> OnTheLine<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.seen.send_modify(|seen| {
            seen.begun += 1;
            seen.open += 1;
            seen.most = seen.most.max(seen.open);
        });
        Self(shared)
    }
}

impl Drop for OnTheLine<'_> {
    fn drop(&mut self) {
        self.0.seen.send_modify(|seen| seen.open -= 1);
    }
}

async fn serve(mut wire: Box<dyn Wire>, shared: Arc<Shared>) {
    let mut command = Vec::new();
    while let Ok(byte) = wire.read_u8().await {
        command.push(byte);
        if byte == 0 {
            break;
        }
    }
    if command == b"zINSTREAM\0" {
        let _on_the_line = OnTheLine::new(&shared);
        // Either end may hang up whenever it likes: that is part of the script.
        let _hung_up = stream(&mut *wire, &shared).await;
        return;
    }
    if shared.is_silent.load(Ordering::SeqCst) {
        // Until the other end hangs up.
        let _hung_up = wire.read_u8().await;
        return;
    }
    let said = shared.version.lock().unwrap().clone();
    let said = match said {
        Some(said) => Some(said),
        None => ask(&shared.clamd, &command).await,
    };
    let _hung_up = wire.write_all(&said.unwrap_or_default()).await;
}

/// One file: `None` when somebody hung up.
async fn stream(wire: &mut dyn Wire, shared: &Shared) -> Option<()> {
    let mut clamd = connect(&shared.clamd).await?;
    clamd.write_all(b"zINSTREAM\0").await.ok()?;
    let (mut fate, mut taken, mut is_paused) = (None, 0, false);
    loop {
        let length = wire.read_u32().await.ok()?;
        let mut chunk = vec![0; length as usize];
        wire.read_exact(&mut chunk).await.ok()?;
        taken += u64::from(length);
        shared.seen.send_modify(|seen| seen.bytes += u64::from(length));
        let fate = fate.get_or_insert_with(|| (shared.choose.lock().unwrap())(&chunk));
        match fate {
            Fate::Interrupt(after, said) if taken >= *after => return wire.write_all(said).await.ok(),
            Fate::Cut(after) if taken >= *after => return None,
            Fate::Say(said) if length == 0 => return wire.write_all(said).await.ok(),
            Fate::Babble if length == 0 => loop {
                wire.write_all(&[b'x'; 4096]).await.ok()?;
            },
            Fate::Pass | Fate::Wait | Fate::Pause(_) => {
                if matches!(fate, Fate::Pause(after) if taken >= *after) && !is_paused {
                    is_paused = true;
                    shared.gate.acquire().await.ok()?.forget();
                }
                let mut onward = length.to_be_bytes().to_vec();
                onward.append(&mut chunk);
                let is_gone = clamd.write_all(&onward).await.is_err();
                if is_gone || length == 0 {
                    break;
                }
            }
            _ if length == 0 => return None,
            _ => {}
        }
    }
    let mut said = Vec::new();
    // A reset after the answer is no matter.
    let _reset = clamd.read_to_end(&mut said).await;
    if let Some(Fate::Wait) = fate {
        shared.seen.send_modify(|seen| seen.waiting += 1);
        let released = shared.gate.acquire().await;
        shared.seen.send_modify(|seen| seen.waiting -= 1);
        released.ok()?.forget();
    }
    wire.write_all(&said).await.ok()
}
