//! A line that breaks: forwards TCP to a server and cuts the connection each time so many more bytes went up, or once when so
//! many more came down.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct BreakingLine {
    pub cuts: Arc<AtomicUsize>,
    down: Arc<AtomicI64>,
}

/// What the connections of a line share.
#[derive(Clone)]
struct Line {
    cuts: Arc<AtomicUsize>,
    sent: Arc<AtomicU64>,
    after: Arc<Vec<u64>>,
    down: Arc<AtomicI64>,
}

impl BreakingLine {
    /// Forwards `listener` to `server`; cuts after each of `after` bytes sent upwards, counted over all connections.
    pub async fn start(listener: TcpListener, server: std::net::SocketAddr, after: Vec<u64>) -> Self {
        let line = Line {
            cuts: Arc::default(),
            sent: Arc::default(),
            after: Arc::new(after),
            down: Arc::new(AtomicI64::new(i64::MAX)),
        };
        let (cuts, down) = (line.cuts.clone(), line.down.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let line = line.clone();
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(server).await else { return };
                    forward(client, server, &line).await;
                });
            }
        });
        Self { cuts, down }
    }

    /// Cuts once, when so many more bytes came down.
    pub fn break_after(&self, bytes: i64) {
        self.down.store(bytes, Ordering::SeqCst);
    }
}

/// Ends, and with it both connections, when either side does or the line is cut.
async fn forward(client: TcpStream, server: TcpStream, line: &Line) {
    let Line { cuts, sent, after, down: left } = line;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
            if to_server.write_all(&buffer[..length]).await.is_err() {
                return;
            }
            let total = sent.fetch_add(length as u64, Ordering::SeqCst) + length as u64;
            let next = cuts.load(Ordering::SeqCst);
            if after.get(next).is_some_and(|limit| total >= *limit) {
                cuts.fetch_add(1, Ordering::SeqCst);
                return;
            }
        }
    };
    let down = async {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = from_server.read(&mut buffer).await {
            if to_client.write_all(&buffer[..length]).await.is_err() {
                return;
            }
            let length = i64::try_from(length).unwrap();
            if left.fetch_sub(length, Ordering::SeqCst) <= length {
                left.store(i64::MAX, Ordering::SeqCst);
                cuts.fetch_add(1, Ordering::SeqCst);
                return;
            }
        }
    };
    tokio::select! { () = up => {}, () = down => {} }
}
