//! The zip of everything, held against programs that unpack zips.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;

use kakitome::transfer::archive::{Archive, ArchiveEntry, Segment};
use proptest::prelude::*;

fn entry(name: &str, content: &[u8]) -> ArchiveEntry {
    ArchiveEntry {
        name: name.to_owned(),
        size: content.len() as u64,
        crc32: crc32fast::hash(content),
        dos_time: 0x645c,
        dos_date: 0x5a3f,
    }
}

fn bytes_of(archive: &Archive, contents: &[Vec<u8>], range: std::ops::Range<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for segment in archive.segments(range) {
        match segment {
            Segment::Bytes(own) => bytes.extend_from_slice(&own),
            Segment::File { index, range } => {
                bytes.extend_from_slice(&contents[index][range.start as usize..range.end as usize]);
            }
        }
    }
    bytes
}

/// Runs a program and gives what it printed; fails with the line that installs it.
fn run(install: &str, program: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(program).args(arguments).output().unwrap_or_else(|_| panic!("{program} missing: {install}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn unzip(arguments: &[&str]) -> String {
    run("apt-get install unzip", "unzip", arguments)
}

fn python(script: &str, path: &Path) -> String {
    run("apt-get install python3", "python3", &["-c", script, path.to_str().unwrap()])
}

fn samples() -> (Vec<ArchiveEntry>, Vec<Vec<u8>>) {
    let contents = vec![b"hello".to_vec(), Vec::new(), (0..100_000u32).map(|n| (n % 251) as u8).collect()];
    let names = ["給与明細 2025年1月.pdf", "空.txt", "a (2).bin"];
    (names.iter().zip(&contents).map(|(name, content)| entry(name, content)).collect(), contents)
}

#[test]
fn other_programs_unpack_it_and_find_no_fault() {
    let (entries, contents) = samples();
    let archive = Archive::layout(&entries);
    let bytes = bytes_of(&archive, &contents, 0..archive.length());
    assert_eq!(bytes.len() as u64, archive.length());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.zip");
    std::fs::write(&path, &bytes).unwrap();

    assert!(unzip(&["-t", path.to_str().unwrap()]).contains("No errors detected"));
    let script = "import sys,zipfile\n\
        z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None\n\
        for i in z.infolist(): print(i.filename, i.file_size, i.date_time, i.compress_type, oct(i.external_attr>>16))";
    assert_eq!(
        python(script, &path),
        "給与明細 2025年1月.pdf 5 (2025, 1, 31, 12, 34, 56) 0 0o100644\n\
         空.txt 0 (2025, 1, 31, 12, 34, 56) 0 0o100644\n\
         a (2).bin 100000 (2025, 1, 31, 12, 34, 56) 0 0o100644\n"
    );
}

#[test]
fn an_archive_of_nothing_is_an_archive() {
    let archive = Archive::layout(&[]);
    assert_eq!((archive.length(), archive.segments(0..u64::MAX).len()), (22, 1));
}

/// Writes an archive whose files are all zeros as a sparse file.
fn write_sparse(archive: &Archive, path: &Path) {
    let mut file = File::create(path).unwrap();
    for segment in archive.segments(0..archive.length()) {
        match segment {
            Segment::Bytes(bytes) => file.write_all(&bytes).unwrap(),
            Segment::File { range, .. } => {
                file.seek(SeekFrom::Current((range.end - range.start) as i64)).unwrap();
            }
        }
    }
    assert_eq!(file.metadata().unwrap().len(), archive.length());
}

fn zeros(name: &str, size: u64) -> ArchiveEntry {
    let block = vec![0; 1 << 20];
    let mut crc = crc32fast::Hasher::new();
    let mut left = size;
    while left > 0 {
        let now = left.min(block.len() as u64);
        crc.update(&block[..now as usize]);
        left -= now;
    }
    ArchiveEntry { name: name.to_owned(), size, crc32: crc.finalize(), dos_time: 0, dos_date: 0x21 }
}

fn beyond_four_gib() -> Vec<ArchiveEntry> {
    vec![
        zeros("small first", 10),
        zeros("exactly 2^32-2", 0xffff_fffe),
        zeros("exactly 2^32-1", 0xffff_ffff),
        zeros("beyond", (1 << 32) + 1),
        zeros("small last", 20),
    ]
}

#[test]
fn files_and_offsets_beyond_four_gib_use_zip64() {
    let entries = beyond_four_gib();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.zip");
    write_sparse(&Archive::layout(&entries), &path);
    let script = "import sys,zipfile\n\
        z=zipfile.ZipFile(sys.argv[1])\n\
        for i in z.infolist():\n\
        \x20   f=z.open(i); f.read(5); print(i.filename, i.file_size, i.extract_version)\n\
        assert z.read('small last')==bytes(20)";
    assert_eq!(
        python(script, &path),
        "small first 10 20\nexactly 2^32-2 4294967294 20\nexactly 2^32-1 4294967295 45\nbeyond 4294967297 45\nsmall last 20 45\n"
    );
    assert_eq!(unzip(&["-p", path.to_str().unwrap(), "small last"]).len(), 20);
    assert!(unzip(&["-l", path.to_str().unwrap()]).contains("4294967297"));
    // The long form reads all twelve GiB of zeros.
    if std::env::var_os("KAKITOME_SOAK").is_some() {
        assert!(unzip(&["-t", path.to_str().unwrap()]).contains("No errors detected"));
    }
}

#[test]
fn seventy_thousand_files_use_zip64() {
    let entries: Vec<_> = (0..70_000).map(|number| zeros(&format!("{number}"), 0)).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.zip");
    write_sparse(&Archive::layout(&entries), &path);
    assert_eq!(python("import sys,zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))", &path), "70000\n");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_range_is_the_slice_of_the_whole(
        contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6),
        first in 0u64..2500,
        length in 0u64..2500,
    ) {
        let entries: Vec<_> = contents.iter().enumerate().map(|(n, content)| entry(&format!("ファイル{n}"), content)).collect();
        let archive = Archive::layout(&entries);
        let whole = bytes_of(&archive, &contents, 0..u64::MAX);
        prop_assert_eq!(whole.len() as u64, archive.length());
        let (from, to) = (first.min(archive.length()), (first + length).min(archive.length()));
        let cut = bytes_of(&archive, &contents, first..first + length);
        prop_assert_eq!(cut, &whole[from as usize..to as usize]);
        prop_assert!(archive.segments(first..first + length).iter().all(|segment| segment.length() > 0));
    }
}
