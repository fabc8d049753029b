//! What a file's first bytes say, and whether that is what its name says.

use file_format::{FileFormat, Kind};

use crate::model::Content;

/// Bytes by which a content is told; a PDF may begin anywhere in them (PDF 32000-1, Annex H, note 13 to 7.5.2).
pub(super) const HEAD: usize = 1024;

/// How a page for browsers begins, in any case of letters; office programs export tables so.
const PAGE: [&[u8]; 9] =
    [b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<table", b"<meta", b"<title", b"<style"];

/// What a file is that begins with these bytes: at most [`HEAD`], fewer if it is shorter.
pub(super) fn of(head: &[u8]) -> Content {
    if is_text(head) { of_text(head) } else { of_bytes(head) }
}

/// Whether somebody could have written these bytes as text, in any of the encodings that are met in Japan: none of them
/// uses the control characters that every other type has near its beginning. A text that begins like something else
/// ("MZ", "BM", "0707") is a text.
fn is_text(head: &[u8]) -> bool {
    let is_wide = (head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff")) && head.len().is_multiple_of(2);
    let is_control = |b: &u8| matches!(b, 0..=8 | 0x0e..=0x19 | 0x1c..=0x1f | 0x7f);
    is_wide || !head.iter().any(is_control)
}

fn of_text(head: &[u8]) -> Content {
    let start = beginning(head);
    if start.starts_with(b"%PDF-") {
        return Content::Pdf;
    }
    if begins(start, b"@echo off") || start.strip_prefix(b"#!").is_some_and(is_interpreter) {
        return Content::Script;
    }
    if PAGE.iter().any(|tag| begins(start, tag)) { Content::Html } else { Content::Text }
}

/// A program's path after the first two characters of a script.
fn is_interpreter(rest: &[u8]) -> bool {
    rest.trim_ascii_start().starts_with(b"/")
}

/// What comes after a byte order mark, blanks, an XML declaration and comments.
fn beginning(head: &[u8]) -> &[u8] {
    let mut rest = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    for (from, to) in [(&b"<?xml"[..], &b"?>"[..]), (b"<!--", b"-->")] {
        while rest.starts_with(from) {
            let Some(end) = memchr::memmem::find(rest, to) else { break };
            rest = rest.get(end + to.len()..).unwrap_or_default().trim_ascii_start();
        }
    }
    rest
}

fn begins(bytes: &[u8], with: &[u8]) -> bool {
    bytes.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with))
}

fn of_bytes(head: &[u8]) -> Content {
    let format = FileFormat::from(head);
    match format {
        FileFormat::MsDosExecutable
        | FileFormat::ExecutableAndLinkableFormat
        | FileFormat::MachO
        | FileFormat::JavaClass
        | FileFormat::DalvikExecutable
        | FileFormat::WindowsShortcut
        | FileFormat::DebianPackage
        | FileFormat::RedHatPackageManager => Content::Executable,
        FileFormat::PortableDocumentFormat => Content::Pdf,
        FileFormat::Zip => Content::Zip,
        FileFormat::CompoundFileBinary => Content::Compound,
        FileFormat::Id3v2 => Content::Audio,
        FileFormat::RoshalArchive => Content::Rar,
        // clamd 1.4 has nothing that opens these.
        FileFormat::Ace | FileFormat::Lha | FileFormat::Zoo | FileFormat::Zpaq | FileFormat::Zstandard => {
            Content::Opaque
        }
        // Sound or pictures: which, is told further within.
        FileFormat::Mpeg4Part14
        | FileFormat::ExtensibleBinaryMetaLanguage
        | FileFormat::AdvancedSystemsFormat
        | FileFormat::OggMultiplexedMedia => Content::Video,
        _ if memchr::memmem::find(head, b"%PDF-").is_some() => Content::Pdf,
        _ => of_kind(format.kind()),
    }
}

/// Only kinds that a name can contradict. Programs of rare machines are told by two bytes, which anything may begin with.
fn of_kind(kind: Kind) -> Content {
    match kind {
        Kind::Archive | Kind::Compressed | Kind::Package => Content::Archive,
        Kind::Image => Content::Image,
        Kind::Audio => Content::Audio,
        Kind::Video => Content::Video,
        _ => Content::Other,
    }
}

