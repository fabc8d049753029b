use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::*;

fn read(text: &str) -> Result<Config, ConfigErrors> {
    Config::read(Some(PathBuf::from("k.toml")), text, [])
}

fn told(text: &str) -> Vec<String> {
    read(text).expect_err("should be refused").0.iter().map(ToString::to_string).collect()
}

fn variable(name: &str, value: &str) -> Result<Config, ConfigErrors> {
    Config::read(None, "", [(name.to_owned(), value.to_owned())])
}

#[test]
fn nothing_set_means_defaults() {
    assert_eq!(read("").unwrap(), Config::default());
    assert_eq!(Config::load(None, []).unwrap(), Config::default());
}

#[test]
fn the_default_file_says_the_defaults() {
    assert_eq!(read(Config::default_toml()).unwrap(), Config::default());
}

/// With the commented keys switched on, the default file names every key there is, and no other.
#[test]
fn the_default_file_names_every_key() {
    let all: String = Config::default_toml()
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|l| l.split(' ').nth(1) == Some("=")).unwrap_or(line))
        .flat_map(|line| [line, "\n"])
        .collect();
    let given = toml_dict(&all);
    assert!(Value::from(given.clone()).deserialize::<Config>().is_ok(), "unknown key in the example");
    assert_eq!(names("", &given), names("", &as_dict(&Config::default())));
}

fn names(above: &str, dict: &Dict) -> Vec<String> {
    dict.iter()
        .flat_map(|(name, value)| match value.as_dict() {
            Some(inner) => names(&format!("{above}{name}."), inner),
            None => vec![format!("{above}{name}")],
        })
        .collect()
}

#[test]
fn an_unknown_key_is_told_with_line_and_suggestion() {
    assert_eq!(
        told("[server]\n\nlisten_on = \"127.0.0.1:1\"\n"),
        ["k.toml:3: server.listen_on: is unknown; right would be: did you mean `listen`?"]
    );
    let far = told("[log]\nzzz = 1");
    assert!(far[0].ends_with("one of format, level"), "{far:?}");
}

#[test]
fn an_unknown_section_is_told_with_line_and_suggestion() {
    assert_eq!(
        told("\n[polcy]\ngrace_minutes = 1"),
        ["k.toml:2: polcy: is unknown; right would be: did you mean `policy`?"]
    );
}

#[test]
fn every_mistake_is_told_at_once() {
    let all = told(
        "[server]\nlisten = 5\nworkers = 0\n[policy]\nkeep_days = 3\nnumber_digits = 13\n[mail]\nkind = \"smpt\"\n\
         [office]\ntime_zone = \"Asia/Tokio\"\n[tls]\nkey_file = \"k\"",
    );
    for (line, key) in [
        (2, "server.listen"),
        (3, "server.workers"),
        (5, "policy.keep_days"),
        (6, "policy.number_digits"),
        (8, "mail.kind"),
        (10, "office.time_zone"),
        (12, "tls.key_file"),
    ] {
        let begin = format!("k.toml:{line}: {key}: ");
        assert_eq!(all.iter().filter(|t| t.starts_with(&begin)).count(), 1, "{begin} in {all:#?}");
    }
    assert_eq!(all.len(), 7, "{all:#?}");
}

#[test]
fn a_wrong_type_is_told_with_an_example() {
    let flaws = told("policy.grace_minutes = \"long\"");
    assert!(flaws[0].starts_with("k.toml:1: policy.grace_minutes: is string \"long\""), "{flaws:?}");
    assert!(flaws[0].ends_with("such as 60"), "{flaws:?}");
}

#[test]
fn a_bad_item_of_a_list_is_told() {
    let flaws = told("[server]\ntrusted_proxies = [\"10.0.0.1\", \"proxy\"]");
    assert!(flaws[0].starts_with("k.toml:2: server.trusted_proxies.1: "), "{flaws:?}");
}

#[test]
fn a_network_that_is_none_is_told_with_what_would_be_one() {
    let flaws = told("[sign_in.networks]\nstaff = [\"10.0.0.0/8\"]\nadmin = [\"10.0.0.0/40\"]");
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    assert!(flaws[0].starts_with("k.toml:3: sign_in.networks.admin.0: names no network"), "{flaws:?}");
    assert!(flaws[0].contains("10.0.0.0/8"), "{flaws:?}");
    let config = read("server.trusted_proxies = [\"10.0.0.1\", \"192.0.2.0/24\"]").unwrap();
    assert!(config.server.trusted_proxies[1].contains("192.0.2.9".parse().unwrap()));
}

