//! clamd's INSTREAM (clamd(8), "COMMANDS"): a file goes over as chunks with their lengths, an empty chunk ends it, one line
//! answers. A line that clamd ends in mid-stream is read to its end first: there it says why.

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{Local, NaiveDateTime, TimeZone};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::config::ScannerAddress;
use crate::model::{Signatures, Time};
use crate::port::{Finding, ScanFailure, ScanStream, Scanner};

/// Bytes of an answer at most; clamd's are a path and a name.
const ANSWER_LONGEST: u64 = 4096;
/// Characters of a name that are kept.
const NAME_LONGEST: usize = 200;
/// How long a connection may take to be made, and clamd to say its version.
const SHORT: Duration = Duration::from_secs(10);

trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// A clamd.
pub struct Clamd {
    address: ScannerAddress,
    silence: Duration,
}

/// A file on its way.
struct Stream {
    line: Pin<Box<dyn Line>>,
    silence: Duration,
}

impl Clamd {
    /// The clamd at `address`, which may be silent for `silence` while it takes bytes or looks at them.
    pub fn new(address: ScannerAddress, silence: Duration) -> Self {
        Self { address, silence }
    }

    async fn connect(&self) -> Result<Pin<Box<dyn Line>>, ScanFailure> {
        let connecting = async {
            Ok::<Pin<Box<dyn Line>>, std::io::Error>(match &self.address {
                ScannerAddress::Unix(path) => Box::pin(UnixStream::connect(path).await?),
                ScannerAddress::Tcp(address) => Box::pin(TcpStream::connect(address).await?),
            })
        };
        match timeout(SHORT, connecting).await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(error)) => Err(ScanFailure::Down(error.to_string())),
            Err(_) => Err(ScanFailure::Down("no connection in time".into())),
        }
    }
}

#[async_trait]
impl Scanner for Clamd {
    async fn signatures(&self) -> Result<Signatures, ScanFailure> {
        let mut line = self.connect().await?;
        let asking = async {
            line.write_all(b"zVERSION\0").await.map_err(|error| ScanFailure::Down(error.to_string()))?;
            answer(&mut line).await
        };
        let said = timeout(SHORT.min(self.silence), asking).await;
        match said {
            Ok(Ok(Answer { text, .. })) if text.starts_with("ClamAV ") => {
                Ok(Signatures { made_at: made_at(&text, &Local), version: name(&text) })
            }
            Ok(Ok(_)) => Err(ScanFailure::Unclear("no version of clamd".into())),
            Ok(Err(ScanFailure::Unclear(why))) => Err(ScanFailure::Down(why)),
            Ok(Err(failure)) => Err(failure),
            Err(_) => Err(ScanFailure::Down("no answer in time".into())),
        }
    }

    async fn begin(&self) -> Result<Box<dyn ScanStream>, ScanFailure> {
        let mut line = self.connect().await?;
        line.write_all(b"zINSTREAM\0").await.map_err(|error| ScanFailure::Down(error.to_string()))?;
        Ok(Box::new(Stream { line, silence: self.silence }))
    }
}

#[async_trait]
impl ScanStream for Stream {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), ScanFailure> {
        // An empty chunk would end the file.
        if bytes.is_empty() {
            return Ok(());
        }
        let length = u32::try_from(bytes.len()).map_err(|_| ScanFailure::Unclear("a chunk beyond 4 GiB".into()))?;
        let line = &mut self.line;
        let writing = async {
            line.write_all(&length.to_be_bytes()).await?;
            line.write_all(bytes).await
        };
        match timeout(self.silence, writing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.why_it_ended().await),
            Err(_) => Err(ScanFailure::TimedOut),
        }
    }

    async fn finish(mut self: Box<Self>) -> Result<Finding, ScanFailure> {
        let line = &mut self.line;
        let asking = async {
            match line.write_all(&0_u32.to_be_bytes()).await {
                Ok(()) => Some(answer(line).await),
                Err(_) => None,
            }
        };
        match timeout(self.silence, asking).await {
            Ok(Some(said)) => said?.finding(),
            Ok(None) => Err(self.why_it_ended().await),
            Err(_) => Err(ScanFailure::TimedOut),
        }
    }
}

impl Stream {
    /// Why clamd takes no more bytes: it says so before it hangs up.
    async fn why_it_ended(&mut self) -> ScanFailure {
        match timeout(SHORT, answer(&mut self.line)).await {
            Ok(Ok(said)) => match (Answer { is_over: false, ..said }).finding() {
                Ok(_) => ScanFailure::Unclear("the line broke".into()),
                Err(failure) => failure,
            },
            Ok(Err(failure)) => failure,
            Err(_) => ScanFailure::Unclear("the line broke".into()),
        }
    }
}

/// One answer.
struct Answer {
    text: String,
    /// Whether the line ended as it should after it, and not in a reset: then clamd has taken in all that it was sent.
    is_over: bool,
}

