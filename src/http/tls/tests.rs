use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;

use rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, ServerConnection, SupportedProtocolVersion,
};
use rustls_pki_types::ServerName;

use super::*;
use crate::model::Time;

const NOW: Time = Time::from_millis(1_790_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn names() -> Vec<String> {
    ["localhost", "127.0.0.1", "::1"].map(String::from).to_vec()
}

fn client(authority: &Path, versions: &[&'static SupportedProtocolVersion]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec(), b"h2".to_vec()];
    Arc::new(config)
}

/// Lets both ends talk in memory until they are done; returns them, or what either complained of.
fn shake(
    server: &Arc<ServerConfig>,
    client: Arc<ClientConfig>,
    name: &str,
) -> Result<(ServerConnection, ClientConnection), String> {
    let mut server = ServerConnection::new(Arc::clone(server)).unwrap();
    let mut client = ClientConnection::new(client, ServerName::try_from(name.to_owned()).unwrap()).unwrap();
    for _ in 0..10 {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        let mut wire = wire.as_slice();
        while !wire.is_empty() {
            server.read_tls(&mut wire.by_ref()).unwrap();
            server.process_new_packets().map_err(|e| format!("server: {e}"))?;
        }
        let mut wire = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut wire).unwrap();
        }
        let mut wire = wire.as_slice();
        while !wire.is_empty() {
            client.read_tls(&mut wire.by_ref()).unwrap();
            client.process_new_packets().map_err(|e| format!("client: {e}"))?;
        }
    }
    assert!(!client.is_handshaking() && !server.is_handshaking());
    Ok((server, client))
}

fn first_start() -> (tempfile::TempDir, LocalAuthority, Arc<Certificates>) {
    let keys = tempfile::tempdir().unwrap();
    // The real time: the clients of these tests look at the real clock.
    let authority = LocalAuthority::load_or_make(keys.path(), &names(), real_now()).unwrap();
    let file = authority.server_file();
    let certificates = Arc::new(Certificates::from_files(&file, &file).unwrap());
    (keys, authority, certificates)
}

fn real_now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap())
}

#[test]
fn a_first_start_serves_every_name_post_quantum_over_http2() {
    let (_keys, authority, certificates) = first_start();
    let server = Arc::new(server_config(certificates, None, false).unwrap());
    for name in names() {
        let client = client(&authority.authority_file(), &[&version::TLS13]);
        let (server, client) = shake(&server, client, &name).unwrap();
        assert_eq!(server.protocol_version(), Some(ProtocolVersion::TLSv1_3));
        assert_eq!(server.alpn_protocol(), Some(b"h2".as_slice()), "our preference, not the client's");
        let group = client.negotiated_key_exchange_group().unwrap().name();
        assert_eq!(group, rustls::NamedGroup::X25519MLKEM768);
    }
}

