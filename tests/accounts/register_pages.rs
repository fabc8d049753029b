//! The account register in a browser: who may read it and who may change it, what is told of everybody, joining, moving,
//! leaving, and what is refused with what was typed kept.

use std::sync::Arc;
use std::time::Duration;

use crate::harness::HandClock;
use crate::harness::browser::{Browser, Page};
use crate::harness::flows::On;
use crate::harness::server::Server;
use crate::harness::story::play;
use kakitome::model::{Account, AccountState, Limits, Role, Scope};
use kakitome::staff::register;
use kakitome::staff::registrar::Registrar;
use kakitome::store::{accounts, sign_ins, tokens};
use reqwest::StatusCode;

const ADMINISTRATOR: &str = "sato@office.example";
const PASSWORD: &str = "a long sentence that nobody else says";
/// Every field of the form of an entry, as the harness makes accounts.
const ENTRY: [(&str, &str); 9] = [
    ("name", "中村 進"),
    ("email", "nakamura@office.example"),
    ("department", ""),
    ("phone", "03-1234-5678"),
    ("language", "ja"),
    ("role", "sender"),
    ("keep_unit", "days"),
    ("successor", ""),
    ("reason", "経理への異動"),
];

async fn administrator(server: &Server) -> Browser {
    signed_in(server, ADMINISTRATOR, &server.one_time_password).await
}

async fn signed_in(server: &Server, email: &str, one_time: &str) -> Browser {
    let mut browser = Browser::new(&server.client, &server.base);
    let changed = browser.first_sign_in(email, one_time, PASSWORD).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.html);
    browser
}

async fn stored(server: &Server, email: &str) -> Account {
    register::find(&server.running.gateway, email).await.unwrap()
}

/// The same fields with others in place of some.
fn but<'a>(fields: &[(&'a str, &'a str)], other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| !other.iter().any(|(one, _)| one == name));
    kept.chain(other).copied().collect()
}

#[track_caller]
fn went(page: &Page, to: &str) {
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, to), "{}", page.html);
}

#[track_caller]
fn refused_with(page: &Page, words: &[&str]) {
    assert!(page.status.is_client_error(), "{}", page.status);
    for word in words {
        assert!(page.html.contains(word), "{word}: {}", page.html);
    }
}

