//! A look at a file's bytes while they arrive, over as many requests as it takes: what it is, and whether it carries
//! macros. Macros are told by names that every reader of these types can see without unpacking anything: of entries in a
//! zip archive, of streams in a compound file. Programs within a PDF are not looked for: public forms calculate with
//! them, readers confine them, and they mostly lie in packed streams.

use memchr::memmem;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::model::{Content, DraftFile};

use super::content::{self, HEAD};

/// Bytes of an entry's name that are looked at.
const NAME: usize = 256;
/// The longest marker: a central directory header up to its name (APPNOTE 4.3.12), and the name.
const LONGEST: usize = 46 + NAME;
const VERSION: u8 = 1;

/// What was seen of a file so far.
#[derive(Clone)]
pub(in crate::transfer) struct Look {
    content: Option<Content>,
    macros: bool,
    /// Whether it is a document of the OpenDocument kind.
    is_open_document: bool,
    /// The bytes by which the content will be told; once it is: the last ones, in which a marker may have begun.
    held: Zeroizing<Vec<u8>>,
}

impl Look {
    /// Goes on where the durable bytes of a file end. None for a file whose beginning nobody looked at: it came before
    /// there was a look.
    ///
    /// # Errors
    /// What was stored is not what [`Look::to_bytes`] wrote.
    pub(in crate::transfer) fn of(row: &DraftFile, opened: Option<&[u8]>) -> Result<Option<Self>> {
        let Some(bytes) = opened else {
            let new = Self { content: None, macros: false, is_open_document: false, held: Zeroizing::default() };
            return Ok((row.received == 0).then_some(new));
        };
        let [VERSION, is_open_document, held @ ..] = bytes else {
            return Err(Error::fault("going on with a look", "its state is of another form"));
        };
        let (content, macros) = (row.content, row.macros);
        Ok(Some(Self {
            content,
            macros,
            is_open_document: *is_open_document == 1,
            held: Zeroizing::new(held.to_vec()),
        }))
    }

    /// The state beside content and macros, to go on from later at exactly this byte. It holds bytes of the file: store it
    /// sealed.
    pub(in crate::transfer) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(2 + self.held.len()));
        bytes.extend_from_slice(&[VERSION, u8::from(self.is_open_document)]);
        bytes.extend_from_slice(&self.held);
        bytes
    }

    /// Takes in the next bytes.
    pub(in crate::transfer) fn update(&mut self, bytes: &[u8]) {
        if self.content.is_some() {
            return self.search(bytes);
        }
        let (now, rest) = bytes.split_at(bytes.len().min(HEAD.saturating_sub(self.held.len())));
        self.held.extend_from_slice(now);
        if self.held.len() == HEAD {
            self.tell();
            self.search(rest);
        }
    }

    /// The file is whole: also a short one is told.
    pub(in crate::transfer) fn finish(&mut self) {
        if self.content.is_none() {
            self.tell();
        }
        self.held.clear();
    }

    /// What it is, once that is known.
    pub(in crate::transfer) fn content(&self) -> Option<Content> {
        self.content
    }

    /// Whether a macro was seen.
    pub(in crate::transfer) fn macros(&self) -> bool {
        self.macros
    }

    fn tell(&mut self) {
        let head = std::mem::take(&mut self.held);
        self.content = Some(content::of(&head));
        // Such a document begins with its media type, stored (OpenDocument 1.3, part 2, 3.3).
        self.is_open_document = head.get(30..).is_some_and(|name| name.starts_with(b"mimetypeapplication/vnd.oasis."));
        self.search(&head);
    }

    /// Looks for markers in the next bytes, and across where they join what is held.
    fn search(&mut self, bytes: &[u8]) {
        if self.is_over() {
            self.held.clear();
            return;
        }
        let (seam, _) = bytes.split_at(bytes.len().min(LONGEST - 1));
        self.held.extend_from_slice(seam);
        let held = std::mem::take(&mut self.held);
        self.find(&held);
        if seam.len() < bytes.len() {
            self.find(bytes);
        }
        let last = if seam.len() < bytes.len() { bytes } else { &held };
        self.held.extend_from_slice(last.get(last.len().saturating_sub(LONGEST - 1)..).unwrap_or_default());
    }

    /// Whether nothing more can be found.
    fn is_over(&self) -> bool {
        match self.content {
            Some(Content::Zip | Content::Text | Content::Html) => self.macros,
            // Whether it is encrypted may still show.
            Some(Content::Compound) => false,
            _ => true,
        }
    }

    fn find(&mut self, bytes: &[u8]) {
        match self.content {
            Some(Content::Zip) => self.macros |= entries(bytes).any(|name| is_macro_entry(name, self.is_open_document)),
            Some(Content::Compound) => {
                self.macros |= is_in_compound(bytes, "_VBA_PROJECT") || is_in_compound(bytes, "_VBA_PROJECT_CUR");
                self.macros |= is_presentation_with_macros(bytes);
                if is_in_compound(bytes, "EncryptedPackage") {
                    self.content = Some(Content::Encrypted);
                }
            }
            Some(Content::Text | Content::Html) => {
                self.macros |= MARKUP.iter().any(|marker| memmem::find(bytes, marker).is_some());
            }
            _ => {}
        }
    }
}

