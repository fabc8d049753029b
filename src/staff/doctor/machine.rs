//! What the kernel says of the machine: which file systems are where, and whether memory is written to a swap.

use std::fs;
use std::path::{Path, PathBuf};

/// A file system in its place (proc_pid_mountinfo(5)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    place: PathBuf,
    pub(super) kind: String,
    options: String,
}

/// What clamd's process lives on, as far as it can be read.
#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    mounts: Vec<Mount>,
    /// Swaps on a disk.
    pub(super) swaps: Vec<String>,
    /// Whether the process may use them; none: nobody can say.
    pub(super) may_swap: Option<bool>,
}

impl Machine {
    /// As the process of this file sees it, or as ours does: only its user may read what another process has mounted.
    pub(super) fn of_process(pid_file: Option<&str>) -> Self {
        let read = |path: String| fs::read_to_string(path).ok();
        let pid = pid_file.and_then(|file| written_pid(Path::new(file)));
        let theirs = pid.and_then(|pid| read(format!("/proc/{pid}/mountinfo")));
        let mounts = theirs.or_else(|| read("/proc/self/mountinfo".into())).unwrap_or_default();
        let group = pid.and_then(|pid| read(format!("/proc/{pid}/cgroup")));
        Self {
            mounts: mounts.lines().filter_map(Mount::read).collect(),
            swaps: swaps(&read("/proc/swaps".into()).unwrap_or_default()),
            may_swap: group.and_then(|group| may_swap(unified(&group)?, &|path| fs::read_to_string(path).ok())),
        }
    }

    /// The file system that holds `path`: the one in the deepest place above it, and of several there the last.
    pub(super) fn mount_of(&self, path: &Path) -> Option<&Mount> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let above = self.mounts.iter().filter(|mount| path.starts_with(&mount.place));
        above.max_by_key(|mount| mount.place.components().count())
    }
}

/// The number in a file that clamd's user writes: a small plain file, or nothing. Another kind of file could hold us up.
fn written_pid(file: &Path) -> Option<u32> {
    let is_small = fs::symlink_metadata(file).is_ok_and(|about| about.is_file() && about.len() <= 32);
    if is_small { fs::read_to_string(file).ok()?.trim().parse().ok() } else { None }
}

#[cfg(test)]
impl Machine {
    pub(super) fn new(mountinfo: &str, swap: &str, may_swap: Option<bool>) -> Self {
        Self { mounts: mountinfo.lines().filter_map(Mount::read).collect(), swaps: swaps(swap), may_swap }
    }
}

impl Mount {
    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
    fn read(line: &str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let place = unescaped(before.split(' ').nth(4)?);
        let mut after = after.split(' ');
        let (kind, _source, options) = (after.next()?, after.next()?, after.next().unwrap_or_default());
        Some(Self { place: place.into(), kind: kind.to_owned(), options: options.to_owned() })
    }

    /// Whether it is memory.
    pub(super) fn is_memory(&self) -> bool {
        matches!(self.kind.as_str(), "tmpfs" | "ramfs")
    }

    /// Whether it is memory that is never swapped.
    pub(super) fn never_swaps(&self) -> bool {
        self.kind == "ramfs" || self.options.split(',').any(|option| option == "noswap")
    }

    /// Bytes that it holds at most, if that is set.
    pub(super) fn size(&self) -> Option<u64> {
        let text = self.options.split(',').find_map(|option| option.strip_prefix("size="))?;
        super::clamd::bytes(text)
    }
}

/// Blanks and the like are written in octal there.
fn unescaped(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (code, meant)| text.replace(code, meant))
}

/// Swaps of `/proc/swaps` that are written to a disk: those in compressed memory are not.
fn swaps(text: &str) -> Vec<String> {
    let names = text.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| !name.starts_with("/dev/zram")).map(str::to_owned).collect()
}

/// The path of a process in the one hierarchy of control groups: `0::/system.slice/x.service`.
fn unified(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("0::/"))
}

/// Whether a group may use swap: no, if it or one above it has none.
fn may_swap(group: &str, read: &dyn Fn(&Path) -> Option<String>) -> Option<bool> {
    let root = Path::new("/sys/fs/cgroup");
    let own = root.join(group);
    let limits: Vec<String> = own
        .ancestors()
        .take_while(|path| path.starts_with(root))
        .filter_map(|path| read(&path.join("memory.swap.max")))
        .collect();
    (!limits.is_empty()).then(|| limits.iter().all(|limit| limit.trim() != "0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
25 21 0:21 / /run rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,size=1628384k,mode=755
40 25 0:44 / /run/scan\\040dir rw,nosuid - tmpfs tmpfs rw,size=8388608k,noswap,uid=120
41 21 0:45 / /ram rw - ramfs none rw
not a line of it";

    #[test]
    fn the_deepest_place_holds_a_path() {
        let machine = Machine::new(MOUNTS, "", None);
        let of = |path: &str| machine.mount_of(Path::new(path)).map(|mount| mount.kind.clone()).unwrap_or_default();
        assert_eq!(
            (of("/var/tmp/none"), of("/run/none"), of("/running")),
            ("ext4".into(), "tmpfs".into(), "ext4".into())
        );
        let scan = machine.mount_of(Path::new("/run/scan dir/x")).unwrap();
        assert_eq!((scan.is_memory(), scan.never_swaps(), scan.size()), (true, true, Some(8_388_608 * 1024)));
        let run = machine.mount_of(Path::new("/run/x")).unwrap();
        assert_eq!((run.is_memory(), run.never_swaps()), (true, false));
        assert!(machine.mount_of(Path::new("/ram/x")).unwrap().never_swaps());
        assert!(Machine::default().mount_of(Path::new("/")).is_none());
    }

    #[test]
    fn swaps_in_memory_are_none() {
        let text = "Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 1 0 100\n/dev/sda2 partition 1 0 -2\n";
        assert_eq!(swaps(text), ["/dev/sda2"]);
        assert!(swaps("Filename\tType\n").is_empty() && swaps("").is_empty());
    }

    #[test]
    fn one_group_without_swap_above_is_enough() {
        let limits = |own: &'static str, above: &'static str| {
            move |path: &Path| match path.to_str()? {
                "/sys/fs/cgroup/a/b/memory.swap.max" => Some(own.to_owned()),
                "/sys/fs/cgroup/a/memory.swap.max" => Some(above.to_owned()),
                _ => None,
            }
        };
        assert_eq!(may_swap("a/b", &limits("max\n", "max\n")), Some(true));
        assert_eq!(may_swap("a/b", &limits("0\n", "max\n")), Some(false));
        assert_eq!(may_swap("a/b", &limits("max\n", "0\n")), Some(false));
        assert_eq!(may_swap("c", &limits("0", "0")), None);
        assert_eq!(unified("12:pids:/x\n0::/system.slice/k.service\n"), Some("system.slice/k.service"));
        assert_eq!(unified("12:pids:/x\n"), None);
    }
}