/// Whether a content is what an ending says. Endings that say nothing of it are never wrong.
pub(super) fn fits(ending: &str, content: Content) -> bool {
    expected(ending).is_none_or(|contents| contents.contains(&content))
}

fn expected(ending: &str) -> Option<&'static [Content]> {
    use Content::{
        Archive, Audio, Compound, Encrypted, Html, Image, Opaque, Other, Pdf, Rar, Script, Text, Video, Zip,
    };
    Some(match ending {
        "pdf" => &[Pdf],
        // Under a password an office program wraps its document into a compound file and keeps the ending.
        "docx" | "dotx" | "docm" | "dotm" | "xlsx" | "xltx" | "xlsm" | "xltm" | "xlsb" | "xlam" | "pptx" | "potx"
        | "ppsx" | "pptm" | "potm" | "ppsm" | "ppam" | "vsdx" | "vsdm" => &[Zip, Encrypted],
        "zip" | "odt" | "ods" | "odp" | "odg" | "ott" | "ots" | "otp" | "epub" | "xps" | "oxps" | "jar" | "apk" => {
            &[Zip]
        }
        // The oldest ones were no compound files yet, and are told by nothing.
        "doc" | "dot" | "xls" | "xlt" | "xla" | "ppt" | "pot" | "pps" | "ppa" => &[Compound, Other],
        "msg" | "vsd" | "mpp" | "pub" => &[Compound, Encrypted],
        "jpg" | "jpeg" | "jpe" | "jfif" | "png" | "gif" | "bmp" | "dib" | "tif" | "tiff" => &[Image],
        "webp" | "heic" | "heif" | "avif" | "ico" | "psd" | "jp2" => &[Image, Video, Other],
        "mp3" | "wav" | "m4a" | "aac" | "flac" | "ogg" | "oga" | "wma" | "opus" | "aif" | "aiff" | "mp4" | "m4v"
        | "mov" | "avi" | "wmv" | "mkv" | "webm" | "mpg" | "mpeg" | "mts" | "m2ts" | "3gp" => &[Audio, Video, Other],
        "rar" => &[Rar],
        "zst" => &[Opaque],
        "7z" | "gz" | "tgz" | "bz2" | "xz" | "cab" => &[Archive],
        "tar" | "arj" => &[Archive, Other],
        "lzh" | "lha" => &[Opaque, Other],
        "rtf" => &[Text],
        "txt" | "csv" | "tsv" | "tab" | "log" | "md" | "json" | "yml" | "yaml" | "ini" | "ics" | "vcf" | "eml"
        | "xml" | "xsl" | "xsd" | "svg" | "htm" | "html" | "xhtml" | "mht" | "mhtml" | "css" => {
            &[Text, Html, Script, Other]
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(start: &[u8]) -> Vec<u8> {
        let mut bytes = start.to_vec();
        bytes.resize(600, 0);
        bytes
    }

    #[test]
    fn first_bytes_tell_the_content() {
        for (start, want) in [
            (&b"MZ\x90\x00\x03"[..], Content::Executable),
            (b"\x7fELF\x02\x01\x01", Content::Executable),
            (b"\xcf\xfa\xed\xfe\x07\x00\x00\x01", Content::Executable),
            (b"\xca\xfe\xba\xbe\x00\x00\x00\x02", Content::Executable),
            (b"\xca\xfe\xba\xbe\x00\x00\x00\x34", Content::Executable),
            (b"dex\n035\x00", Content::Executable),
            (b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F", Content::Executable),
            (b"!<arch>\ndebian-binary   ", Content::Executable),
            (b"\xed\xab\xee\xdb\x03\x00", Content::Executable),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Content::Pdf),
            (b"\x00\x05MacBinary\x00%PDF-1.4", Content::Pdf),
            (b"PK\x03\x04\x14\x00", Content::Zip),
            (b"PK\x05\x06\x00\x00", Content::Zip),
            (b"PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x14\x00\x00\x00\x14\x00\x00\x00\x08\x00\x00\x00mimetypeapplication/epub+zip", Content::Zip),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content::Compound),
            (b"7z\xbc\xaf\x27\x1c\x00\x04", Content::Archive),
            (b"Rar!\x1a\x07\x01\x00", Content::Rar),
            (b"\x1f\x8b\x08\x00\x00\x00", Content::Archive),
            (b"BZh91AY&SY\x00", Content::Archive),
            (b"\xfd7zXZ\x00\x00", Content::Archive),
            (b"MSCF\x00\x00", Content::Archive),
            (b"\x1a\x00-lh5-\x00", Content::Opaque),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", Content::Image),
            (b"\x89PNG\r\n\x1a\n\x00", Content::Image),
            (b"GIF89a\x01\x00", Content::Image),
            (b"II*\x00\x08\x00", Content::Image),
            (b"\x00\x00\x00\x18ftypheic\x00", Content::Image),
            (b"ID3\x04\x00\x00", Content::Audio),
            (b"RIFF\x24\x00\x00\x00WAVEfmt ", Content::Audio),
            (b"\x00\x00\x00\x18ftypmp42\x00", Content::Video),
            (b"\x00\x00\x00\x14ftypqt  \x00", Content::Video),
            (b"\x01\x08\x0b\x08", Content::Other),
            (b"\x4c\x01\x02\x00", Content::Other),
        ] {
            assert_eq!(of(&head(start)), want, "{}", start.escape_ascii());
        }
    }

    #[test]
    fn tar_is_told_by_what_stands_at_257() {
        let mut tar = vec![0; 512];
        tar[..8].copy_from_slice(b"kyuyo.ta");
        tar[257..265].copy_from_slice(b"ustar\x0000");
        assert_eq!(of(&tar), Content::Archive);
    }

    #[test]
    fn texts_are_texts_in_every_encoding() {
        let shift_jis = encoding_rs::SHIFT_JIS.encode("社員番号,氏名,支給額\r\n1,佐藤 花子,250000\r\n").0;
        let jis = encoding_rs::ISO_2022_JP.encode("給与のお知らせ").0;
        let euc = encoding_rs::EUC_JP.encode("給与のお知らせ").0;
        let wide: Vec<u8> = "\u{feff}氏名\t支給額".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for text in [
            &*shift_jis,
            &jis,
            &euc,
            &wide,
            "氏名,支給額\n".as_bytes(),
            b"MZ,1\r\n",
            b"BM1,2,3\n",
            b"0707,1\n",
            b"BZh,\n",
            b"{\\rtf1\\ansi",
            b"<?xml version=\"1.0\"?><a/>",
            b"#include <a>",
            b"# a title",
            b"#!markdown",
            b"1,2\r\n\x1a",
            b"\x0c",
            b"",
        ] {
            assert_eq!(of(text), Content::Text, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn pages_and_scripts_are_told_apart_from_texts() {
        for page in [
            "<!DOCTYPE html>",
            "\u{feff}\n<HTML>",
            "<!-- saved -->\n<html>",
            "<?xml version='1.0'?>\n<!doctype HTML>",
            "<table><tr>",
        ] {
            assert_eq!(of(page.as_bytes()), Content::Html, "{page}");
        }
        for script in ["#!/bin/sh\n", "#! /usr/bin/env python3", "@ECHO OFF\r\n", "\u{feff}@echo off"] {
            assert_eq!(of(script.as_bytes()), Content::Script, "{script}");
        }
        assert_eq!(of(b"\r\n%PDF-1.7\n"), Content::Pdf);
        assert_eq!(of(b"how to find %PDF- in a file"), Content::Text);
        assert_eq!(of(b"<!-- never ends"), Content::Text);
    }

    #[test]
    fn a_content_fits_its_ending_or_is_marked() {
        use Content::*;
        for (ending, content) in [
            ("pdf", Pdf),
            ("docx", Zip),
            ("docx", Encrypted),
            ("xls", Compound),
            ("jpg", Image),
            ("csv", Text),
            ("csv", Other),
            ("txt", Other),
            ("m4a", Video),
            ("tar", Other),
            ("", Executable),
            ("dat", Zip),
            ("svg", Text),
            ("mp3", Other),
        ] {
            assert!(fits(ending, content), "{ending} {content}");
        }
        for (ending, content) in [
            ("pdf", Zip),
            ("pdf", Html),
            ("docx", Compound),
            ("docx", Executable),
            ("jpg", Executable),
            ("xls", Html),
            ("xls", Text),
            ("xls", Zip),
            ("doc", Text),
            ("csv", Zip),
            ("zip", Archive),
            ("png", Pdf),
            ("mp4", Zip),
            ("txt", Executable),
            ("odt", Encrypted),
        ] {
            assert!(!fits(ending, content), "{ending} {content}");
        }
    }
}
