//! A real mail system: Debian's postfix, which takes mails, delivers them into maildirs and sends reports of those that it
//! cannot deliver, and Debian's dovecot, which signs its users in and shows the maildirs by IMAP. Started privately.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use kakitome::config::{Config, MailKind, MailSecurity};

use super::authority::Authority;

pub const USER: &str = "kakitome@office.example";
pub const PASSWORD: &str = "correct-horse-battery";
/// Debian's `nobody`: owner of the maildirs.
const OWNER: u32 = 65534;

/// Ports of a mail system.
#[derive(Clone, Copy)]
pub struct Ports {
    /// Submission: STARTTLS and a sign-in are required.
    pub submission: u16,
    /// The same with TLS from the first byte.
    pub submissions: u16,
    /// For this machine: neither is needed.
    pub plain: u16,
    /// The mail server of `later.example`, which takes nothing.
    pub refusing: u16,
    /// IMAP over TLS.
    pub imaps: u16,
    /// IMAP with STARTTLS.
    pub imap: u16,
}

pub struct PostOffice {
    pub authority: Authority,
    pub ports: Ports,
    /// Local parts that are asked once to come again later (451).
    pub slow: Arc<Mutex<HashSet<String>>>,
    directory: tempfile::TempDir,
    children: Vec<Child>,
}

