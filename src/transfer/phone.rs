//! Phone numbers: as people type them, and as the world dials them.

use phonenumber::{Mode, PhoneNumber, Type, country};
use unicode_normalization::UnicodeNormalization;

/// The number in E.164 (`+819012345678`), if it is one. `region` is the country of those that name none.
pub fn international(region: &str, text: &str) -> Option<String> {
    read(region, text).map(|number| number.format().mode(Mode::E164).to_string())
}

/// The same for a number that takes short messages, as far as its plan of numbers tells.
pub fn mobile(region: &str, text: &str) -> Option<String> {
    let number = read(region, text)?;
    let kind = number.number_type(&phonenumber::metadata::DATABASE);
    let may = matches!(kind, Type::Mobile | Type::FixedLineOrMobile);
    may.then(|| number.format().mode(Mode::E164).to_string())
}

fn read(region: &str, text: &str) -> Option<PhoneNumber> {
    let region: Option<country::Id> = region.parse().ok();
    // Digits and dashes of any width.
    let plain: String = text.nfkc().map(|c| if matches!(c, '‐'..='―' | '−' | 'ー') { '-' } else { c }).collect();
    phonenumber::parse(region, plain).ok().filter(phonenumber::is_valid)
}

/// Whether two texts are the same phone number: who is behind another extension is somebody else.
pub fn are_same(region: &str, one: &str, other: &str) -> bool {
    let dialled = |text: &str| {
        let number = read(region, text)?;
        let extension = number.extension().map(ToString::to_string);
        Some((number.format().mode(Mode::E164).to_string(), extension))
    };
    one == other || dialled(one).is_some_and(|one| dialled(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for text in [
            "090-1234-5678",
            "09012345678",
            "０９０－１２３４－５６７８",
            "+81 90-1234-5678",
            "090 1234 5678",
            "090ー1234ー5678",
        ] {
            assert_eq!(mobile("JP", text).as_deref(), Some("+819012345678"), "{text}");
        }
        assert_eq!(mobile("US", "+81 90-1234-5678").as_deref(), Some("+819012345678"));
        assert_eq!(mobile("US", "201-555-0123").as_deref(), Some("+12015550123"));
    }

    #[test]
    fn what_takes_no_message_is_no_mobile_number() {
        for text in ["03-1234-5678", "0120-123-456", "090-1234", "", "suzuki@aozora.example", "470819256330"] {
            assert_eq!(mobile("JP", text), None, "{text}");
        }
        assert_eq!(international("JP", "03-1234-5678").as_deref(), Some("+81312345678"));
    }

    #[test]
    fn one_number_has_many_spellings_and_each_spelling_one_number() {
        let number = "03-1234-5678";
        for same in [number, "(03) 1234 5678", "+81 3 1234 5678", "０３－１２３４－５６７８", "0312345678"]
        {
            assert!(are_same("JP", number, same) && are_same("JP", same, number), "{same}");
        }
        for other in
            ["03-1234-5679", "+1 3 1234 5678", "3-1234-5678-9", "03-1234-5678 ext. 1", "03-1234-5678 内線 1", ""]
        {
            assert!(!are_same("JP", number, other) && !are_same("JP", other, number), "{other}");
        }
        for inside in ["ext. ", "内線", "内線 ", "x"] {
            let (one, two) = (format!("{number} {inside}1"), format!("{number} {inside}2"));
            assert!(are_same("JP", &one, &one) && !are_same("JP", &one, &two), "{inside}");
        }
        assert!(!are_same("JP", "内線 1", "内線 2") && !are_same("", number, "+81 3 1234 5678"));
    }
}
