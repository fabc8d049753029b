//! `/register/reviews`: the periodic review of the account register.

use askama::Template;

use super::Frame;
use super::review_words::{at_by, decision_key, done_key, party_text, role_key, roles_text, standing_text};
use crate::http::text::Texts;
use crate::model::{AccountId, AccountState, Decision, ReviewId, ReviewState, Role, Time, words};
use crate::staff::review::due::Standing;
use crate::staff::review::signing::Obstacle;
use crate::staff::review::{Line, Party, Record};

/// Accounts on a page at most.
pub(in crate::http) const ROWS: usize = 50;

words! {
    /// Which accounts of a review are shown.
    pub enum Shown {
        /// Those without a decision.
        Undecided = "undecided",
        /// Those that were assigned to the viewer.
        Mine = "mine",
        /// All.
        All = "all",
    }
}

/// What is to be said of reviews on top of a page.
pub struct ReviewBanner {
    /// Where reviews stand.
    pub standing: Standing,
    /// Where reviews are; empty on their own page.
    pub href: String,
}

impl ReviewBanner {
    pub(super) fn is_care(&self) -> bool {
        matches!(self.standing, Standing::Overdue { .. } | Standing::Since { .. })
    }

    pub(super) fn text(&self, texts: &Texts) -> String {
        match self.standing {
            Standing::Overdue { days: 0 } => texts.text("review-overdue-today"),
            Standing::Overdue { days } => texts.phrase("review-overdue").with("days", days).to_string(),
            Standing::Open { deadline_at } => {
                texts.phrase("review-runs").with("date", texts.day(&deadline_at)).to_string()
            }
            Standing::Since { at } => texts.phrase("review-since").with("date", texts.day(&at)).to_string(),
            Standing::Next { at } => texts.phrase("review-next").with("date", texts.day(&at)).to_string(),
        }
    }
}

/// GET and POST `/register/reviews`.
#[derive(Template)]
#[template(path = "reviews.html")]
pub struct ReviewsPage {
    /// The frame.
    pub frame: Frame,
    /// Where reviews stand.
    pub banner: Option<ReviewBanner>,
    /// The open review, with its progress.
    pub open: Option<(ReviewId, Progress)>,
    /// The others, the newest first.
    pub past: Vec<PastReview>,
    /// The form to begin one, where that may be done.
    pub form: Option<StartForm>,
}

/// How far a review is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Accounts in it.
    pub total: usize,
    /// Those that were decided.
    pub decided: usize,
    /// Until when it should be signed.
    pub deadline_at: Time,
}

/// A review that has ended.
pub struct PastReview {
    /// Its id.
    pub id: ReviewId,
    /// How it ended.
    pub state: ReviewState,
    /// When it was begun.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Time,
}

/// The form to begin a review.
pub struct StartForm {
    /// The deadline's day, as typed.
    pub deadline: String,
    /// Who can be asked: accounts with their names.
    pub people: Vec<(AccountId, String)>,
    /// Who is asked about everybody.
    pub usual: Option<AccountId>,
    /// The departments, each with who is asked about it, if somebody else.
    pub departments: Vec<(String, Option<AccountId>)>,
}

/// GET `/register/reviews/{id}`, and the answer to a decision that was refused.
#[derive(Template)]
#[template(path = "review.html")]
pub struct ReviewPage {
    /// The frame.
    pub frame: Frame,
    /// The review.
    pub id: ReviewId,
    /// Where it is.
    pub state: ReviewState,
    /// How far it is: of what the viewer sees.
    pub progress: Progress,
    /// What is to be said of it.
    pub banner: Option<ReviewBanner>,
    /// Whether the viewer administers: assigns, signs, gives up.
    pub administers: bool,
    /// Whether the viewer sees all of it.
    pub sees_all: bool,
    /// Which accounts are shown.
    pub shown: Shown,
    /// The accounts.
    pub rows: Vec<ReviewRow>,
    /// How many come before those and how many after.
    pub around: (usize, usize),
    /// Who can be asked.
    pub people: Vec<(AccountId, String)>,
    /// The departments that wait.
    pub departments: Vec<String>,
    /// The reason to give it up, as typed.
    pub reason: String,
}

/// An account of a review.
pub struct ReviewRow {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its mail address.
    pub email: String,
    /// Its department.
    pub department: String,
    /// Whether it is in use.
    pub state: AccountState,
    /// Its roles.
    pub roles: Vec<Role>,
    /// When it was last used.
    pub last_used_at: Option<Time>,
    /// Not used for long.
    pub dormant: bool,
    /// Has no second factor.
    pub unprotected: bool,
    /// Who is to decide.
    pub reviewer: String,
    /// What was decided: by whom, and when.
    pub decided: Option<(Decision, String, Time)>,
    /// Whether that still counts: false where roles changed so that it has to be decided again.
    pub settled: bool,
    /// Whether the viewer may decide.
    pub decides: bool,
    /// Whether it is the viewer's own account.
    pub own: bool,
    /// The decision, as stored or typed.
    pub decision: Option<Decision>,
    /// The roles that stay, as stored or typed.
    pub left: Vec<Role>,
    /// The reason, as stored or typed.
    pub reason: String,
}

/// POST `/register/reviews/{id}/keep`: the selection, before it is written down.
#[derive(Template)]
#[template(path = "review_keep.html")]
pub struct KeepPage {
    /// The frame.
    pub frame: Frame,
    /// The review.
    pub id: ReviewId,
    /// The accounts that were ticked: name and address.
    pub ticked: Vec<(AccountId, String, String)>,
}

