//! The own account.

use super::States;
use super::cast::{Cast, OFFICE, SIGNATURES, day, minute};
use crate::config::Colour;
use crate::error::{FieldFlaw, PasswordFlaw, Problem};
use crate::gateway::ScannerState;
use crate::http::pages::view::{
    AdminPage, Frame, HandOverPage, MePage, Member, Notice, OfficeForm, OfficePage, ProfileForm, ReviewBanner,
    RunningRow, SealingPage, SealingState, SessionRow, TokenForm, TokenRow,
};
use crate::model::{Role, Scope, SignInId, Signatures, Time, TokenId, TransferId};
use crate::staff::review::due::Standing;

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("me");
    let token = |name: &str, used_at| TokenRow {
        id: TokenId::new(day(-3)),
        name: cast.words(name),
        scope: Scope::Send,
        expires_at: day(90),
        used_at,
    };
    let page = |frame, days: &str, tokens, new_token| MePage {
        frame,
        sessions: sessions(cast),
        email: cast.words("sato@yamada.example"),
        own_password: true,
        roles: vec![Role::Sender, Role::Approver, Role::Auditor, Role::Administrator],
        hands_over: false,
        to_review: 0,
        receipts: Some(true),
        profile: ProfileForm {
            name: cast.words("佐藤 花子"),
            phone: cast.words("03-1234-5678"),
            language: cast.language,
        },
        tokens,
        token_form: TokenForm {
            name: cast.words(""),
            scope: Scope::Send,
            days: cast.words(days),
            scopes: Scope::ALL.to_vec(),
        },
        new_token,
    };
    states.add("me", page(cast.frame(true), "90", vec![], None));
    let tokens = || vec![token("給与明細の送付", Some(day(-1))), token("夜間バッチ", None)];
    let made = Some(cast.words("kkt_0123456789abcdefghjkmnpqrstvwxyz0123"));
    states.add("me-tokens", page(cast.frame(true), "90", tokens(), made));
    let flaw = Problem::Field { field: "days", flaw: FieldFlaw::OutOfBounds { least: 1, most: 365 } };
    states.add("me-refused", page(cast.refused(true, "days", flaw), "400", tokens(), None));
    states.add("me-sealing", MePage { own_password: false, ..page(cast.frame(true), "90", vec![], None) });
    states.add("me-leaving", MePage { hands_over: true, ..page(cast.frame(true), "90", vec![], None) });
    states.add("me-reviewing", MePage { to_review: 12, ..page(cast.frame(true), "90", vec![], None) });
    hand_over(cast, &mut states);
    office(cast, &mut states);
    let mut frame = cast.frame(true);
    frame.switch = crate::http::pages::view::LanguageSwitch::Link("/admin".into());
    frame.member =
        frame.member.map(|member| Member { at_desk: false, administration: Some("/admin".into()), ..member });
    let standing = Standing::Overdue { days: 12 };
    let banner = Some(ReviewBanner { standing, href: cast.words("https://localhost:8443/register/reviews") });
    let admin = |frame, banner, scanner, unscanned| AdminPage {
        frame,
        staff_url: cast.words("https://localhost:8443"),
        banner,
        scanner,
        unscanned,
        stale_since: day(-2),
    };
    let ready = |made_at: Option<Time>| {
        let version = if made_at.is_some() { SIGNATURES } else { "ClamAV 1.4.3" };
        let signatures = Signatures { version: version.into(), made_at };
        ScannerState::Ready { signatures, at: minute(-1) }
    };
    states.add("admin", admin(frame.clone(), banner, ready(Some(minute(-340))), false));
    let down = ScannerState::Down { since: minute(-34) };
    let scanners = [
        ("admin-scanner-down", down, false),
        ("admin-scanner-stale", ready(Some(day(-3))), false),
        ("admin-scanner-undated", ready(None), false),
        ("admin-scanner-unknown", ScannerState::Unknown, false),
        ("admin-unscanned", ScannerState::Unknown, true),
    ];
    for (name, scanner, unscanned) in scanners {
        states.add(name, admin(frame.clone(), None, scanner, unscanned));
    }
    sealing(cast, &mut states);
    states
}

