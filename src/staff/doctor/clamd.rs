//! clamd's configuration, judged by what the gateway relies on. Keys and defaults are those of clamd.conf(5), version 1.4.

use std::path::Path;

use crate::config::Scan;

use super::machine::{Machine, Mount};
use super::{Saw, Seen, Value};

/// clamd hangs up after so many seconds without bytes; slower lines than that are given up.
const LEAST_PATIENCE: u64 = 30;
/// Kinds of content that clamd looks into unless it is told not to.
const KINDS: [&str; 13] = [
    "ScanPE",
    "ScanELF",
    "ScanMail",
    "ScanHTML",
    "ScanOLE2",
    "ScanPDF",
    "ScanSWF",
    "ScanXMLDOCS",
    "ScanHWP3",
    "ScanOneNote",
    "ScanArchive",
    "ScanImage",
    "HeuristicAlerts",
];
/// Where clamd unpacks if it is not told.
const USUAL_TEMPORARY: &str = "/tmp";
/// The most that clamd takes of one file, whatever it is told (its log says so).
const LARGEST: u64 = (1 << 31) - 3;

/// The lines of a clamd.conf.
#[derive(Debug)]
pub(super) struct Settings(Vec<(String, String)>);

/// What is judged, and by what it is measured.
pub(super) struct Set<'a> {
    pub(super) settings: &'a Settings,
    pub(super) scan: &'a Scan,
    pub(super) machine: &'a Machine,
}

impl Settings {
    /// Reads the file's text. What is no line of it is left out: clamd does not start with such a file.
    pub(super) fn read(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let pair = |line: &str| {
            let (key, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            (key.to_owned(), value.trim().trim_matches('"').to_owned())
        };
        Self(lines.map(pair).collect())
    }

    fn all<'a>(&'a self, key: &str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The value of a key: the last one counts.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.all(key).next_back()
    }

    fn switch(&self, key: &str, usual: bool) -> bool {
        match self.text(key).map(str::to_ascii_lowercase).as_deref() {
            Some("yes" | "true" | "1") => true,
            Some("no" | "false" | "0") => false,
            _ => usual,
        }
    }

    fn number(&self, key: &str, usual: u64) -> u64 {
        self.text(key).and_then(bytes).unwrap_or(usual)
    }
}

