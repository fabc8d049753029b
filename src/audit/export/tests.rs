//! What each format makes of an entry: escaping, marks, required fields.

use serde_json::{Value, json};

use super::*;
use crate::audit::Leaf;
use crate::model::{AccountId, Actor, DeliveryId, Event, EventId, EventKind, FileId, Private, Time, TransferId};

const NOW: Time = Time::from_millis(1_738_290_896_123);

fn id<T: std::str::FromStr>(last: u8) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("0190b5a0-0000-7000-8000-0000000000{last:02x}").parse().unwrap()
}

fn record(event: &Event) -> Record {
    let leaf = Leaf::of(event, id::<EventId>(1), &mut rand::rng()).unwrap();
    let kept = leaf.private.iter().filter(|value| !value.sealed).map(|value| KeptValue {
        field: value.field.to_owned(),
        salt: value.salt.to_vec(),
        value: value.value.clone(),
    });
    Record {
        id: id(1),
        at: NOW,
        kept: kept.collect(),
        leaf: leaf.bytes,
        place: Some(Place { log: "files.example/audit/2026-1".into(), entry: 42 }),
        called: Called { reference: "K-7K2M-90QF".into(), ..Called::default() },
    }
}

fn wrong_number() -> Event {
    let delivery: DeliveryId = id(3);
    Event::new(EventKind::NumberWrong { wrong: 3, life: 7 }, NOW, Actor::Recipient(delivery))
        .transfer(id::<TransferId>(2))
        .delivery(delivery)
        .failed()
}

fn written(format: ExportFormat, record: &Record) -> String {
    let writer = Writer::new(format, &[], chrono_tz::Asia::Tokyo);
    let mut bytes = writer.head().unwrap();
    bytes.extend(writer.line(record).unwrap());
    String::from_utf8(bytes).unwrap()
}

fn with_reason(reason: &str) -> Record {
    record(&wrong_number().with(Private::Reason(reason.to_owned())))
}

#[test]
fn a_table_begins_with_its_mark_and_no_cell_is_a_formula() {
    let text = written(ExportFormat::Csv, &with_reason("=HYPERLINK(\"https://evil.example\")"));
    assert!(text.starts_with("\u{feff}time,event,result,"));
    let mut reader = ::csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let heads = reader.headers().unwrap().clone();
    assert_eq!(heads.iter().collect::<Vec<_>>(), Column::ALL.iter().map(|column| column.word()).collect::<Vec<_>>());
    let row = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| row.get(heads.iter().position(|head| head == name).unwrap()).unwrap().to_owned();
    assert_eq!(cell("reason"), "'=HYPERLINK(\"https://evil.example\")");
    assert_eq!(cell("time"), "2025-01-31T11:34:56.123+09:00");
    assert_eq!((cell("event"), cell("result")), ("number_wrong".to_owned(), "failed".to_owned()));
    assert_eq!(cell("details"), r#"{"life":7,"wrong":3}"#);
    assert_eq!((cell("log"), cell("entry")), ("files.example/audit/2026-1".to_owned(), "42".to_owned()));
    for evil in ["+1", "-1", "@a", "\tx", "\rx", "＝1"] {
        let text = written(ExportFormat::Csv, &with_reason(evil));
        assert!(text.contains(&format!("'{evil}")), "{text}");
    }
}

#[test]
fn a_table_has_the_columns_that_were_chosen_in_their_order() {
    let writer = Writer::new(ExportFormat::Csv, &[Column::Event, Column::Time], chrono_tz::UTC);
    assert_eq!(writer.head().unwrap(), "\u{feff}event,time\r\n".as_bytes());
    let line = String::from_utf8(writer.line(&record(&wrong_number())).unwrap()).unwrap();
    assert_eq!(line, "number_wrong,2025-01-31T02:34:56.123Z\r\n");
}

#[test]
fn json_lines_hold_the_leaf_byte_for_byte_and_prove_each_value() {
    let record = with_reason("a\nb \"c\" 日本");
    let text = written(ExportFormat::JsonLines, &record);
    assert_eq!(text.lines().count(), 1, "one line each");
    let leaf = String::from_utf8(record.leaf.clone()).unwrap();
    assert!(text.starts_with(&format!("{{\"leaf\":{leaf},")));
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["place"]["entry"], 42);
    let (salt, value) = (&line["values"]["reason"]["salt"], &line["values"]["reason"]["value"]);
    let salt = data_encoding::HEXLOWER.decode(salt.as_str().unwrap().as_bytes()).unwrap();
    let mut bytes = salt;
    bytes.extend(value.as_str().unwrap().as_bytes());
    let commitment = data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(&bytes));
    assert_eq!(line["leaf"]["commitments"]["reason"], Value::from(commitment));
}

