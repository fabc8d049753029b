//! Everything as one zip, streamed: files stored as they are, every length known before the first byte.
//!
//! Sections cited are those of PKWARE's APPNOTE 6.3.9. Sizes and CRCs are known from the manifest, so there are no data
//! descriptors (4.3.9), the length is exact and any range can be cut out without making the rest. Names are UTF-8 (flag bit
//! 11, appendix D). Zip64 (4.5.3, 4.3.14, 4.3.15) is used where a number does not fit, and only there.

use std::ops::Range;

use bytes::{BufMut, Bytes, BytesMut};

const LOCAL_HEADER: u32 = 0x0403_4b50;
const CENTRAL_HEADER: u32 = 0x0201_4b50;
const ZIP64_END: u32 = 0x0606_4b50;
const ZIP64_LOCATOR: u32 = 0x0706_4b50;
const END: u32 = 0x0605_4b50;
const ZIP64_EXTRA: u16 = 0x0001;
const UTF8_NAMES: u16 = 1 << 11;
const STORED: u16 = 0;
/// Made on UNIX (3) after version 4.5 (4.4.2): readers then take the file mode from the external attributes.
const MADE_BY: u16 = 3 << 8 | 45;
/// A regular file that its owner may write and all may read.
const MODE: u32 = 0o100_644 << 16;
/// Says "look in the zip64 field" in a field of 32 bits (4.4.1.4); numbers from here on need it.
const BEYOND_32: u64 = 0xffff_ffff;
/// The same in a field of 16 bits.
const BEYOND_16: u64 = 0xffff;

/// A file to be put into an archive.
#[derive(Clone, Debug)]
pub struct ArchiveEntry {
    /// Its name in the archive: sanitised, unique, no more than 65,535 bytes.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// CRC-32 of its bytes.
    pub crc32: u32,
    /// Time of day (4.4.6).
    pub dos_time: u16,
    /// Date (4.4.6).
    pub dos_date: u16,
}

/// A stretch of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// These bytes.
    Bytes(Bytes),
    /// These bytes of the file at this place in the layout.
    File {
        /// Position among the entries, from 0.
        index: usize,
        /// Bytes of the file.
        range: Range<u64>,
    },
}

/// Where every byte of an archive comes from.
#[derive(Clone, Debug)]
pub struct Archive {
    segments: Vec<Segment>,
    length: u64,
}

impl Archive {
    /// The archive of these files, in order.
    pub fn layout(entries: &[ArchiveEntry]) -> Self {
        let mut archive = Self { segments: Vec::with_capacity(entries.len().saturating_mul(2)), length: 0 };
        let mut directory = BytesMut::new();
        for (index, entry) in entries.iter().enumerate() {
            put_central_header(&mut directory, entry, archive.length);
            archive.push(Segment::Bytes(local_header(entry)));
            archive.push(Segment::File { index, range: 0..entry.size });
        }
        put_end(&mut directory, entries.len() as u64, archive.length);
        archive.push(Segment::Bytes(directory.freeze()));
        archive
    }

    /// Bytes of the whole archive.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What these bytes of the archive consist of, in order. What lies past the end is left out.
    pub fn segments(&self, range: Range<u64>) -> Vec<Segment> {
        let mut start = 0;
        let mut cut = Vec::new();
        for segment in &self.segments {
            let end = start + segment.length();
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                cut.push(segment.part(from - start..to - start));
            }
            start = end;
        }
        cut
    }

    fn push(&mut self, segment: Segment) {
        self.length += segment.length();
        self.segments.push(segment);
    }
}

impl Segment {
    /// Its bytes' count.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { range, .. } => range.end.saturating_sub(range.start),
        }
    }

    /// A stretch of it, counted from its own start and within it.
    fn part(&self, within: Range<u64>) -> Self {
        match self {
            Self::Bytes(bytes) => {
                let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                Self::Bytes(bytes.slice(place(within.start)..place(within.end)))
            }
            Self::File { index, range } => {
                Self::File { index: *index, range: range.start + within.start..range.start + within.end }
            }
        }
    }
}

/// 4.3.7. Where the size does not fit, both sizes stand in the zip64 field, as 4.5.3 asks of a local header.
fn local_header(entry: &ArchiveEntry) -> Bytes {
    let name = name_of(entry);
    let mut extra = Zip64Extra::default();
    let size = extra.fit(entry.size);
    extra.fit(entry.size);
    let mut out = BytesMut::with_capacity(64 + name.len());
    out.put_u32_le(LOCAL_HEADER);
    put_common(&mut out, entry, size, &extra);
    out.put_slice(name);
    extra.put(&mut out);
    out.freeze()
}

