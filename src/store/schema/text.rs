//! How many messages by SMS there were.

diesel::table! {
    text_days (account_id) {
        account_id -> Text,
        day -> Integer,
        texts -> Integer,
    }
}