#[test]
fn another_name_or_authority_is_refused_by_clients() {
    let (_keys, authority, certificates) = first_start();
    let (_other_keys, other, _) = first_start();
    let server = Arc::new(server_config(certificates, None, false).unwrap());
    let tls13: &[&'static SupportedProtocolVersion] = &[&version::TLS13];
    assert!(shake(&server, client(&authority.authority_file(), tls13), "example.com").is_err());
    assert!(shake(&server, client(&other.authority_file(), tls13), "localhost").is_err());
}

#[test]
fn tls_1_2_is_spoken_only_if_asked_for() {
    let (_keys, authority, certificates) = first_start();
    let old = || client(&authority.authority_file(), &[&version::TLS12]);
    let strict = Arc::new(server_config(Arc::clone(&certificates), None, false).unwrap());
    assert!(shake(&strict, old(), "localhost").unwrap_err().starts_with("server: "));
    let lenient = Arc::new(server_config(certificates, None, true).unwrap());
    let (server, _) = shake(&lenient, old(), "localhost").unwrap();
    assert_eq!(server.protocol_version(), Some(ProtocolVersion::TLSv1_2));
}

#[test]
fn a_replaced_certificate_is_taken_up() {
    let (keys, authority, certificates) = first_start();
    let server = Arc::new(server_config(Arc::clone(&certificates), None, false).unwrap());
    assert!(!certificates.reload().unwrap(), "nothing changed");

    fs::remove_dir_all(keys.path().join("tls")).unwrap();
    LocalAuthority::load_or_make(keys.path(), &names(), real_now()).unwrap();
    let newer = || client(&authority.authority_file(), &[&version::TLS13]);
    assert!(shake(&server, newer(), "localhost").is_err(), "not looked at yet");
    assert!(certificates.reload().unwrap());
    shake(&server, newer(), "localhost").unwrap();
}

#[test]
fn a_broken_replacement_leaves_the_old_certificate() {
    let (_keys, authority, certificates) = first_start();
    let server = Arc::new(server_config(Arc::clone(&certificates), None, false).unwrap());
    fs::write(authority.server_file(), "rubbish").unwrap();
    assert!(certificates.reload().is_err());
    assert!(certificates.reload().is_err(), "tried again, not forgotten");
    shake(&server, client(&authority.authority_file(), &[&version::TLS13]), "localhost").unwrap();
    fs::remove_file(authority.server_file()).unwrap();
    assert!(certificates.reload().is_err());
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let (_keys, one, _) = first_start();
    let (_other_keys, two, _) = first_start();
    assert!(Certificates::from_files(&one.server_file(), &two.server_file()).is_err());
    assert!(Certificates::from_files(&one.authority_file(), &one.authority_file()).is_err(), "no key in there");
}

fn content(authority: &LocalAuthority) -> Vec<u8> {
    fs::read(authority.server_file()).unwrap()
}

#[test]
fn the_certificate_is_kept_until_it_nears_its_end() {
    let keys = tempfile::tempdir().unwrap();
    let load = |names: &[String], now| LocalAuthority::load_or_make(keys.path(), names, now).unwrap();
    let first = content(&load(&names(), NOW));
    assert_eq!(content(&load(&names(), NOW + DAY)), first);
    assert_eq!(content(&load(&names(), NOW + DAY * 360)), first);
    assert_ne!(content(&load(&names(), NOW + DAY * 370)), first);
}

#[test]
fn a_new_name_or_a_damaged_file_makes_a_new_certificate() {
    let keys = tempfile::tempdir().unwrap();
    let load = |names: &[String]| LocalAuthority::load_or_make(keys.path(), names, NOW).unwrap();
    let first = content(&load(&names()));
    let more = [names(), vec!["files.example.com".into()]].concat();
    let second = content(&load(&more));
    assert_ne!(second, first);
    assert_eq!(content(&load(&names())), second, "fewer names are served as well");

    let certificate_only: Vec<u8> = second.split(|b| *b == b'\n').take(3).flatten().copied().collect();
    fs::write(load(&names()).server_file(), certificate_only).unwrap();
    assert_ne!(content(&load(&names())), second);
    fs::remove_file(load(&names()).authority_file()).unwrap();
    assert!(load(&names()).authority_file().exists());
}

#[test]
fn the_key_is_its_owners_and_the_authoritys_key_is_nowhere() {
    let (keys, authority, _) = first_start();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&authority.server_file()), 0o600);
    assert_eq!(mode(&keys.path().join("tls")), 0o700);
    let all =
        fs::read_dir(keys.path().join("tls")).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    assert_eq!(
        all.map(|text| text.matches("PRIVATE KEY-----\n").count()).sum::<usize>(),
        2,
        "begin and end of one key"
    );
}

#[test]
fn a_name_that_is_none_is_an_error() {
    let keys = tempfile::tempdir().unwrap();
    assert!(LocalAuthority::load_or_make(keys.path(), &["書留".into()], NOW).is_err());
}
