//! Merged byte ranges: what of a file was served.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// Disjoint, sorted, never adjacent byte ranges. Its text form is `0-99,200-299` (inclusive bounds, as in HTTP).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges(Vec<Range<u64>>);

/// Text that is no list of ranges.
#[derive(Debug, thiserror::Error)]
#[error("not a list of byte ranges")]
pub struct NotRanges;

impl Ranges {
    /// Adds a range and merges what touches it. Empty ranges change nothing.
    pub fn add(&mut self, new: Range<u64>) {
        if new.is_empty() {
            return;
        }
        let (mut start, mut end) = (new.start, new.end);
        self.0.retain(|old| {
            let apart = old.end < start || end < old.start;
            if !apart {
                start = start.min(old.start);
                end = end.max(old.end);
            }
            apart
        });
        let place = self.0.partition_point(|old| old.start < start);
        self.0.insert(place, start..end);
    }

    /// Sum of the ranges' lengths in bytes.
    pub fn bytes(&self) -> u64 {
        self.0.iter().map(|range| range.end - range.start).sum()
    }

    /// Whether every byte of a file of `size` bytes is in.
    pub fn cover(&self, size: u64) -> bool {
        size == 0 || self.0.first().is_some_and(|first| first.start == 0 && first.end >= size)
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, range) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}-{}", range.start, range.end - 1)?;
        }
        Ok(())
    }
}

impl FromStr for Ranges {
    type Err = NotRanges;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut ranges = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').ok_or(NotRanges)?;
            let first: u64 = first.parse().map_err(|_| NotRanges)?;
            let last: u64 = last.parse().map_err(|_| NotRanges)?;
            if first > last {
                return Err(NotRanges);
            }
            ranges.add(first..last.saturating_add(1));
        }
        Ok(ranges)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn merging_equals_marking_each_byte(parts in prop::collection::vec((0u64..64, 0u64..16), 0..20)) {
            let mut ranges = Ranges::default();
            let mut marked = [false; 96];
            for (start, length) in parts {
                ranges.add(start..start + length);
                for byte in start..start + length {
                    marked[usize::try_from(byte).unwrap()] = true;
                }
            }
            prop_assert_eq!(ranges.bytes(), marked.iter().filter(|byte| **byte).count() as u64);
            for size in 0..96usize {
                prop_assert_eq!(ranges.cover(size as u64), marked[..size].iter().all(|byte| *byte));
            }
            prop_assert_eq!(&ranges.to_string().parse::<Ranges>().unwrap(), &ranges);
        }
    }

    #[test]
    fn the_last_byte_alone_covers_nothing() {
        let mut ranges = Ranges::default();
        ranges.add(99..100);
        assert!(!ranges.cover(100));
        ranges.add(0..99);
        assert!(ranges.cover(100));
    }
}
