//! The tiles of a log, as whoever computes with its tree reads them.

use std::cell::RefCell;

use diesel::prelude::*;

use super::super::Tx;
use super::super::database::on;
use super::super::schema::log_tiles;
use super::stored;
use crate::audit::{Tile, Tiles};
use crate::error::Result;

/// The kept tiles of a log.
pub struct Kept<'t, 'c> {
    tx: RefCell<&'t mut Tx<'c>>,
    log: i32,
}

impl<'t, 'c> Kept<'t, 'c> {
    /// Those of this log.
    pub fn of(tx: &'t mut Tx<'c>, log: i32) -> Self {
        Self { tx: RefCell::new(tx), log }
    }
}

impl Tiles for Kept<'_, '_> {
    fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>> {
        let (level, number) = (i32::from(tile.level), stored(tile.index)?);
        let row = log_tiles::table.find((self.log, level, number)).select(log_tiles::hashes);
        let mut tx = self.tx.borrow_mut();
        Ok(on!(tx, c => row.first(c).optional())?)
    }
}
