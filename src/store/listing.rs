//! Lists of a sender's transfers: filtered, searched, sorted and paged by the database.

mod standing;

use std::fmt;
use std::str::FromStr;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use unicode_normalization::UnicodeNormalization;

use crate::error::Result;
use crate::model::{
    AccountId, Delivery, DeliveryId, Order, Standing, Time, Transfer, TransferId, TransferState, UnknownWord,
};

use super::schema::{deliveries as delivery_rows, transfers as transfer_rows};
use super::{Tx, approvals, database::on, deliveries, files, letters, transfers};
use standing::{
    has_ended_as, has_undelivered_mail, is_collected, is_paused, is_running, its_deliveries, waits_for_an_approver,
};

/// Words of a search at most; further ones are not looked for.
const WORDS_MOST: usize = 8;
/// Characters of a search at most.
const SEARCH_LONGEST: usize = 200;

define_sql_function! {
    /// The first that is not null.
    fn coalesce(first: Nullable<BigInt>, second: BigInt) -> BigInt;
}

/// Which transfers to list.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose.
    pub owner: AccountId,
    /// Only those that stand so.
    pub standing: Option<Standing>,
    /// Only those that have each of these words in a recipient's address, name or reference.
    pub search: String,
    /// Only those sent (drafts: begun) at this time or later.
    pub from: Option<Time>,
    /// Only those sent (drafts: begun) before this time.
    pub before: Option<Time>,
    /// In which order.
    pub order: Order,
    /// Only those behind this one.
    pub after: Option<Cursor>,
    /// At most this many.
    pub limit: i64,
}

/// A place in a list: what comes before it may grow or shrink without moving it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    key: Time,
    id: TransferId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key.millis(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (key, id) = text.split_once('.').ok_or(UnknownWord)?;
        let key = Time::from_millis(key.parse().map_err(|_| UnknownWord)?);
        Ok(Self { key, id: id.parse().map_err(|_| UnknownWord)? })
    }
}

/// A transfer in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The transfer.
    pub transfer: Transfer,
    /// Its deliveries, in order.
    pub deliveries: Vec<Delivery>,
    /// Those of them whose mail was refused for good.
    pub undelivered: Vec<DeliveryId>,
    /// Those of them that wait for an approver.
    pub asked: Vec<DeliveryId>,
    /// Number of files, of a draft too.
    pub file_count: usize,
    /// Sum of their sizes in bytes.
    pub total_bytes: i64,
    /// Its place in the list.
    pub cursor: Cursor,
}

/// Text as it is compared: one form of full and half width, no difference between large and small letters.
pub fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

/// What `LIKE` finds each word of `search` with.
pub(super) fn patterns(search: &str) -> Vec<String> {
    let search: String = search.chars().take(SEARCH_LONGEST).collect();
    let escaped = |word: &str| word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    folded(&search).split_whitespace().take(WORDS_MOST).map(|word| format!("%{}%", escaped(word))).collect()
}

