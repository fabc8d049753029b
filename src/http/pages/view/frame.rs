//! What every page has: office, languages, the signed-in member, notices, errors, help.

use super::FieldError;
use crate::config::Colour;
use crate::error::Problem;
use crate::http::pages::assets::{self, Audience};
use crate::http::problem_text::{self, ProblemText};
use crate::http::text::{Phrase, Texts};
use crate::model::{Language, Right, Role, words};

/// The common frame of a page. Like every page it cannot be printed for debugging: pages carry secrets on their way out.
#[derive(Clone)]
pub struct Frame {
    /// Words and dates of the page.
    pub texts: Texts,
    /// The office's name.
    pub office: String,
    /// The office's colour; none is the product's own.
    pub colour: Option<Colour>,
    /// Path of the office's logo.
    pub logo: Option<String>,
    /// How the other language is reached.
    pub switch: LanguageSwitch,
    /// Who is signed in; nobody on recipients' pages.
    pub member: Option<Member>,
    /// Anti-forgery token; a hidden field of every form.
    pub csrf: String,
    /// What has just been done.
    pub notice: Option<Notice>,
    /// What is wrong with the input.
    pub errors: Vec<FieldError>,
    /// Whom to ask.
    pub help: Help,
}

/// A signed-in member of staff, as the header shows it.
#[derive(Clone, Debug)]
pub struct Member {
    /// Name.
    pub name: String,
    /// Mail address: what tells this account from another.
    pub email: String,
    /// What the menu may offer.
    pub roles: Vec<Role>,
    /// Whether this listener has the pages of the daily work.
    pub at_desk: bool,
    /// How many transfers wait for this approver; none for who approves nothing.
    pub approvals: Option<usize>,
    /// Where the administrators' pages are, for those who may go there.
    pub administration: Option<String>,
    /// How many own entries of the fax register are open.
    pub open_faxes: u32,
    /// Minutes without activity after which the session is locked.
    pub idle_minutes: u32,
}

/// The help block: who, where, when. Empty parts are left out.
#[derive(Clone, Debug, Default)]
pub struct Help {
    /// Person or department.
    pub name: String,
    /// Phone number.
    pub phone: String,
    /// Opening hours, address: the office's contact line.
    pub note: String,
}

impl Help {
    /// The number for a `tel:` link: what a phone can dial (RFC 3966), without what is written around it.
    pub(super) fn dial(&self) -> String {
        self.phone.chars().filter(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '#' | '*')).collect()
    }

    /// By which way people ask: `phone`, or `other` where no number is known.
    pub(super) fn way(&self) -> &'static str {
        if self.phone.is_empty() { "other" } else { "phone" }
    }
}

/// How a page is reached in the other language.
#[derive(Clone)]
pub enum LanguageSwitch {
    /// By a link: the page's path with its query.
    Link(String),
    /// By posting again: a page that answered a POST would be lost by a link.
    Post {
        /// Where to post.
        action: String,
        /// Name and value of what has to be sent again.
        fields: Vec<(String, String)>,
    },
}

