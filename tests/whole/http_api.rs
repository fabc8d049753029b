//! The programming interface over a real socket: a transfer from draft to shredded, and what is refused on the way.

use std::net::TcpListener;

use crate::harness::flows::{Office, On, until};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kakitome::crypt::link_code;
use kakitome::http::server::{self, Bound, Listeners, Running, Settings};
use kakitome::model::Scope;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

struct Api {
    office: Office,
    running: Running,
    token: String,
    client: Client,
}

impl Api {
    async fn new() -> Self {
        let office = Office::new(On::Sqlite).await;
        let bind = || Bound { socket: TcpListener::bind("127.0.0.1:0").unwrap(), tls: None };
        let listeners = Listeners { public: bind(), staff: None, admin: bind() };
        let metrics = Some(server::recorder().unwrap());
        let settings = Settings { workers: Some(1), metrics, ..Settings::default() };
        let gateway = office.gateway().clone();
        let running = server::start(gateway, listeners, settings).unwrap();
        let account = office.sender.account();
        let made = kakitome::staff::tokens::make_at_console(office.gateway(), account, "test", Scope::Send, 1).await;
        let token = made.unwrap().text.to_string();
        Self { office, running, token, client: Client::new() }
    }

    fn public(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.running.public_addr))
    }

    fn api(&self, method: &str, path: &str) -> RequestBuilder {
        self.public(method.parse().unwrap(), &format!("/api/v1{path}")).bearer_auth(&self.token)
    }

    fn tus(&self, method: &str, path: &str) -> RequestBuilder {
        self.api(method, path).header("Tus-Resumable", "1.0.0")
    }

    async fn draft(&self) -> String {
        let made = self.api("POST", "/transfers").json(&json!({"message": "こんにちは"})).send().await.unwrap();
        assert_eq!(made.status(), 201);
        made.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn announce(&self, transfer: &str, name: &str, size: usize) -> Response {
        let metadata = format!("transfer {},filename {}", STANDARD.encode(transfer), STANDARD.encode(name));
        let request = self.tus("POST", "/uploads").header("Upload-Length", size).header("Upload-Metadata", metadata);
        request.send().await.unwrap()
    }

    fn patch(&self, location: &str, offset: usize, body: Vec<u8>) -> RequestBuilder {
        self.tus("PATCH", location.strip_prefix("/api/v1").unwrap())
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/offset+octet-stream")
            .body(body)
    }
}

