//! A posted form that met a locked session: carried through the unlock page in hidden fields, so that nothing typed is lost.
//! Forms that carry a secret are not kept.

use super::posted::Fields;
use super::sign_in::local_path;

/// Names of fields that carry secrets. A form with one of them is typed again.
const SECRETS: [&str; 10] =
    ["password", "passphrase", "current", "new", "again", "secret", "number", "code", "recovery", "totp"];
/// Which of those names stand for something else in forms of the fax register: the number that is dialled, typed twice.
const OF_FAXES: [&str; 2] = ["number", "again"];
/// Bytes of names and values at most: three times that, percent-encoded, still fits into a form.
const MOST: usize = 16 * 1024;
/// Marks the kept form's own fields among those of the unlock page.
const MARK: &str = "kept.";
/// Where the kept form was going.
const ACTION: &str = "kept-action";

/// A form that waits. Empty when none does.
#[derive(Default)]
pub(super) struct Kept {
    action: String,
    fields: Vec<(String, String)>,
}

impl Kept {
    /// The form that was posted to `path`; empty where it must not or cannot be kept.
    pub(super) fn of(path: &str, fields: &Fields) -> Self {
        let fields: Vec<_> = fields.iter().filter(|(name, _)| *name != "csrf").collect();
        let size: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        if size > MOST || fields.iter().any(|(name, _)| is_secret(path, name)) {
            return Self::default();
        }
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self { action: path.to_owned(), fields: fields.into_iter().map(own).collect() }
    }

    /// The form that the unlock page carried along.
    pub(super) fn carried(fields: &Fields) -> Self {
        let action = fields.get(ACTION);
        // Only to a path of ours, as with every other way onward.
        if action.is_empty() || local_path(action) != action {
            return Self::default();
        }
        let own = fields.iter().filter_map(|(name, value)| Some((name.strip_prefix(MARK)?, value)));
        let own = own.filter(|(name, _)| !is_secret(action, name));
        Self {
            action: action.to_owned(),
            fields: own.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.action.is_empty()
    }

    /// As hidden fields of the unlock page.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        if self.is_empty() {
            return Vec::new();
        }
        let own = self.fields.iter().map(|(name, value)| (format!("{MARK}{name}"), value.clone()));
        std::iter::once((ACTION.to_owned(), self.action.clone())).chain(own).collect()
    }

    /// Where the form goes, and its fields.
    pub(super) fn posted(&self) -> Option<(String, Vec<(String, String)>)> {
        (!self.is_empty()).then(|| (self.action.clone(), self.fields.clone()))
    }
}

/// Whether a field of the form at `path` carries a secret.
fn is_secret(path: &str, name: &str) -> bool {
    let is_fax = path == "/fax" || path.starts_with("/fax/");
    SECRETS.contains(&name) && !(is_fax && OF_FAXES.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fax_number_typed_twice_is_kept_and_a_password_typed_twice_is_not() {
        let typed = fields(&[("number", "03-9876-5432"), ("again", "03-9876-5432"), ("subject", "見積書")]);
        let kept = Kept::of("/fax", &typed);
        let carried = Kept::carried(&Fields::from(kept.fields()));
        assert_eq!(carried.posted().unwrap().1.len(), 3);
        assert!(Kept::of("/me/password", &fields(&[("again", "x")])).is_empty());
        assert!(Kept::of("/faxes", &typed).is_empty());
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::from(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn a_form_comes_through_the_unlock_page_as_it_was() {
        let typed = [("email", "a@b.example"), ("message", "一行目\n二行目"), ("told", "1"), ("told", "2")];
        let kept = Kept::of("/send/1/options", &fields(&[("csrf", "x"), typed[0], typed[1], typed[2], typed[3]]));
        let through: Vec<_> = kept.fields();
        let through: Vec<(&str, &str)> = through.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (action, back) = Kept::carried(&fields(&through)).posted().unwrap();
        assert_eq!(action, "/send/1/options");
        assert_eq!(back, typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn secrets_and_floods_are_not_kept() {
        assert!(Kept::of("/me/password", &fields(&[("current", "a"), ("new", "b")])).is_empty());
        assert!(Kept::of("/send/1/options", &fields(&[("message", &"x".repeat(MOST))])).is_empty());
        let forged = fields(&[(ACTION, "/me/profile"), ("kept.password", "x"), ("password", "y")]);
        assert_eq!(Kept::carried(&forged).posted().unwrap().1, []);
    }

    #[test]
    fn a_kept_form_goes_to_a_path_of_ours_only() {
        for action in ["https://evil.example", "//evil.example", ""] {
            assert!(Kept::carried(&fields(&[(ACTION, action), ("kept.a", "b")])).is_empty(), "{action}");
        }
    }
}
