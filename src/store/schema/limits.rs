//! The limits store's own tables: another file, never joined with the main ones.

diesel::table! {
    delivery_limits (delivery_id) {
        delivery_id -> Text,
        wrong -> Integer,
        life -> Integer,
        openings -> Integer,
        next_at -> BigInt,
    }
}

diesel::table! {
    source_limits (delivery_id, source) {
        delivery_id -> Text,
        source -> Text,
        wrong -> Integer,
        next_at -> BigInt,
    }
}