async fn a_person_joins_moves_leaves_and_comes_back(on: On) {
    let server = Server::start(on).await;
    let mut browser = administrator(&server).await;
    let new = browser.get("/register/new").await;
    let typed = [
        ("name", "高橋 美咲"),
        ("email", "Takahashi@office.example"),
        ("department", "総務"),
        ("phone", ""),
        ("language", "ja"),
        ("role", "sender"),
        ("role", "auditor"),
        ("valid_from", "2020-04-01"),
        ("valid_until", "2099-03-31"),
        ("way", "shown"),
    ];
    let silent = browser.post(&new, "/register/new", &typed).await;
    refused_with(
        &silent,
        &["理由を入力してください", "value=\"高橋 美咲\"", "value=\"2099-03-31\"", "value=\"shown\" checked"],
    );
    let shown = browser.post(&silent, "/register/new", &[&typed[..], &[("reason", "4月の入社")]].concat()).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    assert_eq!(shown.headers["Cache-Control"], "no-store");
    let one_time = between(&shown.html, "<code id=\"one-time\">", "</code>");
    let account = stored(&server, "takahashi@office.example").await;
    let here = format!("/register/{}", account.id);
    assert_eq!(account.validity.until.unwrap().to_rfc3339(), "2099-03-31T15:00:00.000Z", "the last day is one of use");
    let mut takahashi = signed_in(&server, "takahashi@office.example", &one_time).await;
    assert_eq!(takahashi.get("/register").await.status, StatusCode::OK, "an auditor reads");

    let page = browser.get(&here).await;
    assert!(!page.html.contains(&one_time), "shown once");
    let entry = [
        ("name", "高橋 美咲"),
        ("email", "takahashi@office.example"),
        ("department", "経理"),
        ("phone", ""),
        ("language", "ja"),
        ("role", "sender"),
        ("valid_from", "2020-04-01"),
        ("valid_until", "2099-03-31"),
        ("most_bytes", "2.5"),
        ("most_recipients", "5"),
        ("most_keep_hours", "2"),
        ("keep_unit", "days"),
        ("domains", "Aozora.example, @b.example"),
        ("needs_approval", "yes"),
        ("successor", ""),
        ("reason", "経理への異動"),
    ];
    went(&browser.post(&page, &format!("{here}/change"), &entry).await, &format!("{here}?done=account_saved"));
    let moved = stored(&server, "takahashi@office.example").await;
    let limits = Limits {
        most_bytes: Some(2_500_000_000),
        most_recipients: Some(5),
        most_keep_hours: Some(48),
        domains: vec!["aozora.example".into(), "b.example".into()],
        needs_approval: true,
    };
    assert_eq!((moved.department.as_str(), &moved.roles[..], &moved.limits), ("経理", &[Role::Sender][..], &limits));
    assert_eq!(moved.validity, account.validity, "what nobody touched stays");
    assert_eq!(takahashi.get("/me").await.status, StatusCode::UNAUTHORIZED, "other roles end the session");

    let page = browser.get(&format!("{here}/stop")).await;
    assert!(page.html.contains("進行中の送付はありません"));
    let silent = browser.post(&page, &format!("{here}/stop"), &[("reason", " ")]).await;
    refused_with(&silent, &["理由を入力してください"]);
    went(
        &browser.post(&silent, &format!("{here}/stop"), &[("reason", "退職")]).await,
        &format!("{here}?done=account_stopped"),
    );
    assert_eq!(stored(&server, "takahashi@office.example").await.state, AccountState::Stopped);
    went(&browser.get(&format!("{here}/stop")).await, &here);
    let page = browser.get(&here).await;
    went(
        &browser.post(&page, &format!("{here}/resume"), &[("reason", "復職")]).await,
        &format!("{here}?done=account_resumed"),
    );
    let page = browser.get(&here).await;
    let reset = browser.post(&page, &format!("{here}/reset"), &[("reason", "忘れた")]).await;
    assert_eq!((reset.status, reset.headers["Cache-Control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    let again = between(&reset.html, "<code id=\"one-time\">", "</code>");
    assert!(again != one_time && reset.html.contains("リセットしました"));

    let history = browser.get(&here).await.html;
    let history = history.split("<ol class=\"timeline history\">").nth(1).unwrap().to_owned();
    let told = [
        "パスワードをリセットしました",
        "理由：忘れた",
        "再開しました",
        "停止しました",
        "理由：退職",
        "役割を変更しました",
        "操作：佐藤 花子",
        "理由：経理への異動",
        "総務 → 経理",
        "送信者、監査 → 送信者",
        "なし → 1回 2.5 GB まで、宛先5名まで、保管は2日間まで、送信先は aozora.example b.example のみ、送付ごとに承認が必要",
        "登録しました",
        "理由：4月の入社",
    ];
    let mut rest = history.as_str();
    for word in told {
        let at = rest.find(word).unwrap_or_else(|| panic!("{word} does not follow: {history}"));
        rest = &rest[at..];
    }
    server.check_invariants().await;
}

fn between(text: &str, from: &str, to: &str) -> String {
    text.split(from).nth(1).unwrap().split(to).next().unwrap().to_owned()
}

async fn an_invited_person_waits_in_the_register(on: On) {
    let server = Server::start(on).await;
    let mut browser = administrator(&server).await;
    let new = browser.get("/register/new").await;
    let typed = but(&ENTRY, &[("email", "ito@office.example"), ("way", "mail"), ("reason", "4月の入社")]);
    let added = browser.post(&new, "/register/new", &typed).await;
    let account = stored(&server, "ito@office.example").await;
    let here = format!("/register/{}", account.id);
    went(&added, &format!("{here}?done=account_invited"));
    assert_eq!(account.state, AccountState::Invited);
    let taken = browser.post(&new, "/register/new", &typed).await;
    refused_with(&taken, &["このメールアドレスは登録済みです", "href=\"#email\""]);

    let page = browser.get(&here).await;
    assert!(page.html.contains("招待"), "{}", page.html);
    let silent = browser.post(&page, &format!("{here}/invite"), &[]).await;
    refused_with(&silent, &["href=\"#invite-reason\""]);
    went(
        &browser.post(&silent, &format!("{here}/invite"), &[("reason", "見つからない")]).await,
        &format!("{here}?done=invitation_sent"),
    );
}

async fn sessions_and_tokens_of_others_are_seen_and_ended(on: On) {
    let server = Server::start(on).await;
    let mut browser = administrator(&server).await;
    let issued = server.account("nakamura@office.example", &[Role::Sender]).await;
    let (id, here) = (issued.account.id, format!("/register/{}", issued.account.id));
    let mut first = signed_in(&server, "nakamura@office.example", &issued.one_time_password).await;
    let mut second = Browser::new(&server.client, &server.base);
    second.sign_in("nakamura@office.example", PASSWORD).await;
    server.token_of(&issued, Scope::Send).await;
    server.token_of(&issued, Scope::Read).await;

    let gateway = &server.running.gateway;
    let sessions = gateway.store.read(move |tx| sign_ins::of_account(tx, id)).await.unwrap();
    let newest = sessions.iter().max_by_key(|row| row.created_at).unwrap().id.to_string();
    let page = browser.get(&here).await;
    let none = browser.post(&page, &format!("{here}/sessions"), &[("reason", "紛失")]).await;
    refused_with(&none, &["1つ以上選んでください", "紛失"]);
    let silent = browser.post(&page, &format!("{here}/sessions"), &[("session", newest.as_str())]).await;
    refused_with(&silent, &["href=\"#sessions-reason\"", &format!("value=\"{newest}\" checked")]);
    let done =
        browser.post(&page, &format!("{here}/sessions"), &[("session", newest.as_str()), ("reason", "紛失")]).await;
    went(&done, &format!("{here}?done=access_ended"));
    assert_eq!(second.get("/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(first.get("/me").await.status, StatusCode::OK, "the other one goes on");
    let done = browser.post(&page, &format!("{here}/sessions"), &[("all", "yes"), ("reason", "すべて紛失")]).await;
    went(&done, &format!("{here}?done=access_ended"));
    assert_eq!(first.get("/me").await.status, StatusCode::UNAUTHORIZED);

    let live = || async {
        let all = gateway.store.read(move |tx| tokens::of_account(tx, id)).await.unwrap();
        all.into_iter().filter(|token| token.revoked_at.is_none()).map(|token| token.id.to_string()).collect::<Vec<_>>()
    };
    let chosen = live().await;
    let done =
        browser.post(&page, &format!("{here}/tokens"), &[("token", chosen[0].as_str()), ("reason", "不要")]).await;
    went(&done, &format!("{here}?done=tokens_revoked"));
    assert_eq!(live().await, chosen[1..]);
    browser.post(&page, &format!("{here}/tokens"), &[("all", "yes"), ("reason", "すべて不要")]).await;
    assert!(live().await.is_empty());
    let html = browser.get(&here).await.html;
    for word in [
        "サインイン中の端末はありません",
        "サインインを終了させました",
        "理由：すべて紛失",
        "APIトークンを失効させました",
        "理由：不要",
    ] {
        assert!(html.contains(word), "{word}: {html}");
    }
    server.check_invariants().await;
}

on_both! {
    a_person_joins_moves_leaves_and_comes_back
    an_invited_person_waits_in_the_register
    sessions_and_tokens_of_others_are_seen_and_ended
}

#[actix_web::test]
async fn auditors_read_and_senders_do_not() {
    let server = Server::start(On::Sqlite).await;
    let other = server.account("nakamura@office.example", &[Role::Sender]).await;
    let here = format!("/register/{}", other.account.id);
    let issued = server.account("auditor@office.example", &[Role::Auditor]).await;
    let mut auditor = signed_in(&server, "auditor@office.example", &issued.one_time_password).await;
    let list = auditor.get("/register").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.html.contains("/register/export.csv") && list.html.contains("aria-current=\"page\">台帳"));
    assert!(!list.html.contains("/register/new") && !list.html.contains("/register/import"), "{}", list.html);
    let page = auditor.get(&here).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.html.contains("変更の履歴") && !page.html.contains("method=\"post\" action=\"/register"),
        "{}",
        page.html
    );
    for path in ["/register/new".to_owned(), format!("{here}/stop")] {
        assert_eq!(auditor.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let me = auditor.get("/me").await;
    let posts = ["/change", "/invite", "/reset", "/sessions", "/tokens", "/stop", "/resume", "/recall"];
    let paths = posts.map(|verb| format!("{here}{verb}")).into_iter().chain(["/register/new".to_owned()]);
    for path in paths {
        let html = me.html.replace("action=\"/me/profile\"", &format!("action=\"{path}\""));
        let forced = Page { html, status: me.status, location: String::new(), headers: me.headers.clone() };
        let answer = auditor.post(&forced, &path, &but(&ENTRY, &[("name", "x"), ("leaving", "recall")])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let now = stored(&server, "nakamura@office.example").await;
    assert_eq!((now.name.as_str(), now.state), ("中村 進", AccountState::Active));

    let mut sender = signed_in(&server, "nakamura@office.example", &other.one_time_password).await;
    assert!(!sender.get("/me").await.html.contains("href=\"/register\""));
    for path in ["/register", here.as_str(), "/register/new"] {
        assert_eq!(sender.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[actix_web::test]
async fn the_own_account_and_the_last_administrator_stay() {
    let server = Server::start(On::Sqlite).await;
    let mut browser = administrator(&server).await;
    let own = stored(&server, ADMINISTRATOR).await;
    let here = format!("/register/{}", own.id);
    let page = browser.get(&here).await;
    assert!(page.html.contains("ご自分では変更できません") && !page.html.contains(&format!("action=\"{here}")));
    went(&browser.get(&format!("{here}/stop")).await, &here);
    let me = browser.get("/me").await;
    for verb in ["change", "stop", "reset", "sessions"] {
        let path = format!("{here}/{verb}");
        let html = me.html.replace("action=\"/me/profile\"", &format!("action=\"{path}\""));
        let forced = Page { html, status: me.status, location: String::new(), headers: me.headers.clone() };
        let typed = but(&ENTRY, &[("role", "auditor"), ("leaving", "keep"), ("all", "yes")]);
        refused_with(&browser.post(&forced, &path, &typed).await, &["自分の権限は変更できません"]);
    }
    assert_eq!(stored(&server, ADMINISTRATOR).await.roles, own.roles);

    // Another administrator whose last day is known is nobody to rely on: the first cannot be stopped by him.
    let issued = server.account("second@office.example", &[Role::Administrator]).await;
    let until = server.running.gateway.now() + Duration::from_secs(86_400);
    let validity = kakitome::model::Validity { from: None, until: Some(until) };
    let change = register::Change { validity: Some(validity), ..register::Change::default() };
    register::change(&server.running.gateway, &Registrar::console(), issued.account.id, change).await.unwrap();
    let mut second = signed_in(&server, "second@office.example", &issued.one_time_password).await;
    let page = second.get(&format!("{here}/stop")).await;
    let answer = second.post(&page, &format!("{here}/stop"), &[("reason", "退職")]).await;
    refused_with(&answer, &["最後の管理者は停止できません", "退職"]);
    let page = second.get(&here).await;
    let typed = but(&ENTRY, &[("name", "佐藤 花子"), ("email", ADMINISTRATOR)]);
    let answer = second.post(&page, &format!("{here}/change"), &typed).await;
    refused_with(&answer, &["最後の管理者", "<details id=\"change\" open>", "経理への異動"]);
}

#[actix_web::test]
async fn what_is_wrong_with_an_entry_is_told_and_what_was_typed_stays() {
    let server = Server::start(On::Sqlite).await;
    let mut browser = administrator(&server).await;
    let issued = server.account("nakamura@office.example", &[Role::Sender]).await;
    let here = format!("/register/{}", issued.account.id);
    let change = format!("{here}/change");
    let page = browser.get(&here).await;
    let cases: [(&str, &str, &str); 9] = [
        ("name", " ", "#name"),
        ("email", "nobody", "#email"),
        ("email", ADMINISTRATOR, "#email"),
        ("valid_until", "2026-02-30", "#valid_until"),
        ("most_bytes", "2 GB", "#most_bytes"),
        ("most_recipients", "0", "#most_recipients"),
        ("most_keep_hours", "31", "#most_keep_hours"),
        ("domains", "no domain", "#domains"),
        ("successor", "rubbish", "#successor"),
    ];
    for (field, value, place) in cases {
        let answer = browser.post(&page, &change, &but(&ENTRY, &[(field, value)])).await;
        refused_with(&answer, &[&format!("href=\"{place}\""), "経理への異動"]);
        if field != "successor" {
            assert!(answer.html.contains(value), "{field} keeps {value}: {}", answer.html);
        }
        // What is posted again is measured against what the first form was made of.
        let again = browser.post(&answer, &change, &but(&ENTRY, &[(field, value)])).await;
        refused_with(&again, &[&format!("href=\"{place}\"")]);
    }
    let bare: Vec<(&str, &str)> = ENTRY.into_iter().filter(|(name, _)| *name != "role").collect();
    refused_with(&browser.post(&page, &change, &bare).await, &["href=\"#role\""]);
    let nobody = browser.get("/register/00000000-0000-7000-8000-000000000000").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/register/rubbish").await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn two_administrators_do_not_undo_each_other() {
    let server = Server::start(On::Sqlite).await;
    let mut browser = administrator(&server).await;
    let issued = server.account("nakamura@office.example", &[Role::Sender]).await;
    let here = format!("/register/{}", issued.account.id);
    let page = browser.get(&here).await;
    let meanwhile =
        register::Change { roles: Some(vec![Role::Auditor]), phone: Some("999".into()), ..register::Change::default() };
    register::change(&server.running.gateway, &Registrar::console(), issued.account.id, meanwhile).await.unwrap();
    let typed = but(&ENTRY, &[("department", "経理")]);
    went(&browser.post(&page, &format!("{here}/change"), &typed).await, &format!("{here}?done=account_saved"));
    let now = stored(&server, "nakamura@office.example").await;
    assert_eq!((now.department.as_str(), now.phone.as_str(), &now.roles[..]), ("経理", "999", &[Role::Auditor][..]));
}

/// Whoever sits down at a desk that was left changes nothing; whose desk it is goes on where he was.
#[actix_web::test]
async fn a_change_wants_a_fresh_proof_and_goes_on_after_it() {
    let clock = HandClock::new();
    let server =
        Server::at(On::Sqlite, Arc::clone(&clock) as Arc<_>, |config| config.sign_in.step_up_minutes = 1).await;
    let mut browser = administrator(&server).await;
    let issued = server.account("nakamura@office.example", &[Role::Sender]).await;
    let here = format!("/register/{}", issued.account.id);
    let page = browser.get(&here).await;
    clock.forward(Duration::from_secs(120));
    let change = format!("{here}/change");
    let asked = browser.post(&page, &change, &but(&ENTRY, &[("department", "経理")])).await;
    assert!(asked.status == StatusCode::FORBIDDEN && asked.html.contains("ご本人の確認"), "{}", asked.html);
    assert_eq!(stored(&server, "nakamura@office.example").await.department, "");
    let proven = browser.post(&asked, "/confirm", &[("password", PASSWORD)]).await;
    went(&browser.post(&proven, &change, &[]).await, &format!("{here}?done=account_saved"));
    assert_eq!(stored(&server, "nakamura@office.example").await.department, "経理");

    clock.forward(Duration::from_secs(120));
    let stop = browser.get(&format!("{here}/stop")).await;
    let asked = browser.post(&stop, &format!("{here}/stop"), &[("reason", "退職")]).await;
    let proven = browser.post(&asked, "/confirm", &[("password", PASSWORD)]).await;
    went(&browser.post(&proven, &format!("{here}/stop"), &[]).await, &format!("{here}?done=account_stopped"));
}

#[actix_web::test]
async fn a_leavers_transfers_are_kept_at_first_and_recalled_later() {
    let mut server = Server::start(On::Sqlite).await;
    let issued = server.account("nakamura@office.example", &[Role::Sender]).await;
    server.token = server.token_of(&issued, Scope::Send).await;
    server.send(&[("memo.txt", b"hello".to_vec())]).await;
    let mut browser = administrator(&server).await;
    let here = format!("/register/{}", issued.account.id);
    let page = browser.get(&format!("{here}/stop")).await;
    assert!(page.html.contains("進行中の送付が1件あります"), "{}", page.html);
    let silent = browser.post(&page, &format!("{here}/stop"), &[("reason", "退職")]).await;
    refused_with(&silent, &["href=\"#leaving\"", "退職"]);
    let typed = [("reason", "退職"), ("leaving", "keep")];
    went(&browser.post(&silent, &format!("{here}/stop"), &typed).await, &format!("{here}?done=account_stopped"));
    let gateway = &server.running.gateway;
    assert_eq!(register::running(gateway, issued.account.id).await.unwrap().len(), 1);
    assert!(
        browser.get("/register?state=stopped").await.html.contains("<span class=\"only-card\">進行中の送付：</span>1")
    );
    let page = browser.get(&here).await;
    let done = browser.post(&page, &format!("{here}/recall"), &[("reason", "不要になった")]).await;
    went(&done, &format!("{here}?done=transfers_recalled"));
    assert!(register::running(gateway, issued.account.id).await.unwrap().is_empty());
    server.check_invariants().await;
}

#[actix_web::test]
async fn the_list_is_searched_sorted_filtered_and_paged() {
    let server = Server::start(On::Sqlite).await;
    let gateway = &server.running.gateway;
    let mut browser = administrator(&server).await;
    let template = stored(&server, ADMINISTRATOR).await;
    let now = gateway.now();
    gateway
        .store
        .write(move |tx| {
            for n in 0..450_u32 {
                let mut account = Account {
                    id: kakitome::model::AccountId::new(now),
                    email: format!("person{n:03}@office.example"),
                    name: format!("人{n:03}"),
                    department: if n % 2 == 0 { "Ｓａｌｅｓ".into() } else { "経理".into() },
                    roles: vec![if n % 50 == 0 { Role::Auditor } else { Role::Sender }],
                    ..template.clone()
                };
                if n < 3 {
                    account.created_at = now - Duration::from_secs(86_400 * 100);
                }
                accounts::insert(tx, &account, &accounts::Credentials::none())?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let shown = |page: &Page| page.html.matches("<tr id=\"account-").count();
    let first = browser.get("/register").await;
    assert_eq!(shown(&first), 200);
    assert!(first.html.contains("1〜200人目（全451人）") && first.html.contains("aria-sort=\"ascending\""));
    assert!(first.html.contains("rel=\"next\" href=\"/register?page=2\"") && !first.html.contains("rel=\"prev\""));
    let last = browser.get("/register?page=3").await;
    assert_eq!(shown(&last), 51);
    assert!(!last.html.contains("rel=\"next\"") && last.html.contains("rel=\"prev\" href=\"/register?page=2\""));
    assert_eq!(shown(&browser.get("/register?page=9999").await), 51, "behind the last page is the last");
    assert_eq!(shown(&browser.get("/register?page=-1").await), 200, "what is no page is the first");

    let found = browser.get("/register?q=sales%20%E4%BA%BA00").await;
    assert_eq!(shown(&found), 5, "half width finds full width");
    assert_eq!(shown(&browser.get("/register?role=auditor").await), 9);
    let dormant = browser.get("/register?dormant=yes").await;
    assert!(shown(&dormant) == 3 && dormant.html.contains("90日以上利用なし"));
    let down = browser.get("/register?order=name-down&department=%E7%B5%8C%E7%90%86").await;
    let order: Vec<&str> = down
        .html
        .split("<th scope=\"row\">")
        .skip(1)
        .take(2)
        .map(|row| &row[row.find('>').unwrap() + 1..][..6])
        .collect();
    assert_eq!(order, ["人449", "人447"]);
    assert!(down.html.contains("aria-sort=\"descending\"") && down.html.contains("department=%E7%B5%8C%E7%90%86"));
    let nobody = browser.get("/register?q=%3Cscript%3E").await;
    assert!(nobody.html.contains("条件に合う利用者はいません") && nobody.html.contains("&#60;script&#62;"));
    for lang in ["ja", "en"] {
        for path in ["/register", "/register/new"] {
            let page = browser.get(&format!("{path}?lang={lang}")).await;
            assert!(
                page.html.contains(&format!("<html lang=\"{lang}\">")) && !page.html.contains('⟦'),
                "{path} {lang}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_adds_moves_and_stops_on_a_phone() {
    let server = Server::start(On::Sqlite).await;
    let environment = [
        ("KAKITOME_URL", server.base.clone()),
        ("KAKITOME_EMAIL", ADMINISTRATOR.into()),
        ("KAKITOME_PASSWORD", server.one_time_password.clone()),
    ];
    play("register.mjs", &environment).await;
    server.check_invariants().await;
}

#[actix_web::test]
async fn an_administrator_names_who_approves_meanwhile() {
    let server = Server::start(On::Sqlite).await;
    let approver = server.account("approver@office.example", &[Role::Approver]).await.account;
    let sender = server.account("nakamura@office.example", &[Role::Sender]).await.account;
    let mut boss = administrator(&server).await;
    let entry = boss.get(&format!("/register/{}", approver.id)).await;
    let here = format!("/register/{}/deputy", approver.id);
    assert!(entry.html.contains(&here), "{}", entry.html);
    assert!(
        !boss.get(&format!("/register/{}", sender.id)).await.html.contains("/deputy"),
        "who approves nothing has none"
    );
    let page = boss.get(&here).await;
    let day = |days| (chrono::Utc::now() + chrono::Duration::days(days)).date_naive().to_string();
    let (from, until) = (day(0), day(7));
    let typed =
        |email, reason| [("deputy", email), ("from", from.as_str()), ("until", until.as_str()), ("reason", reason)];
    let refused = boss.post(&page, &here, &typed(ADMINISTRATOR, "入院のため")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.html);
    for kept in ["ご自分を代理にすることはできません", ADMINISTRATOR, "入院のため"] {
        assert!(refused.html.contains(kept), "{kept}: {}", refused.html);
    }
    let refused = boss.post(&refused, &here, &typed("nakamura@office.example", " ")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
    let done = boss.post(&refused, &here, &typed("nakamura@office.example", "入院のため")).await;
    assert_eq!(done.location, format!("{here}?done=deputy_named"), "{}", done.html);
    let page = boss.get(&here).await;
    assert!(page.html.contains("nakamura@office.example"), "{}", page.html);
    let history = boss.get(&format!("/register/{}", approver.id)).await;
    assert!(history.html.contains("承認の代理を決めました") && history.html.contains("入院のため"), "{}", history.html);
    let done = boss.post(&page, &format!("{here}/withdraw"), &[("reason", "退院した")]).await;
    assert_eq!(done.location, format!("{here}?done=deputy_withdrawn"), "{}", done.html);
    assert!(!boss.get(&here).await.html.contains("nakamura@office.example"));
}
