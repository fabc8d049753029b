//! Where the log is copied to: a bucket, and witnesses.

mod bucket;
mod witness;

pub use bucket::{Bucket, BucketSettings};
pub use witness::WitnessServer;