/// Word documents as one XML text, and as one web page with what belongs to it.
const MARKUP: [&[u8]; 4] =
    [b"w:macrosPresent=\"yes\"", b"w:macrosPresent='yes'", b"/vbaProject.bin\"", b"/editdata.mso\r\n"];

/// The names in headers of entries, local and central (APPNOTE 4.3.7, 4.3.12). A header whose name is not whole here is whole
/// in the next bytes.
fn entries(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    memmem::find_iter(bytes, b"PK").filter_map(|at| {
        let header = bytes.get(at..)?;
        let (length_at, name_at) = match header.get(2..4)? {
            [1, 2] => (28, 46),
            [3, 4] => (26, 30),
            _ => return None,
        };
        header.get(name_at..)?.get(..usize::from(number(header, length_at)?).min(NAME))
    })
}

/// Whether an entry is one that carries macros: Visual Basic, tables of Excel 4 macros, and, in an OpenDocument, modules of
/// a Basic library or scripts. Without case, as the office programs compare names, and with either slash. It runs for every
/// two bytes that look like a header: nothing is copied.
fn is_macro_entry(name: &[u8], is_open_document: bool) -> bool {
    let is_slash = |byte: &u8| matches!(byte, b'/' | b'\\');
    let (folder, file) = match name.iter().rposition(is_slash) {
        Some(at) => (name.get(..at).unwrap_or_default(), name.get(at + 1..).unwrap_or_default()),
        None => (&[][..], name),
    };
    let mut steps = folder.rsplitn(3, is_slash);
    let in_macro_sheets = steps.next().is_some_and(|step| step.eq_ignore_ascii_case(b"macrosheets"))
        && steps.next().is_some_and(|step| step.eq_ignore_ascii_case(b"xl"));
    let first = folder.split(is_slash).next().unwrap_or_default();
    let lists_modules =
        || [&b""[..], b"script-lb.xml", b"script-lc.xml"].iter().any(|other| file.eq_ignore_ascii_case(other));
    let is_module = || first.eq_ignore_ascii_case(b"basic") && !lists_modules();
    let is_script = || first.eq_ignore_ascii_case(b"scripts") && !file.is_empty();
    file.eq_ignore_ascii_case(b"vbaproject.bin") || in_macro_sheets || is_open_document && (is_module() || is_script())
}

/// Whether the directory of a compound file has an entry of this name ([MS-CFB] 2.6.1): 64 bytes of UTF-16, compared
/// without case, their length with the final zero, and a storage or stream as type.
fn is_in_compound(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (first, _) = wide.split_at(wide.len().min(2));
    memmem::find_iter(bytes, first).any(|at| {
        let is_entry = || {
            let entry = bytes.get(at..)?;
            let named = entry.get(..wide.len())?.eq_ignore_ascii_case(&wide);
            let long = usize::from(number(entry, 64)?) == wide.len() + 2;
            Some(named && long && matches!(entry.get(66)?, 1 | 2))
        };
        is_entry().unwrap_or(false)
    })
}