words! {
    /// What has just been done, told on the page that a form leads to. The word travels in that page's query (`done=`).
    pub enum Notice {
        /// The profile was saved.
        Saved = "saved",
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// A passkey was added.
        PasskeyAdded = "passkey_added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey_removed",
        /// Sessions were ended.
        SessionsEnded = "sessions_ended",
        /// An API token was revoked.
        TokenRevoked = "token_revoked",
        /// The office's presentation was saved.
        OfficeSaved = "office_saved",
        /// The rules of signing in were saved.
        RulesSaved = "rules_saved",
        /// The policy or the limits of a department were saved.
        PolicySaved = "policy_saved",
        /// A person was erased.
        Erased = "erased",
        /// A source that was turned away is let in again.
        BanLifted = "ban_lifted",
        /// A review of the register was begun.
        ReviewStarted = "review_started",
        /// A decision of a review was written down.
        ReviewDecided = "review_decided",
        /// Accounts of a review went to another reviewer.
        ReviewAssigned = "review_assigned",
        /// A review was signed off.
        ReviewSigned = "review_signed",
        /// A review was given up.
        ReviewAbandoned = "review_abandoned",
        /// An entry of the address book was saved.
        ContactSaved = "contact_saved",
        /// An entry of the address book was removed.
        ContactRemoved = "contact_removed",
        /// Entries of the address book were read from a file.
        ContactsImported = "contacts_imported",
        /// The set-up of a transfer was kept.
        TemplateSaved = "template_saved",
        /// A template got another name.
        TemplateRenamed = "template_renamed",
        /// A template was removed.
        TemplateRemoved = "template_removed",
        /// Somebody made sure of a phone number.
        PhoneVerified = "phone_verified",
        /// A draft was thrown away.
        Discarded = "discarded",
        /// A file got a number, because its name was there already.
        Renamed = "renamed",
        /// Numbers were told.
        Told = "told",
        /// A recipient is reminded.
        Reminded = "reminded",
        /// A paused delivery was resumed.
        Resumed = "resumed",
        /// A transfer or delivery was taken back.
        Recalled = "recalled",
        /// The time limit was moved.
        Extended = "extended",
        /// Mails leave that were held.
        Released = "released",
        /// An approver agreed.
        Approved = "approved",
        /// An approver said no.
        Refused = "refused",
        /// What an approver was asked was answered already, or taken back.
        NothingAsked = "nothing_asked",
        /// A deputy was named.
        DeputyNamed = "deputy_named",
        /// There is no deputy any more.
        DeputyWithdrawn = "deputy_withdrawn",
        /// Approvers were asked about a later time limit.
        ExtensionAsked = "extension_asked",
        /// What was asked for came too late: everything was collected.
        AlreadyCollected = "already_collected",
        /// What was asked for does not fit any more; the page shows how it stands now.
        Stale = "stale",
        /// The running transfers were handed over.
        HandedOver = "handed_over",
        /// The account key was opened.
        KeyOpened = "key_opened",
        /// An account was made, and its person asked by mail to come.
        AccountInvited = "account_invited",
        /// An entry of the account register was saved.
        AccountSaved = "account_saved",
        /// An account was stopped.
        AccountStopped = "account_stopped",
        /// An account was taken back into use.
        AccountResumed = "account_resumed",
        /// An invitation was sent again.
        InvitationSent = "invitation_sent",
        /// Sessions of somebody else were ended.
        AccessEnded = "access_ended",
        /// Tokens of somebody else were revoked.
        TokensRevoked = "tokens_revoked",
        /// The running transfers of somebody who was stopped were taken back.
        TransfersRecalled = "transfers_recalled",
        /// The first password was set by an invitation.
        Joined = "joined",
        /// A fax was recorded.
        FaxRecorded = "fax_recorded",
        /// A step of a fax was written down.
        FaxNoted = "fax_noted",
        /// A question to the log was kept.
        SearchKept = "search_kept",
        /// A kept question was removed.
        SearchRemoved = "search_removed",
        /// The register was read from a file.
        Imported = "imported",
    }
}

impl Notice {
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Saved | Self::OfficeSaved => "me-saved",
            Self::RulesSaved => "rules-saved",
            Self::PolicySaved => "policy-saved",
            Self::Erased => "erase-done",
            Self::BanLifted => "rules-lifted",
            Self::ReviewStarted => "review-notice-started",
            Self::ReviewDecided => "review-notice-decided",
            Self::ReviewAssigned => "review-notice-assigned",
            Self::ReviewSigned => "review-notice-signed",
            Self::ReviewAbandoned => "review-notice-abandoned",
            Self::PasswordChanged => "me-password-changed",
            Self::PasskeyAdded => "passkeys-added",
            Self::PasskeyRemoved => "passkeys-removed",
            Self::SessionsEnded => "sessions-ended",
            Self::TokenRevoked => "token-revoked",
            Self::ContactSaved => "contact-saved",
            Self::ContactRemoved => "contact-removed",
            Self::ContactsImported => "contacts-imported",
            Self::SearchKept => "audit-search-kept",
            Self::SearchRemoved => "audit-search-removed",
            Self::TemplateSaved => "template-saved",
            Self::TemplateRenamed => "template-renamed",
            Self::TemplateRemoved => "template-removed",
            Self::PhoneVerified => "contact-phone-verified",
            Self::Discarded => "transfer-discarded",
            Self::Renamed => "compose-renamed",
            Self::Told => "transfer-told-saved",
            Self::Reminded => "remind-sent",
            Self::Resumed => "transfer-resumed",
            Self::Recalled => "transfer-recalled",
            Self::Extended => "transfer-extended",
            Self::Released => "hold-released",
            Self::Approved => "approval-done-approved",
            Self::Refused => "approval-done-refused",
            Self::NothingAsked => "approval-done-nothing",
            Self::DeputyNamed => "deputy-done-named",
            Self::DeputyWithdrawn => "deputy-done-withdrawn",
            Self::ExtensionAsked => "transfer-extension-asked",
            Self::AlreadyCollected => "transfer-already-collected",
            Self::Stale => "transfer-stale",
            Self::HandedOver => "hand-over-done",
            Self::KeyOpened => "sealing-done",
            Self::AccountInvited => "register-invited-done",
            Self::AccountSaved => "register-saved",
            Self::AccountStopped => "register-stopped-done",
            Self::AccountResumed => "register-resumed-done",
            Self::InvitationSent => "register-invite-done",
            Self::AccessEnded => "register-sessions-ended",
            Self::TokensRevoked => "register-tokens-revoked",
            Self::TransfersRecalled => "register-recalled-done",
            Self::Joined => "join-done",
            Self::FaxRecorded => "fax-done-recorded",
            Self::FaxNoted => "fax-done-step",
            Self::Imported => "import-done",
        }
    }

    /// Whether it tells that something was not done.
    pub(super) fn is_care(&self) -> bool {
        matches!(self, Self::AlreadyCollected | Self::Stale | Self::NothingAsked)
    }
}

