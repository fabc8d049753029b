//! Codes from an app: TOTP (RFC 6238) as every authenticator app computes it, SHA-1, six digits, 30 seconds.

use qrcode::{Color, EcLevel, QrCode};
use rand::CryptoRng;
use subtle::{ConditionallySelectable, ConstantTimeEq};
use totp_rs::{Builder, Secret, Totp};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{CryptError, Result};
use crate::model::{Time, TotpSecret};

/// Seconds in a step.
const STEP: i64 = 30;
/// Steps before and after the present one whose code is taken: clocks differ, and typing takes its time.
const SKEW: i64 = 1;
/// Digits of a code.
const DIGITS: usize = 6;
/// Characters of the issuer in an app's list: longer ones make the picture too fine to be photographed.
const ISSUER: usize = 40;
/// Light modules around a QR code (ISO/IEC 18004, 5.3.8).
const QUIET: usize = 4;

/// A new secret: 160 bits, the length of the hash (RFC 4226, section 4, R6).
pub fn generate_totp_secret(rng: &mut (impl CryptoRng + ?Sized)) -> TotpSecret {
    let mut bytes = Zeroizing::new([0; 20]);
    rng.fill_bytes(bytes.as_mut());
    TotpSecret::new(*bytes)
}

/// The code that the app shows at `at`.
///
/// # Errors
/// `Malformed`, never for a secret of ours.
pub fn totp_code(secret: &TotpSecret, at: Time) -> Result<Zeroizing<String>> {
    code_of(&app(secret, None)?, step_of(at))
}

/// The step that a code typed at `now` belongs to; none for a wrong one. Takes the same time for every code.
///
/// # Errors
/// `Malformed`, never for a secret of ours.
pub fn totp_step(secret: &TotpSecret, typed: &str, now: Time) -> Result<Option<i64>> {
    let (app, typed) = (app(secret, None)?, digits(typed));
    let present = step_of(now);
    let mut found = 0_i64;
    // Every step is looked at, and the newest that fits counts: an older one would be used up already if both fitted.
    for step in present.saturating_sub(SKEW)..=present.saturating_add(SKEW) {
        let fits = code_of(&app, step)?.as_bytes().ct_eq(typed.as_bytes());
        found.conditional_assign(&step, fits);
    }
    Ok((found > 0).then_some(found))
}

/// The secret as it is typed into an app that sees no picture: RFC 4648 base32 in groups of four.
pub fn totp_secret_text(secret: &TotpSecret) -> Zeroizing<String> {
    let symbols = Zeroizing::new(Secret::from(*secret.expose()).to_base32());
    let mut text = Zeroizing::new(String::with_capacity(symbols.len() * 2));
    for (place, symbol) in symbols.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(symbol);
    }
    text
}

/// What the picture says: the secret, and under which names the app lists it.
///
/// # Errors
/// `Malformed` for an empty account name.
pub fn totp_uri(secret: &TotpSecret, issuer: &str, account: &str) -> Result<Zeroizing<String>> {
    let issuer: String = plain(issuer).chars().take(ISSUER).collect();
    let uri = app(secret, Some((issuer, plain(account))))?.to_url().map_err(|_| CryptError::Malformed)?;
    Ok(uri.into())
}

/// A QR code to be drawn: dark squares as an SVG path in a square of `side` units, light margin included.
pub struct QrPicture {
    /// Units of each side.
    pub side: usize,
    /// The path's data. As secret as what it shows.
    pub path: Zeroizing<String>,
}

/// Draws a text as a QR code that survives a smudge (level M).
///
/// # Errors
/// `Malformed` for more than fits into a QR code.
pub fn qr_picture(text: &str) -> Result<QrPicture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| CryptError::Malformed)?;
    let width = code.width();
    let modules = code.into_colors();
    // A run takes some 16 characters, and there are at most half as many runs as modules.
    let mut path = Zeroizing::new(String::with_capacity(modules.len() * 8));
    for (y, row) in modules.chunks(width).enumerate() {
        draw_row(&mut path, y + QUIET, row);
    }
    Ok(QrPicture { side: width + 2 * QUIET, path })
}

/// The dark runs of a row, each one closed rectangle.
fn draw_row(path: &mut String, y: usize, row: &[Color]) {
    let mut x = QUIET;
    for run in row.chunk_by(|one, next| one == next) {
        if run.first() == Some(&Color::Dark) {
            path.push_str(&format!("M{x} {y}h{0}v1h-{0}z", run.len()));
        }
        x += run.len();
    }
}

