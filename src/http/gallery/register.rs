//! The account register.

use super::States;
use super::cast::{Cast, day, minute};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{
    AccountForms, AccountPage, AccountStatus, EntryForm, Frame, KeepUnit, LanguageSwitch, NewAccountPage, Notice,
    OneTimePasswordPage, PersonForm, RegisterFilter, RegisterPage, RegisterRow, ReviewBanner, RightsForm, SessionRow,
    StopPage, TokenRow,
};
use crate::model::{
    AccountId, AccountState, Decision, Detail, Leaving, Limits, Role, Scope, SignInId, TokenId, Validity,
};
use crate::staff::register::history::{By, Difference, Happened, History, Told, Value};
use crate::staff::register::listing::{Asked, Factors, Sorting};
use crate::staff::review::due::Standing;

const MISSING: Problem = Problem::Field { field: "reason", flaw: FieldFlaw::Missing };

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("register");
    list(cast, &mut states);
    joining(cast, &mut states);
    account(cast, &mut states);
    leaving(cast, &mut states);
    states
}

fn here(mut frame: Frame, path: &str) -> Frame {
    frame.switch = LanguageSwitch::Link(path.to_owned());
    frame
}

fn auditor(cast: &Cast, path: &str) -> Frame {
    let mut frame = here(cast.frame(true), path);
    if let Some(member) = &mut frame.member {
        member.roles = vec![Role::Auditor];
        member.administration = None;
    }
    frame
}

fn row(cast: &Cast, n: i64, name: &str, department: &str, roles: &[Role], status: AccountStatus) -> RegisterRow {
    RegisterRow {
        id: AccountId::new(minute(n)),
        name: cast.words(name),
        email: cast.words(&format!("a{n}@yamada.example")),
        department: cast.words(department),
        roles: roles.to_vec(),
        status,
        invited_until: None,
        valid_from: None,
        last_day: None,
        last_used_at: Some(minute(-90)),
        factors: Factors { password: true, ..Factors::default() },
        is_dormant: false,
        running: 0,
    }
}

fn sato(cast: &Cast) -> RegisterRow {
    let factors = Factors { password: true, passkeys: 2, app: true, ..Factors::default() };
    RegisterRow {
        factors, running: 3, ..row(cast, 1, "佐藤 花子", "経理", &[Role::Sender], AccountStatus::Active)
    }
}

fn mixed(cast: &Cast) -> Vec<RegisterRow> {
    use AccountStatus::{Active, InvitationOver, Invited, NotYet, Stopped};
    let none = Factors::default();
    let new = |n, name, status, until| RegisterRow {
        invited_until: Some(until),
        last_used_at: None,
        factors: none,
        ..row(cast, n, name, "総務", &[Role::Sender, Role::Approver], status)
    };
    vec![
        sato(cast),
        RegisterRow {
            last_used_at: Some(day(-92)),
            is_dormant: true,
            ..row(cast, 2, "中村 進", "総務", &[Role::Sender, Role::Administrator], Active)
        },
        new(3, "高橋 美咲", Invited, day(2)),
        new(4, "伊藤 健", InvitationOver, day(-1)),
        RegisterRow {
            valid_from: Some(day(7)),
            last_day: Some(day(371)),
            last_used_at: None,
            factors: Factors { directory: true, provider: true, ..none },
            ..row(cast, 5, "John Smith", "", &[Role::Auditor], NotYet)
        },
        RegisterRow {
            last_used_at: Some(day(-240)),
            factors: none,
            running: 1,
            ..row(cast, 6, "林 とも子", "経理", &[Role::Sender], Stopped)
        },
    ]
}

fn list(cast: &Cast, states: &mut States) {
    let page = |frame, asked, rows: Vec<RegisterRow>, page: usize| RegisterPage {
        frame: here(frame, "/register"),
        banner: None,
        found: rows.len() + (page - 1) * 200,
        before: (page - 1) * 200,
        rows,
        has_more: false,
        departments: vec![cast.words("経理"), cast.words("総務")],
        dormant_days: 90,
        can_change: true,
        filter: RegisterFilter { asked, page },
    };
    states.add("register", page(cast.frame(true), Asked::default(), mixed(cast), 1));
    let read_only = page(auditor(cast, "/register"), Asked::default(), mixed(cast), 1);
    states.add("register-auditor", RegisterPage { can_change: false, ..read_only });
    let asked = Asked {
        search: cast.words("経理"),
        state: Some(AccountState::Active),
        role: Some(Role::Sender),
        department: Some(cast.words("経理")),
        dormant: true,
        sorting: Sorting::LastUseDown,
    };
    let standing = Standing::Overdue { days: 12 };
    let banner = Some(ReviewBanner { standing, href: cast.words("/register/reviews") });
    let overdue = page(cast.frame(true), Asked::default(), mixed(cast), 1);
    states.add("register-review-overdue", RegisterPage { banner, ..overdue });
    states.add("register-empty", page(cast.frame(true), asked, Vec::new(), 1));
    let second = page(cast.frame(true), Asked { sorting: Sorting::StateDown, ..Asked::default() }, mixed(cast), 2);
    states.add("register-second-page", RegisterPage { has_more: true, found: 5000, ..second });
}

