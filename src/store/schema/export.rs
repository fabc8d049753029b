//! Files of entries of the log, and streams that follow it.

diesel::table! {
    exports (id) {
        id -> Text,
        account_id -> Nullable<Text>,
        format -> Text,
        state -> Text,
        asked_sealed -> Nullable<Binary>,
        key_sealed -> Nullable<Binary>,
        manifest_sealed -> Nullable<Binary>,
        expected -> BigInt,
        written -> BigInt,
        bytes -> BigInt,
        digest -> Text,
        tries -> Integer,
        leased_until -> Nullable<BigInt>,
        asked_at -> BigInt,
        ready_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    export_parts (blob) {
        blob -> Text,
        export_id -> Text,
        position -> Integer,
        plain_length -> BigInt,
        cipher_length -> BigInt,
        head_sha256 -> Binary,
    }
}

diesel::table! {
    log_streams (name) {
        name -> Text,
        log -> Integer,
        entry -> BigInt,
        leased_until -> Nullable<BigInt>,
        taken_at -> Nullable<BigInt>,
    }
}
