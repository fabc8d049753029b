//! Wording: templates and a letter make subject, text and HTML. The plain text is the master; the HTML says the same words.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use super::fields::Fields;
use super::letterhead::{Codes, Letterhead};
use super::plain::{fold, one_line};
use crate::error::{Doing, Error, Result};
use crate::model::{Language, Letter, LetterKind, OwnWording};

/// A letter in words. Holds the secret of an offer or invitation: never logged, so it cannot be printed with `{:?}`.
pub struct Worded {
    /// One line.
    pub subject: String,
    /// The master, lines of at most 35 full-width characters, links aside; ends with a line break.
    pub text: String,
    /// A whole HTML document with the same words.
    pub html: String,
}

macro_rules! templates {
    ($($name:literal)*) => {
        &[$(
            (concat!($name, ".ja.txt"), include_str!(concat!("../../../web/mail/", $name, ".ja.txt"))),
            (concat!($name, ".en.txt"), include_str!(concat!("../../../web/mail/", $name, ".en.txt"))),
            (concat!($name, ".ja.html"), include_str!(concat!("../../../web/mail/", $name, ".ja.html"))),
            (concat!($name, ".en.html"), include_str!(concat!("../../../web/mail/", $name, ".en.html"))),
        )*]
    };
}

/// Steps of a template at most; those of the product need a few hundred.
const FUEL: u64 = 50_000;

/// `closing` ends letters to recipients, `closing_staff` those to senders, `closing_account` those about an account; every other name is a word of [`LetterKind`].
pub(super) const TEMPLATES: &[(&str, &str)] = templates![
    "offer" "reminder" "recalled" "collected" "paused" "undelivered" "expired" "key_lost"
    "password_age" "invitation" "handed_over" "review_due" "approval_asked" "approved" "not_approved"
    "scanner_down" "signatures_old" "log_inconsistent" "withheld" "asked_again" "digest" "alert" "log_checkpoint"
    "closing" "closing_staff" "closing_account"
];
const FRAME: &str = include_str!("../../../web/mail/frame.html");
const SUBJECT_MARK: &str = "Subject: ";

/// The set of templates.
pub(super) struct Wording {
    templates: Environment<'static>,
}

impl Wording {
    /// The embedded set.
    ///
    /// # Errors
    /// A fault when a template does not parse.
    pub(super) fn embedded() -> Result<Self> {
        let mut templates = Environment::new();
        templates.set_trim_blocks(true);
        templates.set_lstrip_blocks(true);
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_auto_escape_callback(
            |name| {
                if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
            },
        );
        templates.set_fuel(Some(FUEL));
        templates.add_template("frame.html", FRAME).doing("reading a mail template")?;
        for (name, source) in TEMPLATES {
            templates.add_template(name, source).doing("reading a mail template")?;
        }
        Ok(Self { templates })
    }

    /// The same with the office's own templates in place of those of their names.
    ///
    /// # Errors
    /// A fault when one does not parse.
    pub(super) fn with(mut self, own: &OwnWording) -> Result<Self> {
        for (name, source) in &own.0 {
            self.replace(name, source).doing("reading a mail template")?;
        }
        Ok(self)
    }

    /// Puts a template in place of that of its name.
    pub(super) fn replace(&mut self, name: &str, source: &str) -> Result<(), minijinja::Error> {
        self.templates.add_template_owned(name.to_owned(), source.to_owned())
    }

    /// The variables that a template takes from outside.
    pub(super) fn variables(&self, name: &str) -> std::collections::HashSet<String> {
        self.templates.get_template(name).map(|template| template.undeclared_variables(true)).unwrap_or_default()
    }

    /// Words a letter.
    ///
    /// # Errors
    /// A fault when an offer or invitation comes without its secret, or a template uses a name that does not exist.
    pub(super) fn word(&self, letter: &Letter, letterhead: &Letterhead, codes: Option<&Codes>) -> Result<Worded> {
        if matches!(letter.kind, LetterKind::Offer | LetterKind::Invitation) != codes.is_some() {
            return Err(Error::fault(
                "wording a letter",
                "offers and invitations carry a secret, and no other letter does",
            ));
        }
        let fields = Value::from_serialize(Fields::new(letter, letterhead, codes));
        let text = self.fill(letter, "txt", letterhead, &fields)?;
        let (first, body) = text.split_once('\n').unwrap_or((&text, ""));
        let subject = one_line(first.strip_prefix(SUBJECT_MARK).unwrap_or_default());
        let html = self.framed(letter.language, &subject, self.fill(letter, "html", letterhead, &fields)?)?;
        Ok(Worded { text: fold(body), html, subject })
    }

    /// Fills the closing and then the letter around it. Both keep the escaping of their format.
    fn fill(&self, letter: &Letter, format: &str, letterhead: &Letterhead, fields: &Value) -> Result<String> {
        let style = style(&letterhead.colour.to_string());
        let language = letter.language.word();
        let closing = closing(letter.kind);
        let closing = self.render(&format!("{closing}.{language}.{format}"), context! { style, ..fields.clone() })?;
        let closing = Value::from_safe_string(closing);
        let name = format!("{}.{language}.{format}", letter.kind.word());
        self.render(&name, context! { style, closing, ..fields.clone() })
    }

    fn framed(&self, language: Language, subject: &str, body: String) -> Result<String> {
        let body = Value::from_safe_string(body);
        self.render("frame.html", context! { language => language.word(), subject, body })
    }

    fn render(&self, name: &str, values: Value) -> Result<String> {
        let template = self.templates.get_template(name).doing("finding a mail template")?;
        template.render(values).doing("filling a mail template")
    }
}

pub(super) const fn closing(kind: LetterKind) -> &'static str {
    match kind {
        _ if kind.is_about_account() => "closing_account",
        _ if kind.goes_to_recipient() => "closing",
        _ => "closing_staff",
    }
}

/// Inline styles, because mail programs drop style sheets; margins only where the Word engine of Outlook keeps them.
pub(super) fn style(key: &str) -> Value {
    context! {
        p => "margin:0 0 16px 0",
        h => "margin:24px 0 8px 0;font-weight:bold",
        label => "padding:2px 12px 2px 0;font-size:16px;line-height:1.7;color:#1a1a1a;white-space:nowrap",
        // An address that is longer than a phone is wide breaks, instead of making the mail wider.
        value => "padding:2px 0;font-size:16px;line-height:1.7;color:#1a1a1a;word-break:break-word",
        quote => "padding:4px 0 4px 16px;border-left:4px solid #8c8c8c;font-size:16px;line-height:1.7;color:#1a1a1a",
        small => "margin:16px 0 0 0;color:#595959",
        code => "font-family:Consolas,Menlo,monospace",
        key,
        link => format!("color:{key};word-break:break-all"),
        after_button => "margin:12px 0 16px 0",
        button => "padding:14px 24px;font-size:16px",
        button_link => "color:#ffffff;font-weight:bold;text-decoration:underline",
    }
}
