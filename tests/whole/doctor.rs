//! `kakitome doctor` sees what is wrong with a real clamd, and says so in both languages.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::flows::{Office, On};
use kakitome::config::Config;
use kakitome::gateway::Gateway;
use kakitome::staff::doctor::{CHECKS, Facts, Outcome, Seen};
use serde_json::Value;

/// What only the machine decides: whether it has a swap, and how much memory is free for files.
const OF_THE_MACHINE: [&str; 2] = ["clamd.swap", "clamd.temporary-directory"];
const WELL: &str = "AlertExceedsMax yes\nAlertEncrypted yes\nStreamMaxLength 20M\nMaxFileSize 100M\nMaxScanSize 100M\nMaxScanTime 100000\nLocalSocketMode 660\n";

/// A clamd of this test's own that knows the test file only; gone when dropped.
struct Clamd {
    process: Child,
    directory: tempfile::TempDir,
    _memory: tempfile::TempDir,
}

impl Clamd {
    fn start(settings: &str) -> Self {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let temporary = format!("TemporaryDirectory {}\n", memory.path().display());
        Self::start_with(&format!("{temporary}{settings}"), memory, None)
    }

    /// Under the configuration that is delivered, with other places.
    fn delivered() -> Self {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let text = include_str!("../../deploy/clamav/clamd.conf");
        let text = text.replace("/run/clamscan", memory.path().to_str().unwrap());
        let text = text.replace("LocalSocketGroup kakitome\n", "");
        Self::start_with("", memory, Some(text))
    }

    fn start_with(settings: &str, memory: tempfile::TempDir, whole: Option<String>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        std::fs::create_dir(at("database")).unwrap();
        let halves = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];
        let hex: String = halves.concat().bytes().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(at("database/test.ndb"), format!("Eicar-Test:0:*:{hex}\n")).unwrap();
        let own = directory.path().display().to_string();
        let text = match whole {
            Some(text) => {
                text.replace("/run/kakitome-clamd", &own).replace("/var/lib/clamav", &format!("{own}/database"))
            }
            None => format!(
                "Foreground yes\nLocalSocket {own}/clamd.ctl\nDatabaseDirectory {own}/database\nPidFile {own}/clamd.pid\n{settings}"
            ),
        };
        std::fs::write(at("clamd.conf"), text).unwrap();
        let log = std::fs::File::create(at("log")).unwrap();
        let mut process = Command::new("clamd")
            .arg("--config-file")
            .arg(at("clamd.conf"))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .expect("clamd is not installed; run: apt-get install clamav-daemon");
        let limit = Instant::now() + Duration::from_secs(60);
        while std::os::unix::net::UnixStream::connect(at("clamd.ctl")).is_err() {
            let log = || std::fs::read_to_string(at("log")).unwrap();
            assert!(process.try_wait().unwrap().is_none(), "clamd refused to start: {}", log());
            assert!(Instant::now() < limit, "clamd does not answer: {}", log());
            std::thread::yield_now();
        }
        Self { process, directory, _memory: memory }
    }

    fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn configure(&self, config: &mut Config) {
        config.scan.off = false;
        config.scan.clamd =
            Some(format!("unix:{}", self.directory.path().join("clamd.ctl").display()).try_into().unwrap());
        config.scan.clamd_configuration = self.directory.path().join("clamd.conf");
        config.scan.largest_bytes = 20_000_000;
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What every check sees in an office of this configuration.
async fn seen(change: impl FnOnce(&mut Config)) -> BTreeMap<&'static str, Seen> {
    let office = Office::with(On::Sqlite, change).await;
    seen_in(&office).await
}

async fn seen_in(office: &Office) -> BTreeMap<&'static str, Seen> {
    seen_by(office.gateway()).await
}

async fn seen_by(gateway: &Gateway) -> BTreeMap<&'static str, Seen> {
    let facts = Facts::gather(gateway).await;
    let mut all = BTreeMap::new();
    // Mail is another story: `mail_records.rs`, and so is the log: `copies.rs`.
    for check in CHECKS.iter().filter(|check| !check.name.starts_with("mail.") && !check.name.starts_with("log.")) {
        all.insert(check.name, check.look(&facts).await.unwrap().seen);
    }
    all
}

