//! What is wrong with a form.

/// What is wrong with a field: shown in the summary and beside the field, in the same words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Id of the field on the page; empty when it is about no single field.
    pub id: String,
    /// What is wrong.
    pub text: String,
}
