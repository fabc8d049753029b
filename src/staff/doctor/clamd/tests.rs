use super::super::seen::Outcome;
use super::*;

const MOUNTS: &str = "\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
25 21 0:21 / /run rw,nosuid shared:5 - tmpfs tmpfs rw,size=1628384k
40 25 0:44 / /run/scan rw,nosuid - tmpfs tmpfs rw,size=8388608k,noswap
41 25 0:45 / /run/plain rw,nosuid - tmpfs tmpfs rw";
const SWAP: &str = "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n";

fn seen(judge: fn(&Set<'_>) -> Saw, text: &str) -> Seen {
    on(judge, text, &Machine::new(MOUNTS, "", None))
}

fn on(judge: fn(&Set<'_>) -> Saw, text: &str, machine: &Machine) -> Seen {
    let (settings, scan) = (Settings::read(text), Scan::default());
    judge(&Set { settings: &settings, scan: &scan, machine }).seen
}

#[test]
fn lines_are_read_as_clamd_reads_them() {
    let text = "# AlertExceedsMax no\n\n  AlertExceedsMax\tyes\nTCPAddr 127.0.0.1\nTCPAddr ::1\nLogFile \"/a b/c\"\nMaxThreads 3\nMaxThreads 7\n";
    let settings = Settings::read(text);
    assert!(settings.switch("AlertExceedsMax", false));
    assert!(settings.switch("ScanPDF", true) && !settings.switch("Debug", false));
    assert_eq!(settings.all("TCPAddr").collect::<Vec<_>>(), ["127.0.0.1", "::1"]);
    assert_eq!(settings.text("LogFile"), Some("/a b/c"));
    assert_eq!(settings.number("MaxThreads", 10), 7, "the last one counts");
    assert_eq!(settings.number("MaxQueue", 100), 100);
}

#[test]
fn sizes_are_read_with_their_units() {
    for (text, size) in [("0", 0), ("100M", 100 << 20), ("4000m", 4000 << 20), ("8k", 8192), ("2G", 2 << 30)] {
        assert_eq!(bytes(text), Some(size), "{text}");
    }
    for text in ["", "M", "1T", "-1", "1.5M", "99999999999999999999", "18446744073709551615k"] {
        assert_eq!(bytes(text), None, "{text}");
    }
}

#[test]
fn what_is_not_said_is_as_clamd_has_it() {
    for (judge, wanted) in [
        (alert_exceeds_max as fn(&Set<'_>) -> Saw, Seen::SwitchOff),
        (alert_encrypted, Seen::SwitchOff),
        (kinds, Seen::KindsAll),
        (stream_length, Seen::SizeSmall),
        (file_size, Seen::SizeSmall),
        (scan_size, Seen::ScanSizeCuts),
        (threads, Seen::ThreadsEnough),
        (scan_time, Seen::ScanTimeLong),
        (read_timeout, Seen::PatienceEnough),
        (temporary_directory, Seen::TemporaryOnDisk),
        (swap, Seen::SwapNone),
        (leftovers, Seen::LeftoversNone),
        (socket, Seen::SocketNone),
        (network, Seen::NetworkNone),
    ] {
        assert_eq!(seen(judge, ""), wanted);
    }
}

#[test]
fn alerts_have_to_be_on() {
    assert_eq!(seen(alert_exceeds_max, "AlertExceedsMax yes"), Seen::SwitchOn);
    assert_eq!(seen(alert_exceeds_max, "AlertExceedsMax no"), Seen::SwitchOff);
    assert_eq!(seen(alert_encrypted, "AlertEncrypted true"), Seen::SwitchOn);
    assert_eq!(seen(alert_encrypted, "AlertEncryptedArchive yes"), Seen::SwitchOff, "documents are missing");
    assert_eq!(seen(alert_encrypted, "AlertEncryptedArchive yes\nAlertEncryptedDoc 1"), Seen::SwitchOn);
    assert_eq!(seen(kinds, "ScanPDF no"), Seen::KindsMissing);
}

#[test]
fn sizes_have_to_reach_what_is_scanned() {
    assert_eq!(seen(stream_length, "StreamMaxLength 2000000000"), Seen::SizeEnough);
    assert_eq!(seen(stream_length, "StreamMaxLength 1999999999"), Seen::SizeSmall);
    assert_eq!(seen(stream_length, "StreamMaxLength 0"), Seen::SizeSmall, "nothing goes over");
    assert_eq!(seen(file_size, "MaxFileSize 0"), Seen::SizeEnough);
    assert_eq!(seen(file_size, "MaxFileSize 1900M"), Seen::SizeSmall);
    assert_eq!(seen(file_size, "MaxFileSize 4000M"), Seen::SizeEnough);
    assert_eq!(seen(scan_size, "MaxFileSize 0\nMaxScanSize 0"), Seen::SizeEnough);
    assert_eq!(seen(scan_size, "MaxFileSize 2000000000\nMaxScanSize 2000000000"), Seen::SizeEnough);
    assert_eq!(seen(scan_size, "MaxFileSize 400M\nMaxScanSize 400M"), Seen::SizeSmall);
    for cuts in ["MaxFileSize 400M\nMaxScanSize 0", "MaxFileSize 400M\nMaxScanSize 401M", ""] {
        assert_eq!(seen(scan_size, cuts), Seen::ScanSizeCuts, "{cuts}");
    }
}

#[test]
fn times_and_threads_have_to_fit() {
    assert_eq!(seen(threads, "MaxThreads 1"), Seen::ThreadsFew);
    for (millis, wanted) in [(119_999, Seen::ScanTimeFits), (120_000, Seen::ScanTimeLong), (0, Seen::ScanTimeLong)] {
        assert_eq!(seen(scan_time, &format!("MaxScanTime {millis}")), wanted);
    }
    assert_eq!(seen(read_timeout, "ReadTimeout 5"), Seen::PatienceShort);
}

#[test]
fn what_is_unpacked_has_to_stay_in_memory_and_to_fit() {
    let at = |directory: &str| seen(temporary_directory, &format!("TemporaryDirectory {directory}"));
    assert_eq!(at("/run/scan/tmp"), Seen::TemporaryInMemory);
    assert_eq!(at("/run/plain"), Seen::TemporaryInMemory);
    assert_eq!(at("/run/clamav"), Seen::TemporarySmall, "1.7 GB hold no file of 2 GB");
    assert_eq!(at("/no/such/place"), Seen::TemporaryOnDisk);
    assert_eq!(on(temporary_directory, "", &Machine::default()), Seen::TemporaryUnknown);
    assert_eq!(seen(leftovers, "LeaveTemporaryFiles yes"), Seen::LeftoversStay);
}

#[test]
fn memory_must_not_reach_a_disk() {
    let at = |directory: &str, may_swap| {
        on(swap, &format!("TemporaryDirectory {directory}"), &Machine::new(MOUNTS, SWAP, may_swap))
    };
    assert_eq!(at("/run/plain", Some(false)), Seen::SwapKeptOut);
    assert_eq!(at("/run/plain", Some(true)), Seen::SwapPossible);
    assert_eq!(at("/run/plain", None), Seen::SwapUnknown);
    assert_eq!(at("/run/scan", None), Seen::SwapKeptOut);
    assert_eq!((Seen::SwapUnknown.outcome(), Seen::SwapPossible.outcome()), (Outcome::Warning, Outcome::Failed));
}

#[test]
fn nobody_else_speaks_to_clamd() {
    let at = |mode: &str| seen(socket, &format!("LocalSocket /run/s\n{mode}"));
    assert_eq!(at(""), Seen::SocketOpen, "clamd's own default is open to all");
    assert_eq!((at("LocalSocketMode 666"), at("LocalSocketMode 660")), (Seen::SocketOpen, Seen::SocketKept));
    for (addresses, wanted) in [
        ("", Seen::NetworkOpen),
        ("TCPAddr 127.0.0.1", Seen::NetworkLoopback),
        ("TCPAddr localhost\nTCPAddr ::1", Seen::NetworkLoopback),
        ("TCPAddr 127.0.0.1\nTCPAddr 192.0.2.7", Seen::NetworkOpen),
        ("TCPAddr 0.0.0.0", Seen::NetworkOpen),
    ] {
        assert_eq!(seen(network, &format!("TCPSocket 3310\n{addresses}")), wanted, "{addresses}");
    }
}

#[test]
fn what_is_delivered_is_fine() {
    let conf = include_str!("../../../../deploy/clamav/clamd.conf");
    let unit = include_str!("../../../../deploy/clamav/run-clamscan.mount");
    let size = unit.split("size=").nth(1).and_then(|rest| rest.split(',').next()).and_then(bytes).unwrap();
    let scan = Scan::default();
    let needed = 2 * scan.largest_bytes * u64::from(scan.at_once);
    assert!(size >= needed, "files that are scanned at once fit, and what is unpacked from them");
    let mounts = format!("{MOUNTS}\n42 25 0:46 / /run/clamscan rw - tmpfs tmpfs rw,size={}k", size / 1024);
    let machine = Machine::new(&mounts, SWAP, Some(false));
    for check in super::super::CHECKS {
        if let super::super::Look::Setting(judge) = check.look {
            assert_eq!(on(judge, conf, &machine).outcome(), Outcome::Ok, "{}", check.name);
        }
    }
}
