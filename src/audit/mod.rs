//! The bytes of the log: its entries, the Merkle tree over them, what is signed of it and what is proved with it. Every form
//! is an open one (RFC 6962, C2SP), and nothing here reads or writes anything.

mod checkpoint;
mod cosignature;
pub mod export;
mod kept;
mod leaf;
mod origin;
mod proof;
mod receipt;
mod strict;
mod tile;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, NotACheckpoint, VerifierKey, is_checkpoint, is_origin, sign_checkpoint};
pub use cosignature::CosignerKey;
pub use kept::{KeptCheckpoint, previous_checkpoint};
pub use leaf::{Disclosure, LEAF_MAX, Leaf};
pub use origin::{NotAnOrigin, Origin, named};
pub use proof::{InclusionProof, NotAProof};
pub use receipt::{
    About, Disclosed, Fact, Fetched, LeftOut, Line, NotAReceipt, Proof, Proved, RECEIPT_FORMAT, Receipt, Statement,
};
pub use tile::{ENTRIES, Place, Tile, read_entries, write_entries};
pub use tree::{
    EMPTY_ROOT, Edge, Hash, Tiles, consistency, inclusion, is_consistent, leaf_hash, root_at, root_of_full,
};
pub use verify::{Flaw, Published, Verified, verify};
