//! What the office's own systems are told.

diesel::table! {
    webhook_posts (id) {
        id -> Text,
        receiver -> Text,
        kind -> Text,
        body -> Text,
        state -> Text,
        attempts -> Integer,
        not_before -> BigInt,
        leased_until -> Nullable<BigInt>,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        answer -> Text,
        url -> Text,
    }
}

diesel::table! {
    webhook_stops (receiver) {
        receiver -> Text,
        url -> Text,
        stopped_at -> BigInt,
    }
}
