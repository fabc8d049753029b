//! The log that an outsider can verify: events get their place in one growing tree, the tree is signed, and what is signed is
//! published, proved, checked and carried out of the house; and questions to it are answered.

pub mod about;
mod asking;
pub mod certificate;
pub mod check;
pub mod copies;
mod download;
pub mod export;
pub mod mailed;
pub mod published;
pub mod receipt;
mod saved;
mod search;
mod sequence;
mod state;
pub mod stream;
mod tell;
mod totals;
mod zip;

pub use asking::Asking;
pub use download::Download;
pub use saved::{keep_search, remove_search, saved_searches};
pub use search::{Answer, COUNTED_MOST, Count, PEOPLE_MOST, Row, page, search, wanted};
pub use sequence::{PAUSE, sequence};
pub use state::{LogState, state};
pub use tell::{OfTransfer, event, of_transfer};
pub use totals::{Bar, Summary, totals};
pub use zip::Zip;