#[test]
fn cef_escapes_what_would_end_a_field() {
    let text = written(ExportFormat::Cef, &with_reason("a|b=c\\d\ne\rf"));
    let (header, extension) = text.split_at(text.match_indices('|').nth(6).unwrap().0 + 1);
    assert_eq!(header, format!("CEF:0|Kakitome|Kakitome|{}|number_wrong|number wrong|5|", env!("CARGO_PKG_VERSION")));
    assert!(extension.contains(r"reason=a|b\=c\\d\ne\rf"), "{extension}");
    assert_eq!(text.lines().count(), 1);
    assert!(extension.contains("rt=1738290896123 ") && extension.contains("outcome=failure "));
    assert!(extension.contains("cs1Label=reference cs1=K-7K2M-90QF"));
}

#[test]
fn cef_puts_addresses_of_version_6_where_they_fit() {
    let from = |address: &str| {
        let event = wrong_number().source(Some(address.parse().unwrap()));
        written(ExportFormat::Cef, &record(&event))
    };
    assert!(from("192.0.2.7").contains(" src=192.0.2.7 "));
    let six = from("2001:db8::7");
    assert!(six.contains("c6a2Label=Source IPv6 Address c6a2=2001:db8::7") && !six.contains(" src="));
}

/// What schema 1.3.0 requires (github.com/ocsf/ocsf-schema, tag 1.3.0: `events/base_event.json` with
/// `includes/{classification,occurrence}.json`, `events/application/file_hosting.json`,
/// `events/iam/{authentication,account_change,entity_management}.json`, `objects/*.json`).
fn check_ocsf(event: &Value) {
    let has = |object: &Value, keys: &[&str]| {
        for key in keys {
            assert!(!object[*key].is_null(), "{key} is missing in {object}");
        }
    };
    has(event, &["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"]);
    has(&event["metadata"], &["product", "version"]);
    has(&event["metadata"]["product"], &["vendor_name"]);
    let one_of = |object: &Value, keys: &[&str]| {
        assert!(keys.iter().any(|key| !object[*key].is_null()), "one of {keys:?} in {object}");
    };
    let user = |object: &Value| one_of(object, &["account", "name", "uid"]);
    let class = event["class_uid"].as_u64().unwrap();
    assert_eq!(event["category_uid"].as_u64().unwrap(), class / 1000);
    assert_eq!(event["type_uid"].as_u64().unwrap(), class * 100 + event["activity_id"].as_u64().unwrap());
    match class {
        6006 => {
            has(event, &["actor", "file", "src_endpoint"]);
            one_of(&event["actor"], &["process", "user", "session", "app_name", "app_uid"]);
            has(&event["file"], &["name", "type_id"]);
            one_of(&event["src_endpoint"], &["ip", "uid", "name", "hostname", "svc_name"]);
        }
        3002 => {
            has(event, &["user"]);
            user(&event["user"]);
            one_of(event, &["service", "dst_endpoint"]);
        }
        3001 => {
            has(event, &["user"]);
            user(&event["user"]);
        }
        3004 => {
            has(event, &["entity"]);
            one_of(&event["entity"], &["name", "uid"]);
        }
        0 => {}
        other => panic!("class {other} is not ours"),
    }
}

