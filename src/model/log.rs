//! The log that events become.

use super::words::words;

words! {
    /// How a certificate left.
    pub enum CertificateForm {
        /// As a page, to be printed.
        Page = "page",
        /// As a file.
        File = "file",
    }
}

words! {
    /// Why a log began.
    pub enum LogReason {
        /// It is the first.
        First = "first",
        /// Another year began.
        Year = "year",
        /// The gateway is reached under another name.
        Host = "host",
        /// The database does not go on where the newest checkpoint ends: it was put back, or changed.
        Restored = "restored",
        /// The key that signs is another one: the old one was lost, or replaced.
        Key = "key",
    }
}