/// Those that are not well, the machine's own apart.
fn wrong(seen: &BTreeMap<&'static str, Seen>) -> Vec<(&'static str, Seen)> {
    let is_wrong = |name: &str, seen: Seen| seen.outcome() != Outcome::Ok && !OF_THE_MACHINE.contains(&name);
    seen.iter().filter(|(name, seen)| is_wrong(name, **seen)).map(|(name, seen)| (*name, *seen)).collect()
}

/// The hand-made signatures have no date.
const UNDATED: (&str, Seen) = ("scanner.signatures", Seen::SignaturesUndated);

#[actix_web::test]
async fn a_clamd_that_is_well_set_up_is_fine() {
    let clamd = Clamd::start(WELL);
    let seen = seen(|config| clamd.configure(config)).await;
    assert_eq!(wrong(&seen), [UNDATED]);
    assert_eq!(seen["scanner.eicar-zip"], Seen::EicarInZipFound);
    assert_eq!(seen["clamd.temporary-directory"], Seen::TemporaryInMemory, "/dev/shm is no tmpfs here?");
}

#[actix_web::test]
async fn what_is_delivered_is_fine_with_the_usual_configuration() {
    let clamd = Clamd::delivered();
    let usual = Config::default().scan.largest_bytes;
    let seen = seen(|config| {
        clamd.configure(config);
        config.scan.largest_bytes = usual;
    })
    .await;
    assert_eq!(wrong(&seen), [UNDATED]);
    // Every line of it was understood: clamd starts with no key that it does not know, and warns of old ones.
    let log = std::fs::read_to_string(clamd.directory.path().join("log")).unwrap();
    assert!(!log.contains("WARNING") && !log.contains("ERROR"), "{log}");
}

#[actix_web::test]
async fn alerts_that_are_off_are_found_by_trying_and_by_reading() {
    let clamd = Clamd::start(
        "AlertEncrypted yes\nStreamMaxLength 20M\nMaxFileSize 100M\nMaxScanSize 100M\nMaxScanTime 1000\nLocalSocketMode 660\n",
    );
    let found = seen(|config| clamd.configure(config)).await;
    let limits = [("clamd.alert-exceeds-max", Seen::SwitchOff), ("scanner.limits", Seen::LimitsPass)];
    assert_eq!(wrong(&found), [limits[0], limits[1], UNDATED]);

    let clamd = Clamd::start(
        "AlertExceedsMax yes\nStreamMaxLength 20M\nMaxFileSize 100M\nMaxScanSize 100M\nMaxScanTime 1000\nLocalSocketMode 660\n",
    );
    let found = seen(|config| clamd.configure(config)).await;
    let encrypted = [("clamd.alert-encrypted", Seen::SwitchOff), ("scanner.encrypted", Seen::EncryptedPasses)];
    assert_eq!(wrong(&found), [encrypted[0], encrypted[1], UNDATED]);
}

#[actix_web::test]
async fn archives_that_are_not_looked_into_are_found() {
    let clamd = Clamd::start(&format!("{WELL}ScanArchive no\n"));
    let seen = seen(|config| clamd.configure(config)).await;
    assert_eq!(seen["scanner.eicar"], Seen::EicarFound);
    assert_eq!(seen["scanner.eicar-zip"], Seen::EicarInZipMissed);
    assert_eq!(seen["clamd.kinds"], Seen::KindsMissing);
}

#[actix_web::test]
async fn sizes_that_contradict_each_other_are_found() {
    let clamd = Clamd::start(&WELL.replace("20M", "10M"));
    let seen = seen(|config| clamd.configure(config)).await;
    assert_eq!(wrong(&seen), [("clamd.stream-length", Seen::SizeSmall), UNDATED]);
}

#[actix_web::test]
async fn copies_on_a_disk_are_found() {
    let disk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let memory = tempfile::tempdir().unwrap();
    let settings = format!("TemporaryDirectory {}\n{WELL}LeaveTemporaryFiles yes\n", disk.path().display());
    let clamd = Clamd::start_with(&settings, memory, None);
    let seen = seen(|config| clamd.configure(config)).await;
    assert_eq!(seen["clamd.temporary-directory"], Seen::TemporaryOnDisk);
    assert_eq!(seen["clamd.leftovers"], Seen::LeftoversStay);
}

