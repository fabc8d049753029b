//! Screen 1: the second step, and what it needs.

use super::States;
use super::cast::Cast;
use crate::crypt::qr_picture;
use crate::error::Problem;
use crate::http::pages::view::{AppPage, Frame, RecoveryCodesPage, SecondFactorPage, SecondStepPage};

/// As long as a real one of an office with a Japanese name.
const URI: &str = "otpauth://totp/%E5%B1%B1%E7%94%B0%E4%BC%9A%E8%A8%88%E4%BA%8B%E5%8B%99%E6%89%80:sato%40yamada.example?\
    secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5%B1%B1%E7%94%B0%E4%BC%9A%E8%A8%88%E4%BA%8B%E5%8B%99%E6%89%80";

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("second-factor");
    steps(cast, &mut states);
    own(cast, &mut states);
    let picture = qr_picture(URI).ok();
    let app = |frame| AppPage {
        frame,
        next: cast.words("/send"),
        back: cast.words("/me/second-factor"),
        side: picture.as_ref().map_or(1, |picture| picture.side),
        path: picture.as_ref().map_or(String::new(), |picture| picture.path.to_string()),
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
    };
    states.add("app", app(cast.frame(true)));
    states.add("app-wrong", app(cast.refused(true, "totp", Problem::WrongCode)));
    let codes = |enrolled| RecoveryCodesPage {
        frame: cast.frame(true),
        email: cast.words("sato@yamada.example"),
        next: if enrolled { cast.words("/send") } else { String::new() },
        enrolled,
        codes: (0..10).map(|n| cast.words(&format!("7k2m-90qf-3t5w-8xq0-1hjd-c4g{n}"))).collect(),
    };
    states.add("recovery-codes", codes(true));
    states.add("recovery-codes-renewed", codes(false));
    states
}

fn steps(cast: &Cast, states: &mut States) {
    let step = |frame: Frame, app, passkey| SecondStepPage {
        frame: Frame { member: None, ..frame },
        name: cast.words("佐藤 花子"),
        email: cast.words("sato@yamada.example"),
        next: cast.words("/send"),
        app,
        passkey,
    };
    states.add("second-step", step(cast.frame(true), true, false));
    states.add("second-step-passkey", step(cast.frame(true), true, true));
    states.add("second-step-passkey-only", step(cast.frame(true), false, true));
    states.add("second-step-wrong", step(cast.refused(true, "totp", Problem::WrongCode), true, false));
    states.add("second-step-recovery-wrong", step(cast.refused(true, "recovery", Problem::WrongCode), true, false));
    let mut slow = cast.frame(true);
    slow.ask_to_wait(900);
    states.add("second-step-slow", step(slow, true, true));
}

fn own(cast: &Cast, states: &mut States) {
    let bare = || SecondFactorPage {
        frame: cast.frame(true),
        next: String::new(),
        app: false,
        removable: true,
        codes_left: 0,
        passkeys: 0,
        demanded: false,
        recovered: false,
    };
    let newcomer = || Frame { member: None, ..cast.frame(true) };
    states.add("second-factor-none", bare());
    states.add("second-factor-offered", SecondFactorPage { next: cast.words("/send"), ..bare() });
    let demanded = SecondFactorPage { frame: newcomer(), demanded: true, next: cast.words("/send"), ..bare() };
    states.add("second-factor-demanded", demanded);
    states.add("second-factor-app", SecondFactorPage { app: true, codes_left: 10, passkeys: 2, ..bare() });
    states.add("second-factor-needed", SecondFactorPage { app: true, codes_left: 7, removable: false, ..bare() });
    let recovered = SecondFactorPage { app: true, codes_left: 9, recovered: true, next: cast.words("/send"), ..bare() };
    states.add("second-factor-recovered", recovered);
}
