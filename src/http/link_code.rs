//! The code of a link as people paste it: read, or told what is wrong with it.

use crate::crypt::{CODE_SYMBOLS, CodeError, parse_link_code};
use crate::error::{FieldFlaw, Problem};
use crate::model::LinkSecret;

/// Reads a pasted code.
///
/// # Errors
/// The field `secret` is missing, cut off, mistyped, or no code at all.
pub fn read(code: &str) -> Result<LinkSecret, Problem> {
    parse_link_code(code).map_err(|error| Problem::Field { field: "secret", flaw: flaw(error, CODE_SYMBOLS) })
}

/// What is wrong with a code of `symbols` characters.
pub(super) fn flaw(error: CodeError, symbols: usize) -> FieldFlaw {
    let want = u32::try_from(symbols).unwrap_or(u32::MAX);
    match error {
        CodeError::Length { got: 0 } => FieldFlaw::Missing,
        CodeError::Length { got } if got < want => FieldFlaw::Incomplete { got, want },
        CodeError::Length { .. } | CodeError::Alphabet => FieldFlaw::Malformed,
        CodeError::Check => FieldFlaw::Mistyped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw_of(code: &str) -> FieldFlaw {
        match read(code) {
            Err(Problem::Field { field: "secret", flaw }) => flaw,
            other => panic!("{code}: {other:?}"),
        }
    }

    #[test]
    fn what_mail_systems_do_to_a_code_is_told_apart() {
        assert_eq!(flaw_of(" "), FieldFlaw::Missing);
        assert_eq!(flaw_of("#k7q2 m9d4"), FieldFlaw::Incomplete { got: 8, want: 34 });
        assert_eq!(flaw_of(&"0".repeat(34)), FieldFlaw::Mistyped);
        assert_eq!(flaw_of(&"0".repeat(35)), FieldFlaw::Malformed);
        assert_eq!(flaw_of("リンク"), FieldFlaw::Malformed);
    }
}
