//! A real directory, Debian's slapd, started privately with TLS of a private authority.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use kakitome::config::Ldap;

use super::authority::Authority;

pub const BASE: &str = "dc=office,dc=example";
const ROOT: &str = "cn=root,dc=office,dc=example";
const SEARCHER: &str = "cn=kakitome,dc=office,dc=example";
const SECRET: &str = "the searcher's own password";

pub struct Slapd {
    pub authority: Authority,
    pub port: u16,
    pub plain_port: u16,
    directory: tempfile::TempDir,
    child: Option<Child>,
}

impl Slapd {
    pub async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (port, plain_port) = (super::free_port(), super::free_port());
        let mut slapd = Self { authority: Authority::new(), port, plain_port, directory, child: None };
        std::fs::create_dir(slapd.directory.path().join("db")).unwrap();
        std::fs::write(slapd.file("searcher"), SECRET).unwrap();
        std::fs::write(slapd.file("slapd.conf"), slapd.configuration()).unwrap();
        slapd.begin().await;
        slapd.add(&format!(
            "dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: office\no: office\n\n\
             dn: {SEARCHER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: kakitome\n\
             userPassword: {SECRET}\n\n\
             dn: ou=people,{BASE}\nobjectClass: organizationalUnit\nou: people\n"
        ));
        slapd
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn configuration(&self) -> String {
        let schemas = ["core", "cosine", "inetorgperson"].map(|one| format!("include /etc/ldap/schema/{one}.schema\n"));
        let (tls, own) = (self.authority.directory(), self.directory.path());
        format!(
            "{}modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload memberof\npidfile {own}/pid\n\
             TLSCertificateFile {tls}/server.pem\nTLSCertificateKeyFile {tls}/server.key\n\
             TLSCACertificateFile {tls}/authority.pem\n\
             database mdb\nsuffix \"{BASE}\"\nrootdn \"{ROOT}\"\nrootpw root\ndirectory {own}/db\noverlay memberof\n\
             access to attrs=userPassword by anonymous auth by * none\n\
             access to * by dn.exact=\"{SEARCHER}\" read by * none\n",
            schemas.concat(),
            own = own.display(),
            tls = tls.display(),
        )
    }

    pub async fn begin(&mut self) {
        let child = Command::new("/usr/sbin/slapd")
            .args(["-d", "0", "-f"])
            .arg(self.file("slapd.conf"))
            .arg("-h")
            .arg(format!("ldaps://127.0.0.1:{} ldap://127.0.0.1:{}", self.port, self.plain_port))
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("slapd is not installed; run: apt-get install slapd ldap-utils"));
        let port = self.port;
        super::flows::until("slapd answers", || async move {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Adds entries, or with `changetype` changes them.
    pub fn add(&self, ldif: &str) {
        let file = self.file("change.ldif");
        std::fs::write(&file, ldif).unwrap();
        let out = Command::new("ldapmodify")
            .args(["-a", "-x", "-D", ROOT, "-w", "root", "-H"])
            .arg(format!("ldaps://127.0.0.1:{}", self.port))
            .arg("-f")
            .arg(&file)
            .env("LDAPTLS_CACERT", self.authority.authority_file())
            .output()
            .expect("ldap-utils are not installed; run: apt-get install ldap-utils");
        assert!(out.status.success(), "{}\n{ldif}", String::from_utf8_lossy(&out.stderr));
    }

    /// Adds a person.
    pub fn person(&self, uid: &str, mail: &str, password: &str) {
        self.add(&format!(
            "dn: uid={uid},ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\n\
             displayName:: 6Yi05pyoIOiKseWtkA==\nmail: {mail}\nuserPassword: {password}\n"
        ));
    }

    /// Makes a group of these people.
    pub fn group(&self, name: &str, uids: &[&str]) {
        let members: String = uids.iter().map(|uid| format!("member: uid={uid},ou=people,{BASE}\n")).collect();
        self.add(&format!("dn: cn={name},{BASE}\nobjectClass: groupOfNames\ncn: {name}\n{members}"));
    }

    pub fn settings(&self) -> Ldap {
        Ldap {
            url: format!("ldaps://127.0.0.1:{}", self.port),
            ca_file: Some(self.authority.authority_file()),
            bind_dn: Some(SEARCHER.into()),
            bind_password_file: Some(self.file("searcher")),
            base: BASE.into(),
            ..Ldap::default()
        }
    }

    pub fn place(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        self.stop();
    }
}
