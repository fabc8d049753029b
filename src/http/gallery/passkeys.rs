//! The own passkeys.

use super::States;
use super::cast::{Cast, day};
use crate::error::Problem;
use crate::http::pages::view::{Frame, Notice, PasskeyCard, PasskeysPage};
use crate::model::PasskeyId;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("passkeys");
    let card = |name: &str, used_at, opens_key| PasskeyCard {
        id: PasskeyId::new(day(-9)),
        name: cast.words(name),
        added_at: day(-9),
        used_at,
        opens_key,
    };
    let page = |frame, passkeys| PasskeysPage {
        frame,
        passkeys,
        name: cast.words("Firefox, Windows 10"),
        available: true,
        ready: true,
        next: cast.words("/me/passkeys?done=passkey_added"),
    };
    let both = || vec![card("Firefox, Windows 10", Some(day(-1)), true), card("セキュリティキー（金庫）", None, false)];
    states.add("passkeys-none", page(cast.frame(true), vec![]));
    let added = Frame { notice: Some(Notice::PasskeyAdded), ..cast.frame(true) };
    states.add("passkeys", page(added, both()));
    states.add("passkeys-last", page(cast.refused(true, "", Problem::WouldShutOut), both()));
    states.add("passkeys-nowhere", PasskeysPage { available: false, ..page(cast.frame(true), vec![]) });
    let newcomer = Frame { member: None, ..cast.frame(true) };
    states.add("passkeys-enrolment", PasskeysPage { ready: false, ..page(newcomer, vec![]) });
    states
}