/// GET and POST `/register/reviews/{id}/sign`.
#[derive(Template)]
#[template(path = "review_sign.html")]
pub struct SignPage {
    /// The frame.
    pub frame: Frame,
    /// The review.
    pub id: ReviewId,
    /// Accounts without a decision.
    pub undecided: usize,
    /// Accounts that stay as they are.
    pub kept: usize,
    /// What will be changed.
    pub changes: Vec<ChangeRow>,
    /// What is signed by the form: this, or nothing.
    pub mark: String,
    /// The note, as typed.
    pub note: String,
}

/// A change that the signature carries out.
pub struct ChangeRow {
    /// Whose account.
    pub name: String,
    /// Its mail address.
    pub email: String,
    /// What was decided.
    pub decision: Decision,
    /// Its roles now.
    pub before: Vec<Role>,
    /// Its roles then.
    pub after: Vec<Role>,
    /// Why.
    pub reason: String,
    /// What stands in the way.
    pub obstacle: Option<Obstacle>,
}

/// GET `/register/reviews/{id}/record`.
#[derive(Template)]
#[template(path = "review_record.html")]
pub struct RecordPage {
    /// The frame.
    pub frame: Frame,
    /// The record.
    pub record: Record,
    /// Its SHA-256.
    pub digest: String,
}

impl StartForm {
    fn is_usual(&self, account: &AccountId) -> bool {
        self.usual.as_ref() == Some(account)
    }

    fn is_chosen(&self, chosen: &Option<AccountId>, account: &AccountId) -> bool {
        chosen.as_ref() == Some(account)
    }
}

impl ReviewsPage {
    /// The open review tells its deadline itself, until it has passed.
    fn shows_banner(&self) -> bool {
        self.open.is_none() || self.banner.as_ref().is_some_and(ReviewBanner::is_care)
    }

    fn state(&self, state: &ReviewState) -> String {
        self.frame.text(match state {
            ReviewState::Open => "review-state-open",
            ReviewState::Signed => "review-state-signed",
            ReviewState::Abandoned => "review-state-abandoned",
        })
    }
}

impl ReviewPage {
    fn is_open(&self) -> bool {
        self.state == ReviewState::Open
    }

    fn shown_key(&self, shown: &Shown) -> &'static str {
        match shown {
            Shown::Undecided => "review-show-undecided",
            Shown::Mine => "review-show-mine",
            Shown::All => "review-show-all",
        }
    }

    fn can_tick(&self) -> bool {
        self.rows.iter().any(|row| row.can_tick())
    }

    fn error_of(&self, row: &ReviewRow) -> Option<&str> {
        self.frame.error(&format!("decision-{}", row.id))
    }

    fn before(&self) -> usize {
        self.around.0.saturating_sub(ROWS)
    }

    fn behind(&self) -> usize {
        self.around.0 + self.rows.len()
    }

    fn left(&self) -> usize {
        self.progress.total - self.progress.decided
    }
}

impl ReviewRow {
    fn roles(&self, frame: &Frame) -> String {
        roles_text(&frame.texts, &self.roles)
    }

    fn role(&self, frame: &Frame, role: &Role) -> String {
        frame.text(role_key(*role))
    }

    fn is(&self, decision: Decision) -> bool {
        self.decision == Some(decision)
    }

    fn has_id(&self, account: &AccountId) -> bool {
        self.id == *account
    }

    fn stays(&self, role: &Role) -> bool {
        self.left.contains(role)
    }

    fn can_reduce(&self) -> bool {
        self.roles.len() > 1 && !self.own
    }

    fn can_tick(&self) -> bool {
        self.decides && self.decided.is_none() && !self.own
    }

    fn decision_text(&self, frame: &Frame, decision: &Decision) -> String {
        frame.text(decision_key(*decision))
    }
}

impl SignPage {
    fn can_sign(&self) -> bool {
        self.undecided == 0 && self.changes.iter().all(|row| row.obstacle.is_none())
    }

    fn decision(&self, row: &ChangeRow) -> String {
        self.frame.text(decision_key(row.decision))
    }

    fn before(&self, row: &ChangeRow) -> String {
        roles_text(&self.frame.texts, &row.before)
    }

    fn after(&self, row: &ChangeRow) -> String {
        match row.decision {
            Decision::Stop => self.frame.text("review-stopped"),
            _ => roles_text(&self.frame.texts, &row.after),
        }
    }

    fn obstacle(&self, obstacle: &Obstacle) -> String {
        self.frame.text(match obstacle {
            Obstacle::Own => "review-obstacle-own",
            Obstacle::Last => "review-obstacle-last",
        })
    }
}

impl RecordPage {
    fn party(&self, party: &Option<Party>, at_console: &bool) -> String {
        party_text(&self.frame.texts, party.as_ref(), *at_console)
    }

    fn started(&self) -> String {
        at_by(&self.frame.texts, &self.record.started_at, self.record.started_by.as_ref(), false)
    }

    fn signed(&self) -> String {
        at_by(&self.frame.texts, &self.record.signed_at, self.record.signed_by.as_ref(), self.record.signed_at_console)
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.record.reviewers.iter().map(|party| party.name.clone()).collect();
        names.join(&self.frame.text("me-between"))
    }

    fn decision(&self, line: &Line) -> String {
        self.frame.text(decision_key(line.decision))
    }

    fn done(&self, line: &Line) -> String {
        self.frame.text(done_key(line.done))
    }

    fn before(&self, line: &Line) -> String {
        standing_text(&self.frame.texts, line.state_before, &line.roles_before)
    }

    fn after(&self, line: &Line) -> String {
        standing_text(&self.frame.texts, line.state_after, &line.roles_after)
    }
}
