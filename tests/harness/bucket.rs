//! A bucket of its own: an S3 server over a directory, with TLS, that can go away and come back.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use s3s::S3Result;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

use kakitome::config::AuditBucket;

use super::authority::Authority;

pub const NAME: &str = "log";

pub struct BucketServer {
    pub authority: Authority,
    directory: tempfile::TempDir,
    port: u16,
    serving: Option<tokio::task::JoinHandle<()>>,
    may_read: bool,
}

/// Lets its key put objects, and nothing else.
struct PutOnly;

#[async_trait]
impl S3Access for PutOnly {
    async fn check(&self, asked: &mut S3AccessContext<'_>) -> S3Result<()> {
        if asked.s3_op().name() == "PutObject" { Ok(()) } else { Err(s3s::s3_error!(AccessDenied)) }
    }
}

impl BucketServer {
    pub async fn start() -> Self {
        Self::for_a_key_that(true).await
    }

    /// One whose key may put objects, and not read them.
    pub async fn write_only() -> Self {
        Self::for_a_key_that(false).await
    }

    async fn for_a_key_that(may_read: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join(NAME)).unwrap();
        let mut server = Self { authority: Authority::new(), directory, port: 0, serving: None, may_read };
        std::fs::write(server.authority.file("access"), "AKIAEXAMPLE\n").unwrap();
        std::fs::write(server.authority.file("secret"), "a secret of tests\n").unwrap();
        server.come_back().await;
        server
    }

    /// Takes no connections any more.
    pub async fn go_away(&mut self) {
        let serving = self.serving.take().unwrap();
        serving.abort();
        let _aborted = serving.await;
    }

    /// Takes them again, on the same port.
    pub async fn come_back(&mut self) {
        let mut service = S3ServiceBuilder::new(FileSystem::new(self.directory.path()).unwrap());
        service.set_auth(SimpleAuth::from_single("AKIAEXAMPLE", "a secret of tests"));
        if !self.may_read {
            service.set_access(PutOnly);
        }
        let service = service.build();
        let chain =
            CertificateDer::pem_file_iter(self.authority.file("server.pem")).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(self.authority.file("server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.port = listener.local_addr().unwrap().port();
        self.serving = Some(tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let (acceptor, service) = (acceptor.clone(), service.clone());
                tokio::spawn(async move {
                    let Ok(line) = acceptor.accept(line).await else { return };
                    let served = Builder::new(TokioExecutor::new());
                    let _gone = served.serve_connection(TokioIo::new(line), service).await;
                });
            }
        }));
    }

    /// What an office says of it.
    pub fn configuration(&self) -> AuditBucket {
        AuditBucket {
            endpoint: format!("https://localhost:{}", self.port),
            name: NAME.into(),
            prefix: "office/".into(),
            access_key_file: Some(self.authority.file("access")),
            secret_key_file: Some(self.authority.file("secret")),
            ca_file: Some(self.authority.authority_file()),
            allow_private: true,
            timeout_seconds: 5,
            ..AuditBucket::default()
        }
    }

    /// Where a log lies.
    pub fn log(&self, directory: &str) -> PathBuf {
        self.directory.path().join(NAME).join("office").join(directory)
    }

    /// Every object, with its bytes; what the server notes for itself is left out.
    pub fn objects(&self) -> std::collections::BTreeMap<String, Vec<u8>> {
        let mut found = std::collections::BTreeMap::new();
        let root = self.directory.path().join(NAME);
        let mut open = vec![root.clone()];
        while let Some(directory) = open.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => open.push(path),
                    false => {
                        let name = path.strip_prefix(&root).unwrap().display().to_string();
                        found.insert(name, std::fs::read(&path).unwrap());
                    }
                }
            }
        }
        found
    }
}
