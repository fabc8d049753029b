//! The log as one growing tree.

diesel::table! {
    logs (number) {
        number -> Integer,
        origin -> Text,
        size -> BigInt,
        root -> Binary,
        checkpoint -> Text,
        signed_size -> BigInt,
        signed_at -> Nullable<BigInt>,
        left_size -> BigInt,
        left_at -> Nullable<BigInt>,
        began_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        key -> Text,
        left_checkpoint -> Text,
    }
}

diesel::table! {
    log_pending (event_id) {
        event_id -> Text,
    }
}

diesel::table! {
    log_entries (log, entry) {
        log -> Integer,
        entry -> BigInt,
        event_id -> Text,
    }
}

diesel::table! {
    log_tiles (log, level, tile) {
        log -> Integer,
        level -> Integer,
        tile -> BigInt,
        hashes -> Binary,
    }
}
