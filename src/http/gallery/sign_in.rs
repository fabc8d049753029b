//! Screen 1: signing in, unlocking.

use super::States;
use super::cast::Cast;
use crate::error::Problem;
use crate::http::pages::view::{Frame, ProviderWay, ResumePage, SignInPage, UnlockPage, Ways};

fn provider(cast: &Cast, id: &str, name: &str) -> ProviderWay {
    ProviderWay { id: id.to_owned(), name: cast.words(name) }
}

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("sign-in");
    // Staff asks the office, signed in or not.
    let office = |mut frame: Frame| {
        frame.member = None;
        frame
    };
    let ways = Ways { password: true, passkey: true, certificate: false, providers: vec![] };
    let page = |frame, email: &str| SignInPage {
        frame,
        email: cast.words(email),
        next: cast.words("/send"),
        ended: false,
        ways: ways.clone(),
        recipients: "/r".into(),
    };
    states.add("sign-in", page(office(cast.frame(true)), ""));
    let providers = vec![provider(cast, "entra", "Entra ID"), provider(cast, "keycloak", "社内ポータル")];
    let with_providers =
        |frame| SignInPage { ways: Ways { providers: providers.clone(), ..ways.clone() }, ..page(frame, "") };
    states.add("sign-in-providers", with_providers(office(cast.frame(true))));
    for (name, problem) in [
        ("sign-in-provider-down", Problem::ProviderUnavailable),
        ("sign-in-not-admitted", Problem::NotAdmitted),
        ("sign-in-provider-refused", Problem::ProviderRefused),
    ] {
        states.add(name, with_providers(office(cast.refused(true, "", problem))));
    }
    let with_card = Ways { certificate: true, ..ways.clone() };
    states.add("sign-in-certificate", SignInPage { ways: with_card.clone(), ..page(office(cast.frame(true)), "") });
    let nobodys = office(cast.refused(true, "", Problem::CertificateNeeded));
    states.add("sign-in-certificate-refused", SignInPage { ways: with_card, ..page(nobodys, "") });
    let wrong = office(cast.refused(true, "", Problem::WrongPassword));
    states.add("sign-in-wrong", page(wrong, "sato@yamada.example"));
    let slow = || {
        let mut frame = office(cast.frame(true));
        frame.ask_to_wait(900);
        frame
    };
    states.add("sign-in-slow", page(slow(), "sato@yamada.example"));
    states.add("sign-in-ended", SignInPage { ended: true, ..page(office(cast.frame(true)), "") });
    let (name, email) = (cast.words("佐藤 花子"), cast.words("sato@yamada.example"));
    let kept = [("kept-action", "/send/new/options"), ("kept.message", super::cast::MESSAGE)];
    let kept: Vec<_> = kept.iter().map(|(name, value)| ((*name).to_owned(), cast.words(value))).collect();
    let unlock = |frame: Frame, holds: bool| UnlockPage {
        frame,
        locked: true,
        action: "/unlock",
        ways: ways.clone(),
        name: name.clone(),
        email: email.clone(),
        next: cast.words("/send"),
        holds,
        kept: if holds { kept.clone() } else { vec![] },
    };
    states.add("unlock", unlock(office(cast.frame(true)), false));
    states.add("unlock-kept", unlock(office(cast.frame(true)), true));
    states.add("unlock-wrong", unlock(office(cast.refused(true, "password", Problem::WrongPassword)), true));
    states.add("unlock-slow", unlock(slow(), false));
    let confirm = UnlockPage { locked: false, action: "/confirm", ..unlock(office(cast.frame(true)), false) };
    states.add("confirm", confirm);
    let elsewhere = || Ways {
        password: false,
        passkey: false,
        certificate: false,
        providers: vec![provider(cast, "entra", "Entra ID")],
    };
    states.add("unlock-provider", UnlockPage { ways: elsewhere(), ..unlock(office(cast.frame(true)), false) });
    states.add("unlock-provider-kept", UnlockPage { ways: elsewhere(), ..unlock(office(cast.frame(true)), true) });
    let action = cast.words("/send/new/options");
    states
        .add("resume", ResumePage { frame: office(cast.frame(true)), action, fields: kept, next: cast.words("/send") });
    states
}