#[test]
fn staff_has_an_address_of_its_own_or_none() {
    for (text, key) in [
        ("server.staff_listen = \"127.0.0.1:8443\"", "server.staff_listen"),
        ("server.staff_listen = \"127.0.0.1:8444\"", "server.staff_listen"),
        ("server.staff_url = \"https://staff.example.com\"", "server.staff_url"),
        ("server.staff_listen = \"127.0.0.1:1\"\nserver.staff_url = \"https://localhost:8443\"", "server.staff_url"),
    ] {
        let flaws = told(text);
        assert!(flaws.len() == 1 && flaws[0].contains(&format!(": {key}: ")), "{flaws:?}");
    }
    assert!(read("server.staff_listen = \"127.0.0.1:8445\"").is_ok());
}

#[test]
fn signing_mails_needs_a_name_a_key_and_a_mail_server() {
    let smtp = "[mail]\nkind = \"smtp\"\n[mail.smtp]\nhost = \"mail.office.example\"\n";
    let dkim = |selector: &str| format!("[mail.dkim]\nselector = \"{selector}\"\nkey_file = \"dkim.pem\"\n");
    assert!(read(&format!("{smtp}{}", dkim("k1.files"))).is_ok());
    for (text, key) in [
        (format!("{smtp}[mail.dkim]\nselector = \"k1\"\n"), "mail.dkim.selector"),
        (format!("{smtp}[mail.dkim]\nkey_file = \"dkim.pem\"\n"), "mail.dkim.key_file"),
        (dkim("k1"), "mail.dkim.selector"),
        (format!("{smtp}{}", dkim("K1")), "mail.dkim.selector"),
        (format!("{smtp}{}", dkim("-k1")), "mail.dkim.selector"),
        (format!("{smtp}{}", dkim("k1..files")), "mail.dkim.selector"),
    ] {
        let told = told(&text);
        assert!(told.len() == 1 && told[0].contains(key), "{told:?}");
    }
}

#[test]
fn client_certificates_need_a_listener_for_staff_and_an_authority() {
    let flaws = told("[tls]\nclient_certificates = \"required\"");
    assert!(flaws[0].starts_with("k.toml:2: tls.client_certificates: stands without server.staff_listen"), "{flaws:?}");
    assert!(flaws[1].starts_with("k.toml:2: tls.client_certificates: stands without tls.client_ca_file"), "{flaws:?}");
    let unused = told("tls.client_ca_file = \"ca.pem\"");
    assert!(unused[0].contains("while tls.client_certificates is off"), "{unused:?}");
    let staff = "server.staff_listen = \"127.0.0.1:8445\"";
    assert!(read(&format!("{staff}\n[tls]\nclient_certificates = \"optional\"\nclient_ca_file = \"ca.pem\"")).is_ok());
}

#[test]
fn broken_toml_is_told_with_its_line() {
    let flaws = told("[server]\nlisten = \n");
    assert!(flaws[0].starts_with("k.toml:2: "), "{flaws:?}");
}

#[test]
fn a_missing_file_is_told() {
    let file = PathBuf::from("/nonexistent/kakitome.toml");
    let errors = Config::load(Some(&file), []).unwrap_err();
    assert!(errors.to_string().starts_with("/nonexistent/kakitome.toml: cannot be read"), "{errors}");
}

#[test]
fn the_environment_overrides_the_file() {
    let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let config = Config::read(
        None,
        "[scan]\noff = false\n[mail.smtp]\nport = 25",
        [
            set("KAKITOME_SCAN__OFF", "true"),
            set("KAKITOME_MAIL__SMTP__PORT", "2525"),
            set("KAKITOME_OFFICE__PHONE", "0312345678"),
            set("KAKITOME_SERVER__TRUSTED_PROXIES", "[\"10.0.0.1\"]"),
            set("KAKITOME_TOKEN", "not a setting"),
            set("HOME", "/"),
        ],
    )
    .unwrap();
    assert!(config.scan.off);
    assert_eq!(config.mail.smtp.port, 2525);
    assert_eq!(config.office.phone.as_deref(), Some("0312345678"));
    assert_eq!(config.server.trusted_proxies.len(), 1);
}

#[test]
fn a_mistake_in_the_environment_names_the_variable() {
    let unknown = variable("KAKITOME_SCAN__OF", "true").unwrap_err().to_string();
    assert_eq!(unknown, "KAKITOME_SCAN__OF: scan.of: is unknown; right would be: did you mean `off`?");
    let bounds = variable("KAKITOME_POLICY__HOLD_MINUTES", "61").unwrap_err().to_string();
    assert_eq!(bounds, "KAKITOME_POLICY__HOLD_MINUTES: policy.hold_minutes: is 61; right would be: 0 to 60");
}

