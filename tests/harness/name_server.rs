//! A real name server, Debian's dnsmasq, started privately with the records of a test.

use std::process::{Child, Command, Stdio};

pub struct NameServer {
    pub port: u16,
    child: Child,
    _configuration: tempfile::NamedTempFile,
}

impl NameServer {
    /// With these TXT records. What ends in `.example` and is not there does not exist; nobody else is asked.
    pub async fn start(records: &[(&str, &str)]) -> Self {
        let port = super::free_port();
        let configuration = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(configuration.path(), lines(port, records)).unwrap();
        let mut command = Command::new("/usr/sbin/dnsmasq");
        command.arg("--keep-in-foreground").arg(format!("--conf-file={}", configuration.path().display()));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.expect("dnsmasq is not installed; run: apt-get install dnsmasq-base");
        super::flows::until("the name server answers", || async move {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
        Self { port, child, _configuration: configuration }
    }
}

fn lines(port: u16, records: &[(&str, &str)]) -> String {
    let fixed =
        "no-resolv\nno-hosts\npid-file\nlisten-address=127.0.0.1\nbind-interfaces\nlocal=/example/\nuser=\ngroup=\n";
    let record = |(name, text): &(&str, &str)| {
        let letters: Vec<char> = text.chars().collect();
        let parts: Vec<String> = letters.chunks(255).map(|part| format!("\"{}\"", String::from_iter(part))).collect();
        format!("txt-record={name},{}\n", parts.join(","))
    };
    format!("{fixed}port={port}\n{}", records.iter().map(record).collect::<String>())
}

impl Drop for NameServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
