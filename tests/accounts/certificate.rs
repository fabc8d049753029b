//! Client certificates: cards of a private authority at the staff's listener, and none at the recipients'.

use std::path::PathBuf;
use std::process::Command;

use crate::harness::browser::Browser;
use crate::harness::flows::On;
use crate::harness::server::{Server, any_port};
use kakitome::config::{CertificateNames, ClientCertificates, Config};
use kakitome::http::tls::ClientAuthorities;
use kakitome::model::{Combination, Role, SignInRules};
use kakitome::store::settings;
use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType, SerialNumber,
    date_time_ymd,
};
use reqwest::{Client, Identity, StatusCode};

const EMAIL: &str = "sato@office.example";
const PASSWORD: &str = "a long sentence that nobody else says";

/// An office's own authority, and where its certificate and its list of revoked ones lie.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    directory: tempfile::TempDir,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, directory }
    }

    fn ca_file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// A card with this number, certificate and key in one text.
    fn card(&self, email: &str, number: u64) -> String {
        let mut params = CertificateParams::new([]).unwrap();
        params.serial_number = Some(SerialNumber::from(number));
        params.subject_alt_names = vec![SanType::Rfc822Name(Ia5String::try_from(email).unwrap())];
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().unwrap();
        format!("{}{}", params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    /// Writes a list that revokes these numbers.
    fn revoke(&self, numbers: &[u64]) -> PathBuf {
        let revoked = |number: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*number),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 1, 1),
            next_update: date_time_ymd(2100, 1, 1),
            crl_number: SerialNumber::from(numbers.len() as u64 + 1),
            issuing_distribution_point: None,
            revoked_certs: numbers.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let file = self.directory.path().join("revoked.pem");
        std::fs::write(&file, list.signed_by(&self.issuer).unwrap().pem().unwrap()).unwrap();
        file
    }
}

/// A server whose staff's listener knows `authority`.
async fn office(authority: &Authority, asks: ClientCertificates, change: impl FnOnce(&mut Config)) -> Server {
    Server::with(On::Sqlite, |config| {
        config.server.staff_listen = Some(any_port());
        config.tls.client_certificates = asks;
        config.tls.client_ca_file = Some(authority.ca_file());
        change(config);
    })
    .await
}

/// A client with this card in its reader.
fn with_card(server: &Server, card: Option<&str>) -> Client {
    let pem = std::fs::read(server.running.authority_file.as_deref().unwrap()).unwrap();
    let mut client = Client::builder()
        .add_root_certificate(reqwest::Certificate::from_pem(&pem).unwrap())
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0);
    if let Some(card) = card {
        client = client.identity(Identity::from_pem(card.as_bytes()).unwrap());
    }
    client.build().unwrap()
}

fn browser(server: &Server, card: Option<&str>) -> Browser {
    Browser::new(&with_card(server, card), server.running.gateway.staff_url.as_str())
}

async fn is_connected(server: &Server, card: Option<&str>) -> bool {
    let url = format!("{}/sign-in", server.running.gateway.staff_url);
    with_card(server, card).get(url).send().await.is_ok()
}

/// Lets the account sign in only so.
async fn demand(server: &Server, combination: Combination) {
    let gateway = &server.running.gateway;
    let mut rules: SignInRules = gateway.usual_rules.clone();
    rules.combinations = Role::ALL.iter().map(|role| (*role, vec![combination])).collect();
    let now = gateway.now();
    gateway.store.write(move |tx| settings::set_sign_in(tx, Some(&rules), now)).await.unwrap();
}

#[actix_web::test]
async fn a_card_that_names_its_holder_signs_in_and_its_session_is_worth_nothing_without_it() {
    let authority = Authority::new("Office");
    let server = office(&authority, ClientCertificates::Optional, |_| {}).await;
    let card = authority.card("Sato@Office.example", 1);
    let mut with = browser(&server, Some(&card));
    with.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    demand(&server, Combination::Certificate).await;

    let mut with = browser(&server, Some(&card));
    let page = with.get("/transfers").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let entered = with.post(&page, "/sign-in/certificate", &[]).await;
    assert_eq!((entered.status, entered.location.as_str()), (StatusCode::SEE_OTHER, "/transfers"));
    assert_eq!(with.get("/transfers").await.status, StatusCode::OK);

    with.turn_to(&with_card(&server, None), server.running.gateway.staff_url.as_str());
    assert_eq!(with.get("/transfers").await.status, StatusCode::FORBIDDEN, "the session without the card");
    assert_eq!(with.get("/me/password").await.status, StatusCode::FORBIDDEN, "it sets nothing up either");
    let strangers_card = authority.card("suzuki@office.example", 2);
    with.turn_to(&with_card(&server, Some(&strangers_card)), server.running.gateway.staff_url.as_str());
    assert_eq!(with.get("/transfers").await.status, StatusCode::FORBIDDEN, "the session with another's card");
    with.turn_to(&with_card(&server, Some(&card)), server.running.gateway.staff_url.as_str());
    assert_eq!(with.get("/transfers").await.status, StatusCode::OK, "and with it again");
}