/// 4.3.12.
fn put_central_header(out: &mut BytesMut, entry: &ArchiveEntry, offset: u64) {
    let name = name_of(entry);
    let mut extra = Zip64Extra::default();
    let size = extra.fit(entry.size);
    extra.fit(entry.size);
    let offset = extra.fit(offset);
    out.put_u32_le(CENTRAL_HEADER);
    out.put_u16_le(MADE_BY);
    put_common(out, entry, size, &extra);
    out.put_u16_le(0); // comment length
    out.put_u16_le(0); // disk number
    out.put_u16_le(0); // internal attributes
    out.put_u32_le(MODE);
    out.put_u32_le(offset);
    out.put_slice(name);
    extra.put(out);
}

/// What both headers have in common, from "version needed" to "extra field length".
fn put_common(out: &mut BytesMut, entry: &ArchiveEntry, size: u32, extra: &Zip64Extra) {
    out.put_u16_le(extra.version_needed());
    out.put_u16_le(UTF8_NAMES);
    out.put_u16_le(STORED);
    out.put_u16_le(entry.dos_time);
    out.put_u16_le(entry.dos_date);
    out.put_u32_le(entry.crc32);
    out.put_u32_le(size); // compressed
    out.put_u32_le(size); // uncompressed
    out.put_u16_le(u16::try_from(name_of(entry).len()).unwrap_or(u16::MAX));
    out.put_u16_le(extra.length());
}

/// 4.3.14 to 4.3.16: the ends of the central directory, which `out` holds and which begins at `offset`.
fn put_end(out: &mut BytesMut, entries: u64, offset: u64) {
    let size = out.len() as u64;
    if entries >= BEYOND_16 || size >= BEYOND_32 || offset >= BEYOND_32 {
        out.put_u32_le(ZIP64_END);
        out.put_u64_le(44); // bytes of this record that follow
        out.put_u16_le(MADE_BY);
        out.put_u16_le(45); // version needed
        out.put_u32_le(0); // this disk
        out.put_u32_le(0); // disk of the directory
        out.put_u64_le(entries); // on this disk
        out.put_u64_le(entries);
        out.put_u64_le(size);
        out.put_u64_le(offset);
        out.put_u32_le(ZIP64_LOCATOR);
        out.put_u32_le(0); // disk of the record
        out.put_u64_le(offset + size);
        out.put_u32_le(1); // disks
    }
    let count = u16::try_from(entries).unwrap_or(u16::MAX);
    out.put_u32_le(END);
    out.put_u16_le(0); // this disk
    out.put_u16_le(0); // disk of the directory
    out.put_u16_le(count); // on this disk
    out.put_u16_le(count);
    out.put_u32_le(saturated(size));
    out.put_u32_le(saturated(offset));
    out.put_u16_le(0); // comment length
}

/// The zip64 extended information field (4.5.3): the numbers that did not fit, in the order of the fields they stand for.
#[derive(Default)]
struct Zip64Extra(Vec<u64>);

impl Zip64Extra {
    /// The field of 32 bits for a number; keeps the number if it does not fit.
    fn fit(&mut self, number: u64) -> u32 {
        if number >= BEYOND_32 {
            self.0.push(number);
        }
        saturated(number)
    }

    fn version_needed(&self) -> u16 {
        if self.0.is_empty() { 20 } else { 45 }
    }

    /// Bytes with the field's own head of four.
    fn length(&self) -> u16 {
        if self.0.is_empty() { 0 } else { 4 + self.content_length() }
    }

    fn content_length(&self) -> u16 {
        u16::try_from(self.0.len() * 8).unwrap_or_default()
    }

    fn put(&self, out: &mut BytesMut) {
        if !self.0.is_empty() {
            out.put_u16_le(ZIP64_EXTRA);
            out.put_u16_le(self.content_length());
            self.0.iter().for_each(|number| out.put_u64_le(*number));
        }
    }
}

fn name_of(entry: &ArchiveEntry) -> &[u8] {
    let name = entry.name.as_bytes();
    name.get(..usize::from(u16::MAX)).unwrap_or(name)
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
