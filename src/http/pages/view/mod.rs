//! One struct per page: plain data that handlers fill in and templates in `web/templates` lay out.
//! People's words reach a page as values only; askama escapes every one of them.
//! No page can be printed for debugging: numbers, secrets and tokens pass through here.

mod admin;
mod approval;
mod audit;
mod check;
mod compose;
mod contacts;
mod deputy;
mod erase;
mod fax;
mod field_error;
mod frame;
mod guideline;
mod hand_over;
mod import;
mod join;
mod me;
mod new_password;
mod office;
mod passkeys;
mod policy;
mod problem;
mod recipient;
mod register;
mod review_words;
mod reviews;
mod rules;
mod scan;
mod sealing;
mod second_factor;
mod sent;
mod sign_in;
mod status;
mod templates;
mod transfer;
mod transfers;
mod waits;
mod webhooks;
mod widen;

pub use admin::AdminPage;
pub use approval::{ApprovalPage, ApprovalsPage, DecidedRow, QuestionRow, WaitingRow};
pub use audit::{
    AuditDelivery, AuditPage, AuditRow, AuditTransferPage, CertificatePage, CertificatesPage, CopiesCard, CopiesPage,
    CopyRow, EventPage, ExportForm, ExportPage, ExportsPage, Fetch, Found, LogPage, Obstacle, TotalsPage, WrittenPage,
    period_key, result_key,
};
pub(in crate::http::pages) use check::place;
pub use check::{CheckPage, Flagged, MailPreview};
pub use compose::{ComposePage, Editing, FileRow, KeepChoice, Limits, OptionsForm, RecipientForm, RecipientRow};
pub use contacts::{ContactForm, ContactPage, ContactsImportPage, ContactsPage, ContactsPreview};
pub use deputy::{DeputyPage, StandInPage};
pub use erase::{EraseForm, EraseFound, ErasePage};
pub use fax::{FaxCoverPage, FaxForm, FaxFormPage, FaxPage, FaxRow, FaxSteps, FaxesPage};
pub use field_error::FieldError;
pub use frame::{Frame, Help, LanguageSwitch, Member, Notice};
pub use guideline::GuidelinePage;
pub use hand_over::{HandOverPage, RunningRow};
pub use import::{ChangedRow, ImportPage, ImportPreviewPage};
pub use join::{JoinCodePage, JoinPage};
pub use me::{MePage, ProfileForm, SessionRow, TokenForm, TokenRow};
pub use new_password::{NewPasswordPage, Why};
pub use office::{OfficeForm, OfficePage};
pub use passkeys::{PasskeyCard, PasskeysPage};
pub use policy::{DepartmentPage, LimitsForm, PolicyPage, SettingRow, setting_rows};
pub use problem::{Onward, ProblemPage};
pub use recipient::{
    AskAgain, CodePage, CodeReason, CollectFile, Collected, EndedPage, Ending, FilesPage, LockedPage, Offered, Opening,
};
pub use register::{
    AccountForms, AccountPage, AccountStatus, EntryForm, KeepUnit, NewAccountPage, OneTimePasswordPage, PersonForm,
    RegisterFilter, RegisterPage, RegisterRow, RightsForm, StopPage, role_hint_key, role_key,
};
pub(in crate::http) use review_words::{at_by, decision_key, done_key, party_name, party_text, standing_text};
pub(in crate::http) use reviews::ROWS;
pub use reviews::{
    ChangeRow, KeepPage, PastReview, Progress, RecordPage, ReviewBanner, ReviewPage, ReviewRow, ReviewsPage, Shown,
    SignPage, StartForm,
};
pub use rules::{RulesForm, RulesPage};
pub use scan::{ScanLimit, ScanLine};
pub use sealing::{SealingPage, SealingState};
pub use second_factor::{AppPage, RecoveryCodesPage, SecondFactorPage, SecondStepPage};
pub use sent::{Leaving, SentPage, SentRow, SentWhy, SmsLine};
pub use sign_in::{ProviderWay, ResumePage, SignInPage, UnlockPage, Ways};
pub use status::Status;
pub use templates::{TemplateForm, TemplatesPage};
pub use transfer::{DeliveryRow, ExtendPage, RecallPage, Refusal, TransferPage};
pub use transfers::{FilterForm, Period, TransferDay, TransferRow, TransfersPage};
pub use waits::Waits;
pub use webhooks::{WebhookTried, WebhooksPage};
pub use widen::WidenPage;

#[cfg(test)]
mod tests;
