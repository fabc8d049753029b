//! The office's own words of mails.

use std::collections::BTreeMap;

/// Templates of mails by their file names, as the office wrote them and as they were checked at the start. Empty: the words
/// are the product's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWording(pub BTreeMap<String, String>);
