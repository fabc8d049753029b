//! Joining by invitation.

use super::States;
use super::cast::{Cast, day};
use crate::error::{FieldFlaw, PasswordFlaw, Problem};
use crate::http::pages::view::{Frame, JoinCodePage, JoinPage, Notice, SignInPage, Ways};
use crate::model::{PasswordProfile, PasswordRules, Validity};

const CODE: &str = "k7q2m9d4x1r8t5w3e6n0p2c7h4b9v8s1k7q2m9d4x1r8t5w3e6n0";

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("join");
    let code = |frame| JoinCodePage { frame, code: cast.words("") };
    states.add("join-code", code(cast.frame(false)));
    states.add("join-over", code(cast.refused(false, "", Problem::InvitationOver)));
    let flaw = FieldFlaw::Incomplete { got: 40, want: 52 };
    states.add("join-code-cut-off", code(cast.refused(false, "secret", Problem::Field { field: "invitation", flaw })));
    let page = |frame: Frame, profile, validity: Validity| JoinPage {
        frame,
        secret: CODE.into(),
        name: cast.words("田中 直子"),
        email: cast.words("tanaka@yamada.example"),
        waits: validity.from,
        validity,
        expires_at: day(3),
        minimum: 15,
        rules: PasswordRules::of(profile),
        suggestion: cast.words("Plank-oxide-rhythm-mural-candle7"),
    };
    states.add("join-password", page(cast.frame(false), PasswordProfile::Nist, Validity::default()));
    let contract = Validity { from: Some(day(5)), until: Some(day(95)) };
    states.add("join-waits", page(cast.frame(false), PasswordProfile::JpGuideline, contract));
    let mut frame = cast.refused(false, "new", Problem::PasswordRefused(PasswordFlaw::TooShort { minimum: 15 }));
    frame.refuse("again", &Problem::PasswordRefused(PasswordFlaw::Differs));
    states.add("join-refused", page(frame, PasswordProfile::Nist, Validity::default()));
    let frame = Frame { notice: Some(Notice::Joined), ..cast.frame(false) };
    let done = SignInPage {
        frame,
        email: cast.words(""),
        next: cast.words("/"),
        ended: false,
        ways: Ways { password: true, passkey: true, certificate: false, providers: Vec::new() },
        recipients: "/r".into(),
    };
    states.add("join-done", done);
    states
}
