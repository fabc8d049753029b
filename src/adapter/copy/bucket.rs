//! A bucket by the S3 protocol. Requests leave through the same line as all others to somebody else's server: its address is
//! judged, no redirect is followed, no proxy asked.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::path::Path;
use object_store::{
    ClientOptions, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions, RetryConfig, UpdateVersion,
};
use reqwest::Url;

use crate::adapter::outward::{Outward, OutwardSettings, Unsent};
use crate::error::{Doing, Result};
use crate::model::Passphrase;
use crate::port::{CopyStore, Placed, Standing, Unanswered};

/// The largest object that is read back to be compared: entries of a tile.
const MOST: usize = 4 * 1024 * 1024;

/// Where a bucket is.
pub struct BucketSettings {
    /// `https://host[:port]`.
    pub endpoint: String,
    /// Its name; it stands in the path.
    pub name: String,
    /// Its region.
    pub region: String,
    /// What stands before every path; empty, or with `/` at its end.
    pub prefix: String,
    /// Who puts objects there.
    pub access_key: Passphrase,
    /// The secret of that key.
    pub secret_key: Passphrase,
    /// How the line is set up.
    pub line: OutwardSettings,
}

/// A bucket.
pub struct Bucket {
    store: AmazonS3,
    prefix: String,
}

impl Bucket {
    /// Asks nothing yet.
    ///
    /// # Errors
    /// An address or an authority that cannot be read.
    pub fn new(settings: BucketSettings) -> Result<Self> {
        let line = Line(Arc::new(Outward::new(&settings.line)?));
        // What was not taken is tried again by whoever counts since when.
        let once = RetryConfig { max_retries: 0, retry_timeout: Duration::ZERO, ..RetryConfig::default() };
        let store = AmazonS3Builder::new()
            .with_endpoint(settings.endpoint)
            .with_bucket_name(settings.name)
            .with_region(settings.region)
            .with_access_key_id(settings.access_key.expose())
            .with_secret_access_key(settings.secret_key.expose())
            .with_virtual_hosted_style_request(false)
            .with_retry(once)
            .with_http_connector(line)
            .build()
            .doing("preparing the line to the bucket")?;
        Ok(Self { store, prefix: settings.prefix })
    }

    fn path(&self, path: &str) -> Path {
        Path::from(format!("{}{path}", self.prefix))
    }

    /// Whether what is there is this. Who may only put objects cannot be told.
    async fn compare(&self, path: &Path, bytes: &Bytes) -> std::result::Result<Placed, Unanswered> {
        Ok(match self.find(path).await? {
            Standing::Object { bytes: found, .. } if found != *bytes => Placed::Different,
            Standing::Object { .. } | Standing::Unseen => Placed::There,
            // Taken away just now.
            Standing::Nothing => return Err(Unanswered::Refused(404)),
        })
    }

    async fn find(&self, path: &Path) -> std::result::Result<Standing, Unanswered> {
        use object_store::Error::{NotFound, PermissionDenied, Unauthenticated};
        let found = match self.store.get(path).await {
            Ok(found) => found,
            Err(NotFound { .. }) => return Ok(Standing::Nothing),
            // Also where nothing is, for who may not list what there is.
            Err(PermissionDenied { .. } | Unauthenticated { .. }) => return Ok(Standing::Unseen),
            Err(error) => return Err(unanswered(&error)),
        };
        let mark = found.meta.e_tag.clone().unwrap_or_default();
        let bytes = found.bytes().await.map_err(|error| unanswered(&error))?;
        Ok(Standing::Object { bytes, mark })
    }
}

#[async_trait]
impl CopyStore for Bucket {
    async fn create(&self, path: &str, bytes: Bytes) -> std::result::Result<Placed, Unanswered> {
        let path = self.path(path);
        let new = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&path, bytes.clone().into(), new).await {
            Ok(_) => Ok(Placed::New),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                self.compare(&path, &bytes).await
            }
            Err(error) => Err(unanswered(&error)),
        }
    }

    async fn look(&self, path: &str) -> std::result::Result<Standing, Unanswered> {
        self.find(&self.path(path)).await
    }

    async fn replace(&self, path: &str, bytes: Bytes, seen: &Standing) -> std::result::Result<bool, Unanswered> {
        let mode = match seen {
            Standing::Nothing => PutMode::Create,
            Standing::Object { mark, .. } => {
                PutMode::Update(UpdateVersion { e_tag: Some(mark.clone()), version: None })
            }
            Standing::Unseen => PutMode::Overwrite,
        };
        let as_seen = PutOptions { mode, ..PutOptions::default() };
        match self.store.put_opts(&self.path(path), bytes.into(), as_seen).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => Ok(false),
            Err(error) => Err(unanswered(&error)),
        }
    }
}

fn unanswered(error: &object_store::Error) -> Unanswered {
    let mut cause = error.source();
    while let Some(one) = cause {
        if let Some(unsent) = one.downcast_ref::<Unsent>() {
            return (*unsent).into();
        }
        cause = one.source();
    }
    Unanswered::Refused(match error {
        object_store::Error::Unauthenticated { .. } => 401,
        object_store::Error::PermissionDenied { .. } => 403,
        object_store::Error::NotFound { .. } => 404,
        // What else it says is in its words only.
        _ => 500,
    })
}

/// The line to the bucket's server, as the S3 client knows it.
#[derive(Clone, Debug)]
struct Line(Arc<Outward>);

impl HttpConnector for Line {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Line {
    async fn call(&self, request: HttpRequest) -> std::result::Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let request = self.0.client().request(parts.method, url).headers(parts.headers);
        let request = request.body(body.collect().await?.to_bytes());
        let unsent = |unsent: Unsent| HttpError::new(HttpErrorKind::Unknown, unsent);
        let answer = self.0.ask(request).await.map_err(unsent)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = Outward::read(answer, MOST).await.map_err(unsent)?;
        let mut response = HttpResponse::new(HttpResponseBody::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}
