//! The tables as diesel sees them: one schema for both databases. Times are unix milliseconds, lengths bytes.

mod approval;
mod book;
mod copies;
mod export;
mod fax;
mod limits;
mod log;
mod register;
mod search;
mod staff;
mod template;
mod text;
mod webhook;

pub(super) use approval::{approvals, deputies, former_links};
pub(super) use book::contacts;
pub(super) use copies::{alert_events, alerts, log_copies};
pub(super) use export::{export_parts, exports, log_streams};
pub(super) use fax::faxes;
pub(super) use limits::{delivery_limits, source_limits};
pub(super) use log::{log_entries, log_pending, log_tiles, logs};
pub(super) use register::{departments, invitations, review_items, reviews};
pub(super) use search::{event_sources, parties, saved_searches, totals};
pub(super) use staff::{
    accounts, bans, ceremonies, devices, guesses, identities, passkeys, password_history, recovery_codes, settings,
    sign_ins, tokens, totps,
};
pub(super) use template::templates;
pub(super) use text::text_days;
pub(super) use webhook::{webhook_posts, webhook_stops};

diesel::table! {
    installation (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    transfers (id) {
        id -> Text,
        owner_id -> Text,
        state -> Text,
        revision -> BigInt,
        recipient_key -> Text,
        message_sealed -> Nullable<Binary>,
        manifest_blob -> Nullable<Text>,
        manifest_length -> Nullable<BigInt>,
        manifest_hash -> Nullable<Binary>,
        keep_seconds -> BigInt,
        grace_seconds -> BigInt,
        number_digits -> Integer,
        sender_slot -> Text,
        file_count -> Integer,
        total_bytes -> BigInt,
        created_at -> BigInt,
        draft_until -> BigInt,
        sealed_at -> Nullable<BigInt>,
        dispatched_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        shredded_at -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
        listed_at -> BigInt,
    }
}

diesel::table! {
    files (id) {
        id -> Text,
        transfer_id -> Text,
        position -> Integer,
        size -> BigInt,
        received -> BigInt,
        state -> Text,
        name_sealed -> Binary,
        digest_sealed -> Nullable<Binary>,
        upload_until -> BigInt,
        created_at -> BigInt,
        verdict -> Nullable<Text>,
        finding -> Nullable<Text>,
        scanned_at -> Nullable<BigInt>,
        signatures -> Nullable<Text>,
        signatures_at -> Nullable<BigInt>,
        scan_after -> BigInt,
        scan_tries -> Integer,
        scan_rank -> Integer,
        scan_from -> Nullable<BigInt>,
        content -> Nullable<Text>,
        macros -> Bool,
        look_sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    parts (blob) {
        blob -> Text,
        file_id -> Text,
        position -> Integer,
        plain_length -> BigInt,
        cipher_length -> BigInt,
        head_sha256 -> Binary,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Text,
        transfer_id -> Text,
        position -> Integer,
        public_id -> Text,
        reference -> Text,
        email -> Text,
        name -> Text,
        language -> Text,
        phone -> Text,
        phrase -> Text,
        channel -> Text,
        state -> Text,
        link_recipient -> Nullable<Text>,
        number_digits -> Integer,
        attempted_at -> Nullable<BigInt>,
        offered_at -> Nullable<BigInt>,
        looked_at -> Nullable<BigInt>,
        opened_at -> Nullable<BigInt>,
        retrieved_at -> Nullable<BigInt>,
        grace_until -> Nullable<BigInt>,
        told_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
        search -> Text,
        needs_approval -> Bool,
        domain -> Text,
        reminded_at -> Nullable<BigInt>,
        clock_reminded -> Bool,
        asked_again_at -> Nullable<BigInt>,
        told_by -> Nullable<Text>,
        told_channel -> Nullable<Text>,
        told_phone -> Text,
        told_verified -> Bool,
        sms_failed_at -> Nullable<BigInt>,
        phone_verified -> Bool,
        texts -> Integer,
        party_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    slots (id) {
        id -> Text,
        transfer_id -> Text,
        delivery_id -> Nullable<Text>,
        account_id -> Nullable<Text>,
        kind -> Text,
        shred_key -> Text,
        sealed -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    unlocks (id) {
        id -> Text,
        delivery_id -> Text,
        transfer_id -> Text,
        token_hash -> Binary,
        shred_key -> Text,
        sealed -> Binary,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    retrievals (delivery_id, file_id) {
        delivery_id -> Text,
        file_id -> Text,
        size -> BigInt,
        ranges -> Text,
        complete_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    servings (unlock_id, file_id) {
        unlock_id -> Text,
        file_id -> Text,
        delivery_id -> Text,
        transfer_id -> Text,
        size -> BigInt,
        ranges -> Text,
    }
}

diesel::table! {
    shown_numbers (delivery_id) {
        delivery_id -> Text,
        transfer_id -> Text,
        holder -> Binary,
        sealed -> Binary,
        until -> BigInt,
    }
}

diesel::table! {
    letters (id) {
        id -> Text,
        kind -> Text,
        transfer_id -> Nullable<Text>,
        delivery_id -> Nullable<Text>,
        account_id -> Nullable<Text>,
        state -> Text,
        secret_sealed -> Nullable<Binary>,
        attempts -> Integer,
        not_before -> BigInt,
        leased_until -> Nullable<BigInt>,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        withheld_at -> Nullable<BigInt>,
        delayed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    events (id) {
        id -> Text,
        at -> BigInt,
        event -> Text,
        outcome -> Text,
        transfer_id -> Nullable<Text>,
        delivery_id -> Nullable<Text>,
        account_id -> Nullable<Text>,
        leaf -> Binary,
        actor_id -> Nullable<Text>,
        party_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    event_values (event_id, field) {
        event_id -> Text,
        field -> Text,
        salt -> Binary,
        value -> Binary,
        sealed -> Bool,
        erase_after -> BigInt,
    }
}

diesel::table! {
    shred_intents (shred_key) {
        shred_key -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    doomed_keys (shred_key) {
        shred_key -> Text,
        transfer_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    doomed_blobs (blob) {
        blob -> Text,
        transfer_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    idempotency (holder, key) {
        holder -> Binary,
        key -> Text,
        request -> Binary,
        resource -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    office (id) {
        id -> Integer,
        name -> Text,
        address -> Text,
        phone -> Text,
        hours -> Text,
        web -> Text,
        colour -> Nullable<Text>,
        default_language -> Text,
        time_zone -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    installation,
    accounts,
    sign_ins,
    tokens,
    transfers,
    files,
    parts,
    deliveries,
    slots,
    unlocks,
    retrievals,
    servings,
    shown_numbers,
    letters,
    events,
    event_values,
    event_sources,
    parties,
    totals,
    saved_searches,
    shred_intents,
    doomed_keys,
    doomed_blobs,
    idempotency,
    office,
    password_history,
    totps,
    recovery_codes,
    passkeys,
    ceremonies,
    identities,
    devices,
    guesses,
    bans,
    settings,
    departments,
    invitations,
    reviews,
    review_items,
    approvals,
    deputies,
    former_links,
    webhook_posts,
    webhook_stops,
    logs,
    log_pending,
    log_entries,
    log_tiles,
    exports,
    export_parts,
    log_streams,
    log_copies,
    alerts,
    alert_events
);
diesel::joinable!(log_pending -> events (event_id));
diesel::joinable!(log_entries -> events (event_id));
