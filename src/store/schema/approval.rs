//! Questions to approvers, their deputies, and links that newer ones replaced.

diesel::table! {
    approvals (id) {
        id -> Text,
        transfer_id -> Text,
        delivery_id -> Text,
        owner_id -> Text,
        asked_by -> Text,
        state -> Text,
        reasons -> Text,
        manifest_hash -> Binary,
        email -> Text,
        latest_expiry -> BigInt,
        asked_at -> BigInt,
        decide_by -> BigInt,
        decided_at -> Nullable<BigInt>,
        decided_by -> Nullable<Text>,
        on_behalf_of -> Nullable<Text>,
    }
}

diesel::table! {
    deputies (account_id) {
        account_id -> Text,
        deputy_id -> Text,
        from_at -> BigInt,
        until_at -> BigInt,
    }
}

diesel::table! {
    former_links (link_recipient) {
        public_id -> Text,
        link_recipient -> Text,
        delivery_id -> Text,
        replaced_at -> BigInt,
    }
}
