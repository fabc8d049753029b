//! The review of the account register.

use super::States;
use super::cast::{Cast, day};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{
    ChangeRow, Frame, KeepPage, Notice, PastReview, Progress, RecordPage, ReviewBanner, ReviewPage, ReviewRow,
    ReviewsPage, Shown, SignPage, StartForm,
};
use crate::model::{AccountId, AccountState, Decision, ReviewId, ReviewState, Role};
use crate::staff::review::due::Standing;
use crate::staff::review::record::{Done, Line, Party, Record};
use crate::staff::review::signing::Obstacle;

const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const PROGRESS: (usize, usize) = (32, 18);

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("review");
    lists(cast, &mut states);
    sheets(cast, &mut states);
    signatures(cast, &mut states);
    states.add("review-record", RecordPage { frame: cast.frame(true), record: record(cast), digest: DIGEST.into() });
    states
}

fn banner(standing: Standing) -> Option<ReviewBanner> {
    Some(ReviewBanner { standing, href: String::new() })
}

fn progress(decided: usize) -> Progress {
    Progress { total: PROGRESS.0, decided, deadline_at: day(12) }
}

fn people(cast: &Cast) -> Vec<(AccountId, String)> {
    let person = |name: &str, email: &str| (AccountId::new(day(0)), cast.words(&format!("{name} <{email}>")));
    vec![person("佐藤 花子", "sato@yamada.example"), person("田中 総務", "tanaka@yamada.example")]
}

fn lists(cast: &Cast, states: &mut States) {
    let form = || StartForm {
        deadline: "2026-12-24".into(),
        people: people(cast),
        usual: None,
        departments: vec![(cast.words("経理"), None), (cast.words("総務"), None)],
    };
    let page = |frame: Frame, standing| ReviewsPage {
        frame,
        banner: banner(standing),
        open: None,
        past: Vec::new(),
        form: Some(form()),
    };
    states.add("reviews-none", page(cast.frame(true), Standing::Next { at: day(38) }));
    let past = |state| PastReview { id: ReviewId::new(day(-180)), state, started_at: day(-190), ended_at: day(-180) };
    let done = vec![past(ReviewState::Signed), past(ReviewState::Abandoned)];
    let due = page(cast.frame(true), Standing::Since { at: day(-12) });
    states.add("reviews-due", ReviewsPage { past: done, ..due });
    let running = page(cast.frame(true), Standing::Open { deadline_at: day(12) });
    let open = Some((ReviewId::new(day(0)), progress(PROGRESS.1)));
    states.add("reviews-open", ReviewsPage { open, form: None, ..running });
    let late = page(cast.frame(true), Standing::Overdue { days: 12 });
    states.add("reviews-overdue", ReviewsPage { open, form: None, ..late });
    let mut past_deadline = cast.frame(true);
    past_deadline.refuse_in_words("deadline", "review-deadline-wrong");
    states.add("reviews-deadline-refused", page(past_deadline, Standing::Next { at: day(38) }));
}

fn rows(cast: &Cast) -> Vec<ReviewRow> {
    let row = |name: &str, email: &str, department: &str, roles: &[Role]| ReviewRow {
        id: AccountId::new(day(0)),
        name: cast.words(name),
        email: cast.words(email),
        department: cast.words(department),
        state: AccountState::Active,
        roles: roles.to_vec(),
        last_used_at: Some(day(-1)),
        dormant: false,
        unprotected: false,
        reviewer: cast.words("田中 総務"),
        decided: None,
        settled: false,
        decides: true,
        own: false,
        decision: None,
        left: roles.to_vec(),
        reason: String::new(),
    };
    let mut nakamura = row("中村 進", "nakamura@yamada.example", "総務", &[Role::Sender, Role::Administrator]);
    (nakamura.dormant, nakamura.unprotected, nakamura.last_used_at) = (true, true, Some(day(-100)));
    let mut hayashi = row("林 旧担当", "hayashi@yamada.example", "", &[Role::Sender]);
    hayashi.decided = Some((Decision::Stop, cast.words("田中 総務"), day(0)));
    (hayashi.settled, hayashi.decision) = (true, Some(Decision::Stop));
    hayashi.reason = cast.words("9月末に退職したため");
    let mut invited = row("高橋 次郎", "takahashi@yamada.example", "営業", &[Role::Sender]);
    (invited.state, invited.last_used_at) = (AccountState::Invited, None);
    let mut own = row("佐藤 花子", "sato@yamada.example", "経理", &[Role::Sender, Role::Administrator]);
    (own.own, own.decides) = (true, false);
    vec![nakamura, hayashi, invited, own]
}

fn sheet(cast: &Cast, frame: Frame) -> ReviewPage {
    ReviewPage {
        frame,
        id: ReviewId::new(day(0)),
        state: ReviewState::Open,
        progress: progress(PROGRESS.1),
        banner: banner(Standing::Open { deadline_at: day(12) }),
        administers: true,
        sees_all: true,
        shown: Shown::All,
        rows: rows(cast),
        around: (0, 0),
        people: people(cast),
        departments: vec![cast.words("総務")],
        reason: String::new(),
    }
}

