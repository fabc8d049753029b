//! What the tests stand on: private installations built by the same code as production, a clock that can be set, real
//! servers on free ports.

pub mod authority;
pub mod browser;
pub mod bucket;
pub mod called;
pub mod clamd;
pub mod directory;
pub mod disk;
pub mod flows;
pub mod name_server;
pub mod post_office;
pub mod postgres;
pub mod provider;
pub mod proxy;
pub mod rows;
pub mod server;
pub mod smtp;
pub mod story;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kakitome::model::Time;
use kakitome::port::Clock;

/// How many rounds a loop makes: the short count every day, the long one where `KAKITOME_SOAK=1` is set.
pub fn rounds(short: u32, long: u32) -> u32 {
    if std::env::var("KAKITOME_SOAK").is_ok_and(|value| value == "1") { long } else { short }
}

/// A port that nobody listened on a moment ago.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// One test per database for each of these functions of one `On`.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[actix_web::test]
            async fn $name() {
                super::$name(crate::harness::flows::On::Sqlite).await;
            })*
        }
        mod postgresql {
            $(#[actix_web::test]
            async fn $name() {
                super::$name(crate::harness::flows::On::Postgres).await;
            })*
        }
    };
}
/// The problem in a refusal; anything else fails the test.
#[track_caller]
pub fn problem<T>(result: kakitome::error::Result<T>) -> kakitome::error::Problem {
    match result {
        Err(kakitome::error::Error::Problem(problem)) => problem,
        Err(fault) => panic!("a fault instead of a problem: {fault}"),
        Ok(_) => panic!("done instead of refused"),
    }
}

/// A clock that stands still until it is set.
pub struct HandClock(AtomicI64);

impl HandClock {
    /// Half past noon in Tokyo, 23 November 2026.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_795_404_600_000)))
    }

    pub fn forward(&self, by: Duration) {
        self.0.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
    }

    pub fn back(&self, by: Duration) {
        self.0.fetch_sub(by.as_millis() as i64, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Time {
        // One millisecond a reading: times in the log stay distinct and in order.
        Time::from_millis(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// The text of a mail with its transfer encodings undone (what a mail program shows).
pub fn decode_mail(raw: &[u8]) -> String {
    let mut python = std::process::Command::new("python3")
        .arg("-c")
        .arg(
            "import sys, email, email.policy\n\
             mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)\n\
             head = ''.join(f'{k}: {v}\\n' for k, v in mail.items())\n\
             sys.stdout.buffer.write((head + '\\n' + mail.get_body(('plain',)).get_content()).encode())",
        )
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3 is not installed; run: apt-get install python3");
    use std::io::Write;
    python.stdin.take().unwrap().write_all(raw).unwrap();
    String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap()
}
