use super::*;
use crate::model::{FileId, FileState, Time};

/// A file as it is kept, by the name as it came.
fn file(name: &str, content: Option<Content>) -> NamedFile {
    NamedFile {
        id: FileId::new(Time::default()),
        name: crate::crypt::sanitise_name(name),
        media_type: String::new(),
        disguised: is_disguised(name),
        size: 1,
        received: 1,
        state: FileState::Complete,
        report: None,
        again: false,
        content,
        macros: false,
    }
}

fn by_name(name: &str) -> Vec<FileFlaw> {
    flaws(&Types::default(), &file(name, None), false)
}

#[test]
fn names_that_pose_as_something_else_are_told() {
    let names = [
        "invoice.pdf.exe",
        "invoice.pdf .exe",
        "INVOICE.PDF.EXE",
        "請求書.pdf.scr",
        "見積書.pdf　　　.exe",
        "見積書.pdf                                                  .exe",
        "見積書.pdf\u{2800}\u{2800}\u{2800}\u{2800}.exe",
        "見積書.pdf\u{3164}\u{3164}.com",
        "見積書.pdf\u{a0}\u{a0}\u{a0}.lnk",
        "見積書．ｐｄｆ．ｅｘｅ",
        "見積書．pdf.exe",
        "見積書\u{2024}pdf.exe",
        "見積書。pdf.exe",
        "見積書｡pdf.js",
        "契約書.docx.js",
        "契約書.docx.vbs",
        "売上.xls.hta",
        "写真.jpg.js",
        "photo.jpg.js",
        "photo.jpeg.pif",
        "photo.png.cmd",
        "photo.gif.bat",
        "photo.heic.msi",
        "movie.mp4.exe",
        "voice.wav.wsf",
        "一覧.txt.lnk",
        "readme.txt.url",
        "readme.rtf.ps1",
        "資料.pptx.jar",
        "資料.zip.exe",
        "資料.lzh.exe",
        "請求書.pdf.html",
        "請求書.pdf.htm",
        "請求書.pdf.mht",
        "請求書.pdf.iso",
        "請求書.pdf.img",
        "請求書.pdf.vhd",
        "申請書.pdf.exe. . .",
        "申請書.pdf.exe   ",
        "申請書.pdf.exe\u{200b}",
        "申請書.pdf.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}",
        "申請書.eml.command",
        "申請書.pdf.sh",
        "申請書.pdf.run",
        "申請書.pdf.desktop",
        "申請書.pdf  最新版        .exe",
        "申請書        .exe",
        "申請書　　　　　　　　　　　　　　.scr",
        "報告書\u{202e}fdp.exe",
        "報告書\u{202e}xcod.txt",
        "\u{202a}報告書.pdf",
        "報告書\u{202b}fdp.exe\u{202c}",
        "報告書\u{202d}.pdf",
        "報告書\u{2066}.pdf\u{2069}",
        "報告書\u{2067}fdp.exe",
        "報告書\u{2068}fdp\u{2069}.docx",
        "報告書\u{200f}fdp.doc",
        "報告書\u{61c}fdp.doc",
        "報告書.p\u{200b}df",
        "報告書.\u{200d}pdf",
        "報告書.pd\u{ad}f",
        "報告書.pdf\u{200e}",
        "報告書.pdf\u{feff}",
        "報告書．p\u{2060}df",
    ];
    assert!(names.len() >= 60);
    for name in names {
        assert_eq!(by_name(name).first(), Some(&FileFlaw::Disguised), "{name:?}: {:?}", by_name(name));
    }
}

#[test]
fn programs_and_scripts_are_told_by_their_names() {
    let names = [
        "setup.exe",
        "SETUP.EXE",
        "ｓｅｔｕｐ．ｅｘｅ",
        "command.com",
        "screen.scr",
        "a.pif",
        "start.bat",
        "start.cmd",
        "start.ps1",
        "macro.vbs",
        "macro.vbe",
        "app.js",
        "app.jse",
        "a.wsf",
        "a.wsh",
        "a.hta",
        "a.cpl",
        "導入.msi",
        "patch.msp",
        "lib.dll",
        "報告書.docx - ショートカット.lnk",
        "tool.jar",
        "設定.reg",
        "a.scf",
        "会社のページ.url",
        "driver.inf",
        "使い方.chm",
        "Kakitome.app",
        "Kakitome.dmg",
        "Kakitome.pkg",
        "起動.command",
        "install.sh",
        "install.run",
        "kakitome.deb",
        "kakitome.rpm",
        "Kakitome.AppImage",
        "addin.xll",
        "www.aozora.com",
        "setup.exe.",
        "setup.exe ",
        "a.{00000000-0000-0000-0000-000000000000}",
        "計算.py",
        "a.settingcontent-ms",
        "a.accde",
        "setup.\u{200b}exe",
    ];
    for name in names {
        assert!(by_name(name).contains(&FileFlaw::Executable), "{name:?}");
    }
}