/// Who leaves hands over: to somebody, without the account key, to nobody yet, nothing.
fn hand_over(cast: &Cast, states: &mut States) {
    let row = |sent: i64| RunningRow {
        id: TransferId::new(day(-2)),
        sent_at: day(-sent),
        files: 2,
        bytes: 3_670_016,
        expires_at: day(6),
    };
    let somebody = || Some((cast.words("鈴木 次郎"), cast.words("jiro@yamada.example")));
    let page =
        |successor, keeps_numbers, running| HandOverPage { frame: cast.frame(true), successor, keeps_numbers, running };
    states.add("hand-over", page(somebody(), true, vec![row(3), row(1)]));
    states.add("hand-over-without-key", page(somebody(), false, vec![row(1)]));
    states.add("hand-over-nobody", page(None, true, vec![row(1)]));
    states.add("hand-over-nothing", page(somebody(), true, vec![]));
}

/// The passphrase before the account key: to be set, to be typed, typed.
fn sealing(cast: &Cast, states: &mut States) {
    let page = |frame, state| SealingPage { frame, email: cast.words("sato@yamada.example"), state, minimum: 15 };
    states.add("sealing-unset", page(cast.frame(true), SealingState::Unset));
    let mut short = cast.refused(true, "new", Problem::PasswordRefused(PasswordFlaw::TooShort { minimum: 15 }));
    short.refuse("again", &Problem::PasswordRefused(PasswordFlaw::Differs));
    states.add("sealing-refused", page(short, SealingState::Unset));
    states.add("sealing-closed", page(cast.frame(true), SealingState::Closed));
    let mut wrong = cast.frame(true);
    wrong.refuse_in_words("passphrase", "sealing-wrong");
    states.add("sealing-wrong", page(wrong, SealingState::Closed));
    let mut opened = cast.frame(true);
    opened.notice = Some(Notice::KeyOpened);
    states.add("sealing-open", page(opened, SealingState::Open));
}

/// Here, at home on a phone, and somewhere in a browser that says nothing of itself.
fn sessions(cast: &Cast) -> Vec<SessionRow> {
    let row = |days, browser: &str, source: &str, own, locked| SessionRow {
        id: SignInId::new(day(days)),
        browser: cast.words(browser),
        source: cast.words(source),
        began_at: day(days),
        seen_at: minute(-5),
        locked,
        own,
    };
    vec![
        row(0, "Firefox, Windows 10", "192.0.2.7", true, false),
        row(-1, "Safari, iPhone", "2001:db8:1234:5678:9abc:def0:1234:5678", false, true),
        SessionRow { browser: String::new(), source: String::new(), ..row(-2, "", "", false, false) },
    ]
}

/// How the office presents itself: asked the first time, changed later, refused, partly fixed.
fn office(cast: &Cast, states: &mut States) {
    let form = |name: &str, colour: &str| OfficeForm {
        name: cast.words(name),
        address: cast.words("〒100-0000 東京都千代田区一番町1-2"),
        phone: cast.words("03-1234-5000"),
        hours: cast.words("平日 9:00〜17:30"),
        web: cast.words("https://yamada.example"),
        colour: colour.into(),
        default_language: cast.language,
        time_zone: cast.words("Asia/Tokyo"),
    };
    let page = |frame, welcome, form, fixed| OfficePage { frame, welcome, form, fixed };
    let empty = OfficeForm {
        name: cast.words(""),
        address: cast.words(""),
        phone: cast.words(""),
        hours: cast.words(""),
        web: cast.words(""),
        ..form("", "#0017c1")
    };
    states.add("office-welcome", page(cast.frame(true), true, empty, vec![]));
    let own = "#0b6b3a".parse().ok();
    let coloured = Frame { colour: own, ..cast.frame(true) };
    states.add("office", page(coloured, false, form(OFFICE, "#0b6b3a"), vec![]));
    let readable = "#b87300".parse::<Colour>().map(Colour::readable).unwrap_or(Colour::DARK);
    let mut frame = cast.refused(true, "", Problem::Field { field: "colour", flaw: FieldFlaw::TooPale { readable } });
    frame.refuse("", &Problem::Field { field: "time_zone", flaw: FieldFlaw::Malformed });
    states.add("office-refused", page(frame, false, form(OFFICE, &readable.to_string()), vec![]));
    states.add(
        "office-fixed",
        page(cast.frame(true), false, form(OFFICE, "#0017c1"), vec!["name", "colour", "time_zone"]),
    );
}