async fn refused(request: RequestBuilder, status: u16, code: &str) -> Value {
    let response = request.send().await.unwrap();
    let (got, kind) = (response.status(), response.headers().get("content-type").cloned());
    let text = response.text().await.unwrap();
    assert_eq!(got, status, "{code}: {text}");
    assert_eq!(kind.unwrap(), "application/problem+json", "{code}: {text}");
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["code"], code, "{text}");
    problem
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_lives_from_draft_to_shredded_over_the_interface() {
    let api = Api::new().await;
    let transfer = api.draft().await;
    let content: Vec<u8> = (0..300_000u32).map(|n| (n % 251) as u8).collect();

    let announced = api.announce(&transfer, "決算書.pdf", content.len()).await;
    assert_eq!((announced.status().as_u16(), header(&announced, "tus-resumable")), (201, "1.0.0"));
    let location = header(&announced, "location").to_owned();
    let first = api.patch(&location, 0, content[..100_000].to_vec()).send().await.unwrap();
    assert_eq!((first.status().as_u16(), header(&first, "upload-offset")), (204, "100000"));
    let wrong = refused(api.patch(&location, 5, vec![1]), 409, "offset-mismatch").await;
    assert_eq!(wrong["offset"], 100_000);
    let sum = |of: &[u8]| format!("sha256 {}", STANDARD.encode(Sha256::digest(of)));
    let rest = api.patch(&location, 100_000, content[100_000..].to_vec());
    refused(rest.try_clone().unwrap().header("Upload-Checksum", sum(b"other")), 460, "checksum-mismatch").await;
    let rest = rest.header("Upload-Checksum", sum(&content[100_000..])).send().await.unwrap();
    assert_eq!((rest.status().as_u16(), header(&rest, "upload-offset")), (204, "300000"));
    let head = api.tus("HEAD", location.strip_prefix("/api/v1").unwrap()).send().await.unwrap();
    assert_eq!((header(&head, "upload-length"), header(&head, "cache-control")), ("300000", "no-store"));

    let added = api.api("POST", &format!("/transfers/{transfer}/recipients"));
    let typed = json!({"email": "suzuki@aozora.example", "name": "鈴木"});
    assert_eq!(added.json(&typed).send().await.unwrap().status(), 201);
    let check: Value =
        api.api("GET", &format!("/transfers/{transfer}/check")).send().await.unwrap().json().await.unwrap();
    assert_eq!((&check["ready"], &check["missing"]), (&json!(true), &json!([])));
    let sent = api.api("POST", &format!("/transfers/{transfer}/send")).json(&json!({"confirmed": []}));
    let sent: Value = sent.send().await.unwrap().json().await.unwrap();
    let (number, reference) = (&sent["deliveries"][0]["number"], sent["deliveries"][0]["reference"].as_str().unwrap());
    api.office.deliver_mails().await;
    let watcher = api.office.sender.watcher();
    let delivery = kakitome::transfer::draft::own_delivery(api.office.gateway(), &watcher, reference).await;
    let public_id = delivery.unwrap().public_id;
    let secret = link_code(&api.office.link_secret(&public_id)).to_string();

    let r = |method: &str, path: &str| api.public(method.parse().unwrap(), &format!("/api/v1/r/{public_id}{path}"));
    let seen: Value = r("POST", "/look").json(&json!({"secret": secret})).send().await.unwrap().json().await.unwrap();
    assert_eq!((&seen["state"], &seen["file_count"]), (&json!("open"), &json!(1)));
    let foreign = r("POST", "/look").header("Origin", "https://evil.example").json(&json!({"secret": secret}));
    refused(foreign, 403, "forged").await;
    refused(r("POST", "/open").json(&json!({"secret": secret, "number": "1"})), 422, "number-length").await;
    refused(r("GET", "/files/1"), 401, "unlock-needed").await;
    let opened = r("POST", "/open").json(&json!({"secret": secret, "number": number})).send().await.unwrap();
    assert_eq!(opened.status(), 200);
    let cookie = header(&opened, "set-cookie").split(';').next().unwrap().to_owned();
    let listed: Value = opened.json().await.unwrap();
    assert_eq!((&listed["files"][0]["n"], &listed["files"][0]["size"]), (&json!(1), &json!(300_000)));
    let with = |method: &str, path: &str| r(method, path).header("Cookie", &cookie);

    let head = with("HEAD", "/files/1").send().await.unwrap();
    assert_eq!((head.status().as_u16(), header(&head, "content-length")), (200, "300000"));
    let tag = header(&head, "etag").to_owned();
    let part = with("GET", "/files/1").header("Range", "bytes=10-19").header("If-Range", &tag).send().await.unwrap();
    assert_eq!((part.status().as_u16(), header(&part, "content-range")), (206, "bytes 10-19/300000"));
    assert_eq!(part.bytes().await.unwrap(), content[10..20]);
    refused(with("GET", "/files/1").header("Range", "bytes=300000-"), 416, "range").await;
    refused(with("GET", "/files/2"), 404, "not-found").await;
    let whole = with("GET", "/files/1").send().await.unwrap();
    assert_eq!(header(&whole, "content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(whole.bytes().await.unwrap(), content);
    let zip = with("HEAD", "/all.zip").send().await.unwrap();
    assert_eq!(header(&zip, "content-length"), listed["archive"]["length"].to_string());

    until("the delivery is retrieved", || async {
        let shown = api.api("GET", &format!("/transfers/{reference}")).send().await.unwrap();
        let shown: Value = shown.json().await.unwrap();
        (shown["deliveries"][0]["state"] == "retrieved").then_some(())
    })
    .await;
    assert_eq!(with("POST", "/done").send().await.unwrap().status(), 204);
    let shown = api.api("GET", &format!("/transfers/{transfer}")).send().await.unwrap();
    let shown: Value = shown.json().await.unwrap();
    assert_eq!(shown["state"], "shredded");
    assert!(shown["events"].as_array().unwrap().len() > 10);
    api.running.stop(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_as_a_problem() {
    let api = Api::new().await;
    let transfer = api.draft().await;
    refused(api.api("POST", "/transfers").json(&json!({"owner": "me"})), 400, "malformed").await;
    refused(api.api("POST", "/transfers").body("{"), 415, "media-type").await;
    let typed = api.api("POST", "/transfers").header("Content-Type", "application/json");
    refused(typed.try_clone().unwrap().body("{"), 400, "malformed").await;
    refused(typed.body("x".repeat(70_000)), 413, "too-large").await;
    refused(api.api("POST", "/transfers").json(&json!({"keep_hours": 0})), 422, "field").await;
    refused(api.api("PUT", "/transfers"), 405, "method-not-allowed").await;
    refused(api.api("GET", "/nothing"), 404, "not-found").await;
    refused(api.api("GET", "/transfers/nothing"), 404, "not-found").await;
    refused(api.api("GET", "/transfers?limit=x"), 400, "malformed").await;
    refused(api.public(Method::GET, "/api/v1/me"), 401, "sign-in-needed").await;
    refused(api.api("POST", "/uploads"), 412, "tus-version").await;
    refused(api.tus("POST", "/uploads"), 400, "malformed").await;
    let japanese = api.api("GET", "/nothing").header("Accept-Language", "ja");
    let english = refused(api.api("GET", "/nothing").header("Accept-Language", "en"), 404, "not-found").await;
    assert_ne!(refused(japanese, 404, "not-found").await["title"], english["title"]);

    let keyed = || api.api("POST", "/transfers").header("Idempotency-Key", "k").json(&json!({"message": "a"}));
    let first: Value = keyed().send().await.unwrap().json().await.unwrap();
    let again: Value = keyed().send().await.unwrap().json().await.unwrap();
    assert_eq!(first["id"], again["id"]);
    let other = api.api("POST", "/transfers").header("Idempotency-Key", "k").json(&json!({"message": "b"}));
    refused(other, 422, "idempotency-reused").await;

    let too_much = api.announce(&transfer, "a", 60_000_000_000).await;
    assert_eq!((too_much.status().as_u16(), header(&too_much, "tus-resumable")), (413, "1.0.0"));
    let options = api.public(Method::OPTIONS, "/api/v1/uploads").send().await.unwrap();
    assert_eq!((options.status().as_u16(), header(&options, "tus-version")), (204, "1.0.0"));
    let location = header(&api.announce(&transfer, "a", 10).await, "location").to_owned();
    refused(api.patch(&location, 0, vec![0; 11]), 413, "too-large").await;
    let overridden =
        api.tus("POST", location.strip_prefix("/api/v1").unwrap()).header("X-HTTP-Method-Override", "DELETE");
    assert_eq!(overridden.send().await.unwrap().status(), 204);
    refused(api.patch(&location, 0, vec![0; 1]), 404, "not-found").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_recipients_are_found_and_those_of_a_draft_changed() {
    let api = Api::new().await;
    api.office.send(&[("a.pdf", b"a")], &["suzuki@aozora.example"]).await;
    let found: Value = api.api("GET", "/recipients?q=aozora").send().await.unwrap().json().await.unwrap();
    let first = &found["recipients"][0];
    assert_eq!((&first["email"], &first["times"]), (&json!("suzuki@aozora.example"), &json!(1)));
    assert_eq!(
        (&first["phrase"], &first["channel"], &first["language"]),
        (&json!("青い傘"), &json!("phone"), &json!("ja"))
    );
    assert!(first["last_at"].as_str().unwrap().ends_with('Z'));
    refused(api.public(Method::GET, "/api/v1/recipients"), 401, "sign-in-needed").await;
    refused(api.api("GET", &format!("/recipients?q={}", "x".repeat(101))), 422, "field").await;
    refused(api.api("GET", "/recipients?sender=somebody"), 400, "malformed").await;
    let gateway = api.office.gateway();
    let reader =
        kakitome::staff::tokens::make_at_console(gateway, api.office.sender.account(), "r", Scope::Read, 1).await;
    let reading = api.public(Method::GET, "/api/v1/recipients").bearer_auth(reader.unwrap().text.as_str());
    refused(reading, 403, "forbidden").await;

    let other = Office::add_sender(gateway, "nakamura@office.example", "中村 進").await;
    let token = kakitome::staff::tokens::make_at_console(gateway, other.account(), "o", Scope::Send, 1).await.unwrap();
    let theirs = api.public(Method::GET, "/api/v1/recipients?q=aozora").bearer_auth(token.text.as_str());
    assert_eq!(theirs.send().await.unwrap().json::<Value>().await.unwrap(), json!({"recipients": []}));

    let transfer = api.draft().await;
    let typed = json!({"email": "oka@kitayama.exmaple"});
    let added = api.api("POST", &format!("/transfers/{transfer}/recipients")).json(&typed).send().await.unwrap();
    let id = added.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/transfers/{transfer}/recipients/{id}");
    let changed = api.api("PUT", &path).json(&json!({"email": "oka@kitayama.example", "channel": "sheet"}));
    let changed: Value = changed.send().await.unwrap().json().await.unwrap();
    assert_eq!(changed["recipient"]["email"], "oka@kitayama.example");
    assert_eq!(changed["recipient"]["channel"], "sheet");
    refused(api.api("PUT", &path).json(&json!({"email": "oka@kitayama"})), 422, "field").await;
    refused(
        api.public(Method::PUT, &format!("/api/v1{path}")).bearer_auth(token.text.as_str()).json(&typed),
        404,
        "not-found",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn monitors_have_a_listener_of_their_own() {
    let api = Api::new().await;
    for (path, want) in [("/livez", "live"), ("/readyz", "ready"), ("/metrics", "kakitome_key_derivations_total")] {
        let url = format!("http://{}{path}", api.running.admin_addr);
        let answer = api.client.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.text().await.unwrap().contains(want), "{path}");
        assert_eq!(api.public(Method::GET, path).send().await.unwrap().status(), 404, "{path}");
    }
    let contact = api.public(Method::GET, "/.well-known/security.txt").send().await.unwrap();
    assert!(contact.text().await.unwrap().contains("Expires: "));
    let described: Value = api.public(Method::GET, "/api/v1/openapi.json").send().await.unwrap().json().await.unwrap();
    assert!(described["paths"].as_object().unwrap().len() > 20);
}
