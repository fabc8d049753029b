//! Receivers of webhooks.

use super::States;
use super::cast::{Cast, minute};
use crate::http::pages::view::{WebhookTried, WebhooksPage};
use crate::model::{HookKind, PostId, Time};
use crate::staff::webhooks::Standing;
use crate::store::webhooks::{PostState, Posted};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("webhooks");
    let page = |receivers, tried| WebhooksPage { frame: cast.frame(true), receivers, tried };
    states.add("webhooks-none", page(vec![], None));
    let post = |at: Time, kind, state, attempts, answer: &str| Posted {
        id: PostId::new(at),
        kind,
        state,
        attempts,
        answer: answer.into(),
        created_at: at,
        not_before: at,
        ended_at: (state != PostState::Queued).then_some(at),
    };
    let posts = || {
        vec![
            post(minute(40), HookKind::DeliveryRetrieved, PostState::Queued, 3, "timed_out"),
            post(minute(20), HookKind::TransferDispatched, PostState::Taken, 1, "204"),
            post(minute(2), HookKind::NumberIssued, PostState::GivenUp, 10, "forbidden"),
            post(minute(1), HookKind::DeliveryPaused, PostState::Stopped, 1, "410"),
            post(minute(0), HookKind::DeliveryPaused, PostState::Dropped, 0, ""),
        ]
    };
    let crm = |stopped_at, posts| Standing {
        name: "crm".into(),
        url: "https://crm.office.example/hooks/kakitome".into(),
        kinds: vec![],
        stopped_at,
        posts,
    };
    let archive = Standing {
        name: "archive".into(),
        url: "https://archive.office.example/told".into(),
        kinds: vec![HookKind::DeliveryRetrieved, HookKind::DeliveryExpired],
        stopped_at: None,
        posts: vec![],
    };
    states.add("webhooks", page(vec![crm(None, posts()), archive], None));
    states.add("webhooks-stopped", page(vec![crm(Some(minute(1)), posts())], None));
    let tried = |taken, answer: &str| Some(WebhookTried { name: "crm".into(), taken, answer: answer.into() });
    states.add("webhooks-tested", page(vec![crm(None, posts())], tried(true, "204")));
    states.add("webhooks-test-failed", page(vec![crm(None, posts())], tried(false, "silent")));
    states
}
