//! Stories in a real Chromium: scripts of `tests/browser`, driven by Node.

use std::path::Path;

use kakitome::model::{Language, Role};
use kakitome::staff::register;

use super::server::Server;

/// Plays `script` with these variables of its environment, and returns what it printed; what it says when it fails is the
/// test's failure.
pub async fn play(script: &str, environment: &[(&str, String)]) -> String {
    let mut node = std::process::Command::new("node");
    node.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(script));
    node.envs(environment.iter().map(|(name, value)| (*name, value.as_str())));
    let out = tokio::task::spawn_blocking(move || node.output()).await.unwrap().expect("node starts");
    let said = format!("{}\n{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(
        out.status.success(),
        "{said}\n(Chromium missing? apt-get install chromium-headless-shell; tests/set-up.sh)"
    );
    String::from_utf8(out.stdout).unwrap()
}

/// Plays `script` for a sender who has never signed in.
pub async fn play_sender(server: &Server, script: &str) {
    let new = register::NewAccount {
        email: "hanako@office.example".into(),
        name: "佐藤 花子".into(),
        department: "経理".into(),
        phone: "03-1234-5678".into(),
        language: Language::Ja,
        roles: vec![Role::Sender],
    };
    let issued =
        register::add(&server.running.gateway, new, &kakitome::staff::registrar::Registrar::console()).await.unwrap();
    let environment = [
        ("KAKITOME_URL", server.base.clone()),
        ("KAKITOME_MAILDIR", server.directory.path().join("data/mail").display().to_string()),
        ("KAKITOME_EMAIL", "hanako@office.example".into()),
        ("KAKITOME_PASSWORD", issued.one_time_password.as_str().to_owned()),
    ];
    play(script, &environment).await;
    server.check_invariants().await;
}