#[actix_web::test]
async fn who_has_no_card_is_not_offered_the_button_and_cannot_press_it() {
    let authority = Authority::new("Office");
    let server = office(&authority, ClientCertificates::Optional, |_| {}).await;
    let mut without = browser(&server, None);
    let page = without.get("/sign-in").await;
    assert!(!page.html.contains("/sign-in/certificate"));
    let csrf: Vec<_> = page.hidden("/sign-in").into_iter().filter(|(name, _)| name == "csrf").collect();
    let typed = [("csrf", csrf[0].1.as_str())];
    let forged = crate::harness::browser::Page { html: "action=\"/sign-in/certificate\"</form>".into(), ..page };
    let refused = without.post(&forged, "/sign-in/certificate", &typed).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let mut nobody = browser(&server, Some(&authority.card("nobody@office.example", 3)));
    let page = nobody.get("/sign-in").await;
    let refused = nobody.post(&page, "/sign-in/certificate", &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.html.contains("登録された端末かICカードが必要です"), "{}", refused.html);
}

#[actix_web::test]
async fn strange_and_revoked_cards_are_refused_at_the_door() {
    let (authority, other) = (Authority::new("Office"), Authority::new("Office"));
    let crl_file = authority.revoke(&[7]);
    let server = office(&authority, ClientCertificates::Required, |config| {
        config.tls.client_crl_file = Some(crl_file);
    })
    .await;
    let card = |number| authority.card(EMAIL, number);
    assert!(is_connected(&server, Some(&card(6))).await);
    assert!(!is_connected(&server, Some(&card(7))).await, "revoked");
    assert!(!is_connected(&server, Some(&other.card(EMAIL, 6))).await, "of another authority");
    assert!(!is_connected(&server, None).await, "no card at all");

    // Recipients are asked for nothing, and nobody can sign in at their door.
    let recipients = with_card(&server, None).get(format!("{}/r", server.base)).send().await.unwrap();
    assert_eq!(recipients.status(), StatusCode::OK);
    let asks = |address: std::net::SocketAddr| {
        let mut client = Command::new("openssl");
        client.args(["s_client", "-connect", &address.to_string()]).stdin(std::process::Stdio::null());
        let told = String::from_utf8_lossy(&client.output().unwrap().stdout).into_owned();
        assert!(told.contains("TLSv1.3"), "{told}");
        told.contains("Acceptable client certificate CA names")
    };
    assert!(asks(server.running.staff_addr.unwrap()), "staff is asked, and told for which authority");
    assert!(!asks(server.running.public_addr), "recipients are not asked");
}

#[actix_web::test]
async fn a_card_over_http_2_is_seen_as_well() {
    let authority = Authority::new("Office");
    let server = office(&authority, ClientCertificates::Optional, |_| {}).await;
    let card = authority.directory.path().join("card.pem");
    std::fs::write(&card, authority.card(EMAIL, 1)).unwrap();
    let url = format!("{}/sign-in", server.running.gateway.staff_url);
    let ask = move |with: bool| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--http2", "--write-out", "HTTP/%{http_version}", "--cacert"]);
        curl.arg(server.running.authority_file.as_deref().unwrap());
        if with {
            curl.arg("--cert").arg(&card);
        }
        String::from_utf8(curl.arg(&url).output().unwrap().stdout).unwrap()
    };
    let (with, without) = tokio::task::spawn_blocking(move || (ask(true), ask(false))).await.unwrap();
    assert!(with.ends_with("HTTP/2") && with.contains("/sign-in/certificate"), "{with}");
    assert!(without.ends_with("HTTP/2") && !without.contains("/sign-in/certificate"), "{without}");
}

#[actix_web::test]
async fn a_password_on_a_bound_device_is_not_enough_elsewhere() {
    let authority = Authority::new("Devices");
    let server = office(&authority, ClientCertificates::Optional, |config| {
        config.sign_in.certificate_names = CertificateNames::Device;
    })
    .await;
    let device = authority.card("device-17@office.example", 17);
    let mut bound = browser(&server, Some(&device));
    bound.first_sign_in(EMAIL, &server.one_time_password, PASSWORD).await;
    demand(&server, Combination::PasswordCertificate).await;

    let mut bound = browser(&server, Some(&device));
    let page = bound.get("/sign-in").await;
    assert!(!page.html.contains("/sign-in/certificate"), "a device is nobody");
    assert_eq!(bound.sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(bound.get("/transfers").await.status, StatusCode::OK);

    let mut elsewhere = browser(&server, None);
    assert_eq!(elsewhere.sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(elsewhere.get("/transfers").await.status, StatusCode::FORBIDDEN);
    let answer = with_card(&server, None)
        .get(format!("{}/api/v1/transfers", server.running.gateway.staff_url))
        .header("Cookie", elsewhere.cookies())
        .send();
    let code = answer.await.unwrap().json::<serde_json::Value>().await.unwrap()["code"].clone();
    assert_eq!(code, "certificate-needed");
    assert_eq!(elsewhere.get("/me/password").await.status, StatusCode::FORBIDDEN, "nothing can be set up either");
}

#[test]
fn changed_files_are_taken_up_and_broken_ones_are_not() {
    let authority = Authority::new("Office");
    let crl_file = authority.revoke(&[]);
    let clients = ClientAuthorities::from_files(&authority.ca_file(), Some(&crl_file), true).unwrap();
    assert!(!clients.reload().unwrap(), "nothing changed");
    authority.revoke(&[1, 2, 3]);
    assert!(clients.reload().unwrap());
    std::fs::write(&crl_file, "rubbish").unwrap();
    assert!(clients.reload().is_err(), "no list in the file");
    assert!(clients.reload().is_err(), "tried again, not forgotten");
    std::fs::write(authority.ca_file(), "rubbish").unwrap();
    assert!(ClientAuthorities::from_files(&authority.ca_file(), None, true).is_err());
}
