//! Scanning as people and programs see it, with a real scanner: the sender's pages with scripts and without, the interface,
//! the command line, the administrators' pages and the measurements.

use std::sync::Arc;
use std::time::Duration;

use crate::harness::browser::{Browser, Page};
use crate::harness::clamd::{Clamd, eicar, scans_at};
use crate::harness::flows::{On, until};
use crate::harness::server::Server;
use crate::harness::story::play;
use kakitome::config::{Config, Ruling};
use kakitome::gateway::ScannerState;
use kakitome::model::{Role, Scope};
use kakitome::staff::policy;
use kakitome::staff::registrar::Registrar;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

const PASSWORD: &str = "a rather long sentence 2026";

/// A gateway with this scanner, once it has heard from it.
async fn server(clamd: &Clamd, change: impl FnOnce(&mut Config)) -> Server {
    let scans = scans_at(&clamd.address());
    let server = Server::with(On::Sqlite, |config| {
        scans(config);
        change(config);
    })
    .await;
    let scans = &server.running.gateway.scans;
    until("the scanner answers", || async { matches!(scans.state(), ScannerState::Ready { .. }).then_some(()) }).await;
    server
}

/// A draft with these files for one recipient.
async fn draft(server: &Server, files: &[(&str, Vec<u8>)]) -> String {
    let transfer = server.post("/transfers", json!({})).await["id"].as_str().unwrap().to_owned();
    for (name, content) in files {
        server.upload(&transfer, name, content.clone()).await;
    }
    let recipient = json!({"email": "suzuki@aozora.example", "name": "鈴木 一郎", "language": "ja"});
    server.post(&format!("/transfers/{transfer}/recipients"), recipient).await;
    transfer
}

/// What would be sent, once every file has its verdict.
async fn checked(server: &Server, transfer: &str) -> Value {
    let path = format!("/transfers/{transfer}/check");
    until("every file has its verdict", || async {
        let check = server.get(&path).await;
        check["files"].as_array().unwrap().iter().all(|file| file["scan"]["state"] == "done").then_some(check)
    })
    .await
}

async fn rule(server: &Server, setting: &str, ruling: Ruling) {
    let changes = [(setting.to_owned(), Some(ruling as u64))].into();
    policy::change(&server.running.gateway, &Registrar::console(), changes).await.unwrap();
}

const SENDER: &str = "hanako@office.example";

/// A sender and administrator at a browser without scripts, who is asked for what the interface is asked for too.
async fn signed_in(server: &mut Server) -> Browser {
    let mut browser = Browser::new(&server.client, &server.base);
    let issued = server.account(SENDER, &[Role::Sender, Role::Administrator]).await;
    browser.first_sign_in(SENDER, issued.one_time_password.as_str(), PASSWORD).await;
    server.token = server.token_of(&issued, Scope::Send).await;
    browser
}

/// An archive (APPNOTE 4.3) of one stored file that says it is encrypted (4.4.4, bit 0).
fn encrypted_zip() -> Vec<u8> {
    let (name, data) = (b"salary.txt", [7_u8; 40]);
    let mut header = [20_u16, 1, 0, 0, 0].map(u16::to_le_bytes).concat();
    header.extend([0x1234_5678_u32, 40, 28].map(u32::to_le_bytes).concat());
    header.extend([name.len() as u16, 0].map(u16::to_le_bytes).concat());
    let local = [b"PK\x03\x04".as_slice(), &header, name, &data].concat();
    let central = [b"PK\x01\x02\x14\x00".as_slice(), &header, &[0; 14], name].concat();
    let mut end = [b"PK\x05\x06".as_slice(), &[0; 4], &[1, 0, 1, 0]].concat();
    end.extend([central.len() as u32, local.len() as u32].map(u32::to_le_bytes).concat());
    end.extend([0; 2]);
    [local, central, end].concat()
}

fn says(page: &Page, words: &[&str]) {
    for word in words {
        assert!(page.html.contains(word), "{word}: {}", page.html);
    }
}

