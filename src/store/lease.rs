//! Whose turn it is. Who takes something for a while writes a time into its row: until when, or since when. Clocks of nodes
//! differ, and some are wrong: what lies further ahead than anybody with a right clock can have written binds nobody. Otherwise
//! what a node with a clock of next year took would wait for next year.

/// Whether a time is over, or lies more than `ahead` ahead of `now`.
macro_rules! over {
    ($time:expr, $now:expr, $ahead:expr) => {
        $time.le($now).or($time.gt($now + $ahead))
    };
}

/// Whether nobody holds what is taken until a time, for `lease` at once: nobody took it, the time is over, or nobody's clock
/// can be so far ahead.
macro_rules! free {
    ($until:expr, $now:expr, $lease:expr) => {
        $until.is_null().or($crate::store::lease::over!($until, $now, $lease + $lease))
    };
}

/// Whether something was never noted, not within `apart` before `now`, or further ahead of it than `ahead`.
macro_rules! long_ago {
    ($since:expr, $now:expr, $apart:expr, $ahead:expr) => {
        $since.is_null().or($crate::store::lease::over!($since, $now - $apart, $apart + $ahead))
    };
}

pub(super) use {free, long_ago, over};