/// Whether a presentation says that it has macros, which it keeps packed ([MS-PPT] 2.4.10, 2.4.11): a container, its atom,
/// a reference, and then the answer.
fn is_presentation_with_macros(bytes: &[u8]) -> bool {
    const HEADERS: &[u8] = b"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00";
    memmem::find_iter(bytes, HEADERS).any(|at| bytes.get(at + HEADERS.len() + 4) == Some(&1))
}

/// A number of two bytes, the lower one first.
fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{FileId, FileState, Time, TransferId};

    fn row(received: usize, look: Option<&Look>) -> DraftFile {
        DraftFile {
            id: FileId::new(Time::default()),
            transfer: TransferId::new(Time::default()),
            position: 0,
            size: i64::MAX,
            received: i64::try_from(received).unwrap(),
            state: FileState::Uploading,
            name_sealed: Vec::new(),
            digest_sealed: None,
            upload_until: Time::default(),
            report: None,
            again: false,
            content: look.and_then(Look::content),
            macros: look.is_some_and(Look::macros),
            look_sealed: None,
        }
    }

    fn begin() -> Look {
        Look::of(&row(0, None), None).unwrap().unwrap()
    }

    /// What is seen of a file that comes in these pieces; between them lies what the database keeps.
    fn seen<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Option<Content>, bool) {
        let mut look = begin();
        for piece in pieces {
            look.update(piece);
            look = Look::of(&row(1, Some(&look)), Some(&look.to_bytes())).unwrap().unwrap();
        }
        look.finish();
        (look.content(), look.macros())
    }

    /// A header of an entry, local (APPNOTE 4.3.7) or central (4.3.12).
    fn entry(name: &str, is_central: bool) -> Vec<u8> {
        let mut header = vec![0; if is_central { 46 } else { 30 }];
        header[..4].copy_from_slice(if is_central { b"PK\x01\x02" } else { b"PK\x03\x04" });
        let at = if is_central { 28 } else { 26 };
        header[at..at + 2].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        [header, name.as_bytes().to_vec()].concat()
    }

    /// An entry in the directory of a compound file.
    fn stream(name: &str) -> Vec<u8> {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u8::try_from(entry.len() + 2).unwrap();
        entry.resize(128, 0);
        (entry[64], entry[66]) = (length, 2);
        entry
    }

    fn zip(entries: &[Vec<u8>]) -> Vec<u8> {
        [entry("[Content_Types].xml", false), vec![7; 3000], entries.concat(), vec![9; 500]].concat()
    }

    fn compound(streams: &[Vec<u8>]) -> Vec<u8> {
        [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 3000], streams.concat(), vec![1; 500]].concat()
    }

    fn open_document(entries: &[&str]) -> Vec<u8> {
        let first = [entry("mimetype", false), b"application/vnd.oasis.opendocument.text".to_vec()].concat();
        [first, entries.iter().flat_map(|name| entry(name, false)).collect()].concat()
    }

    fn samples() -> Vec<(Vec<u8>, Content, bool)> {
        let presentation = |answer| {
            let atom = b"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00\x05\x00\x00\x00";
            compound(&[[atom.to_vec(), vec![answer, 0, 0, 0, 2, 0, 0, 0]].concat()])
        };
        vec![
            (zip(&[entry("word/document.xml", false)]), Content::Zip, false),
            (zip(&[entry("word/vbaProject.bin", false)]), Content::Zip, true),
            (zip(&[entry("xl/vbaProject.bin", true)]), Content::Zip, true),
            (zip(&[entry("PPT/VBAPROJECT.BIN", true)]), Content::Zip, true),
            (zip(&[entry("ppt\\vbaProject.bin", true)]), Content::Zip, true),
            (zip(&[entry("xl/macrosheets/sheet1.xml", true)]), Content::Zip, true),
            (zip(&[b"about vbaProject.bin".to_vec()]), Content::Zip, false),
            (zip(&[entry("vbaProject.bin.txt", true)]), Content::Zip, false),
            (zip(&[entry("Basic/2026/plan.xml", true)]), Content::Zip, false),
            (
                open_document(&["content.xml", "Basic/script-lc.xml", "Basic/Standard/script-lb.xml"]),
                Content::Zip,
                false,
            ),
            (open_document(&["content.xml", "Basic/Standard/Module1.xml"]), Content::Zip, true),
            (open_document(&["Scripts/python/pay.py"]), Content::Zip, true),
            (compound(&[stream("WordDocument")]), Content::Compound, false),
            (compound(&[stream("WordDocument"), stream("_VBA_PROJECT")]), Content::Compound, true),
            (compound(&[stream("_VBA_PROJECT_CUR")]), Content::Compound, true),
            (compound(&[stream("_vba_project")]), Content::Compound, true),
            (compound(&["_VBA_PROJECT".encode_utf16().flat_map(u16::to_le_bytes).collect()]), Content::Compound, false),
            (compound(&[stream("EncryptionInfo"), stream("EncryptedPackage")]), Content::Encrypted, false),
            (presentation(1), Content::Compound, true),
            (presentation(0), Content::Compound, false),
            (b"<?xml version=\"1.0\"?><w:wordDocument w:macrosPresent=\"yes\">".to_vec(), Content::Text, true),
            (
                [b"MIME-Version: 1.0\r\n".to_vec(), vec![b' '; 2000], b"C:/a_files/editdata.mso\r\n".to_vec()].concat(),
                Content::Text,
                true,
            ),
            (b"%PDF-1.7\n/OpenAction /JavaScript".to_vec(), Content::Pdf, false),
            (b"a".to_vec(), Content::Text, false),
            (vec![0; 5000], Content::Other, false),
        ]
    }

    #[test]
    fn what_lies_in_a_file_is_seen() {
        for (n, (bytes, content, macros)) in samples().into_iter().enumerate() {
            assert_eq!(seen([&*bytes]), (Some(content), macros), "sample {n}");
            assert_eq!(seen(bytes.chunks(1)), (Some(content), macros), "sample {n} byte by byte");
        }
    }

    #[test]
    fn a_file_whose_beginning_was_not_looked_at_is_not_told() {
        assert!(Look::of(&row(5, None), None).unwrap().is_none());
        assert!(Look::of(&row(5, None), Some(b"?")).is_err());
        assert!(Look::of(&row(5, None), Some(b"")).is_err());
    }

    #[test]
    fn little_is_held() {
        let mut look = begin();
        look.update(&zip(&[]));
        assert!(look.to_bytes().len() < 2 + LONGEST);
        let mut look = begin();
        look.update(&[&b"\xff\xd8\xff\xe0\x00"[..], &[0; 9000]].concat());
        assert_eq!((look.content(), look.to_bytes().len()), (Some(Content::Image), 2));
    }

    proptest! {
        /// However a file is cut, wherever in it the marker lies: the same is seen.
        #[test]
        fn cuts_change_nothing(
            sample in 0..samples().len(),
            before in 0..4000_usize,
            cuts in proptest::collection::vec(0..9000_usize, 0..12),
        ) {
            let (bytes, content, macros) = samples().swap_remove(sample);
            // What follows the first 1024 bytes moves on.
            let (head, rest) = bytes.split_at(bytes.len().min(HEAD));
            let moved = [head, &vec![b' '; if rest.is_empty() { 0 } else { before }], rest].concat();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(moved.len())).collect();
            cuts.extend([0, moved.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|pair| &moved[pair[0]..pair[1]]);
            prop_assert_eq!(seen(pieces), (Some(content), macros));
        }

        /// Nothing that comes makes it fail.
        #[test]
        fn anything_is_looked_at(start in 0..4_usize, bytes in proptest::collection::vec(any::<u8>(), 0..6000)) {
            let start: &[u8] = [&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<"][start];
            let all = [start, &bytes].concat();
            prop_assert_eq!(seen([&*all]), seen(all.chunks(700)));
        }
    }
}