fn app(secret: &TotpSecret, names: Option<(String, String)>) -> Result<Totp> {
    let mut builder = Builder::new().with_secret(*secret.expose());
    if let Some((issuer, account)) = names {
        builder = builder.with_account_name(account).with_issuer(Some(issuer).filter(|issuer| !issuer.is_empty()));
    }
    builder.build().map_err(|_| CryptError::Malformed)
}

/// A name as a label takes it: the colon separates.
fn plain(name: &str) -> String {
    name.replace(':', " ").trim().to_owned()
}

fn step_of(at: Time) -> i64 {
    at.millis().max(0) / 1000 / STEP
}

fn code_of(app: &Totp, step: i64) -> Result<Zeroizing<String>> {
    let seconds = u64::try_from(step.saturating_mul(STEP)).map_err(|_| CryptError::Malformed)?;
    Ok(app.generate(seconds).to_string().into())
}

/// Six digits as a person types them: with a gap, or full-width from a Japanese keyboard. Anything else fits no code.
fn digits(typed: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(DIGITS * 4));
    text.extend(typed.nfkc().filter(|c| !c.is_whitespace() && *c != '-').take(DIGITS + 1));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 20] = *b"12345678901234567890";

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000)
    }

    fn secret() -> TotpSecret {
        TotpSecret::new(SECRET)
    }

    /// RFC 6238, appendix B, the rows of SHA-1, shortened to six digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let rows = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in rows {
            assert_eq!(*totp_code(&secret(), at(seconds)).unwrap(), code);
            assert_eq!(totp_step(&secret(), code, at(seconds)).unwrap(), Some(seconds / 30));
        }
    }

    #[test]
    fn one_step_before_and_after_is_taken() {
        let step = 37_037_036;
        let code = totp_code(&secret(), at(step * 30)).unwrap();
        let found = |seconds: i64| totp_step(&secret(), &code, at(step * 30 + seconds)).unwrap();
        for inside in [-30, -1, 0, 29, 30, 59] {
            assert_eq!(found(inside), Some(step), "{inside} s");
        }
        for outside in [-31, 60] {
            assert_eq!(found(outside), None, "{outside} s");
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["287082", " 287 082 ", "287-082", "２８７０８２", "２８７　０８２"] {
            assert_eq!(totp_step(&secret(), typed, at(59)).unwrap(), Some(1), "{typed:?}");
        }
        for typed in ["", "28708", "2870820", "28708x", "+87082", "287082287082"] {
            assert_eq!(totp_step(&secret(), typed, at(59)).unwrap(), None, "{typed:?}");
        }
    }

    #[test]
    fn the_picture_says_the_secret_and_its_names() {
        let uri = totp_uri(&secret(), "山田: 会計", "sato@yamada.example").unwrap();
        assert!(uri.starts_with("otpauth://totp/"), "{}", *uri);
        for part in ["secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "issuer=%E5%B1%B1", "sato%40yamada"] {
            assert!(uri.contains(part), "{part} in {}", *uri);
        }
        assert_eq!(*totp_secret_text(&secret()), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(totp_uri(&secret(), "", "sato@yamada.example").is_ok_and(|uri| !uri.contains("issuer")));
        let long = totp_uri(&secret(), &"事務所".repeat(100), &format!("{}@yamada.example", "x".repeat(240))).unwrap();
        assert!(qr_picture(&long).is_ok());
    }

    #[test]
    fn the_path_draws_every_dark_square() {
        let picture = qr_picture("otpauth://totp/x?secret=GEZDGNBV").unwrap();
        let code = QrCode::with_error_correction_level("otpauth://totp/x?secret=GEZDGNBV", EcLevel::M).unwrap();
        let mut drawn = vec![Color::Light; code.width() * code.width()];
        for run in picture.path.split('M').skip(1) {
            let numbers: Vec<usize> =
                run.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            for x in numbers[0]..numbers[0] + numbers[2] {
                drawn[(numbers[1] - QUIET) * code.width() + x - QUIET] = Color::Dark;
            }
        }
        assert_eq!(drawn, code.to_colors());
        assert_eq!(picture.side, code.width() + 8);
    }
}
