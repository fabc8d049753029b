//! An SMTP server that keeps to a script: it behaves, or fails at the place it is told to. It speaks real TLS.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// How the server protects its connections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    Plain,
    StartTls,
    Tls,
}

/// What goes wrong with one letter. Each letter that arrives uses up one; when none are left, all goes well.
#[derive(Clone, Copy)]
pub enum Fault {
    DropOnConnect,
    AtRcpt(&'static str),
    AtData(&'static str),
    AfterData(&'static str),
    DropAfterData,
}

/// A letter whose DATA arrived in full, whatever was answered.
#[derive(Clone)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    pub over_tls: bool,
    pub signed_in: bool,
}

/// The running server; stops when dropped.
pub struct ScriptedServer {
    pub port: u16,
    /// The certificate to trust.
    pub ca_pem: Vec<u8>,
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    protection: Protection,
    /// Argument of AUTH PLAIN that is accepted, when sign-in is required.
    login: Option<String>,
    faults: Mutex<VecDeque<Fault>>,
    received: Mutex<Vec<Received>>,
    acceptor: TlsAcceptor,
}

impl ScriptedServer {
    pub async fn start(protection: Protection, faults: &[Fault]) -> Self {
        Self::start_with_login(protection, faults, None).await
    }

    /// `login`: user and password that must be given first.
    pub async fn start_with_login(protection: Protection, faults: &[Fault], login: Option<(&str, &str)>) -> Self {
        let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
        let login = login.map(|(user, password)| base64(&format!("\0{user}\0{password}")));
        let state = Arc::new(State {
            protection,
            login,
            faults: Mutex::new(faults.iter().copied().collect()),
            received: Mutex::default(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(listen(listener, Arc::clone(&state)));
        Self { port, ca_pem: certified.cert.pem().into_bytes(), state, task }
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn base64(text: &str) -> String {
    data_encoding::BASE64.encode(text.as_bytes())
}

async fn listen(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        // A client that goes away is part of the script: the session just ends.
        tokio::spawn(async move { serve(stream, &state).await.unwrap_or_default() });
    }
}

async fn serve(stream: TcpStream, state: &State) -> std::io::Result<()> {
    if matches!(state.next_fault(), Some(Fault::DropOnConnect)) {
        state.faults.lock().unwrap().pop_front();
        return Ok(());
    }
    match state.protection {
        Protection::Tls => {
            let stream = state.acceptor.accept(stream).await?;
            Session::new(stream, state, true).greet().await.map(drop)
        }
        Protection::Plain | Protection::StartTls => {
            let Some(stream) = Session::new(stream, state, false).greet().await? else { return Ok(()) };
            let stream = state.acceptor.accept(stream).await?;
            Session::new(stream, state, true).talk().await.map(drop)
        }
    }
}

impl State {
    fn next_fault(&self) -> Option<Fault> {
        self.faults.lock().unwrap().front().copied()
    }
}

struct Session<'a, S> {
    stream: BufReader<S>,
    state: &'a State,
    over_tls: bool,
    signed_in: bool,
    from: String,
    to: Vec<String>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    fn new(stream: S, state: &'a State, over_tls: bool) -> Self {
        let stream = BufReader::new(stream);
        Self { stream, state, over_tls, signed_in: false, from: String::new(), to: Vec::new() }
    }

    async fn greet(mut self) -> std::io::Result<Option<S>> {
        self.say("220 script ESMTP").await?;
        self.talk().await
    }

    /// Ends with the bare stream when the client asked for STARTTLS.
    async fn talk(mut self) -> std::io::Result<Option<S>> {
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            let line = line.trim_end();
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.introduce().await?,
                "STARTTLS" if self.state.protection == Protection::StartTls && !self.over_tls => {
                    self.say("220 go ahead").await?;
                    return Ok(Some(self.stream.into_inner()));
                }
                "AUTH" => self.sign_in(line).await?,
                "MAIL" => self.mail(line).await?,
                "RCPT" => self.rcpt(line).await?,
                "DATA" => {
                    if !self.data().await? {
                        return Ok(None);
                    }
                }
                "NOOP" | "RSET" => self.say("250 ok").await?,
                "QUIT" => return self.say("221 bye").await.map(|()| None),
                _ => self.say("502 no such command").await?,
            }
        }
    }

    async fn introduce(&mut self) -> std::io::Result<()> {
        self.say("250-script").await?;
        if self.state.protection == Protection::StartTls && !self.over_tls {
            self.say("250-STARTTLS").await?;
        }
        if self.state.login.is_some() {
            self.say("250-AUTH PLAIN").await?;
        }
        self.say("250 8BITMIME").await
    }

    async fn sign_in(&mut self, line: &str) -> std::io::Result<()> {
        self.signed_in = line.rsplit(' ').next() == self.state.login.as_deref();
        self.say(if self.signed_in { "235 welcome" } else { "535 5.7.8 wrong" }).await
    }

    async fn mail(&mut self, line: &str) -> std::io::Result<()> {
        if self.state.login.is_some() && !self.signed_in {
            return self.say("530 5.7.0 sign in first").await;
        }
        self.from = angled(line);
        self.to.clear();
        self.say("250 ok").await
    }

    async fn rcpt(&mut self, line: &str) -> std::io::Result<()> {
        if let Some(Fault::AtRcpt(answer)) = self.state.next_fault() {
            return self.fail(answer).await;
        }
        self.to.push(angled(line));
        self.say("250 ok").await
    }

    /// False when the line is to be cut.
    async fn data(&mut self) -> std::io::Result<bool> {
        if let Some(Fault::AtData(answer)) = self.state.next_fault() {
            return self.fail(answer).await.map(|()| true);
        }
        self.say("354 go on").await?;
        let mut data = String::new();
        while !data.ends_with("\r\n.\r\n") {
            if self.stream.read_line(&mut data).await? == 0 {
                return Ok(false);
            }
        }
        let received = Received {
            from: self.from.clone(),
            to: self.to.clone(),
            data,
            over_tls: self.over_tls,
            signed_in: self.signed_in,
        };
        self.state.received.lock().unwrap().push(received);
        match self.state.next_fault() {
            Some(Fault::AfterData(answer)) => self.fail(answer).await.map(|()| true),
            Some(Fault::DropAfterData) => {
                self.state.faults.lock().unwrap().pop_front();
                Ok(false)
            }
            _ => self.say("250 2.0.0 queued as 4711").await.map(|()| true),
        }
    }

    async fn fail(&mut self, answer: &str) -> std::io::Result<()> {
        self.state.faults.lock().unwrap().pop_front();
        self.say(answer).await
    }

    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }
}

fn angled(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