fn sheets(cast: &Cast, states: &mut States) {
    let mut decided = cast.frame(true);
    decided.notice = Some(Notice::ReviewDecided);
    states.add("review-open", sheet(cast, decided));
    let late = sheet(cast, cast.frame(true));
    states.add("review-overdue", ReviewPage { banner: banner(Standing::Overdue { days: 12 }), ..late });
    let whole = sheet(cast, cast.frame(true));
    let all = progress(PROGRESS.0);
    states.add(
        "review-nothing-left",
        ReviewPage { progress: all, rows: Vec::new(), shown: Shown::Undecided, departments: Vec::new(), ..whole },
    );
    let mine = sheet(cast, cast.frame(true));
    let mut few = rows(cast);
    few.truncate(2);
    states.add(
        "review-of-a-reviewer",
        ReviewPage { administers: false, sees_all: false, rows: few, people: Vec::new(), ..mine },
    );
    let mut wrong = sheet(cast, cast.frame(true));
    let flaw = FieldFlaw::Missing;
    if let Some(row) = wrong.rows.first_mut() {
        row.decision = Some(Decision::Reduce);
        let id = format!("decision-{}", row.id);
        wrong.frame.refuse(&id, &Problem::Field { field: "reason", flaw });
    }
    states.add("review-reason-missing", wrong);
    let over = sheet(cast, cast.frame(true));
    let mut rows = rows(cast);
    rows.iter_mut().for_each(|row| row.decides = false);
    let departments = Vec::new();
    states.add("review-over", ReviewPage { state: ReviewState::Signed, rows, departments, ..over });
    let ticked = |name: &str, email: &str| (AccountId::new(day(0)), cast.words(name), cast.words(email));
    let chosen = vec![ticked("中村 進", "nakamura@yamada.example"), ticked("高橋 次郎", "takahashi@yamada.example")];
    let keep = |ticked| KeepPage { frame: cast.frame(true), id: ReviewId::new(day(0)), ticked };
    states.add("review-keep", keep(chosen));
    states.add("review-keep-nobody", keep(Vec::new()));
}

fn signatures(cast: &Cast, states: &mut States) {
    let change = |name: &str, decision, before: &[Role], after: &[Role], reason: &str| ChangeRow {
        name: cast.words(name),
        email: cast.words("nakamura@yamada.example"),
        decision,
        before: before.to_vec(),
        after: after.to_vec(),
        reason: cast.words(reason),
        obstacle: None,
    };
    let both = [Role::Sender, Role::Administrator];
    let changes = || {
        vec![
            change("中村 進", Decision::Reduce, &both, &[Role::Sender], "管理の担当を離れたため"),
            change("林 旧担当", Decision::Stop, &[Role::Sender], &[Role::Sender], "9月末に退職したため"),
        ]
    };
    let page = |frame: Frame, undecided, changes| SignPage {
        frame,
        id: ReviewId::new(day(0)),
        undecided,
        kept: 30,
        changes,
        mark: String::new(),
        note: String::new(),
    };
    states.add("review-sign", page(cast.frame(true), 0, changes()));
    states.add("review-sign-no-changes", page(cast.frame(true), 0, Vec::new()));
    states.add("review-sign-undecided", page(cast.frame(true), 3, changes()));
    let mut blocked = changes();
    for (row, obstacle) in blocked.iter_mut().zip([Obstacle::Last, Obstacle::Own]) {
        row.obstacle = Some(obstacle);
    }
    states.add("review-sign-blocked", page(cast.refused(true, "", Problem::LastAdministrator), 0, blocked));
}

fn record(cast: &Cast) -> Record {
    let party = |name: &str, email: &str| Party {
        id: AccountId::new(day(0)),
        name: cast.words(name),
        email: cast.words(email),
    };
    let tanaka = || party("田中 総務", "tanaka@yamada.example");
    let line = |account: Party, decision, before: &[Role], after: &[Role], reason: &str| Line {
        account,
        department: cast.words("総務"),
        state_before: AccountState::Active,
        roles_before: before.to_vec(),
        reviewer: Some(tanaka()),
        decision,
        reason: cast.words(reason),
        decided_by: Some(tanaka()),
        decided_at: day(1),
        at_console: false,
        own_account: false,
        done: if decision == Decision::Keep { Done::Nothing } else { Done::Now },
        state_after: if decision == Decision::Stop { AccountState::Stopped } else { AccountState::Active },
        roles_after: after.to_vec(),
    };
    let both = [Role::Sender, Role::Administrator];
    let nakamura = party("中村 進", "nakamura@yamada.example");
    let hayashi = party("林 旧担当", "hayashi@yamada.example");
    let mut own = line(tanaka(), Decision::Keep, &both, &both, "");
    own.own_account = true;
    Record {
        v: 1,
        review: ReviewId::new(day(0)),
        period_from: day(-180),
        period_to: day(2),
        started_at: day(0),
        started_by: Some(tanaka()),
        deadline_at: day(12),
        signed_at: day(2),
        signed_by: Some(tanaka()),
        signed_at_console: false,
        note: cast.words("年2回の定期の棚卸し"),
        reviewers: vec![tanaka()],
        accounts: vec![
            line(nakamura, Decision::Reduce, &both, &[Role::Sender], "管理の担当を離れたため"),
            line(hayashi, Decision::Stop, &[Role::Sender], &[Role::Sender], "9月末に退職したため"),
            own,
        ],
    }
}