fn person(cast: &Cast) -> PersonForm {
    PersonForm {
        name: cast.words("佐藤 花子"),
        email: cast.words("sato@yamada.example"),
        department: cast.words("経理"),
        phone: cast.words("03-1234-5678"),
        language: cast.language,
        roles: vec![Role::Sender],
        valid_from: String::new(),
        valid_until: String::new(),
    }
}

fn joining(cast: &Cast, states: &mut States) {
    let page = |frame, person, by_password| NewAccountPage {
        frame: here(frame, "/register/new"),
        person,
        by_password,
        reason: String::new(),
        departments: vec![cast.words("経理"), cast.words("総務")],
        invitation_seconds: 72 * 3600,
    };
    let words = || cast.words("");
    let empty = PersonForm { name: words(), email: words(), department: words(), phone: words(), ..person(cast) };
    states.add("register-new", page(cast.frame(true), empty, false));
    let mut frame = cast.refused(true, "", MISSING);
    frame.refuse("email", &Problem::AddressTaken);
    frame.refuse("", &Problem::Field { field: "role", flaw: FieldFlaw::Missing });
    frame.refuse("", &Problem::Field { field: "valid_until", flaw: FieldFlaw::Malformed });
    let odd = PersonForm {
        roles: Vec::new(),
        valid_from: "2026-12-01".into(),
        valid_until: "2026-11-30".into(),
        ..person(cast)
    };
    states.add("register-new-refused", page(frame, odd, true));
    let shown = |is_new| OneTimePasswordPage {
        frame: here(cast.frame(true), "/register/1"),
        id: AccountId::new(day(0)),
        name: cast.words("佐藤 花子"),
        email: cast.words("sato@yamada.example"),
        password: cast.words("k7q2-m9d4-x1r8-t5w3"),
        is_new,
    };
    states.add("register-added", shown(true));
    states.add("register-reset", shown(false));
}

fn sessions(cast: &Cast) -> Vec<SessionRow> {
    let row = |days, browser: &str, source: &str, locked| SessionRow {
        id: SignInId::new(day(days)),
        browser: cast.words(browser),
        source: cast.words(source),
        began_at: day(days),
        seen_at: minute(-5),
        locked,
        own: false,
    };
    let unknown = SessionRow { browser: String::new(), source: String::new(), ..row(-2, "", "", false) };
    vec![row(0, "Firefox, Windows 10", "192.0.2.7", false), unknown, row(-1, "Safari, iPhone", "2001:db8::7", true)]
}

fn tokens(cast: &Cast) -> Vec<TokenRow> {
    let row = |days, name: &str, used_at| TokenRow {
        id: TokenId::new(day(days)),
        name: cast.words(name),
        scope: Scope::Send,
        expires_at: day(90),
        used_at,
    };
    vec![row(-3, "給与明細の送付", Some(day(-1))), TokenRow { name: String::new(), ..row(-4, "", None) }]
}

fn history(cast: &Cast) -> History {
    let (tanaka, nobody) = (AccountId::new(day(-500)), AccountId::new(day(-501)));
    let told = |days, what, by, why: &str| Told {
        at: day(days),
        what,
        by,
        changes: Vec::new(),
        transfers: None,
        decision: None,
        until: None,
        why: if why.is_empty() { String::new() } else { cast.words(why) },
    };
    let text = |text: &str| Some(Value::Text(cast.words(text)));
    let roles = |roles: &[Role]| Some(Value::Roles(roles.to_vec()));
    let change = |detail, before, after| Difference { detail, before, after };
    let validity = Validity { from: Some(day(-30)), until: Some(day(335)) };
    let limits = Limits {
        most_bytes: Some(2_500_000_000),
        most_recipients: Some(5),
        most_keep_hours: Some(48),
        domains: vec![cast.words("aozora.example")],
        needs_approval: true,
    };
    let moved = vec![
        change(Detail::Department, text("総務"), text("経理")),
        change(Detail::Roles, roles(&[Role::Sender, Role::Approver]), roles(&[Role::Sender])),
        change(Detail::Validity, Some(Value::Validity(Validity::default())), Some(Value::Validity(validity))),
        change(Detail::Limits, Some(Value::Limits(Limits::default())), Some(Value::Limits(limits))),
        change(Detail::Successor, Some(Value::Successor(None)), Some(Value::Successor(Some(nobody)))),
        change(Detail::Phone, None, text("03-1234-5678")),
    ];
    let by = By::Account(tanaka);
    let all = vec![
        told(-1, Happened::SessionEnded, by, "端末を紛失した"),
        told(-2, Happened::DeputyNamed, by, "入院のため"),
        Told { decision: Some(Decision::Reduce), ..told(-20, Happened::ReviewDecided, by, "承認は行わない") },
        Told { changes: moved, ..told(-30, Happened::RolesChanged, by, "経理部への異動") },
        told(-60, Happened::Resumed, By::Console, ""),
        Told { transfers: Some(Leaving::Recall), ..told(-90, Happened::Stopped, By::Account(nobody), "休職") },
        told(-399, Happened::Joined, By::System, ""),
        Told { until: Some(day(-397)), ..told(-400, Happened::Invited, by, "") },
        told(-400, Happened::Created, by, "4月の入社"),
    ];
    History { told: all, names: [(tanaka, cast.words("田中 誠"))].into() }
}

