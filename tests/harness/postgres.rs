//! A private PostgreSQL: one instance per test process, one database per installation, stopped with the process.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::{Connection, RunQueryDsl};

struct Instance {
    directory: tempfile::TempDir,
    port: u16,
}

static INSTANCE: OnceLock<Instance> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

fn binaries() -> PathBuf {
    let found = std::fs::read_dir("/usr/lib/postgresql").ok().and_then(|versions| {
        versions.flatten().map(|version| version.path().join("bin")).find(|bin| bin.join("initdb").exists())
    });
    found.expect("PostgreSQL is not installed; run: apt-get install postgresql")
}

/// initdb refuses to run as root; Debian's package brings the user `postgres`.
fn as_postgres(program: &std::path::Path) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn run(mut command: Command) {
    let out = command.stdin(Stdio::null()).output().expect("the command starts");
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Instance {
    fn start() -> Self {
        let directory = tempfile::tempdir_in("/tmp").unwrap();
        let path = directory.path().to_owned();
        run({
            let mut chown = Command::new("chown");
            chown.arg("-R").arg(owner()).arg(&path);
            chown
        });
        let (data, bin, port) = (path.join("data"), binaries(), free_port());
        let mut initdb = as_postgres(&bin.join("initdb"));
        initdb.arg("-D").arg(&data).args(["-A", "trust", "-U", "kk", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        run(initdb);
        let mut start = as_postgres(&bin.join("pg_ctl"));
        start.arg("-D").arg(&data).args(["-w", "-s", "-l"]).arg(path.join("log")).arg("-o");
        start.arg(format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200",
            path.display()
        ));
        start.arg("start").stdout(Stdio::null()).stderr(Stdio::null());
        assert!(start.status().unwrap().success(), "PostgreSQL did not start");
        stop_with_this_process(&bin, &data);
        Self { directory, port }
    }
}

fn owner() -> String {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    if root { "postgres:postgres".to_owned() } else { whoami() }
}

fn whoami() -> String {
    String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap().trim().to_owned()
}

/// A watcher that outlives this process by a moment and stops the server.
fn stop_with_this_process(bin: &std::path::Path, data: &std::path::Path) {
    let script = format!(
        "while [ -d /proc/{} ]; do sleep 1; done; cd /; {} -D {} -m immediate stop; rm -rf {}",
        std::process::id(),
        bin.join("pg_ctl").display(),
        data.display(),
        data.display()
    );
    let mut watcher = as_postgres(std::path::Path::new("sh"));
    watcher.args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // It outlives this process on purpose: nobody is left to wait for it.
    #[allow(clippy::zombie_processes, reason = "it ends after this process does")]
    let _watcher = watcher.spawn().expect("the watcher starts");
}

/// The URL of a fresh, empty database.
pub fn fresh_database() -> String {
    let instance = INSTANCE.get_or_init(Instance::start);
    let name = format!("test{}", DATABASES.fetch_add(1, Ordering::SeqCst));
    let mut admin =
        diesel::PgConnection::establish(&format!("postgres://kk@127.0.0.1:{}/postgres", instance.port)).unwrap();
    diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut admin).unwrap();
    let _ = &instance.directory;
    format!("postgres://kk@127.0.0.1:{}/{name}", instance.port)
}

#[derive(diesel::QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// What a query answers that names its one column `text`.
pub fn texts(url: &str, query: &str) -> Vec<String> {
    let mut connection = diesel::PgConnection::establish(url).unwrap();
    let rows: Vec<Text> = diesel::sql_query(query).load(&mut connection).unwrap();
    rows.into_iter().map(|row| row.text).collect()
}
