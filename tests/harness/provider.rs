//! A real OpenID provider, npm oidc-provider, started privately; and a person who signs in there.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use kakitome::config::{Config, Oidc};
use serde_json::{Map, Value};

use super::authority::Authority;
use super::server::client_trusting;

/// How long it may take to start; it takes a second.
const PATIENCE: Duration = Duration::from_secs(40);

const SECRET: &str = "a secret between gateway and provider";

pub struct Provider {
    pub port: u16,
    pub authority: Authority,
    redirect: String,
    short: bool,
    people: PathBuf,
    child: Option<Child>,
}

impl Provider {
    /// One that leads back to the gateway at `gateway`, as its provider `id`.
    pub fn start(gateway: &str, id: &str) -> Self {
        Self::saying(gateway, id, false)
    }

    /// As `start`; `short` ID tokens say who, and nothing else.
    pub fn saying(gateway: &str, id: &str, short: bool) -> Self {
        let authority = Authority::new();
        let people = authority.file("people.json");
        std::fs::write(&people, "{}").unwrap();
        std::fs::write(authority.file("secret"), SECRET).unwrap();
        std::fs::write(authority.file("ahead"), "0").unwrap();
        let port = super::free_port();
        let redirect = format!("{gateway}/sign-in/with/{id}/callback");
        let mut provider = Self { port, authority, redirect, short, people, child: None };
        provider.begin();
        provider
    }

    /// Starts it. Node has been seen to stop at its own start, before it listened: then it is started again, twice at most.
    pub fn begin(&mut self) {
        for _ in 0..3 {
            if let Some(child) = self.attempt() {
                self.child = Some(child);
                return;
            }
        }
        panic!("npm oidc-provider does not start (tests/set-up.sh installs it)");
    }

    fn attempt(&self) -> Option<Child> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/provider.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .env("PROVIDER_PORT", self.port.to_string())
            .env("PROVIDER_TLS", self.authority.directory())
            .env("PROVIDER_REDIRECT", &self.redirect)
            .env("PROVIDER_PEOPLE", &self.people)
            .env("PROVIDER_SECRET", SECRET)
            .env("PROVIDER_AHEAD", self.authority.file("ahead"))
            .env("PROVIDER_SHORT", if self.short { "1" } else { "0" })
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let mut words = BufReader::new(child.stdout.take().unwrap());
        let (say, hear) = mpsc::channel();
        std::thread::spawn(move || {
            let mut said = String::new();
            let read = words.read_line(&mut said);
            let _gone = say.send(read.is_ok() && said == "ready\n");
            // It goes on talking, and would end where nobody listens.
            let _end = std::io::copy(&mut words, &mut std::io::sink());
        });
        if hear.recv_timeout(PATIENCE) == Ok(true) {
            return Some(child);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        None
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn issuer(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// What it says of `login` from now on.
    pub fn knows(&self, login: &str, claims: Value) {
        let mut people: Map<String, Value> = serde_json::from_slice(&std::fs::read(&self.people).unwrap()).unwrap();
        people.insert(login.into(), claims);
        std::fs::write(&self.people, serde_json::to_vec(&people).unwrap()).unwrap();
    }

    /// Its clock goes forward; once.
    pub fn forward(&self, by: Duration) {
        std::fs::write(self.authority.file("ahead"), by.as_millis().to_string()).unwrap();
    }

    pub fn settings(&self, id: &str) -> Oidc {
        Oidc {
            id: id.into(),
            name: "社内ポータル".into(),
            issuer: self.issuer(),
            client_id: "kakitome".into(),
            client_secret_file: Some(self.authority.file("secret")),
            ca_file: Some(self.authority.authority_file()),
            ..Oidc::default()
        }
    }

    /// Makes `config` use it, and listen where it leads back to.
    pub fn configure(&self, config: &mut Config, gateway: u16, change: impl FnOnce(&mut Oidc)) {
        let mut settings = self.settings("portal");
        change(&mut settings);
        config.sign_in.oidc = vec![settings];
        config.server.listen = ([127, 0, 0, 1], gateway).into();
        config.server.public_url = format!("https://localhost:{gateway}").try_into().unwrap();
    }

    pub fn browser(&self) -> Abroad {
        Abroad { client: client_trusting(&self.authority.authority_file()), cookies: Vec::new() }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A browser at the provider. It stays signed in there.
pub struct Abroad {
    client: reqwest::Client,
    cookies: Vec<(String, String, String)>,
}

impl Abroad {
    /// Signs in as `login` where `url` leads, and says yes to everything. Returns path and query of where it leads back to.
    pub async fn sign_in(&mut self, url: &str, login: &str) -> String {
        let mut answer = self.ask(url, None).await;
        for _ in 0..20 {
            if let Some(location) = answer.location.clone() {
                let next = reqwest::Url::parse(&answer.url).unwrap().join(&location).unwrap();
                if next.path().ends_with("/callback") {
                    return format!("{}?{}", next.path(), next.query().unwrap_or_default());
                }
                answer = self.ask(next.as_str(), None).await;
                continue;
            }
            let action = between(&answer.html, "action=\"", "\"");
            let prompt = between(&answer.html, "name=\"prompt\" value=\"", "\"");
            let form = match prompt.as_str() {
                "login" => format!("prompt=login&login={login}&password=x"),
                _ => format!("prompt={prompt}"),
            };
            answer = self.ask(&action, Some(form)).await;
        }
        panic!("the provider leads nowhere: {}", answer.html);
    }

    async fn ask(&mut self, url: &str, form: Option<String>) -> Answer {
        let path = reqwest::Url::parse(url).unwrap().path().to_owned();
        let sent = self.cookies.iter().filter(|(_, _, scope)| path.starts_with(scope.as_str()));
        let cookies: Vec<String> = sent.map(|(name, value, _)| format!("{name}={value}")).collect();
        let request = match form {
            None => self.client.get(url),
            Some(form) => self.client.post(url).header("Content-Type", "application/x-www-form-urlencoded").body(form),
        };
        let request = request.header("Cookie", cookies.join("; ")).timeout(Duration::from_secs(30));
        let answer = request.send().await.expect("the provider answers");
        for cookie in answer.headers().get_all("Set-Cookie") {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            let scope = text.split(';').find_map(|part| part.trim().strip_prefix("path=")).unwrap_or("/").to_owned();
            self.cookies.retain(|(other, _, path)| other != name || *path != scope);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned(), scope));
            }
        }
        let location = answer.headers().get("Location").map(|value| value.to_str().unwrap().to_owned());
        Answer { url: url.to_owned(), location, html: answer.text().await.unwrap() }
    }
}

struct Answer {
    url: String,
    location: Option<String>,
    html: String,
}

fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split(after).next().unwrap().to_owned()
}