#[test]
fn keep_bounds_hold_each_other() {
    assert!(read("[policy]\nkeep_most_hours = 721").is_err());
    assert!(read("[policy]\nkeep_most_hours = 24").is_err(), "the default of 168 is beyond");
    assert!(read("[policy]\nkeep_most_hours = 24\nkeep_default_hours = 24").is_ok());
}

fn url(text: &str) -> DatabaseUrl {
    DatabaseUrl::try_from(text.to_owned()).unwrap()
}

#[test]
fn a_database_url_shows_its_password_to_nobody() {
    for text in ["postgres://kk:hunter2@db:5432/k?sslmode=require", "postgres://kk@db/k?password=hunter2&x=1"] {
        let config = Config { database: Database { url: url(text), ..Database::default() }, ..Config::default() };
        let dumped = serde_json::to_string(&config).unwrap();
        for shown in [format!("{config:?}"), dumped] {
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(shown.contains("***"), "{shown}");
        }
    }
    assert!(told("[database]\nurl = \"postgres://kk:hunter2@db/k\"").iter().all(|t| !t.contains("hunter2")));
    assert!(told("[database]\nurl = \"mysql://kk:hunter2@db/k\"").iter().all(|t| !t.contains("hunter2")));
}

#[test]
fn a_password_file_goes_into_the_connection_only() {
    let url = url("postgres://kk@db/k?sslmode=require");
    assert_eq!(url.connection(Some("a/b@c")).expose_secret(), "postgres://kk:a%2Fb%40c@db/k?sslmode=require");
    assert_eq!(url.connection(None).expose_secret(), "postgres://kk@db/k?sslmode=require");
}

#[test]
fn database_urls_name_a_backend() {
    assert_eq!(url("sqlite:").backend(), Backend::Sqlite(None));
    assert_eq!(url("sqlite:/x/y").backend(), Backend::Sqlite(Some(Path::new("/x/y"))));
    assert_eq!(url("postgresql://h/n").backend(), Backend::Postgres);
    assert!(DatabaseUrl::try_from("sqlite:///x".to_owned()).is_err());
}

#[test]
fn public_urls() {
    let parse = |text: &str| PublicUrl::try_from(text.to_owned());
    for (text, authority, host, elsewhere) in [
        ("https://files.example.com/", "files.example.com", "files.example.com", "files.example.com:8445"),
        ("https://Files.example.com:8443", "files.example.com:8443", "files.example.com", "files.example.com:8445"),
        ("https://[::1]:8443", "[::1]:8443", "::1", "[::1]:8445"),
        ("https://[::1]", "[::1]", "::1", "[::1]:8445"),
    ] {
        let url = parse(text).unwrap();
        assert_eq!((url.as_str(), url.host()), (format!("https://{authority}").as_str(), host));
        assert_eq!(url.authority(), authority);
        assert_eq!(url.at_port(8445), parse(&format!("https://{elsewhere}")).unwrap());
    }
    for bad in [
        "http://a",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://u@a",
        "https://a:0",
        "https://a:x",
        "https://[::1",
        "https://[x]",
        "https://a#b",
        "https://a b",
        "",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
    assert!(parse("https://127.0.0.1").unwrap().is_loopback());
    assert!(!parse("https://localhost.example").unwrap().is_loopback());
}

fn safe() -> Config {
    Config { scan: Scan { off: true, ..Scan::default() }, ..Config::default() }
}

#[test]
fn dangerous_starts_are_refused() {
    let nothing = Facts::default();
    assert_eq!(dangers(&safe(), &nothing), []);
    assert_eq!(dangers(&Config::default(), &nothing), [Danger::NotScanned]);

    let mut public = safe();
    public.server.public_url = PublicUrl::try_from("https://files.example.com".to_owned()).unwrap();
    assert_eq!(dangers(&public, &nothing), [Danger::SelfSignedInPublic { host: "files.example.com".into() }]);
    public.tls.accept_self_signed = true;
    assert_eq!(dangers(&public, &nothing), []);

    let mut clear = safe();
    clear.mail.kind = MailKind::Smtp;
    clear.mail.smtp.security = MailSecurity::None;
    clear.mail.smtp.host = "127.0.0.1".into();
    assert_eq!(dangers(&clear, &nothing), []);
    clear.mail.smtp.host = "mx.example.com".into();
    assert_eq!(dangers(&clear, &nothing), [Danger::MailInClear { host: "mx.example.com".into() }]);
}

#[test]
fn a_secret_that_others_can_read_is_a_danger() {
    use std::os::unix::fs::PermissionsExt;
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut config = safe();
    config.database.password_file = Some(file.path().to_owned());
    assert_eq!(dangers(&config, &Facts::gather(&config)), []);
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let exposed = Danger::ExposedSecret { file: file.path().to_owned() };
    assert_eq!(dangers(&config, &Facts::gather(&config)), [exposed]);
}