#[actix_web::test]
async fn a_clamd_that_is_stopped_is_told_once_and_its_settings_are_still_read() {
    let mut clamd = Clamd::start(&WELL.replace("AlertEncrypted yes\n", ""));
    clamd.stop();
    let seen = seen(|config| clamd.configure(config)).await;
    assert_eq!(seen["scanner"], Seen::ScannerSilent);
    for name in ["scanner.signatures", "scanner.clean", "scanner.eicar", "scanner.encrypted", "scanner.limits"] {
        assert_eq!((seen[name], seen[name].outcome()), (Seen::NoAnswer, Outcome::NotChecked), "{name}");
    }
    assert_eq!(seen["clamd.configuration"], Seen::ClamdRead);
    assert_eq!(seen["clamd.alert-encrypted"], Seen::SwitchOff);
}

#[actix_web::test]
async fn what_cannot_be_looked_at_is_not_called_fine() {
    let clamd = Clamd::start(WELL);
    let unreadable = seen(|config| {
        clamd.configure(config);
        config.scan.clamd_configuration = "/no/such/file".into();
    })
    .await;
    assert_eq!(unreadable["scanner.eicar"], Seen::EicarFound);
    let settings = || CHECKS.iter().map(|check| check.name).filter(|name| name.starts_with("clamd."));
    assert!(settings().all(|name| unreadable[name] == Seen::ClamdUnread), "{unreadable:?}");

    let other = clamd.directory.path().join("other.conf");
    std::fs::write(&other, "LocalSocket /run/other.ctl\n").unwrap();
    let of_another = seen(|config| {
        clamd.configure(config);
        config.scan.clamd_configuration = other;
    })
    .await;
    assert_eq!(of_another["clamd.configuration"], Seen::ClamdOther);

    let elsewhere = seen(|config| {
        clamd.configure(config);
        config.scan.clamd = Some("tcp:scanner.invalid:3310".to_owned().try_into().unwrap());
    })
    .await;
    assert!(settings().all(|name| elsewhere[name] == Seen::ClamdElsewhere), "{elsewhere:?}");
}

#[actix_web::test]
async fn without_a_scanner_it_says_so_and_nothing_else_is_checked() {
    let off = seen(|_| {}).await;
    assert_eq!((off["scanner"], off["scanner"].outcome()), (Seen::ScannerOff, Outcome::Warning));
    let missing = seen(|config| config.scan.off = false).await;
    assert_eq!((missing["scanner"], missing["scanner"].outcome()), (Seen::ScannerMissing, Outcome::Failed));
    let of_scanner = |name: &str| name.starts_with("scanner.") || name.starts_with("clamd.");
    for (name, seen) in off.iter().filter(|(name, _)| of_scanner(name)) {
        assert_eq!(*seen, Seen::NoScanner, "{name}");
    }
}

#[actix_web::test]
async fn somebody_has_to_be_told_of_alerts() {
    let office = Office::new(On::Sqlite).await;
    assert_eq!(seen_in(&office).await["alerts.administrators"], Seen::AdministratorsTold);
    let (mut local, now) = (office.sender.account().clone(), kakitome::port::Clock::now(&*office.clock));
    local.email = "admin@localhost".into();
    let set = move |tx: &mut kakitome::store::Tx| kakitome::store::accounts::set_entry(tx, &local, now);
    office.gateway().store.write(set).await.unwrap();
    assert_eq!(seen_in(&office).await["alerts.administrators"], Seen::AdministratorsLocal);

    let empty = tempfile::tempdir().unwrap();
    let places = Office::places_in(empty.path());
    let app = kakitome::app::open(office.config.clone(), places, office.clock.clone()).await.unwrap();
    assert_eq!(seen_by(&app.gateway).await["alerts.administrators"], Seen::AdministratorsNone);
}

