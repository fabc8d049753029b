//! The tables of the account register besides the accounts: departments, invitations, reviews.

diesel::table! {
    departments (name) {
        name -> Text,
        most_bytes -> Nullable<BigInt>,
        most_recipients -> Nullable<Integer>,
        most_keep_hours -> Nullable<Integer>,
        domains -> Text,
        needs_approval -> Bool,
    }
}

diesel::table! {
    invitations (account_id) {
        account_id -> Text,
        secret_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    reviews (id) {
        id -> Text,
        state -> Text,
        revision -> BigInt,
        started_by -> Nullable<Text>,
        started_at -> BigInt,
        deadline_at -> BigInt,
        reminded -> Nullable<Integer>,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        note -> Text,
        record -> Nullable<Binary>,
        digest -> Nullable<Binary>,
    }
}

diesel::table! {
    review_items (review_id, account_id) {
        review_id -> Text,
        account_id -> Text,
        reviewer_id -> Nullable<Text>,
        decision -> Nullable<Text>,
        roles -> Nullable<Text>,
        reason -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        at_console -> Bool,
    }
}