/// Stops and starts the scanner for a story. Returns where it is told to.
async fn control(clamd: Arc<Mutex<Clamd>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut wire, _)) = listener.accept().await {
            let mut asked = [0; 1024];
            let length = wire.read(&mut asked).await.unwrap();
            let mut clamd = clamd.lock().await;
            match String::from_utf8_lossy(&asked[..length]).split(' ').nth(1) {
                Some("/stop") => clamd.stop(),
                Some("/start") => clamd.begin().await,
                other => panic!("{other:?}"),
            }
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            wire.write_all(answer).await.unwrap();
        }
    });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_sees_verdicts_come_and_the_rest_goes_on() {
    let clamd = Clamd::start().await;
    let server = server(&clamd, |config| config.scan.largest_bytes = 100_000).await;
    let issued = server.account(SENDER, &[Role::Sender]).await;
    let environment = [
        ("KAKITOME_URL", server.base.clone()),
        ("KAKITOME_EMAIL", SENDER.into()),
        ("KAKITOME_PASSWORD", issued.one_time_password.as_str().to_owned()),
        ("KAKITOME_CONTROL", control(Arc::new(Mutex::new(clamd))).await),
    ];
    play("scanning.mjs", &environment).await;
    server.check_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_read_verdicts_and_refusals_file_by_file() {
    let clamd = Clamd::start().await;
    let server = server(&clamd, |_| {}).await;
    let me = server.get("/me").await;
    assert_eq!(me["scanner"]["state"], "ready");
    assert_eq!(me["scanner"]["largest_bytes"], 2_000_000_000_u64);
    assert_eq!(me["scanner"]["larger"], "refuse");
    assert!(me["scanner"]["signatures"].as_str().unwrap().starts_with("ClamAV"));

    let transfer = draft(&server, &[("plan.txt", b"the plan".to_vec()), ("a.zip", eicar()), ("b.zip", eicar())]).await;
    let check = checked(&server, &transfer).await;
    assert_eq!((&check["ready"], &check["missing"]), (&json!(false), &json!(["file-refused"])));
    let names: Vec<&str> = check["problems"].as_array().unwrap().iter().map(|p| p["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["a.zip", "b.zip"]);
    assert_eq!(check["problems"][0]["because"], "infected");
    let file = |index: usize| &check["files"][index];
    assert_eq!((&file(0)["scan"]["verdict"], &file(0)["flaws"]), (&json!("clean"), &json!([])));
    assert_eq!(file(1)["scan"]["verdict"], "infected");
    assert!(file(1)["scan"]["finding"].as_str().unwrap().starts_with("Eicar-Test"));
    assert_eq!(file(1)["flaws"][0], json!({"flaw": "infected", "ruling": "refuse"}));
    assert!(file(1)["scan"]["scanned_at"].is_string() && file(1)["scan"]["again"] == false);

    let send = format!("/transfers/{transfer}/send");
    let refused = server.request(Method::POST, &send).json(&json!({"confirmed": []})).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!((&refused["code"], &refused["file"]), (&json!("file-refused"), &json!("a.zip")));

    let transfer = draft(&server, &[("salary.zip", encrypted_zip())]).await;
    assert_eq!(checked(&server, &transfer).await["problems"][0]["because"], "encrypted");
    rule(&server, "unscannable", Ruling::Allow).await;
    let check = server.get(&format!("/transfers/{transfer}/check")).await;
    let flaws = json!([{"flaw": "encrypted", "ruling": "allow"}]);
    assert_eq!((&check["ready"], &check["files"][0]["flaws"]), (&json!(true), &flaws));

    let metrics = server.client.get(format!("{}/metrics", server.admin_base())).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    for line in
        ["kakitome_scanner_up 1", "kakitome_scan_files_waiting 0", "kakitome_scan_verdicts_total{verdict=\"infected\"}"]
    {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_each_file_says_why_it_stays_and_nothing_is_lost() {
    let mut clamd = Clamd::start().await;
    let mut server = server(&clamd, |_| {}).await;
    let mut browser = signed_in(&mut server).await;
    let transfer = draft(&server, &[("plan.txt", b"the plan".to_vec()), ("salary.zip", encrypted_zip())]).await;
    checked(&server, &transfer).await;
    let check = browser.get(&format!("/send/{transfer}/check")).await;
    says(&check, &["ウイルス検査済み：問題なし", "送れません", "パスワード付きのため", "このファイルを見る"]);
    rule(&server, "unscannable", Ruling::Allow).await;
    let check = browser.get(&format!("/send/{transfer}/check")).await;
    says(&check, &["ご確認ください", "このまま送れます。", "1名に送信する"]);
    // The rules change while the page is open: what it offered is refused.
    rule(&server, "unscannable", Ruling::Refuse).await;
    let refused = browser.post(&check, &format!("/send/{transfer}/send"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let files = server.get(&format!("/transfers/{transfer}")).await;
    let refused_file = files["files"][1]["id"].as_str().unwrap();
    says(
        &refused,
        &[&format!("<a href=\"#file-{refused_file}\">"), "中身を検査できません（パスワード付きファイル）：salary.zip"],
    );
    rule(&server, "unscannable", Ruling::Approval).await;
    let check = browser.get(&format!("/send/{transfer}/check")).await;
    says(&check, &["承認が必要です"]);

    let path = format!("/transfers/{transfer}/files/{refused_file}");
    assert!(server.request(Method::DELETE, &path).send().await.unwrap().status().is_success());
    clamd.stop();
    server.upload(&transfer, "late.txt", b"too late for the scanner".to_vec()).await;
    let path = format!("/send/{transfer}/check");
    let check = browser.get(&path).await;
    let refused = browser.post(&check, &format!("/send/{transfer}/send"), &[]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    says(
        &refused,
        &[
            "ウイルス検査の装置が応答しないため、いまは送れません",
            "ファイルはお預かりしており",
            "検査のようすをもう一度見る",
        ],
    );
    says(&browser.get(&format!("/send/{transfer}")).await, &["検査の装置が応答していません", "late.txt"]);
    let me = server.get("/me").await;
    assert!(me["scanner"]["state"] == "down" && me["scanner"]["down_since"].is_string());
    clamd.begin().await;
    checked(&server, &transfer).await;
    let check = browser.get(&path).await;
    let sent = browser.post(&check, &format!("/send/{transfer}/send"), &[]).await;
    assert_eq!(sent.status, StatusCode::OK);
    let shown = browser.get(&format!("/transfers/{transfer}")).await;
    says(&shown, &["ウイルス検査の判定：パスワード付きのため", "ウイルス検査で問題は見つかりませんでした（1 件"]);
    server.check_invariants().await;
}

/// A rule that became stricter after sending holds the mail back; page and interface say so until it lets it pass again.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_the_rules_hold_back_is_told_to_its_sender() {
    let clamd = Clamd::start().await;
    let clock = crate::harness::HandClock::new();
    let scans = scans_at(&clamd.address());
    let mut server = Server::at(On::Sqlite, clock.clone(), |config| {
        scans(config);
        config.policy.unscannable = Ruling::Allow;
        (config.policy.hold_minutes, config.policy.idle_lock_minutes) = (5, 60);
    })
    .await;
    let mut browser = signed_in(&mut server).await;
    let transfer = draft(&server, &[("salary.zip", encrypted_zip())]).await;
    checked(&server, &transfer).await;
    let path = format!("/transfers/{transfer}");
    server.post(&format!("{path}/send"), json!({"confirmed": []})).await;
    rule(&server, "unscannable", Ruling::Refuse).await;
    let mail = |since: &'static str| {
        let (server, clock, path) = (&server, clock.clone(), path.clone());
        async move {
            until(since, || async {
                clock.forward(Duration::from_secs(20));
                server.running.gateway.outbox_bell.notify_one();
                let mail = server.get(&path).await["deliveries"][0]["mail"].clone();
                (mail["withheld_at"].is_string() == (since == "it is withheld")).then_some(mail)
            })
            .await
        }
    };
    assert_eq!(mail("it is withheld").await["state"], "queued");
    says(&browser.get(&path).await, &["メールを止めています", "この送付を取り消し", "メールを止めました（"]);
    rule(&server, "unscannable", Ruling::Allow).await;
    mail("it leaves").await;
    let shown = browser.get(&path).await;
    assert!(!shown.html.contains("<strong>メールを止めています"), "{}", shown.html);
}

/// Looking at how far the scan is is nothing that somebody does: it keeps no session alive. An unchanged page is not sent.
#[tokio::test(flavor = "multi_thread")]
async fn looking_again_costs_nothing_and_is_no_activity() {
    let clamd = Clamd::start().await;
    let clock = crate::harness::HandClock::new();
    let scans = scans_at(&clamd.address());
    let mut server = Server::at(On::Sqlite, clock.clone(), scans).await;
    let mut browser = signed_in(&mut server).await;
    let transfer = draft(&server, &[("plan.txt", b"the plan".to_vec())]).await;
    checked(&server, &transfer).await;
    for path in [format!("/send/{transfer}"), format!("/send/{transfer}/check")] {
        let look = |tag: Option<String>| {
            let url = format!("{}{path}", server.base);
            let mut request = server.client.get(url).header("Cookie", browser.cookies()).header("Kakitome-Watch", "1");
            if let Some(tag) = tag {
                request = request.header("If-None-Match", tag);
            }
            async { request.send().await.unwrap() }
        };
        let first = look(None).await;
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()["ETag"].to_str().unwrap().to_owned();
        let (before, again) = (first.text().await.unwrap(), look(Some(tag)).await);
        let status = again.status();
        let after = again.text().await.unwrap();
        let differs = before.lines().zip(after.lines()).find(|(before, after)| before != after);
        assert_eq!((status, differs), (StatusCode::NOT_MODIFIED, None), "{path}");
    }
    // Ten minutes without activity lock; looks in between do not count.
    for _ in 0..11 {
        clock.forward(Duration::from_secs(60));
        let url = format!("{}/send/{transfer}", server.base);
        let request = server.client.get(url).header("Cookie", browser.cookies()).header("Kakitome-Watch", "1");
        request.send().await.unwrap();
    }
    let locked = browser.get(&format!("/send/{transfer}")).await;
    assert!(locked.location.starts_with("/unlock"), "{} {}", locked.status, locked.location);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_scanned_every_sending_page_says_so() {
    let mut server = Server::start(On::Sqlite).await;
    let mut browser = signed_in(&mut server).await;
    let transfer = draft(&server, &[("plan.txt", b"the plan".to_vec())]).await;
    for path in ["/send/new".to_owned(), format!("/send/{transfer}"), format!("/send/{transfer}/check")] {
        says(&browser.get(&path).await, &["送るファイルのウイルス検査を行っていません"]);
    }
    let check = server.get(&format!("/transfers/{transfer}/check")).await;
    assert_eq!((&check["files"][0]["scan"]["state"], &check["ready"]), (&json!("off"), &json!(true)));
    assert_eq!(server.get("/me").await["scanner"], json!({"state": "off"}));
    let mut admin = Browser::new(&server.client, &server.admin_base());
    admin.sign_in(SENDER, PASSWORD).await;
    says(&admin.get("/admin").await, &["ウイルス検査：行っていません"]);
    says(&admin.get("/admin/guideline").await, &["ファイルを検査せずに送る設定です。"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_scanner_does_not_take_is_told_before_and_refused_at_once() {
    let clamd = Clamd::start().await;
    let mut server = server(&clamd, |config| config.scan.largest_bytes = 1000).await;
    let mut browser = signed_in(&mut server).await;
    let page = browser.get("/send/new").await;
    says(&page, &["data-most-scanned=\"1000\"", "1 KB を超えるファイルは、ウイルス検査ができないため送れません。"]);
    rule(&server, "oversized", Ruling::Allow).await;
    let page = browser.get("/send/new").await;
    says(&page, &["1 KB を超えるファイルは、ウイルス検査をせずに送ります。"]);
    assert!(!page.html.contains("data-most-scanned"));
    let transfer = draft(&server, &[("large.bin", vec![7; 2000])]).await;
    let check = checked(&server, &transfer).await;
    assert_eq!(check["files"][0]["flaws"], json!([{"flaw": "oversized", "ruling": "allow"}]));
    says(
        &browser.get(&format!("/send/{transfer}/check")).await,
        &["大きすぎるため、検査できません。このまま送れます。"],
    );
    let mut admin = Browser::new(&server.client, &server.admin_base());
    admin.sign_in(SENDER, PASSWORD).await;
    says(&admin.get("/admin").await, &["ウイルス検査の装置：応答しています", "ClamAV"]);
    says(&admin.get("/admin/guideline").await, &["検査できないファイルを、送らない設定になっていません。"]);
}

/// What the program printed, said, and whether it went well.
fn type_in(server: &Server, home: &std::path::Path, line: &[&str]) -> (String, String, bool) {
    let token = home.join("token");
    std::fs::write(&token, &server.token).unwrap();
    let mut kakitome = std::process::Command::new(env!("CARGO_BIN_EXE_kakitome"));
    kakitome.args(line).env("LC_ALL", "en_US.UTF-8").env("TZ", "Asia/Tokyo").env("XDG_STATE_HOME", home.join("state"));
    kakitome.env("KAKITOME_SERVER", &server.base).env("KAKITOME_TOKEN_FILE", &token);
    let out = kakitome.env("KAKITOME_CA_FILE", server.running.authority_file.as_deref().unwrap()).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (said(&out.stdout), said(&out.stderr), out.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_waits_for_verdicts_and_names_what_is_refused() {
    let mut clamd = Clamd::start().await;
    let server = Arc::new(server(&clamd, |_| {}).await);
    let home = Arc::new(tempfile::tempdir().unwrap());
    let at = |name: &str| home.path().join(name).display().to_string();
    std::fs::write(at("plan.txt"), "the plan").unwrap();
    std::fs::write(at("a.zip"), eicar()).unwrap();
    let typed = |line: Vec<String>| {
        let (server, home) = (server.clone(), home.clone());
        tokio::task::spawn_blocking(move || {
            type_in(&server, home.path(), &line.iter().map(String::as_str).collect::<Vec<_>>())
        })
    };
    let send = |files: &[&str], more: &[&str]| {
        let files = files.iter().map(|name| at(name));
        let more = more.iter().map(|word| (*word).to_owned());
        let to = ["--to", "suzuki@aozora.example"].map(str::to_owned);
        ["send".to_owned()].into_iter().chain(files).chain(to).chain(more).collect::<Vec<_>>()
    };

    let (printed, said, good) = typed(send(&["plan.txt", "a.zip"], &["--json"])).await.unwrap();
    assert!(!good && said.contains("a.zip may contain a virus") && !said.contains("plan.txt may"), "{said}");
    let refused: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(refused["refused"][0]["file"], "a.zip");
    let drafts = server.get("/transfers?state=draft").await;
    let draft = drafts["transfers"][0]["id"].as_str().unwrap().to_owned();
    let (printed, _, good) = typed(vec!["status".into(), draft]).await.unwrap();
    assert!(good && printed.contains("plan.txt  8 bytes  scanned: nothing found"), "{printed}");
    assert!(printed.contains("cannot be sent: it may contain a virus"), "{printed}");

    // The scanner is away for a while: the call waits, says so once, and goes on.
    clamd.stop();
    let waiting = typed(send(&["plan.txt"], &[]));
    until("the gateway has noticed", || async {
        matches!(server.running.gateway.scans.state(), ScannerState::Down { .. }).then_some(())
    })
    .await;
    clamd.begin().await;
    let (printed, said, good) = waiting.await.unwrap();
    assert!(good && printed.contains("number"), "{said}");

    clamd.stop();
    std::fs::write(at("late.txt"), "too late").unwrap();
    let (_, said, good) = typed(send(&["late.txt"], &["--patience", "3"])).await.unwrap();
    assert!(!good && said.contains("the virus scanner does not answer"), "{said}");
    assert!(said.contains("The virus scanner has not answered since"), "{said}");
}