/// What the program says: exit status, standard output and standard error.
fn doctor(directory: &Path, config: &Path, language: &str, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kakitome"))
        .arg("doctor")
        .args(arguments)
        .arg("--config")
        .arg(config)
        .arg("--data")
        .arg(directory.join("data"))
        .arg("--keys")
        .arg(directory.join("keys"))
        .env("LC_ALL", language)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[actix_web::test]
async fn the_program_says_it_in_both_languages_and_its_status_tells_whether_something_failed() {
    let office = Office::new(On::Sqlite).await;
    // The program looks at the clock of the machine: nothing may have waited since the test's own day.
    while kakitome::staff::log::sequence(office.gateway()).await.unwrap() {}
    let directory = office.directory.path();
    let config = directory.join("kakitome.toml");
    std::fs::write(&config, "[scan]\noff = true\n").unwrap();

    let (status, out, err) = doctor(directory, &config, "en_US.UTF-8", &[]);
    assert_eq!(status, 0, "warnings are no failure: {err}");
    assert!(out.starts_with("warning  scanner\n    No scanner is set up: files leave unscanned"), "{out}");
    assert!(out.contains("\n    → Set up clamd") && out.contains("ok  alerts.administrators\n"), "{out}");
    assert!(err.contains("4 ok, 2 to look into, 0 failed"), "{err}");

    let (status, out, err) = doctor(directory, &config, "ja_JP.UTF-8", &[]);
    assert_eq!(status, 0);
    assert!(out.starts_with("注意  scanner\n    ウイルス検査の装置がありません。"), "{out}");
    assert!(err.contains("正常 4、注意 2、異常 0"), "{err}");

    let (status, out, _) = doctor(directory, &config, "C", &["--json"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, told["ok"].as_bool()), (0, Some(true)));
    assert_eq!(told["checks"].as_array().unwrap().len(), CHECKS.len());
    assert_eq!(told["checks"][0]["name"], "scanner");
    assert_eq!(
        (&told["checks"][0]["outcome"], &told["checks"][0]["found"]),
        (&"warning".into(), &"scanner_off".into())
    );

    let silent = format!("[scan]\nclamd = \"unix:{}\"\n", directory.join("none.ctl").display());
    std::fs::write(&config, silent).unwrap();
    let (status, out, err) = doctor(directory, &config, "C", &["--json"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, told["ok"].as_bool()), (1, Some(false)), "{err}");
    assert_eq!(told["checks"][0]["values"]["address"], format!("unix:{}", directory.join("none.ctl").display()));
    assert!(told["checks"][0]["next"].as_str().unwrap().contains("systemctl status kakitome-clamd"));
    assert!(err.contains("Do what is listed on standard output"), "{err}");
}

/// Whatever is seen, its text is whole: every value that it names is there.
#[actix_web::test]
async fn every_line_is_whole_for_a_good_clamd_and_for_a_bad_one() {
    let office = Office::new(On::Sqlite).await;
    let directory = office.directory.path();
    let config = directory.join("kakitome.toml");
    let disk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let on_disk = format!(
        "TemporaryDirectory {}\nScanArchive no\nScanPDF no\nMaxThreads 1\nReadTimeout 5\nStreamMaxLength 1M\nLeaveTemporaryFiles yes\n",
        disk.path().display()
    );
    let bad = Clamd::start_with(&on_disk, tempfile::tempdir().unwrap(), None);
    for (clamd, is_bad) in [(Clamd::delivered(), false), (bad, true)] {
        let own = clamd.directory.path();
        for (settings, file) in [("clamd.conf", own.join("clamd.conf")), ("none", own.join("none"))] {
            let text = format!(
                "[scan]\nclamd = \"unix:{}\"\nclamd_configuration = \"{}\"\nlargest_bytes = 20_000_000\n",
                own.join("clamd.ctl").display(),
                file.display()
            );
            std::fs::write(&config, text).unwrap();
            for language in ["ja_JP.UTF-8", "C"] {
                let (status, out, err) = doctor(directory, &config, language, &[]);
                // Whether a good one fails is also the machine's matter: it may have a swap.
                assert!(status == 1 || !is_bad, "{settings}: {out}{err}");
                assert!(!out.contains('⟦') && !out.contains("{ $"), "{out}");
            }
        }
    }
}
