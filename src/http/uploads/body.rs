//! From a request's body to a flow that outlives the request: whatever arrived is committed although the line broke.

use std::future::Future;
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::error::{Doing, Problem, Result};
use crate::transfer::upload::Piece;

/// Pieces on their way to the flow, each of up to 128 KiB; with more, a slow disk would fill the memory.
pub(super) const PIECES: usize = 2;
/// A body that stands still for so long is given up; its sender comes back and goes on.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// What is still read of a refused body, so that its sender gets to see the refusal: closing a connection with unread
/// bytes resets it, and the answer with it (RFC 9112, 9.6).
const POLITE_BYTES: usize = 8 * 1024 * 1024;
pub(super) const POLITE_TIME: Duration = Duration::from_secs(2);

/// Where the flows run: not on the workers' loops, which end with their listener.
#[derive(Clone)]
pub struct Runtime(pub Handle);

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Whole,
    Broken,
    /// The flow took no more.
    Refused,
}

/// Streams a body into a flow and returns what the flow returns.
///
/// # Errors
/// The flow's; `Malformed` when the body broke off and somebody is still there to hear it.
pub(super) async fn bring<T, F>(
    request: &HttpRequest,
    mut payload: web::Payload,
    work: impl FnOnce(mpsc::Receiver<Piece>) -> F,
) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let (pieces, receiver) = mpsc::channel(PIECES);
    let task = runtime(request).spawn(work(receiver));
    let ending = pump(&mut payload, pieces).await;
    let done = task.await.doing("writing an upload")?;
    if done.is_err() {
        read_politely(&mut payload).await;
    }
    match (done, ending) {
        (Ok(_), Ending::Broken) => Err(Problem::Malformed { detail: "the body broke off".into() }.into()),
        (done, _) => done,
    }
}

/// Where flows of this request run.
pub(super) fn runtime(request: &HttpRequest) -> Handle {
    let given = request.app_data::<web::Data<Runtime>>();
    given.map_or_else(Handle::current, |runtime| runtime.0.clone())
}

/// Forwards a stream piece by piece. Only a clean end is told as one.
pub(super) async fn pump<E>(
    body: &mut (impl Stream<Item = std::result::Result<Bytes, E>> + Unpin),
    pieces: mpsc::Sender<Piece>,
) -> Ending {
    loop {
        let piece = match tokio::time::timeout(PATIENCE, body.next()).await {
            Ok(Some(Ok(bytes))) => Piece::Bytes(bytes),
            Ok(None) => {
                return match pieces.send(Piece::End).await {
                    Ok(()) => Ending::Whole,
                    Err(_) => Ending::Refused,
                };
            }
            Ok(Some(Err(_))) | Err(_) => return Ending::Broken,
        };
        if pieces.send(piece).await.is_err() {
            return Ending::Refused;
        }
    }
}

/// Reads and forgets a little more of a refused body.
pub(super) async fn read_politely<E>(body: &mut (impl Stream<Item = std::result::Result<Bytes, E>> + Unpin)) {
    let began = Instant::now();
    let mut left = POLITE_BYTES;
    while left > 0 {
        let rest = POLITE_TIME.saturating_sub(began.elapsed());
        match tokio::time::timeout(rest, body.next()).await {
            Ok(Some(Ok(bytes))) => left = left.saturating_sub(bytes.len()),
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    async fn pumped(body: Vec<std::result::Result<Bytes, ()>>) -> (Ending, usize, bool) {
        let (pieces, mut receiver) = mpsc::channel(PIECES);
        let reader = tokio::spawn(async move {
            let (mut bytes, mut end) = (0, false);
            while let Some(piece) = receiver.recv().await {
                match piece {
                    Piece::Bytes(more) => bytes += more.len(),
                    Piece::End => end = true,
                }
            }
            (bytes, end)
        });
        let ending = pump(&mut stream::iter(body), pieces).await;
        let (bytes, end) = reader.await.unwrap();
        (ending, bytes, end)
    }

    #[tokio::test]
    async fn only_a_clean_end_is_told() {
        let piece = || Ok(Bytes::from_static(b"abc"));
        assert_eq!(pumped(vec![piece(), piece()]).await, (Ending::Whole, 6, true));
        assert_eq!(pumped(vec![piece(), Err(()), piece()]).await, (Ending::Broken, 3, false));
        assert_eq!(pumped(vec![]).await, (Ending::Whole, 0, true));
    }

    #[tokio::test]
    async fn a_flow_that_stops_listening_stops_the_body() {
        let (pieces, receiver) = mpsc::channel(PIECES);
        drop(receiver);
        let mut body = stream::iter([Ok::<_, ()>(Bytes::from_static(b"abc"))]);
        assert_eq!(pump(&mut body, pieces).await, Ending::Refused);
    }
}
