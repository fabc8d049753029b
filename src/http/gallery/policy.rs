//! The policy, its limits and the guideline.

use super::States;
use super::cast::{Cast, day};
use crate::config::{AllowList, Networks, Policy, Ruling};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::SettingRow;
use crate::http::pages::view::{DepartmentPage, Frame, GuidelinePage, LimitsForm, Notice, PolicyPage, setting_rows};
use crate::http::setting_text;
use crate::model::{Limits, PasswordProfile, PasswordRules, SignInRules};
use crate::staff::departments::Department;
use crate::staff::guideline::{Facts, Register, Scanner, table};
use crate::staff::policy::{Change, Changed};

fn limits(cast: &Cast) -> Limits {
    Limits {
        most_bytes: Some(1_500_000_000),
        most_recipients: Some(5),
        most_keep_hours: Some(72),
        domains: vec![cast.words("aozora.example"), cast.words("northwind-traders.example")],
        needs_approval: false,
    }
}

fn departments(cast: &Cast) -> Vec<Department> {
    let department = |name, members, limits| Department { name: cast.words(name), members, limits };
    vec![department("経理部", 12, Some(limits(cast))), department("第二営業部・法人契約管理グループ", 1, None)]
}

fn history(cast: &Cast) -> Vec<Change> {
    let change = |at, by: Option<&str>, changed, why| Change {
        at: day(at),
        by: by.map(|by| cast.words(by)),
        changed,
        why: cast.words(why),
    };
    let policy = |setting: &str, before, after| Changed::Policy { setting: setting.into(), before, after };
    let department = Changed::Department { name: cast.words("経理部"), limits: limits(cast) };
    vec![
        change(0, Some("田中 一郎"), policy("hold_minutes", None, Some(5)), "送り間違いに気づいてから取り消せるように"),
        change(-1, Some("田中 一郎"), policy("bytes_per_transfer", Some(80_000_000_000), None), "回線が足りないため"),
        change(-3, None, department, "顧問契約の範囲に合わせる"),
        change(-9, Some("佐藤 花子"), Changed::SignIn { settings: vec!["minimum".into()] }, ""),
        change(-20, Some("佐藤 花子"), Changed::Office { settings: vec!["phone".into()] }, ""),
    ]
}

fn page(frame: Frame, set: &[(&str, u64)]) -> PolicyPage {
    let usual = Policy::default();
    let settings = setting_rows(|setting| {
        let usual = setting.of(&usual);
        let set = set.iter().find(|(name, _)| *name == setting.name).map(|(_, value)| *value);
        let now = setting_text::typed(setting, set.unwrap_or(usual));
        SettingRow { setting, was: now.clone(), typed: now, usual, set }
    });
    PolicyPage {
        frame,
        settings,
        reason: String::new(),
        reset_reason: String::new(),
        chosen: Vec::new(),
        departments: Vec::new(),
        history: Vec::new(),
    }
}

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("policy");
    states.add("policy", page(cast.frame(true), &[]));
    let set = [("hold_minutes", 5), ("idle_lock_minutes", 15)];
    let saved = Frame { notice: Some(Notice::PolicySaved), ..cast.frame(true) };
    let changed = PolicyPage { departments: departments(cast), history: history(cast), ..page(saved, &set) };
    states.add("policy-changed", changed);
    let mut frame = cast.frame(true);
    for (field, flaw) in [
        ("keep_most_hours", FieldFlaw::OutOfBounds { least: 168, most: 720 }),
        ("bytes_per_transfer", FieldFlaw::Malformed),
        ("reason", FieldFlaw::Missing),
    ] {
        frame.refuse("", &Problem::Field { field, flaw });
    }
    let mut refused = page(frame, &[]);
    for row in &mut refused.settings {
        match row.setting.name {
            "keep_most_hours" => row.typed = "100".into(),
            "bytes_per_transfer" => row.typed = cast.words("たくさん"),
            _ => {}
        }
    }
    states.add("policy-refused", refused);
    let form = LimitsForm {
        most_bytes: "1.5".into(),
        most_recipients: "5".into(),
        most_keep_hours: "72".into(),
        domains: cast.words("aozora.example\nnorthwind-traders.example"),
        needs_approval: false,
        reason: String::new(),
    };
    let department = |frame, form| DepartmentPage { frame, name: cast.words("経理部"), members: 12, form };
    states.add("policy-department", department(cast.frame(true), form.clone()));
    let flaw = FieldFlaw::Malformed;
    let refused = cast.refused(true, "", Problem::Field { field: "domains", flaw });
    let form = LimitsForm { domains: cast.words("aozora"), needs_approval: true, ..form };
    states.add("policy-department-refused", department(refused, form));
    let guideline =
        |facts: &Facts, administers| GuidelinePage { frame: cast.frame(true), rows: table(facts), administers };
    states.add("guideline", guideline(&facts(), true));
    states.add("guideline-good", guideline(&good(), false));
    let policy = Policy { infected: Ruling::Approval, oversized: Ruling::Allow, ..good().policy };
    let old = Facts { scanner: Scanner::Ready { fresh: Some(false) }, policy, ..good() };
    states.add("guideline-scanner", guideline(&old, true));
    let down = Facts { scanner: Scanner::Down, ..good() };
    states.add("guideline-scanner-down", guideline(&down, true));
    states
}

/// A fresh installation.
fn facts() -> Facts {
    Facts {
        rules: SignInRules::new(PasswordRules::of(PasswordProfile::Nist)),
        policy: Policy::default(),
        networks: Networks::default(),
        known_elsewhere: false,
        certificates: false,
        scanner: Scanner::Off,
        tls12: false,
        mail_in_clear: false,
        admin_is_local: false,
        register: Register { dormant: 2, mixed: 1, ..Register::default() },
    }
}

/// One whose administrator has done what can be done.
fn good() -> Facts {
    let office = AllowList("192.0.2.0/24".parse().into_iter().collect());
    Facts {
        rules: SignInRules::new(PasswordRules::of(PasswordProfile::JpGuideline)),
        policy: Policy { hold_minutes: 5, ..Policy::default() },
        networks: Networks { staff: office, ..Networks::default() },
        certificates: true,
        scanner: Scanner::Ready { fresh: Some(true) },
        admin_is_local: true,
        register: Register { reviewed: Some(true), ..Register::default() },
        ..facts()
    }
}
