//! A line that breaks: forwards TCP to a server and cuts the connection each time so many more bytes went up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct BreakingLine {
    pub cuts: Arc<AtomicUsize>,
}

impl BreakingLine {
    /// Forwards `listener` to `server`; cuts after each of `after` bytes sent upwards, counted over all connections.
    pub async fn start(listener: TcpListener, server: std::net::SocketAddr, after: Vec<u64>) -> Self {
        let cuts = Arc::new(AtomicUsize::new(0));
        let (counted, sent) = (cuts.clone(), Arc::new(AtomicU64::new(0)));
        let after = Arc::new(after);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (cuts, sent, after) = (counted.clone(), sent.clone(), after.clone());
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(server).await else { return };
                    forward(client, server, &cuts, &sent, &after).await;
                });
            }
        });
        Self { cuts }
    }
}

/// Ends, and with it both connections, when either side does or the line is cut.
async fn forward(client: TcpStream, server: TcpStream, cuts: &AtomicUsize, sent: &AtomicU64, after: &[u64]) {
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
        }
    };
    tokio::select! { () = up => {}, () = down => {} }
}
