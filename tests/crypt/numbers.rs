//! Pick-up numbers and link codes: what people type is understood, what they mistype is noticed.

use kakitome::crypt::{
    CodeError, NumberError, generate_link_secret, generate_number, grouped, grouped_code, link_code,
    looks_like_number_or_link, parse_link_code, parse_number,
};
use rand::SeedableRng;
use rand::rngs::StdRng;

fn rng() -> StdRng {
    StdRng::seed_from_u64(42)
}

#[test]
fn every_wrong_digit_and_every_swap_of_neighbours_is_noticed() {
    let mut rng = rng();
    for digits in [12, 16, 20] {
        for _ in 0..50 {
            let number = generate_number(&mut rng, digits);
            let right = number.expose().as_bytes().to_vec();
            for at in 0..right.len() {
                for digit in (b'0'..=b'9').filter(|digit| *digit != right[at]) {
                    let mut slip = right.clone();
                    slip[at] = digit;
                    assert_eq!(refusal(&slip, digits), Some(NumberError::CheckDigit));
                }
                if at + 1 < right.len() && right[at] != right[at + 1] {
                    let mut slip = right.clone();
                    slip.swap(at, at + 1);
                    assert_eq!(refusal(&slip, digits), Some(NumberError::CheckDigit));
                }
            }
        }
    }
}

fn refusal(typed: &[u8], digits: u32) -> Option<NumberError> {
    parse_number(std::str::from_utf8(typed).unwrap(), digits).err()
}

#[test]
fn the_check_digit_is_the_published_one() {
    // The example of Damm's method that every description uses.
    assert_eq!(refusal(b"5724", 4), None);
    assert_eq!(refusal(b"5727", 4), Some(NumberError::CheckDigit));
}

#[test]
fn digits_are_drawn_evenly() {
    let mut rng = rng();
    let mut counts = [0u32; 10];
    for _ in 0..10_000 {
        let number = generate_number(&mut rng, 12);
        number.expose().bytes().take(11).for_each(|digit| counts[usize::from(digit - b'0')] += 1);
    }
    // 11,000 expected each; six standard deviations are about 600.
    assert!(counts.iter().all(|count| (10_400..=11_600).contains(count)), "{counts:?}");
}

#[test]
fn a_number_is_understood_in_any_spelling() {
    let number = generate_number(&mut rng(), 12);
    let plain = number.expose();
    let shown = grouped(&number);
    let wide: String = plain.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    let spellings = [
        plain.to_owned(),
        shown.to_string(),
        format!("  {} \n", *shown),
        shown.replace(' ', "-"),
        shown.replace(' ', "ー"),
        shown.replace(' ', "－"),
        shown.replace(' ', "−"),
        shown.replace(' ', "‐"),
        shown.replace(' ', " – "),
        shown.replace(' ', "\u{3000}"),
        shown.replace(' ', "\u{a0}"),
        shown.replace(' ', "〜"),
        shown.replace(' ', "ｰ"),
        format!("\u{feff}{}\u{200b}", *shown),
        wide,
    ];
    for spelling in spellings {
        assert_eq!(parse_number(&spelling, 12).unwrap().expose(), plain, "{spelling:?}");
    }
}

#[test]
fn a_refused_number_says_why() {
    for empty in ["", " ", "ー", "\u{3000}-\n"] {
        assert_eq!(parse_number(empty, 12).unwrap_err(), NumberError::Missing);
    }
    assert_eq!(parse_number("1234", 12).unwrap_err(), NumberError::Length { got: 4, want: 12 });
    assert_eq!(parse_number("1234567890123", 12).unwrap_err(), NumberError::Length { got: 13, want: 12 });
    assert_eq!(parse_number("12345678901O", 12).unwrap_err(), NumberError::Alphabet);
    assert_eq!(parse_number("たすけて", 12).unwrap_err(), NumberError::Alphabet);
    assert!(matches!(parse_number(&"7".repeat(100_000), 12), Err(NumberError::Length { .. })));
}

#[test]
fn a_number_is_shown_in_fours() {
    let number = parse_number("572457245724", 12).unwrap();
    assert_eq!(*grouped(&number), "5724 5724 5724");
}