fn page(cast: &Cast, frame: Frame, row: RegisterRow, forms: Option<AccountForms>) -> AccountPage {
    AccountPage {
        frame: here(frame, "/register/1"),
        phone: cast.words("03-1234-5678"),
        language: cast.language,
        created_at: day(-400),
        limits: Limits { most_bytes: Some(2_500_000_000), most_recipients: Some(5), ..Limits::default() },
        successor: cast.words("高橋 美咲"),
        dormant_days: 90,
        sessions: sessions(cast),
        tokens: tokens(cast),
        history: history(cast),
        is_own: false,
        forms,
        row,
    }
}

fn forms(cast: &Cast) -> AccountForms {
    let takahashi = AccountId::new(minute(3));
    AccountForms {
        entry: EntryForm {
            person: person(cast),
            rights: RightsForm {
                most_gigabytes: "2.5".into(),
                most_recipients: "5".into(),
                most_keep: String::new(),
                keep_unit: KeepUnit::Days,
                domains: String::new(),
                needs_approval: false,
                successor: Some(takahashi),
            },
        },
        was: vec![("name", cast.words("佐藤 花子"))],
        successors: vec![(takahashi, cast.words("高橋 美咲 <takahashi@yamada.example>"))],
        departments: vec![cast.words("経理"), cast.words("総務")],
        open: "",
        reason: String::new(),
        chosen: Vec::new(),
        invitation_seconds: 72 * 3600,
        approves: true,
        is_stopped: false,
        is_invited: false,
    }
}

fn account(cast: &Cast, states: &mut States) {
    states.add("register-account", page(cast, cast.frame(true), sato(cast), Some(forms(cast))));
    states.add("register-account-auditor", page(cast, auditor(cast, "/register/1"), sato(cast), None));
    let own = AccountPage { is_own: true, ..page(cast, cast.frame(true), sato(cast), None) };
    states.add("register-account-own", own);

    let mut frame = cast.refused(true, "", MISSING);
    frame.refuse("", &Problem::Field { field: "most_bytes", flaw: FieldFlaw::Malformed });
    frame.refuse("", &Problem::Field { field: "domains", flaw: FieldFlaw::Malformed });
    let mut typed = AccountForms { open: "change", ..forms(cast) };
    typed.entry.rights.most_gigabytes = cast.words("2 GB");
    typed.entry.rights.domains = cast.words("@aozora");
    states.add("register-account-refused", page(cast, frame, sato(cast), Some(typed)));

    let mut frame = cast.refused(true, "sessions-reason", MISSING);
    frame.refuse_in_words("session", "register-choose");
    let typed = AccountForms { open: "sessions", ..forms(cast) };
    states.add("register-account-sessions-refused", page(cast, frame, sato(cast), Some(typed)));

    let invited: Vec<RegisterRow> = mixed(cast).into_iter().filter(|row| row.invited_until.is_some()).collect();
    for (name, row) in ["register-account-invited", "register-account-invitation-over"].into_iter().zip(invited) {
        let typed = AccountForms { open: "invite", is_invited: true, ..forms(cast) };
        let quiet = page(cast, cast.frame(true), row, Some(typed));
        states.add(name, AccountPage { sessions: Vec::new(), tokens: Vec::new(), ..quiet });
    }
    if let Some(row) = mixed(cast).pop() {
        let mut frame = cast.frame(true);
        frame.notice = Some(Notice::AccountStopped);
        let typed = AccountForms { is_stopped: true, ..forms(cast) };
        let quiet = page(cast, frame, row, Some(typed));
        states.add("register-account-stopped", AccountPage { sessions: Vec::new(), tokens: Vec::new(), ..quiet });
    }
}

fn leaving(cast: &Cast, states: &mut States) {
    let page = |frame, running, leaving| StopPage {
        frame: here(frame, "/register/1/stop"),
        id: AccountId::new(day(0)),
        name: cast.words("佐藤 花子"),
        email: cast.words("sato@yamada.example"),
        running,
        successor: cast.words("高橋 美咲"),
        leaving,
        reason: String::new(),
    };
    states.add("register-stop", page(cast.frame(true), 3, None));
    let alone = StopPage { successor: String::new(), ..page(cast.frame(true), 0, None) };
    states.add("register-stop-none-running", alone);
    let mut frame = cast.refused(true, "", MISSING);
    frame.refuse_in_words("leaving", "register-stop-choose");
    states.add("register-stop-refused", page(frame, 1, None));
    let mut last = cast.frame(true);
    last.refuse_in_full(&Problem::LastAdministrator);
    states.add("register-stop-last", page(last, 1, Some(Leaving::Keep)));
}
