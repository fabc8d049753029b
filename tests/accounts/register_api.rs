//! The account register by the API: who may, what is refused, and that every change has a reason.

use crate::harness::flows::On;
use crate::harness::server::Server;
use kakitome::model::{Role, Scope};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

struct Api {
    server: Server,
    admin: String,
    audit: String,
}

impl Api {
    async fn new() -> Self {
        let server = Server::start(On::Sqlite).await;
        let boss = server.account("boss@office.example", &[Role::Administrator]).await;
        let auditor = server.account("audit@office.example", &[Role::Auditor]).await;
        let admin = server.token_of(&boss, Scope::Admin).await;
        let audit = server.token_of(&auditor, Scope::Audit).await;
        Self { server, admin, audit }
    }

    async fn ask(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> (StatusCode, String) {
        let request =
            self.server.client.request(method, format!("{}/api/v1{path}", self.server.base)).bearer_auth(token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn good(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, text) = self.ask(&self.admin, method, path, Some(body)).await;
        assert!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn code(&self, token: &str, method: Method, path: &str, body: Value) -> String {
        let (status, text) = self.ask(token, method, path, Some(body)).await;
        assert!(!status.is_success(), "{path}: {text}");
        serde_json::from_str::<Value>(&text).unwrap()["code"].as_str().unwrap().to_owned()
    }
}

fn tanaka() -> Value {
    json!({"email": "Tanaka@Office.example", "name": "田中 直子", "roles": ["sender"], "reason": "入所"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_joiner_moves_and_leaves() {
    let api = Api::new().await;
    let made = api.good(Method::POST, "/accounts", tanaka()).await;
    assert_eq!((made["email"].as_str(), made["state"].as_str()), (Some("tanaka@office.example"), Some("invited")));
    assert!(made.get("one_time_password").is_none());
    api.server.invitation_code().await;
    let one = format!("/accounts/{}", made["id"].as_str().unwrap());
    let why = json!({"reason": "再送の依頼"});
    assert_eq!(api.good(Method::POST, &format!("{one}/invite"), why.clone()).await["state"], "invited");

    let change = json!({
        "department": "経理", "roles": ["sender", "approver"],
        "validity": {"until": "2099-03-31T15:00:00Z"},
        "limits": {"most_recipients": 20, "domains": ["b.example", "A.example"], "needs_approval": true},
        "reason": "異動",
    });
    let changed = api.good(Method::PATCH, &one, change).await;
    assert_eq!(changed["roles"], json!(["sender", "approver"]));
    assert_eq!(changed["validity"], json!({"until": "2099-03-31T15:00:00.000Z"}));
    assert_eq!(changed["limits"]["domains"], json!(["a.example", "b.example"]));
    let me = api.server.get("/me").await["email"].as_str().unwrap().to_owned();
    let (_, text) = api.ask(&api.audit, Method::GET, "/accounts", None).await;
    let all: Value = serde_json::from_str(&text).unwrap();
    let accounts = all["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 4);
    let sato = accounts.iter().find(|one| one["email"] == me.as_str()).unwrap()["id"].clone();
    let successor = json!({"successor": sato, "validity": {}, "reason": "後任"});
    let changed = api.good(Method::PATCH, &one, successor).await;
    assert_eq!((&changed["successor"], &changed["validity"]), (&sato, &json!({})));
    let nobody = json!({"successor": null, "reason": "後任なし"});
    assert!(api.good(Method::PATCH, &one, nobody).await.get("successor").is_none());

    // A program that could read a password would be a person from then on.
    assert_eq!(api.code(&api.admin, Method::POST, &format!("{one}/reset"), why.clone()).await, "forbidden");
    let leaving = json!({"transfers": "keep", "reason": "退所"});
    assert_eq!(api.good(Method::POST, &format!("{one}/stop"), leaving).await["state"], "stopped");
    assert_eq!(api.code(&api.admin, Method::POST, &format!("{one}/invite"), why.clone()).await, "wrong-state");
    assert_eq!(api.good(Method::POST, &format!("{one}/resume"), why).await["state"], "active");
    let once =
        json!({"email": "ito@office.example", "name": "伊藤", "roles": ["auditor"], "invite": false, "reason": "x"});
    assert_eq!(api.code(&api.admin, Method::POST, "/accounts", once).await, "forbidden");

    let (status, csv) = api.ask(&api.audit, Method::GET, "/accounts.csv", None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(csv.starts_with("\u{feff}email,name,") && csv.contains("tanaka@office.example,田中 直子,経理"), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_reasons_and_fields_are_asked_for() {
    let api = Api::new().await;
    let (sender, audit, admin) = (api.server.token.clone(), api.audit.clone(), api.admin.clone());
    for path in ["/accounts", "/accounts.csv", "/accounts/01900000-0000-7000-8000-000000000000"] {
        assert_eq!(api.ask(&sender, Method::GET, path, None).await.0, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(api.ask("kkt_nobody", Method::GET, path, None).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(api.code(&audit, Method::POST, "/accounts", tanaka()).await, "forbidden");
    let mut nameless = tanaka();
    nameless["reason"] = json!(" ");
    assert_eq!(api.code(&admin, Method::POST, "/accounts", nameless).await, "field");
    for (name, value, code) in [
        ("reason", Value::Null, "malformed"),
        ("email", json!("nobody"), "field"),
        ("email", json!("sato@office.example"), "address-taken"),
        ("roles", json!([]), "field"),
        ("roles", json!(["boss"]), "malformed"),
        ("validity", json!({"from": "2027-01-02T00:00:00Z", "until": "2027-01-01T00:00:00Z"}), "field"),
        ("validity", json!({"from": "tomorrow"}), "field"),
        ("password", json!("x"), "malformed"),
    ] {
        let mut body = tanaka();
        body[name] = value;
        assert_eq!(api.code(&admin, Method::POST, "/accounts", body.clone()).await, code, "{body}");
    }
    let missing = "/accounts/01900000-0000-7000-8000-000000000000";
    let why = json!({"reason": "x"});
    for (method, path) in [
        (Method::PATCH, missing.to_owned()),
        (Method::POST, format!("{missing}/stop")),
        (Method::POST, "/accounts/nobody/resume".to_owned()),
    ] {
        assert_eq!(api.code(&admin, method, &path, why.clone()).await, "not-found", "{path}");
    }
    let (_, text) = api.ask(&admin, Method::GET, "/accounts", None).await;
    let all: Value = serde_json::from_str(&text).unwrap();
    let own = all["accounts"].as_array().unwrap().iter().find(|one| one["email"] == "boss@office.example").unwrap();
    let own = format!("/accounts/{}", own["id"].as_str().unwrap());
    let promote = json!({"roles": ["administrator", "sender"], "reason": "x"});
    assert_eq!(api.code(&admin, Method::PATCH, &own, promote).await, "own-account");
    assert_eq!(api.code(&admin, Method::POST, &format!("{own}/stop"), why).await, "own-account");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_who_is_away_gets_a_deputy() {
    let api = Api::new().await;
    let approver = api.server.account("approver@office.example", &[Role::Approver]).await.account.id;
    api.server.account("deputy@office.example", &[Role::Sender]).await;
    let one = format!("/accounts/{approver}/deputy");
    let (status, text) = api.ask(&api.audit, Method::GET, &one, None).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, r#"{"deputy":null}"#));
    let now = chrono::Utc::now();
    let period = |days| (now.to_rfc3339(), (now + chrono::Duration::days(days)).to_rfc3339());
    let named = |email: &str, days| {
        let (from, until) = period(days);
        json!({"deputy": email, "from": from, "until": until, "reason": "出張"})
    };
    let name = async |body| api.code(&api.admin, Method::POST, &one, body).await;
    assert_eq!(name(named("boss@office.example", 7)).await, "own-account");
    assert_eq!(name(named("nobody@office.example", 7)).await, "field");
    assert_eq!(name(named("deputy@office.example", 93)).await, "field");
    assert_eq!(
        name(json!({"deputy": "deputy@office.example", "from": "soon", "until": "", "reason": "x"})).await,
        "field"
    );
    assert_eq!(api.code(&api.audit, Method::POST, &one, named("deputy@office.example", 7)).await, "forbidden");
    let (status, text) = api.ask(&api.admin, Method::POST, &one, Some(named("deputy@office.example", 7))).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{text}");
    let (_, text) = api.ask(&api.audit, Method::GET, &one, None).await;
    assert!(text.contains("deputy@office.example"), "{text}");
    let end = format!("{one}/end");
    let (status, _) = api.ask(&api.admin, Method::POST, &end, Some(json!({"reason": "戻った"}))).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(api.code(&api.admin, Method::POST, &end, json!({"reason": "戻った"})).await, "not-found");
}
