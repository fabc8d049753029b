//! Where the log was copied to, and what was found in it.

diesel::table! {
    log_copies (destination, log) {
        destination -> Text,
        log -> Integer,
        size -> BigInt,
        at -> Nullable<BigInt>,
        note -> Text,
        through -> BigInt,
        tried_at -> Nullable<BigInt>,
        failing_since -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        is_unread -> Bool,
    }
}

diesel::table! {
    alerts (rule, subject, day) {
        rule -> Text,
        subject -> Text,
        day -> Text,
        count -> Integer,
        told_at -> BigInt,
    }
}

diesel::table! {
    alert_events (event_id) {
        event_id -> Text,
        at -> BigInt,
    }
}