impl Frame {
    /// Adds `problem` to the errors of the page's field `id`. Without an id a `Problem::Field` belongs to the field that it
    /// names, and every other problem to none.
    pub fn refuse(&mut self, id: &str, problem: &Problem) {
        let id = match problem {
            Problem::Field { field, .. } if id.is_empty() => field,
            _ => id,
        };
        self.errors.push(FieldError { id: id.to_owned(), text: problem_text::what(&self.texts, problem) });
    }

    /// As `refuse`; a problem that is about no field also says what is unharmed and what to do.
    pub fn refuse_in_full(&mut self, problem: &Problem) {
        self.refuse("", problem);
        if !matches!(problem, Problem::Field { .. }) {
            let ProblemText { safe, next, .. } = problem_text::problem_text(&self.texts, problem);
            let between = if self.texts.language() == Language::Ja { "" } else { " " };
            self.errors.push(FieldError { id: String::new(), text: [safe, next].join(between) });
        }
    }

    /// Adds an error of the page's field `id` in words of the page.
    pub fn refuse_in_words(&mut self, id: &str, key: &str) {
        self.errors.push(FieldError { id: id.to_owned(), text: self.text(key) });
    }

    /// Says that a password may be tried again after `seconds`, and whom to ask before.
    pub fn ask_to_wait(&mut self, seconds: u32) {
        let text = self.phrase("sign-in-wait").with("wait", self.texts.duration(seconds)).to_string();
        self.errors.push(FieldError { id: String::new(), text });
    }

    pub(super) fn text(&self, key: &str) -> String {
        self.texts.text(key)
    }

    pub(super) fn phrase<'a>(&self, key: &'a str) -> Phrase<'a> {
        self.texts.phrase(key)
    }

    pub(super) fn language(&self) -> &'static str {
        self.texts.language().word()
    }

    /// The heading of the error summary: input is at fault only where an error names its field.
    pub(super) fn errors_key(&self) -> &'static str {
        let of_input = self.errors.iter().any(|error| !error.id.is_empty());
        if of_input { "error-summary-title" } else { "error-summary-general" }
    }

    pub(super) fn error(&self, id: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.id == id).map(|error| error.text.as_str())
    }

    /// `path` in `language`: its query keeps everything but an earlier choice of language.
    pub(super) fn href(&self, path: &str, language: &Language) -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let lang = format!("lang={language}");
        let query: Vec<&str> = kept.chain([lang.as_str()]).collect();
        format!("{path}?{}", query.join("&"))
    }

    pub(super) fn style(&self, audience: Audience) -> String {
        assets::style(audience, self.colour)
    }

    pub(super) fn script(&self, audience: Audience) -> String {
        assets::script(audience)
    }

    /// Whether the page belongs to the menu's `/{section}`.
    pub(super) fn is_at(&self, section: &str) -> bool {
        let here = match &self.switch {
            LanguageSwitch::Link(path) => path,
            LanguageSwitch::Post { action, .. } => action,
        };
        here.split(['/', '?']).nth(1) == Some(section)
    }

    pub(super) fn languages(&self) -> [(Language, &'static str); 2] {
        [(Language::Ja, "日本語"), (Language::En, "English")]
    }

    pub(super) fn may_administrate(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.roles.contains(&Role::Administrator))
    }

    pub(super) fn may_read_register(&self) -> bool {
        self.member.as_ref().is_some_and(|member| Right::ReadRegister.is_known_to(&member.roles))
    }

    pub(super) fn may_read_log(&self) -> bool {
        self.member.as_ref().is_some_and(|member| Right::ReadLog.is_known_to(&member.roles))
    }

    /// Whether the member approves by role, and not as a deputy.
    pub(super) fn approves(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.roles.contains(&Role::Approver))
    }

    pub(super) fn may_read_faxes(&self) -> bool {
        self.member.as_ref().is_some_and(|member| Right::ReadFaxes.is_known_to(&member.roles))
    }

    /// Open entries of the own fax register.
    pub(super) fn open_faxes(&self) -> u32 {
        self.member.as_ref().map_or(0, |member| member.open_faxes)
    }

    pub(super) fn may_send(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.roles.contains(&Role::Sender))
    }
}

/// A person as addressed: by name with the language's form of respect, or by the bare mail address.
pub(super) fn addressed(texts: &Texts, name: &str, email: &str) -> String {
    if name.is_empty() { email.to_owned() } else { texts.phrase("person").with("name", name).to_string() }
}
