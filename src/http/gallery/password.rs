//! Screen 1: a new password.

use super::States;
use super::cast::Cast;
use crate::error::{PasswordFlaw, Problem};
use crate::http::pages::view::{Frame, NewPasswordPage, Why};
use crate::model::{PasswordProfile, PasswordRules};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("sign-in");
    let page = |frame, why, profile, minimum| NewPasswordPage {
        frame,
        email: cast.words("sato@yamada.example"),
        why,
        minimum,
        rules: PasswordRules::of(profile),
        suggestion: cast.words("Plank-oxide-rhythm-mural-candle7"),
    };
    let (nist, guideline) = (PasswordProfile::Nist, PasswordProfile::JpGuideline);
    let newcomer = || Frame { member: None, ..cast.frame(true) };
    states.add("password-forced", page(newcomer(), Why::Initial, nist, 15));
    states.add("password-reset", page(newcomer(), Why::Reset { running: 3 }, nist, 15));
    states.add("password-reset-none-running", page(newcomer(), Why::Reset { running: 0 }, nist, 15));
    states.add("password-too-old", page(newcomer(), Why::Age, guideline, 8));
    states.add("password-wish", page(cast.frame(true), Why::Wish, guideline, 8));
    let mut frame = cast.refused(true, "new", Problem::PasswordRefused(PasswordFlaw::TooShort { minimum: 15 }));
    frame.refuse("again", &Problem::PasswordRefused(PasswordFlaw::Differs));
    states.add("password-refused", page(frame, Why::Wish, nist, 15));
    for (name, flaw) in [
        ("password-guessable", PasswordFlaw::Guessable),
        ("password-similar", PasswordFlaw::TooSimilar),
        ("password-reused", PasswordFlaw::Reused { history: 12 }),
        ("password-lacks-classes", PasswordFlaw::LacksClasses),
    ] {
        let frame = cast.refused(true, "new", Problem::PasswordRefused(flaw));
        states.add(name, page(frame, Why::Wish, guideline, 8));
    }
    states
}
