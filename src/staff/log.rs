//! The log that an outsider can verify: events get their place in one growing tree, and the tree is signed; and questions to
//! it are answered.

pub mod export;
mod saved;
mod search;
mod sequence;
mod state;
pub mod stream;
mod tell;
mod totals;

pub use saved::{keep_search, remove_search, saved_searches};
pub use search::{Answer, COUNTED_MOST, Count, PEOPLE_MOST, Row, page, search, wanted};
pub use sequence::{PAUSE, sequence};
pub use state::{LogState, state};
pub use tell::{OfTransfer, event, of_transfer};
pub use totals::{Bar, Summary, totals};
