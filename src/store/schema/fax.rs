//! The fax register.

diesel::table! {
    faxes (id) {
        id -> Text,
        owner_id -> Text,
        delivery_id -> Nullable<Text>,
        recipient -> Text,
        company -> Text,
        recipient_key -> Text,
        number -> Text,
        subject -> Text,
        pages -> Integer,
        reference -> Text,
        language -> Text,
        differs -> Bool,
        checked_by -> Text,
        state -> Text,
        created_at -> BigInt,
        sent_at -> Nullable<BigInt>,
        confirmed_at -> Nullable<BigInt>,
        confirmed_by -> Nullable<Text>,
        confirmed_with -> Text,
        confirmed_phone -> Text,
        stored_at -> Nullable<BigInt>,
        stored_by -> Nullable<Text>,
        stored_place -> Text,
        closed_at -> Nullable<BigInt>,
        note -> Text,
    }
}