#[test]
fn a_code_is_understood_in_any_spelling() {
    let mut rng = rng();
    for _ in 0..200 {
        let secret = generate_link_secret(&mut rng);
        let code = link_code(&secret);
        let spoken = grouped_code(&secret);
        let wide: String = code.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
        let spellings = [
            code.to_string(),
            spoken.to_string(),
            code.to_uppercase(),
            spoken.replace(' ', "-"),
            code.replace('0', "o"),
            code.replace('0', "O").replace('1', "l"),
            code.replace('1', "I"),
            format!("#{}", *code),
            format!("%23{}", *code),
            format!("https://files.example.jp/r/4k2m9q#{}", *code),
            format!("https://files.example.jp/r/4k2m9q%23{}", *code),
            format!(" {}\r\n {}", &code[..20], &code[20..]),
            wide,
        ];
        for spelling in spellings {
            assert_eq!(parse_link_code(&spelling).unwrap().expose(), secret.expose(), "{spelling:?}");
        }
        assert_eq!((code.len(), spoken.split(' ').count()), (34, 9));
    }
}

#[test]
fn a_refused_code_says_why() {
    let code = link_code(&generate_link_secret(&mut rng()));
    assert_eq!(parse_link_code("").unwrap_err(), CodeError::Length { got: 0 });
    assert_eq!(parse_link_code(&code[..33]).unwrap_err(), CodeError::Length { got: 33 });
    assert_eq!(parse_link_code(&format!("{}0", *code)).unwrap_err(), CodeError::Length { got: 35 });
    assert_eq!(parse_link_code(&code.replacen(&code[3..4], "u", 1)).unwrap_err(), CodeError::Alphabet);
    assert_eq!(parse_link_code("リンク").unwrap_err(), CodeError::Alphabet);
    let missed = (0..34).filter(|at| {
        let mut slip: Vec<char> = code.chars().collect();
        slip[*at] = if slip[*at] == '7' { '8' } else { '7' };
        parse_link_code(&slip.iter().collect::<String>()).is_ok()
    });
    assert!(missed.count() <= 1, "ten bits of check miss one slip in a thousand");
}

#[test]
fn a_message_that_carries_the_number_is_noticed() {
    let mut rng = rng();
    for digits in [12, 16, 20] {
        let number = generate_number(&mut rng, digits);
        let shown = grouped(&number);
        let kanji: String =
            number.expose().chars().map(|c| "〇一二三四五六七八九".chars().nth(c as usize - 48).unwrap()).collect();
        let one_by_one = number.expose().chars().map(String::from).collect::<Vec<_>>().join(" ");
        for spelling in
            [number.expose(), &shown, &shown.replace(' ', "-"), &shown.replace(' ', "\n"), &kanji, &one_by_one]
        {
            assert!(looks_like_number_or_link(&format!("受取番号は{spelling}です。")), "{spelling}");
        }
    }
    let secret = generate_link_secret(&mut rng);
    for carried in [
        "番号 4708 1925 6331 です".to_owned(),
        "4708-1925-6331".to_owned(),
        "４７０８　１９２５　６３３１".to_owned(),
        "see https://files.example.jp/r/4k2m".to_owned(),
        "ＨＴＴＰ：／／example.jp".to_owned(),
        link_code(&secret).to_string(),
        format!("code: {}", *grouped_code(&secret)),
        grouped_code(&secret).to_uppercase(),
    ] {
        assert!(looks_like_number_or_link(&carried), "{carried}");
    }
}

#[test]
fn an_ordinary_message_passes() {
    for ordinary in [
        "",
        "お世話になっております。給与明細をお送りします。",
        "2025年1月分、2025-01-31 締め。ご不明な点は 03-1234-5678 まで。",
        "TEL 03-1234-5678 FAX 03-1234-5679",
        "携帯 090-1234-5678 080-8765-4321",
        "フリーダイヤル 0120-123-456 0120-789-012",
        "+81 90 1234 5678",
        "期間 2025-01-02 2025-03-04",
        "合計 1,234,567,890 円、伝票 20250131-0043",
        "The quick brown fox jumps over the lazy dog and then some more words follow it, 24 of them.",
        "請求書番号 INV-2025-000123",
    ] {
        assert!(!looks_like_number_or_link(ordinary), "{ordinary}");
    }
}