fn ocsf(event: &Event) -> Value {
    let value: Value = serde_json::from_str(&written(ExportFormat::Ocsf, &record(event))).unwrap();
    check_ocsf(&value);
    value
}

#[test]
fn ocsf_has_the_class_that_fits_and_all_that_it_requires() {
    let account: AccountId = id(9);
    let by = |kind| Event::new(kind, NOW, Actor::Account(account));
    let file = by(EventKind::FileArrived { size: 5 }).transfer(id::<TransferId>(2)).file(id::<FileId>(4));
    assert_eq!((&ocsf(&file)["class_uid"], &ocsf(&file)["activity_id"]), (&json!(6006), &json!(1)));
    let wrong = ocsf(&wrong_number().source(Some("192.0.2.7".parse().unwrap())));
    assert_eq!((&wrong["class_uid"], &wrong["activity_id"], &wrong["status_id"]), (&json!(3002), &json!(1), &json!(2)));
    assert_eq!(wrong["src_endpoint"], json!({"ip": "192.0.2.7"}));
    let reset = ocsf(&by(EventKind::PasswordReset).account(account));
    assert_eq!((&reset["class_uid"], &reset["activity_id"]), (&json!(3001), &json!(4)));
    assert_eq!(ocsf(&by(EventKind::ContactAdded { office: true }))["class_uid"], json!(3004));
    assert_eq!(ocsf(&Event::new(EventKind::Started, NOW, Actor::System))["class_uid"], json!(0));
    // What was erased leaves a whole event.
    let shredded = Event::new(EventKind::Shredded { blobs: 2 }, NOW, Actor::System).transfer(id::<TransferId>(2));
    assert_eq!(ocsf(&shredded)["activity_id"], json!(4));
}

fn message(stream: Stream, record: &Record) -> String {
    let header = Header { host: "files.example".into(), enterprise: EXAMPLE_ENTERPRISE };
    let framed = String::from_utf8(header.frame(stream, record).unwrap().0).unwrap();
    let (length, message) = framed.split_once(' ').unwrap();
    assert_eq!(length.parse::<usize>().unwrap(), message.len(), "octets are counted, not characters");
    message.to_owned()
}

#[test]
fn syslog_escapes_structured_data_and_marks_its_text() {
    let text = message(Stream::Rfc5424, &with_reason("a\"b]c\\d\n日本"));
    // Facility 13, "notice" for what failed.
    assert!(
        text.starts_with("<109>1 2025-01-31T02:34:56.123Z files.example kakitome - number_wrong [kakitome@32473 id=")
    );
    assert!(text.contains(r#" v_reason="a\"b\]c\\d 日本"]"#), "{text}");
    assert!(text.contains(r#" x_wrong="3""#) && text.contains(r#" entry="42""#));
    let (_, said) = text.split_once("] \u{feff}").unwrap();
    assert_eq!(said, "number wrong (failed), by recipient, reference K-7K2M-90QF");
}

#[test]
fn programs_read_their_own_formats_in_messages_without_a_mark() {
    let record = record(&wrong_number());
    let cef = message(Stream::Cef, &record);
    assert!(cef.contains("] CEF:0|Kakitome|") && !cef.contains('\u{feff}'));
    let ocsf = message(Stream::Ocsf, &record);
    let (_, object) = ocsf.split_once("] ").unwrap();
    check_ocsf(&serde_json::from_str(object).unwrap());
}

#[test]
fn names_of_files_are_in_no_format() {
    let event = Event::new(EventKind::FileAdded { size: 5 }, NOW, Actor::System)
        .transfer(id::<TransferId>(2))
        .file(id::<FileId>(4))
        .with(Private::FileName("給与明細.xlsx".into()));
    for format in ExportFormat::ALL {
        assert!(!written(*format, &record(&event)).contains("給与明細"), "{format}");
    }
}
