//! A server of somebody else that the gateway calls over HTTPS: it writes down what it is sent, and answers as it is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::authority::Authority;

/// What it does with a request.
#[derive(Clone, Debug)]
pub enum Answers {
    /// This status, with these further headers.
    Status(u16, &'static str),
    /// Nothing, for as long as it is asked.
    Nothing,
    /// It breaks the line.
    Broken,
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub head: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

pub struct Called {
    pub port: u16,
    pub authority: Authority,
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: Arc<Mutex<Vec<Answers>>>,
}

impl Called {
    /// One that gives these answers in their order, and then the last one for good.
    pub async fn answering(answers: &[Answers]) -> Self {
        let authority = Authority::new();
        let chain = CertificateDer::pem_file_iter(authority.file("server.pem")).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(authority.file("server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut ordered = answers.to_vec();
        ordered.reverse();
        let called = Self { port, authority, asked: Arc::default(), answers: Arc::new(Mutex::new(ordered)) };
        let (asked, answers) = (called.asked.clone(), called.answers.clone());
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let (acceptor, asked, answers) = (acceptor.clone(), asked.clone(), answers.clone());
                tokio::spawn(async move {
                    let Ok(mut line) = acceptor.accept(line).await else { return };
                    let Some(request) = read(&mut line).await else { return };
                    asked.lock().unwrap().push(request);
                    let answer = {
                        let mut answers = answers.lock().unwrap();
                        if answers.len() > 1 { answers.pop().unwrap() } else { answers[0].clone() }
                    };
                    match answer {
                        Answers::Status(status, headers) => {
                            let head = format!("HTTP/1.1 {status} Said\r\n{headers}content-length: 0\r\n\r\n");
                            let _gone = line.write_all(head.as_bytes()).await;
                            let _gone = line.shutdown().await;
                        }
                        Answers::Nothing => std::future::pending().await,
                        Answers::Broken => {}
                    }
                });
            }
        });
        called
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}/told", self.port)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn read(line: &mut (impl AsyncReadExt + Unpin)) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut lines = head.lines();
            let first = lines.next()?.to_owned();
            let headers: BTreeMap<String, String> = lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect();
            let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(Asked { head: first, headers, body: body.to_owned() });
            }
        }
        match line.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
        }
    }
}
