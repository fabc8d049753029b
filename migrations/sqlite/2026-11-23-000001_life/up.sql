-- The whole life of a transfer: states, slots, sessions, the outbox and the log.
-- Times are unix milliseconds, lengths bytes; sealed columns are age files.

CREATE TABLE installation (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
) STRICT;
CREATE TABLE accounts (
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    department TEXT NOT NULL,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    roles TEXT NOT NULL,
    state TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change_password INTEGER NOT NULL,
    password_changed_at INTEGER NOT NULL,
    recipient_key TEXT,
    account_key BLOB,
    failures INTEGER NOT NULL,
    failed_until INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX accounts_email ON accounts (email);
CREATE TABLE sign_ins (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    shred_key TEXT,
    account_key BLOB,
    PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX sign_ins_token_hash ON sign_ins (token_hash);
CREATE INDEX sign_ins_by_account_id ON sign_ins (account_id);
CREATE INDEX sign_ins_by_last_seen_at ON sign_ins (last_seen_at);
CREATE TABLE tokens (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    shred_key TEXT,
    account_key BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX tokens_token_hash ON tokens (token_hash);
CREATE INDEX tokens_by_account_id ON tokens (account_id);
CREATE TABLE transfers (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL REFERENCES accounts (id),
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    recipient_key TEXT NOT NULL,
    message_sealed BLOB,
    manifest_blob TEXT,
    manifest_length INTEGER,
    manifest_hash BLOB,
    keep_seconds INTEGER NOT NULL,
    grace_seconds INTEGER NOT NULL,
    number_digits INTEGER NOT NULL,
    sender_slot TEXT NOT NULL,
    file_count INTEGER NOT NULL,
    total_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    draft_until INTEGER NOT NULL,
    sealed_at INTEGER,
    dispatched_at INTEGER,
    expires_at INTEGER,
    finished_at INTEGER,
    shredded_at INTEGER,
    end_reason TEXT,
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX transfers_by_owner_id_created_at ON transfers (owner_id, created_at);
CREATE INDEX transfers_by_state_expires_at ON transfers (state, expires_at);
CREATE INDEX transfers_by_state_draft_until ON transfers (state, draft_until);
CREATE INDEX transfers_by_state_finished_at ON transfers (state, finished_at);
CREATE TABLE files (
    id TEXT NOT NULL,
    transfer_id TEXT NOT NULL REFERENCES transfers (id),
    position INTEGER NOT NULL,
    size INTEGER NOT NULL,
    received INTEGER NOT NULL,
    state TEXT NOT NULL,
    name_sealed BLOB NOT NULL,
    digest_sealed BLOB,
    upload_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX files_by_transfer_id_position ON files (transfer_id, position);
CREATE INDEX files_by_state_upload_until ON files (state, upload_until);
CREATE TABLE parts (
    blob TEXT NOT NULL,
    file_id TEXT NOT NULL REFERENCES files (id),
    position INTEGER NOT NULL,
    plain_length INTEGER NOT NULL,
    cipher_length INTEGER NOT NULL,
    head_sha256 BLOB NOT NULL,
    PRIMARY KEY (blob)
) STRICT;
CREATE UNIQUE INDEX parts_file_id_position ON parts (file_id, position);
CREATE TABLE deliveries (
    id TEXT NOT NULL,
    transfer_id TEXT NOT NULL REFERENCES transfers (id),
    position INTEGER NOT NULL,
    public_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    phone TEXT NOT NULL,
    phrase TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    link_recipient TEXT,
    number_digits INTEGER NOT NULL,
    attempted_at INTEGER,
    offered_at INTEGER,
    looked_at INTEGER,
    opened_at INTEGER,
    retrieved_at INTEGER,
    grace_until INTEGER,
    told_at INTEGER,
    ended_at INTEGER,
    end_reason TEXT,
    PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX deliveries_public_id ON deliveries (public_id);
CREATE UNIQUE INDEX deliveries_reference ON deliveries (reference);
CREATE UNIQUE INDEX deliveries_link_recipient ON deliveries (link_recipient);
CREATE INDEX deliveries_by_transfer_id_position ON deliveries (transfer_id, position);
CREATE INDEX deliveries_by_state_grace_until ON deliveries (state, grace_until);
CREATE TABLE slots (
    id TEXT NOT NULL,
    transfer_id TEXT NOT NULL REFERENCES transfers (id),
    delivery_id TEXT REFERENCES deliveries (id),
    account_id TEXT,
    kind TEXT NOT NULL,
    shred_key TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX slots_by_transfer_id ON slots (transfer_id);
CREATE INDEX slots_by_delivery_id ON slots (delivery_id);
CREATE INDEX slots_by_shred_key ON slots (shred_key);
CREATE TABLE unlocks (
    id TEXT NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    transfer_id TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    shred_key TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX unlocks_token_hash ON unlocks (token_hash);
CREATE UNIQUE INDEX unlocks_delivery_id ON unlocks (delivery_id);
CREATE INDEX unlocks_by_transfer_id ON unlocks (transfer_id);
CREATE INDEX unlocks_by_last_seen_at ON unlocks (last_seen_at);
CREATE TABLE retrievals (
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    file_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    ranges TEXT NOT NULL,
    complete_at INTEGER,
    PRIMARY KEY (delivery_id, file_id)
) STRICT;
CREATE TABLE servings (
    unlock_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    transfer_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    ranges TEXT NOT NULL,
    PRIMARY KEY (unlock_id, file_id)
) STRICT;
CREATE INDEX servings_by_delivery_id ON servings (delivery_id);
CREATE TABLE shown_numbers (
    delivery_id TEXT NOT NULL,
    transfer_id TEXT NOT NULL,
    holder BLOB NOT NULL,
    sealed BLOB NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (delivery_id)
) STRICT;
CREATE INDEX shown_numbers_by_until ON shown_numbers (until);
CREATE TABLE letters (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    transfer_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    state TEXT NOT NULL,
    secret_sealed BLOB,
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    leased_until INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX letters_by_state_not_before ON letters (state, not_before);
CREATE INDEX letters_by_delivery_id ON letters (delivery_id);
CREATE TABLE events (
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    transfer_id TEXT,
    delivery_id TEXT,
    account_id TEXT,
    leaf BLOB NOT NULL,
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX events_by_transfer_id_at ON events (transfer_id, at);
CREATE INDEX events_by_at ON events (at);
CREATE INDEX events_by_delivery_id ON events (delivery_id);
CREATE TABLE event_values (
    event_id TEXT NOT NULL REFERENCES events (id),
    field TEXT NOT NULL,
    salt BLOB NOT NULL,
    value BLOB NOT NULL,
    sealed INTEGER NOT NULL,
    erase_after INTEGER NOT NULL,
    PRIMARY KEY (event_id, field)
) STRICT;
CREATE TABLE shred_intents (
    shred_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (shred_key)
) STRICT;
CREATE INDEX shred_intents_by_created_at ON shred_intents (created_at);
CREATE TABLE doomed_keys (
    shred_key TEXT NOT NULL,
    transfer_id TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (shred_key)
) STRICT;
CREATE INDEX doomed_keys_by_transfer_id ON doomed_keys (transfer_id);
CREATE TABLE doomed_blobs (
    blob TEXT NOT NULL,
    transfer_id TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (blob)
) STRICT;
CREATE INDEX doomed_blobs_by_transfer_id ON doomed_blobs (transfer_id);
CREATE TABLE idempotency (
    holder BLOB NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    resource TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (holder, key)
) STRICT;
CREATE INDEX idempotency_by_created_at ON idempotency (created_at);