impl Answer {
    /// What it says. A verdict on half a file is none.
    fn finding(&self) -> Result<Finding, ScanFailure> {
        match finding(&self.text) {
            Ok(_) if !self.is_over => Err(ScanFailure::Unclear("an answer in mid-stream".into())),
            said => said,
        }
    }
}

/// Reads the one answer: text and a NUL, then the end of the line. Where clamd hangs up with bytes of ours unread, which is
/// how it refuses a large file, the line ends in a reset.
async fn answer(line: &mut Pin<Box<dyn Line>>) -> Result<Answer, ScanFailure> {
    let mut bytes = Vec::new();
    let ended = line.take(ANSWER_LONGEST).read_to_end(&mut bytes).await;
    match (bytes.split_last(), ended) {
        (Some((0, text)), ended) if !text.contains(&0) => match String::from_utf8(text.to_vec()) {
            Ok(text) => Ok(Answer { text, is_over: ended.is_ok() }),
            Err(_) => Err(ScanFailure::Unclear("an answer that is no text".into())),
        },
        (_, Err(error)) => Err(ScanFailure::Unclear(error.to_string())),
        (_, Ok(_)) => Err(ScanFailure::Unclear("the line ended without an answer".into())),
    }
}

/// What an answer says.
fn finding(text: &str) -> Result<Finding, ScanFailure> {
    if text == "stream: OK" {
        return Ok(Finding::Clean);
    }
    if text.starts_with("INSTREAM size limit exceeded") {
        return Err(ScanFailure::TooLarge);
    }
    let found = text.strip_prefix("stream: ").and_then(|rest| rest.strip_suffix(" FOUND"));
    let Some(found) = found.map(name).filter(|name| !name.is_empty()) else {
        return Err(ScanFailure::Unclear(name(text)));
    };
    Ok(if found.starts_with("Heuristics.Encrypted.") {
        Finding::Encrypted(found)
    } else if found.starts_with("Heuristics.Limits.Exceeded") {
        Finding::Limits(found)
    } else {
        Finding::Infected(found)
    })
}

/// Text of the scanner as it is kept and shown.
fn name(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(NAME_LONGEST).collect()
}

/// Of when the signatures are: `ClamAV 1.4.3/27600/Wed Nov 25 09:26:34 2026`. clamd means the local time of its machine, which
/// is this one (a scanner elsewhere is refused at the start).
fn made_at(version: &str, zone: &impl TimeZone) -> Option<Time> {
    let date = version.rsplit('/').next()?.trim();
    let at = NaiveDateTime::parse_from_str(date, "%a %b %e %H:%M:%S %Y").ok()?;
    Some(Time::from_millis(zone.from_local_datetime(&at).earliest()?.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_what_clamd_means_by_them() {
        assert_eq!(finding("stream: OK"), Ok(Finding::Clean));
        assert_eq!(finding("stream: A.B-1 FOUND"), Ok(Finding::Infected("A.B-1".into())));
        let encrypted = finding("stream: Heuristics.Encrypted.Zip FOUND");
        assert_eq!(encrypted, Ok(Finding::Encrypted("Heuristics.Encrypted.Zip".into())));
        let limits = finding("stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND");
        assert_eq!(limits, Ok(Finding::Limits("Heuristics.Limits.Exceeded.MaxRecursion".into())));
        assert_eq!(finding("INSTREAM size limit exceeded. ERROR"), Err(ScanFailure::TooLarge));
    }

    #[test]
    fn what_is_no_answer_is_no_verdict() {
        for text in ["", "OK", "stream:OK", "stream: OK ", "stream: FOUND", "stream:  FOUND", "stream: x ERROR", "ok"] {
            assert!(matches!(finding(text), Err(ScanFailure::Unclear(_))), "{text}");
        }
    }

    #[test]
    fn names_keep_no_control_characters() {
        let named = finding("stream: a\u{1b}[31m\nb\u{202e}c FOUND");
        assert_eq!(named, Ok(Finding::Infected("a[31mbc".into())));
        assert!(name(&"x".repeat(1000)).len() == NAME_LONGEST);
    }

    #[test]
    fn the_date_of_the_signatures_is_read() {
        let at = made_at("ClamAV 1.4.3/27600/Wed Nov 25 09:26:34 2026", &chrono::Utc);
        assert_eq!(at.map(Time::to_rfc3339).as_deref(), Some("2026-11-25T09:26:34.000Z"));
        assert_eq!(made_at("ClamAV 1.4.3/27600/Thu Jan  1 00:00:00 1970", &chrono::Utc), Some(Time::from_millis(0)));
        for none in ["ClamAV 1.4.6", "", "ClamAV 1.4.3/1/soon"] {
            assert_eq!(made_at(none, &chrono::Utc), None, "{none}");
        }
    }
}