/// A size as clamd and the kernel write it: `100M`, `8388608k`, plain bytes.
pub(super) fn bytes(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match text.get(digits.len()..)?.to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// What is beyond clamd's limits has to be told.
pub(super) fn alert_exceeds_max(set: &Set<'_>) -> Saw {
    switched(set, "AlertExceedsMax")
}

/// What is encrypted has to be told: archives and documents alike.
pub(super) fn alert_encrypted(set: &Set<'_>) -> Saw {
    let both = ["AlertEncryptedArchive", "AlertEncryptedDoc"];
    if both.iter().all(|key| set.settings.switch(key, false)) {
        return Saw::new(Seen::SwitchOn).with("key", both.join(", "));
    }
    switched(set, "AlertEncrypted")
}

fn switched(set: &Set<'_>, key: &'static str) -> Saw {
    Saw::new(if set.settings.switch(key, false) { Seen::SwitchOn } else { Seen::SwitchOff }).with("key", key)
}

/// Every kind of content is looked into.
pub(super) fn kinds(set: &Set<'_>) -> Saw {
    let off: Vec<&str> = KINDS.into_iter().filter(|key| !set.settings.switch(key, true)).collect();
    let seen = if off.is_empty() { Seen::KindsAll } else { Seen::KindsMissing };
    Saw::new(seen).with("keys", off.join(", "))
}

/// The largest file that is scanned goes over whole. Nothing goes over where this is 0.
pub(super) fn stream_length(set: &Set<'_>) -> Saw {
    let size = set.settings.number("StreamMaxLength", 100 << 20);
    sized("StreamMaxLength", size, set.scan.largest_bytes)
}

/// It is looked at whole.
pub(super) fn file_size(set: &Set<'_>) -> Saw {
    let size = without_limit(set.settings.number("MaxFileSize", 100 << 20), LARGEST);
    sized("MaxFileSize", size.min(LARGEST), set.scan.largest_bytes)
}

/// It is looked at to its end. Where this is more than a file may have, clamd (1.4) cuts what is zipped in it at MaxFileSize
/// and calls it clean, `AlertExceedsMax` or not.
pub(super) fn scan_size(set: &Set<'_>) -> Saw {
    let (file, scan) = (set.settings.number("MaxFileSize", 100 << 20), set.settings.number("MaxScanSize", 400 << 20));
    let (of_file, of_scan) = (without_limit(file, u64::MAX), without_limit(scan, u64::MAX));
    if of_scan > of_file {
        return Saw::new(Seen::ScanSizeCuts).with("size", Value::Size(of_scan)).with("needed", Value::Size(of_file));
    }
    sized("MaxScanSize", of_scan, set.scan.largest_bytes)
}

/// 0 takes these limits away.
const fn without_limit(size: u64, most: u64) -> u64 {
    if size == 0 { most } else { size }
}

fn sized(key: &'static str, size: u64, needed: u64) -> Saw {
    let seen = if size >= needed { Seen::SizeEnough } else { Seen::SizeSmall };
    Saw::new(seen).with("key", key).with("size", Value::Size(size)).with("needed", Value::Size(needed))
}

/// As many files as are handed over at once are looked at at once.
pub(super) fn threads(set: &Set<'_>) -> Saw {
    let (count, needed) = (set.settings.number("MaxThreads", 10), u64::from(set.scan.at_once));
    let seen = if count >= needed { Seen::ThreadsEnough } else { Seen::ThreadsFew };
    Saw::new(seen).with("count", count).with("needed", needed)
}

/// clamd ends a long scan, and says so, before the gateway hangs up.
pub(super) fn scan_time(set: &Set<'_>) -> Saw {
    let millis = set.settings.number("MaxScanTime", 120_000);
    let patience = u64::from(set.scan.timeout_seconds);
    let fits = millis > 0 && millis < patience.saturating_mul(1000);
    let seen = if fits { Seen::ScanTimeFits } else { Seen::ScanTimeLong };
    Saw::new(seen).with("seconds", Value::Seconds(millis / 1000)).with("patience", Value::Seconds(patience))
}

/// clamd waits for the bytes of slow lines.
pub(super) fn read_timeout(set: &Set<'_>) -> Saw {
    let seconds = set.settings.number("ReadTimeout", 120);
    let seen = if seconds >= LEAST_PATIENCE { Seen::PatienceEnough } else { Seen::PatienceShort };
    Saw::new(seen).with("seconds", Value::Seconds(seconds)).with("needed", Value::Seconds(LEAST_PATIENCE))
}

fn temporary<'a>(set: &'a Set<'_>) -> &'a str {
    set.settings.text("TemporaryDirectory").unwrap_or(USUAL_TEMPORARY)
}

/// clamd writes every file that it looks at: that has to stay in memory, and to fit.
pub(super) fn temporary_directory(set: &Set<'_>) -> Saw {
    let directory = temporary(set);
    let saw = |seen| Saw::new(seen).with("directory", directory);
    let Some(mount) = set.machine.mount_of(Path::new(directory)) else { return saw(Seen::TemporaryUnknown) };
    if !mount.is_memory() {
        return saw(Seen::TemporaryOnDisk).with("kind", mount.kind.as_str());
    }
    // Of each file the copy that came, and what is unpacked from it.
    let needed = set.scan.largest_bytes.saturating_mul(2).saturating_mul(set.scan.at_once.into());
    match mount.size() {
        Some(size) if size < needed => {
            let needed = Value::Size(needed);
            saw(Seen::TemporarySmall).with("size", Value::Size(size)).with("needed", needed)
        }
        _ => saw(Seen::TemporaryInMemory),
    }
}

/// Memory must not reach a disk by way of a swap.
pub(super) fn swap(set: &Set<'_>) -> Saw {
    let Some(first) = set.machine.swaps.first() else { return Saw::new(Seen::SwapNone) };
    let saw = |seen| Saw::new(seen).with("swap", first.as_str());
    let never = set.machine.mount_of(Path::new(temporary(set))).is_some_and(Mount::never_swaps);
    match set.machine.may_swap {
        _ if never => saw(Seen::SwapKeptOut),
        Some(false) => saw(Seen::SwapKeptOut),
        Some(true) => saw(Seen::SwapPossible),
        None => saw(Seen::SwapUnknown),
    }
}

/// Nothing stays behind.
pub(super) fn leftovers(set: &Set<'_>) -> Saw {
    let stays = set.settings.switch("LeaveTemporaryFiles", false);
    Saw::new(if stays { Seen::LeftoversStay } else { Seen::LeftoversNone })
}

/// Whoever may write to the socket may also stop clamd.
pub(super) fn socket(set: &Set<'_>) -> Saw {
    if set.settings.text("LocalSocket").is_none() {
        return Saw::new(Seen::SocketNone);
    }
    let mode = set.settings.text("LocalSocketMode").unwrap_or("666");
    let is_open = u32::from_str_radix(mode, 8).is_ok_and(|mode| mode & 0o002 != 0);
    Saw::new(if is_open { Seen::SocketOpen } else { Seen::SocketKept }).with("mode", mode)
}

/// clamd knows no passwords and no encryption: the network is not its place.
pub(super) fn network(set: &Set<'_>) -> Saw {
    if set.settings.text("TCPSocket").is_none() {
        return Saw::new(Seen::NetworkNone);
    }
    let is_own = |address: &&str| {
        *address == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    };
    let addresses: Vec<&str> = set.settings.all("TCPAddr").collect();
    let seen = match !addresses.is_empty() && addresses.iter().all(is_own) {
        true => Seen::NetworkLoopback,
        false => Seen::NetworkOpen,
    };
    let told = if addresses.is_empty() { "0.0.0.0".to_owned() } else { addresses.join(", ") };
    Saw::new(seen).with("addresses", told)
}

#[cfg(test)]
mod tests;
