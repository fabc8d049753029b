//! What the log is searched by.

diesel::table! {
    parties (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        search -> Text,
    }
}

diesel::table! {
    event_sources (source, event_id) {
        source -> Text,
        event_id -> Text,
    }
}

diesel::table! {
    totals (day, account_id, department) {
        day -> Text,
        account_id -> Text,
        department -> Text,
        transfers -> BigInt,
        deliveries -> BigInt,
        files -> BigInt,
        bytes -> BigInt,
        retrieved -> BigInt,
    }
}

diesel::table! {
    saved_searches (id) {
        id -> Text,
        account_id -> Text,
        name -> Text,
        question -> Text,
        created_at -> BigInt,
    }
}
