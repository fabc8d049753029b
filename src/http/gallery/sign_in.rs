//! Screen 1: signing in, unlocking, a new password.

use super::States;
use super::cast::Cast;
use crate::error::{PasswordFlaw, Problem};
use crate::http::pages::view::{NewPasswordPage, SignInPage, UnlockPage};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("sign-in");
    let page = |frame, email: &str| SignInPage { frame, email: cast.words(email), next: cast.words("/send") };
    states.add("sign-in", page(cast.frame(false), ""));
    let wrong = cast.refused(false, "", Problem::WrongPassword);
    states.add("sign-in-wrong", page(wrong, "sato@yamada.example"));
    let slow = cast.refused(false, "", Problem::SlowDown { seconds: 900 });
    states.add("sign-in-slow", page(slow, "sato@yamada.example"));
    let (name, email) = (cast.words("佐藤 花子"), cast.words("sato@yamada.example"));
    let frame = cast.refused(true, "password", Problem::WrongPassword);
    states.add("unlock", UnlockPage { frame, name, email: email.clone(), next: cast.words("/send") });
    let frame = cast.frame(false);
    states.add("password-forced", NewPasswordPage { frame, email: email.clone(), forced: true, minimum: 15 });
    let mut frame = cast.refused(true, "new", Problem::PasswordRefused(PasswordFlaw::TooShort { minimum: 15 }));
    frame.refuse("again", &Problem::PasswordRefused(PasswordFlaw::Differs));
    states.add("password-refused", NewPasswordPage { frame, email, forced: false, minimum: 15 });
    states
}