impl PostOffice {
    pub async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let port = super::free_port;
        let ports = Ports {
            submission: port(),
            submissions: port(),
            plain: port(),
            refusing: port(),
            imaps: port(),
            imap: port(),
        };
        let slow = Arc::new(Mutex::new(HashSet::new()));
        let policy = greylisting(slow.clone());
        let mut office = Self { authority: Authority::new(), ports, slow, directory, children: Vec::new() };
        office.write_postfix(policy);
        office.write_dovecot();
        office.begin();
        for port in [ports.submission, ports.submissions, ports.plain, ports.imaps, ports.imap] {
            super::flows::until("the mail system answers", || async move {
                tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
            })
            .await;
        }
        office
    }

    /// What the office would write into its configuration.
    pub fn configure(&self, config: &mut Config) {
        let password_file = self.file("password");
        std::fs::write(&password_file, PASSWORD).unwrap();
        let mail = &mut config.mail;
        mail.kind = MailKind::Smtp;
        mail.from = USER.into();
        mail.bounce_address = Some("bounces@office.example".into());
        mail.smtp.host = "localhost".into();
        mail.smtp.port = self.ports.submission;
        mail.smtp.security = MailSecurity::Starttls;
        mail.smtp.user = Some(USER.into());
        mail.smtp.password_file = Some(password_file.clone());
        mail.smtp.ca_file = Some(self.authority.authority_file());
        mail.smtp.hello_name = Some("gateway.office.example".into());
        mail.bounces.host = "localhost".into();
        mail.bounces.port = self.ports.imaps;
        mail.bounces.security = MailSecurity::Tls;
        mail.bounces.user = "bounces".into();
        mail.bounces.password_file = Some(password_file);
        mail.bounces.ca_file = Some(self.authority.authority_file());
    }

    /// The mails in somebody's maildir, read or not.
    pub fn mails(&self, user: &str) -> Vec<String> {
        let at = |sub: &str| std::fs::read_dir(self.file("boxes").join(user).join(sub)).into_iter().flatten().flatten();
        let files = at("new").chain(at("cur"));
        files.map(|file| String::from_utf8(std::fs::read(file.path()).unwrap()).unwrap()).collect()
    }

    /// Waits until somebody has so many mails.
    pub async fn until_mails(&self, user: &str, count: usize) -> Vec<String> {
        super::flows::until("mails are delivered", || async {
            let mails = self.mails(user);
            (mails.len() >= count).then_some(mails)
        })
        .await
    }

    /// Puts a mail into somebody's maildir, as anybody in the world can.
    pub fn drop_mail(&self, user: &str, raw: &[u8]) -> PathBuf {
        let new = self.file("boxes").join(user).join("new");
        let name = format!("1.dropped{}", std::fs::read_dir(&new).map_or(0, Iterator::count));
        std::fs::create_dir_all(&new).unwrap();
        std::fs::write(new.join(&name), raw).unwrap();
        self.give_away(&self.file("boxes"));
        new.join(name)
    }

    /// Makes a mail unreadable for the mail server.
    pub fn forbid(&self, mail: &Path) {
        run(Command::new("chown").arg("root:root").arg(mail));
        run(Command::new("chmod").arg("600").arg(mail));
    }

    /// What postfix wrote into its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("log")).unwrap_or_default()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write_postfix(&self, policy: u16) {
        let (own, tls) = (self.directory.path().display(), self.authority.directory());
        for sub in ["postfix", "queue", "boxes"] {
            std::fs::create_dir(self.file(sub)).unwrap();
        }
        let main = format!(
            "compatibility_level = 3.6\n\
             queue_directory = {own}/queue\ndata_directory = {own}/state\n\
             command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\n\
             mail_owner = postfix\nsetgid_group = postdrop\n\
             maillog_file_prefixes = {own}\nmaillog_file = {own}/log\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mx.office.example\n\
             mydestination =\nalias_maps =\nalias_database =\nlocal_recipient_maps =\n\
             virtual_mailbox_domains = office.example aozora.example\nvirtual_mailbox_base = {own}/boxes\n\
             virtual_mailbox_maps = inline:{{ {{ bounces@office.example = bounces/ }}, {{ sato@office.example = sato/ }}, \
             {{ suzuki@aozora.example = suzuki/ }}, {{ slow@aozora.example = slow/ }} }}\n\
             virtual_uid_maps = static:{OWNER}\nvirtual_gid_maps = static:{OWNER}\n\
             recipient_delimiter = +\n\
             relay_domains = later.example\nrelay_recipient_maps =\n\
             transport_maps = inline:{{ {{ later.example = relay:[127.0.0.1]:{refusing} }} }}\n\
             smtpd_tls_cert_file = {tls}/server.pem\nsmtpd_tls_key_file = {tls}/server.key\n\
             smtpd_tls_security_level = encrypt\nsmtpd_tls_auth_only = yes\n\
             smtpd_sasl_type = dovecot\nsmtpd_sasl_path = {own}/sasl\n\
             smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject\n\
             smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:{policy}\n\
             mynetworks =\n",
            tls = tls.display(),
            refusing = self.ports.refusing,
        );
        std::fs::write(self.file("postfix/main.cf"), main).unwrap();
        let Ports { submission, submissions, plain, refusing, .. } = self.ports;
        let master = format!(
            "127.0.0.1:{submission} inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes\n\
             127.0.0.1:{submissions} inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_tls_wrappermode=yes\n\
             127.0.0.1:{plain} inet n - n - - smtpd -o smtpd_tls_security_level=none -o mynetworks=127.0.0.0/8\n\
             127.0.0.1:{refusing} inet n - n - - smtpd -o smtpd_tls_security_level=none -o myhostname=mx.later.example\n\
             pickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
             tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\n\
             bounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\n\
             verify unix - - n - 1 verify\nflush unix n - n 1000? 0 flush\nproxymap unix - - n - - proxymap\n\
             smtp unix - - n - - smtp\nrelay unix - - n - - smtp\nshowq unix n - n - - showq\n\
             error unix - - n - - error\nretry unix - - n - - error\ndiscard unix - - n - - discard\n\
             virtual unix - n n - - virtual\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\n\
             postlog unix-dgram n - n - 1 postlogd\n"
        );
        std::fs::write(self.file("postfix/master.cf"), master).unwrap();
    }

    fn write_dovecot(&self) {
        let (own, tls) = (self.directory.path().display(), self.authority.directory());
        let Ports { imaps, imap, .. } = self.ports;
        let text = format!(
            "base_dir = {own}/dovecot\nstate_dir = {own}/dovecot\nlog_path = {own}/dovecot.log\nprotocols = imap\n\
             listen = 127.0.0.1\nssl = required\nssl_cert = <{tls}/server.pem\nssl_key = <{tls}/server.key\n\
             mail_location = maildir:{own}/boxes/%n\nfirst_valid_uid = 1\nauth_mechanisms = plain login\n\
             passdb {{\n  driver = static\n  args = password={password}\n}}\n\
             userdb {{\n  driver = static\n  args = uid={OWNER} gid={OWNER} home={own}/boxes/%n\n}}\n\
             service imap-login {{\n  inet_listener imap {{\n    port = {imap}\n  }}\n\
             \x20 inet_listener imaps {{\n    port = {imaps}\n    ssl = yes\n  }}\n}}\n\
             service auth {{\n  unix_listener {own}/sasl {{\n    mode = 0666\n  }}\n}}\n",
            tls = tls.display(),
            password = PASSWORD,
        );
        std::fs::write(self.file("dovecot.conf"), text).unwrap();
    }

    fn begin(&mut self) {
        self.give_away(&self.file("boxes"));
        if !is_root() {
            run(Command::new("chown").args(["-R", "root:root"]).arg(self.file("postfix")).arg(self.file("queue")));
        }
        let postfix = self.file("postfix");
        run(Command::new("/usr/sbin/postfix").arg("-c").arg(&postfix).arg("check"));
        let mut master = Command::new("/usr/lib/postfix/sbin/master");
        self.spawn(master.arg("-s").arg("-c").arg(&postfix));
        let mut dovecot = Command::new("/usr/sbin/dovecot");
        let configuration = self.file("dovecot.conf");
        self.spawn(dovecot.arg("-F").arg("-c").arg(configuration));
    }

    fn spawn(&mut self, command: &mut Command) {
        let child = as_root(command).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.children.push(child.expect("not installed; run: apt-get install postfix dovecot-imapd"));
    }

    fn give_away(&self, path: &Path) {
        run(Command::new("chown").arg("-R").arg(format!("{OWNER}:{OWNER}")).arg(path));
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        for child in &mut self.children {
            // Masters: asked nicely, they take their children along.
            let _ = as_root(Command::new("kill").arg(child.id().to_string())).status();
            let _ = child.wait();
        }
        if !is_root() {
            let _ = as_root(Command::new("rm").arg("-rf").arg(self.directory.path())).status();
        }
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Both servers are started by root, and leave its rights themselves.
fn as_root(command: &Command) -> Command {
    if is_root() {
        let mut same = Command::new(command.get_program());
        same.args(command.get_args());
        return same;
    }
    let mut sudo = Command::new("sudo");
    sudo.arg("-n").arg(command.get_program()).args(command.get_args());
    sudo
}

fn run(command: &Command) {
    let out = as_root(command).output().expect("not installed; run: apt-get install postfix dovecot-imapd");
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
}

/// Answers postfix's questions by its policy protocol (SMTPD_POLICY_README): who is slow is told once to come again.
fn greylisting(slow: Arc<Mutex<HashSet<String>>>) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for line in listener.incoming().flatten() {
            let slow = slow.clone();
            std::thread::spawn(move || answer(line, &slow));
        }
    });
    port
}

fn answer(mut line: TcpStream, slow: &Mutex<HashSet<String>>) {
    let Ok(reading) = line.try_clone() else { return };
    let mut asked = String::new();
    for text in BufReader::new(reading).lines().map_while(Result::ok) {
        if let Some(recipient) = text.strip_prefix("recipient=") {
            asked = recipient.split('@').next().unwrap_or_default().to_owned();
        }
        if text.is_empty() {
            let action = if slow.lock().unwrap().remove(&asked) { "451 4.7.1 come again later" } else { "DUNNO" };
            if write!(line, "action={action}\n\n").is_err() {
                return;
            }
        }
    }
}