/// The transfers that are wanted, with what a list tells of them.
///
/// # Errors
/// The database cannot be read.
pub fn list(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<Listed>> {
    let found = select(tx, wanted)?;
    let ids: Vec<TransferId> = found.iter().map(|(transfer, _)| transfer.id).collect();
    let all = deliveries::of_transfers(tx, &ids)?;
    let undelivered = letters::undelivered(tx, &ids)?;
    let open = approvals::open_of(tx, &ids)?;
    let sizes = files::sizes(tx, &drafts(&found))?;
    let listed = |(transfer, key): (Transfer, Time)| {
        let own: Vec<Delivery> = all.iter().filter(|delivery| delivery.transfer == transfer.id).cloned().collect();
        let own_files = sizes.iter().filter(|(id, _)| *id == transfer.id).map(|(_, size)| *size);
        let (file_count, total_bytes) = match transfer.state {
            TransferState::Draft => (own_files.clone().count(), own_files.sum()),
            _ => (usize::try_from(transfer.file_count).unwrap_or(0), transfer.total_bytes),
        };
        Listed {
            asked: own.iter().map(|one| one.id).filter(|id| open.iter().any(|asked| asked.delivery == *id)).collect(),
            undelivered: own.iter().map(|one| one.id).filter(|id| undelivered.contains(id)).collect(),
            deliveries: own,
            file_count,
            total_bytes,
            cursor: Cursor { key, id: transfer.id },
            transfer,
        }
    };
    Ok(found.into_iter().map(listed).collect())
}

fn drafts(found: &[(Transfer, Time)]) -> Vec<TransferId> {
    let drafts = found.iter().filter(|(transfer, _)| transfer.state == TransferState::Draft);
    drafts.map(|(transfer, _)| transfer.id).collect()
}

/// The rows, each with what it is sorted by.
fn select(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<(Transfer, Time)>> {
    let at = transfer_rows::listed_at;
    let until = coalesce(transfer_rows::expires_at, transfer_rows::draft_until);
    let rows: Vec<(transfers::Row, Time)> = on!(tx, c => {
        let mut query = transfer_rows::table.filter(transfer_rows::owner_id.eq(wanted.owner)).into_boxed();
        query = match wanted.standing {
            None => query,
            Some(Standing::Draft) => query.filter(transfer_rows::state.eq(TransferState::Draft)),
            Some(standing @ (Standing::Expired | Standing::Recalled)) => query.filter(has_ended_as(standing)),
            Some(Standing::Collected) => {
                query.filter(has_ended_as(Standing::Collected).or(is_running().and(is_collected())))
            }
            Some(Standing::Paused) => query.filter(is_running().and(is_paused())),
            Some(Standing::Undelivered) => {
                query.filter(is_running().and(not(is_paused())).and(has_undelivered_mail()))
            }
            Some(Standing::Asked) => query
                .filter(is_running().and(not(is_paused())).and(not(has_undelivered_mail())))
                .filter(waits_for_an_approver()),
            Some(Standing::Waiting) => query
                .filter(is_running().and(not(is_paused())).and(not(has_undelivered_mail())))
                .filter(not(waits_for_an_approver()).and(not(is_collected()))),
        };
        for pattern in patterns(&wanted.search) {
            let likes = delivery_rows::search.like(pattern).escape('\\');
            query = query.filter(exists(its_deliveries().filter(likes)));
        }
        if let Some(from) = wanted.from {
            query = query.filter(at.ge(from));
        }
        if let Some(before) = wanted.before {
            query = query.filter(at.lt(before));
        }
        let id = transfer_rows::id;
        query = match (wanted.order, wanted.after) {
            (Order::Newest, Some(last)) => query.filter(at.lt(last.key).or(at.eq(last.key).and(id.lt(last.id)))),
            (Order::Oldest, Some(last)) => query.filter(at.gt(last.key).or(at.eq(last.key).and(id.gt(last.id)))),
            (Order::Soonest, Some(last)) => {
                query.filter(until.gt(last.key).or(until.eq(last.key).and(id.gt(last.id))))
            }
            (_, None) => query,
        };
        query = query.limit(wanted.limit);
        let row = transfers::Row::as_select();
        match wanted.order {
            Order::Newest => query.order((at.desc(), id.desc())).select((row, at)).load(c),
            Order::Oldest => query.order((at, id)).select((row, at)).load(c),
            Order::Soonest => query
                .filter(transfer_rows::finished_at.is_null())
                .order((until, id))
                .select((row, until))
                .load(c),
        }
    })?;
    Ok(rows.into_iter().map(|(row, key)| (Transfer::from(row), key)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_width_and_case() {
        assert_eq!(folded("Ｋ-7k2m ｱｵｿﾞﾗ　Ärzte"), "k-7k2m アオゾラ ärzte");
        assert_eq!(patterns("  青空商事　100%_\\ "), ["%青空商事%", "%100\\%\\_\\\\%"]);
        assert!(patterns(" 　").is_empty());
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = Cursor { key: Time::from_millis(1_795_404_600_000), id: TransferId::new(Time::default()) };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for text in ["", ".", "1.", "x.0190b0a0-0000-7000-8000-000000000000", "0190b0a0-0000-7000-8000-000000000000"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
