//! The address book.

diesel::table! {
    contacts (id) {
        id -> Text,
        owner_id -> Nullable<Text>,
        email -> Text,
        address -> Text,
        name -> Text,
        company -> Text,
        language -> Text,
        phone -> Text,
        phone_from_mail -> Bool,
        phone_verified_at -> Nullable<BigInt>,
        phone_verified_by -> Nullable<Text>,
        phrase -> Text,
        channel -> Text,
        note -> Text,
        created_at -> BigInt,
        changed_at -> BigInt,
    }
}
