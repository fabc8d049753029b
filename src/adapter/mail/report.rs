//! What a mail out of the mailbox says: to which return paths it was sent, and what a report in it tells (RFC 3464). Anybody
//! may have written it: of its text nothing is kept but a code of three numbers.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};

use crate::port::{Report, Returned};

/// Header fields that name whom a mail was sent to; which of them there is depends on the mail server.
const RECIPIENTS: [&str; 4] = ["To", "Delivered-To", "X-Original-To", "Envelope-To"];
/// Groups of fields of a report that are looked at: one for the mail, one for each recipient. Our mails have one.
const MOST_GROUPS: usize = 20;

/// Reads a mail, or its beginning. `prefix` is what marks stand behind in addresses, lower case.
pub(super) fn read(raw: &[u8], prefix: &str) -> Returned {
    let Some(mail) = MessageParser::default().parse(raw) else { return Returned { marks: Vec::new(), report: None } };
    Returned { marks: marks(&mail, prefix), report: report(&mail) }
}

fn marks(mail: &Message<'_>, prefix: &str) -> Vec<String> {
    let named = mail.headers_raw().filter(|(name, _)| RECIPIENTS.iter().any(|known| known.eq_ignore_ascii_case(name)));
    let is_of_address = |c: char| c.is_ascii_alphanumeric() || ".+-_@=".contains(c);
    let words = named.flat_map(|(_, value)| value.split(move |c| !is_of_address(c)));
    let mark = |word: &str| {
        let word = word.to_ascii_lowercase();
        Some(word.strip_prefix(prefix)?.split('@').next()?.to_owned())
    };
    words.filter_map(mark).collect()
}

fn report(mail: &Message<'_>) -> Option<Report> {
    let part = mail.parts.iter().find(|part| is_status(part))?;
    let text = String::from_utf8_lossy(part.contents()).replace("\r\n", "\n");
    let said: Vec<Report> = text.split("\n\n").take(MOST_GROUPS).filter_map(of_recipient).collect();
    said.iter().find(|report| report.failed).or(said.first()).cloned()
}

fn is_status(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| {
        let sub = kind.subtype().unwrap_or_default();
        kind.ctype().eq_ignore_ascii_case("message")
            && (sub.eq_ignore_ascii_case("delivery-status") || sub.eq_ignore_ascii_case("global-delivery-status"))
    })
}

fn of_recipient(group: &str) -> Option<Report> {
    let whole = format!("{}\n\n", group.trim_start());
    let fields = MessageParser::default().parse_headers(whole.as_bytes())?;
    let action = fields.header_raw("Action")?.trim().to_ascii_lowercase();
    let failed = match action.as_str() {
        "failed" => true,
        "delayed" => false,
        _ => return None,
    };
    let said = fields.header_raw("Status").and_then(|status| status.split_whitespace().next()).unwrap_or_default();
    let status = if is_code(said) { said.to_owned() } else { if failed { "5.0.0" } else { "4.0.0" }.to_owned() };
    Some(Report { failed, status })
}

/// RFC 3463, 2: a class, a subject and a detail.
fn is_code(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, status: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example\r\n{to}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\nArrival-Date: Thu, 26 Nov 2026 10:00:00 +0900\r\n\r\n{status}\r\n\r\n\
             --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nhttps://files.example/r/1#secret\r\n--b--\r\n"
        )
    }

    #[test]
    fn a_report_says_its_code_and_nothing_else() {
        let status = "Final-Recipient: rfc822; suzuki@aozora.example\r\nAction: failed\r\nStatus: 5.1.1 (no user)\r\nDiagnostic-Code: smtp; 550 secret";
        let read = read(mail("To: <Bounces+ABC@office.example>", status).as_bytes(), "bounces+");
        assert_eq!(read.marks, ["abc"]);
        assert_eq!(read.report, Some(Report { failed: true, status: "5.1.1".into() }));
        assert!(!format!("{read:?}").contains("secret"));
    }

    #[test]
    fn delays_are_no_failures_and_what_is_no_code_is_left_out() {
        let of = |status: &str| read(mail("Delivered-To: bounces+x@o.example", status).as_bytes(), "bounces+").report;
        let report = |failed, status: &str| Some(Report { failed, status: status.into() });
        assert_eq!(of("Action: delayed\r\nStatus: 4.4.1"), report(false, "4.4.1"));
        assert_eq!(of("Action: FAILED\r\nStatus: <script>"), report(true, "5.0.0"));
        assert_eq!(of("Action: delivered\r\nStatus: 2.0.0"), None);
        assert_eq!(of("Status: 5.1.1"), None);
    }

    #[test]
    fn other_mails_are_no_reports() {
        for raw in ["", "garbage", "To: bounces+x@o.example\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"] {
            assert_eq!(read(raw.as_bytes(), "bounces+").report, None);
        }
        assert!(read(b"To: other+x@o.example\r\n\r\nhello", "bounces+").marks.is_empty());
    }

    #[test]
    fn a_mail_that_was_cut_is_read_as_far_as_it_goes() {
        let whole = mail("To: bounces+x@o.example", "Action: failed\r\nStatus: 5.2.2");
        for end in 0..whole.len() {
            let _ = read(&whole.as_bytes()[..end], "bounces+");
        }
        let cut = whole.find("--b\r\nContent-Type: message/rfc822").unwrap();
        assert!(read(&whole.as_bytes()[..cut], "bounces+").report.is_some());
    }
}
