//! SMS and webhooks in a real Chromium, with a provider and receivers that answer over HTTPS (`tests/browser/channels.mjs`).

use crate::harness::called::{Answers, Called};
use crate::harness::flows::On;
use crate::harness::server::Server;
use kakitome::config::{Config, Webhook};
use kakitome::model::Role;

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn text_by(config: &mut Config, provider: &Called) {
    let sms = &mut config.channels.sms;
    sms.url = provider.url();
    sms.ca_file = Some(provider.authority.authority_file());
    sms.allow_private = true;
    sms.fields = serde_json::from_str(r#"{"to": "{{ to }}", "text": "{{ text }}"}"#).unwrap();
}

fn receiver(name: &str, called: &Called) -> Webhook {
    std::fs::write(called.authority.file("webhook"), SECRET).unwrap();
    Webhook {
        name: name.into(),
        url: called.url(),
        secret_file: called.authority.file("webhook"),
        ca_file: Some(called.authority.authority_file()),
        allow_private: true,
        ..Webhook::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_goes_by_sms_and_webhooks_are_tried_in_a_real_browser() {
    let well = Answers::Status(200, "");
    let provider = Called::answering(&[well.clone(), Answers::Status(503, ""), well.clone()]).await;
    let (crm, broken) = (Called::answering(&[well]).await, Called::answering(&[Answers::Status(500, "")]).await);
    let server = Server::with(On::Sqlite, |config| {
        text_by(config, &provider);
        config.webhooks = vec![receiver("crm", &crm), receiver("broken", &broken)];
    })
    .await;
    let sender = server.account("hanako@office.example", &[Role::Sender]).await;
    let environment = [
        ("KAKITOME_URL", server.base.clone()),
        ("KAKITOME_ADMIN", server.running.gateway.admin_url.clone().unwrap()),
        ("KAKITOME_EMAIL", "hanako@office.example".into()),
        ("KAKITOME_PASSWORD", sender.one_time_password.as_str().to_owned()),
        ("KAKITOME_ADMINISTRATOR", "sato@office.example".into()),
        ("KAKITOME_ADMINISTRATOR_PASSWORD", server.one_time_password.clone()),
    ];
    let numbers = crate::harness::story::play("channels.mjs", &environment).await;
    let asked = provider.asked();
    assert_eq!(asked.len(), numbers.lines().count(), "a message for each number, and no second one");
    for (number, asked) in numbers.lines().zip(&asked) {
        assert!(
            asked.body.replace(' ', "").contains(number),
            "the number that the page shows is the one that was sent"
        );
    }
    for post in crm.asked().iter().chain(&broken.asked()) {
        let quoted = numbers.lines().any(|number| post.body.contains(number));
        assert!(!quoted, "no number in a webhook");
    }
    server.check_invariants().await;
}
