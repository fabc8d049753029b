//! The tables of who works with the gateway.

diesel::table! {
    accounts (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        department -> Text,
        phone -> Text,
        language -> Text,
        roles -> Text,
        state -> Text,
        password_hash -> Text,
        must_change_password -> Bool,
        password_changed_at -> BigInt,
        recipient_key -> Nullable<Text>,
        account_key -> Nullable<Binary>,
        created_at -> BigInt,
        one_time_until -> Nullable<BigInt>,
        password_reminded -> Integer,
        key_renewed_at -> Nullable<BigInt>,
        revision -> BigInt,
        valid_from -> Nullable<BigInt>,
        valid_until -> Nullable<BigInt>,
        most_bytes -> Nullable<BigInt>,
        most_recipients -> Nullable<Integer>,
        most_keep_hours -> Nullable<Integer>,
        domains -> Text,
        needs_approval -> Bool,
        successor_id -> Nullable<Text>,
        last_used_at -> Nullable<BigInt>,
        mail_collected -> Bool,
    }
}

diesel::table! {
    sign_ins (id) {
        id -> Text,
        account_id -> Text,
        token_hash -> Binary,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        locked -> Bool,
        shred_key -> Nullable<Text>,
        account_key -> Nullable<Binary>,
        proofs -> Text,
        proved_at -> BigInt,
        source -> Text,
        browser -> Text,
    }
}

diesel::table! {
    tokens (id) {
        id -> Text,
        account_id -> Text,
        name -> Text,
        scope -> Text,
        token_hash -> Binary,
        shred_key -> Nullable<Text>,
        account_key -> Nullable<Binary>,
        created_at -> BigInt,
        expires_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    password_history (account_id, changed_at) {
        account_id -> Text,
        changed_at -> BigInt,
        password_hash -> Text,
    }
}

diesel::table! {
    totps (account_id) {
        account_id -> Text,
        secret_sealed -> Binary,
        pending_sealed -> Nullable<Binary>,
        confirmed -> Bool,
        last_step -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    recovery_codes (account_id, code_hash) {
        account_id -> Text,
        code_hash -> Binary,
    }
}

diesel::table! {
    passkeys (id) {
        id -> Text,
        account_id -> Text,
        credential_id -> Binary,
        name -> Text,
        public -> Text,
        recipient_key -> Nullable<Text>,
        account_key -> Nullable<Binary>,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ceremonies (token_hash) {
        token_hash -> Binary,
        kind -> Text,
        account_id -> Nullable<Text>,
        state_sealed -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    identities (provider, subject) {
        provider -> Text,
        subject -> Text,
        account_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    devices (token_hash, account_id) {
        token_hash -> Binary,
        account_id -> Text,
        created_at -> BigInt,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    guesses (name_hash, lane) {
        name_hash -> Binary,
        lane -> Text,
        failures -> Integer,
        next_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    bans (source) {
        source -> Text,
        failures -> Integer,
        window_until -> BigInt,
        banned_until -> BigInt,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
        changed_at -> BigInt,
    }
}