#[test]
fn types_made_for_macros_are_told_by_their_names() {
    for ending in
        ["docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "ppsm", "sldm", "xla", "XLSM", "ｘｌｓｍ"]
    {
        assert_eq!(by_name(&format!("勤怠表.{ending}")), [FileFlaw::Macros], "{ending}");
    }
    assert_eq!(by_name("大きな表.xlsb"), []);
}

/// Names as offices have them. Each stands for itself and, where the number of its kind is to be had, for others.
const ORDINARY: &str = include_str!("ordinary_names.txt");

#[test]
fn a_document_that_was_converted_only_carries_macros() {
    for name in ["契約書.docx.docm", "売上.xlsx.xlsm", "売上.csv.xlam"] {
        assert_eq!(by_name(name), [FileFlaw::Macros], "{name}");
    }
}

#[test]
fn ordinary_names_are_ordinary() {
    let names: Vec<&str> = ORDINARY.lines().collect();
    assert!(names.len() >= 200, "{}", names.len());
    assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), names.len());
    for name in names {
        assert_eq!(by_name(name), [], "{name:?}");
    }
    // What no list of lines can hold.
    for name in [
        "2026\u{200e}年\u{200e}11\u{200e}月.csv",
        "スクリーンショット 2026-11-26 9.41.00\u{202f}AM.png",
        "葛\u{e0100}城市.pdf",
        "家族\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}.jpg",
        "題名\u{200b}.pdf",
        "\u{feff}一覧.csv",
        "か\u{3099}き\u{3099}.txt",
        "דוח\u{200f}.pdf",
        "議事録　　　　.docx",
        "議事録.pdf　　　.docx",
        "見積書.pdf ",
        "見積書.pdf.",
    ] {
        assert_eq!(by_name(name), [], "{name:?}");
    }
}

#[test]
fn lists_of_endings_are_kept() {
    let types = |allow: &[&str], deny: &[&str]| Types {
        allow: allow.iter().map(ToString::to_string).collect(),
        deny: deny.iter().map(ToString::to_string).collect(),
    };
    let is_refused = |types: &Types, name| flaws(types, &file(name, None), false).contains(&FileFlaw::Ending);
    let allow = types(&["pdf", "xlsx"], &[]);
    for (name, refused) in [
        ("a.pdf", false),
        ("a.PDF", false),
        ("a．ｐｄｆ", false),
        ("a.pdf ", false),
        (".pdf", false),
        ("a.xlsx", false),
        ("a.docx", true),
        ("a", true),
        ("株式会社A.B", true),
        ("a.pdf.zip", true),
        ("a.", true),
        ("a.xls", true),
        ("pdf", true),
    ] {
        assert_eq!(is_refused(&allow, name), refused, "{name}");
    }
    let deny = types(&[], &["zip", "lzh"]);
    for (name, refused) in
        [("a.zip", true), ("a.ZIP", true), ("a.ｚｉｐ", true), ("a.z\u{200b}ip", true), ("a.pdf", false), ("a", false)]
    {
        assert_eq!(is_refused(&deny, name), refused, "{name}");
    }
    assert!(is_refused(&types(&["pdf"], &["pdf"]), "a.pdf"), "what is denied stays denied");
}

#[test]
fn the_worst_is_said_first_and_each_once() {
    let types = Types { deny: vec!["exe".into()], ..Types::default() };
    let mut all = file("invoice.pdf.exe", Some(Content::Executable));
    all.macros = true;
    assert_eq!(
        flaws(&types, &all, false),
        [FileFlaw::Disguised, FileFlaw::Executable, FileFlaw::Ending, FileFlaw::Macros]
    );
    let program = file("photo.jpg", Some(Content::Executable));
    assert_eq!(flaws(&Types::default(), &program, false), [FileFlaw::Executable, FileFlaw::Mismatched]);
    let script = file("memo.txt", Some(Content::Script));
    assert_eq!(flaws(&Types::default(), &script, false), [FileFlaw::Executable]);
    let export = file("集計.xls", Some(Content::Html));
    assert_eq!(flaws(&Types::default(), &export, false), [FileFlaw::Mismatched]);
    let locked = file("給与.xlsx", Some(Content::Encrypted));
    assert_eq!(flaws(&Types::default(), &locked, false), [FileFlaw::Encrypted]);
    let former = file("給与.xlsx", Some(Content::Compound));
    assert_eq!(flaws(&Types::default(), &former, false), [FileFlaw::Mismatched]);
}

/// Every flaw that this module can tell has its words in both languages, with what to do.
#[test]
fn every_flaw_has_its_texts() {
    for language in ["ja", "en"] {
        let path = format!("{}/web/locales/{language}/problem.ftl", env!("CARGO_MANIFEST_DIR"));
        let texts = std::fs::read_to_string(path).unwrap();
        for flaw in ALL {
            let key = format!("\nfile-refused-{} =", flaw.word().replace('_', "-"));
            let after = texts.split(&key).nth(1).unwrap_or_else(|| panic!("{language}: {key}"));
            let next = after.lines().nth(1).unwrap();
            assert!(next.trim_start().starts_with(".next ="), "{language}: {key} says what to do");
        }
    }
}

const ALL: [FileFlaw; 11] = [
    FileFlaw::Infected,
    FileFlaw::Encrypted,
    FileFlaw::Limits,
    FileFlaw::Oversized,
    FileFlaw::TimedOut,
    FileFlaw::Failed,
    FileFlaw::Executable,
    FileFlaw::Macros,
    FileFlaw::Disguised,
    FileFlaw::Mismatched,
    FileFlaw::Ending,
];
