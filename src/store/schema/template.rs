//! Set-ups of transfers that are kept.

diesel::table! {
    templates (id) {
        id -> Text,
        owner_id -> Text,
        name -> Text,
        recipients -> Text,
        message_sealed -> Nullable<Binary>,
        keep_seconds -> BigInt,
        changed_at -> BigInt,
    }
}
