//! Lengths of time as people type them: `7d`, `12h`.

/// Hours of `7d`, `12h` or `2w`.
///
/// # Errors
/// What would be right.
pub(super) fn hours(text: &str) -> Result<u32, String> {
    let wrong = || format!("`{text}` is no length of time: a whole number and h, d or w, such as 12h or 7d");
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let each = match unit {
        'h' => 1,
        'd' => 24,
        'w' => 7 * 24,
        _ => return Err(wrong()),
    };
    let count: u32 = text.strip_suffix(unit).and_then(|count| count.parse().ok()).ok_or_else(wrong)?;
    count.checked_mul(each).filter(|hours| *hours > 0).ok_or_else(wrong)
}

/// Days of `90d` or `2w`.
///
/// # Errors
/// What would be right.
pub(super) fn days(text: &str) -> Result<u32, String> {
    let hours = hours(text)?;
    if hours % 24 == 0 { Ok(hours / 24) } else { Err(format!("`{text}` is not in whole days, such as 90d")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_are_read_and_nonsense_is_told() {
        assert_eq!([hours("7d"), hours("12h"), hours("2w")], [Ok(168), Ok(12), Ok(336)]);
        for nonsense in ["", "7", "d", "0d", "-1d", "7m", "1.5d", "７日", "999999999w"] {
            assert!(hours(nonsense).is_err_and(|told| told.contains("12h")), "{nonsense}");
        }
        assert_eq!(days("90d"), Ok(90));
        assert!(days("12h").is_err());
    }
}
