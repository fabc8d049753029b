use actix_web::http::header::HeaderValue;

use super::*;

const TAG: &str = "\"t\"";

fn asked(range: &str, if_range: Option<&str>) -> Wanted {
    let mut headers = HeaderMap::new();
    headers.insert(RANGE, HeaderValue::from_str(range).unwrap());
    if let Some(tag) = if_range {
        headers.insert(IF_RANGE, HeaderValue::from_str(tag).unwrap());
    }
    wanted(&headers, TAG, 100)
}

#[test]
fn single_ranges_are_served() {
    assert_eq!(wanted(&HeaderMap::new(), TAG, 100), Wanted::Whole);
    for (range, want) in [
        ("bytes=0-0", 0..1),
        ("bytes=10-", 10..100),
        ("bytes=10-19", 10..20),
        ("Bytes = 10-19", 10..20),
        ("bytes=99-99999999999999999999999", 99..100),
        ("bytes=-1", 99..100),
        ("bytes=-500", 0..100),
    ] {
        assert_eq!(asked(range, None), Wanted::Part(want), "{range}");
    }
}

#[test]
fn what_cannot_be_satisfied_is_told_and_what_is_no_range_is_ignored() {
    for range in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"] {
        assert_eq!(asked(range, None), Wanted::Nothing, "{range}");
    }
    for range in
        ["bytes=0-1,5-6", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes", "lines=1-2", "bytes=1", "bytes=--1", "="]
    {
        assert_eq!(asked(range, None), Wanted::Whole, "{range}");
    }
}

#[test]
fn another_version_is_served_whole() {
    assert_eq!(asked("bytes=1-", Some(TAG)), Wanted::Part(1..100));
    assert_eq!(asked("bytes=1-", Some("W/\"t\"")), Wanted::Whole);
    assert_eq!(asked("bytes=1-", Some("\"other\"")), Wanted::Whole);
    assert_eq!(asked("bytes=1-", Some("Mon, 23 Nov 2026 10:00:00 GMT")), Wanted::Whole);
}

#[test]
fn known_tags_are_recognised_in_a_list() {
    let mut headers = HeaderMap::new();
    assert!(!matches_any(&headers, TAG));
    headers.insert(IF_NONE_MATCH, HeaderValue::from_static("\"a\", W/\"t\""));
    assert!(matches_any(&headers, TAG));
    headers.insert(IF_NONE_MATCH, HeaderValue::from_static("\"a\""));
    assert!(!matches_any(&headers, TAG));
}

#[test]
fn hostile_names_stay_inside_their_header() {
    for (name, want) in [
        ("a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"),
        (
            "給与 明細.pdf",
            "attachment; filename=\"__ __.pdf\"; filename*=UTF-8''%E7%B5%A6%E4%B8%8E%20%E6%98%8E%E7%B4%B0.pdf",
        ),
        (
            "a\"; filename=b.exe\r\nSet-Cookie: x=y",
            "attachment; filename=\"a__ filename=b.exeSet-Cookie_ x=y\"; \
             filename*=UTF-8''a_%3B%20filename%3Db.exeSet-Cookie_%20x%3Dy",
        ),
        ("../../etc/passwd", "attachment; filename=\".._.._etc_passwd\"; filename*=UTF-8''.._.._etc_passwd"),
        ("x\u{202e}fdp.exe", "attachment; filename=\"xfdp.exe\"; filename*=UTF-8''xfdp.exe"),
        ("100%25.txt", "attachment; filename=\"100_25.txt\"; filename*=UTF-8''100%2525.txt"),
        ("<script>.html", "attachment; filename=\"_script_.html\"; filename*=UTF-8''_script_.html"),
        ("CON", "attachment; filename=\"_CON\"; filename*=UTF-8''_CON"),
        ("\0\n", "attachment; filename=\"file\"; filename*=UTF-8''file"),
    ] {
        let header = disposition(name);
        assert_eq!(header, want);
        assert!(HeaderValue::from_str(&header).is_ok());
    }
}
