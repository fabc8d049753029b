-- Files of entries of the log, and streams that follow it. Times are unix milliseconds.

-- A file of entries that somebody asked for. What was asked, and why, names people: it is sealed to the custody key.
CREATE TABLE exports (
    id TEXT NOT NULL,
    -- Who asked; none at the command line of the server.
    account_id TEXT REFERENCES accounts (id),
    format TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Taken away when the file is.
    asked_sealed BYTEA,
    -- The key that the file's parts are sealed to, sealed to the custody key; taken away with the file.
    key_sealed BYTEA,
    manifest_sealed BYTEA,
    expected BIGINT NOT NULL,
    written BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    tries INTEGER NOT NULL,
    leased_until BIGINT,
    asked_at BIGINT NOT NULL,
    ready_at BIGINT,
    -- When a file that is ready is destroyed.
    expires_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (id)
);
CREATE INDEX exports_by_state ON exports (state, asked_at);
CREATE INDEX exports_by_account_id ON exports (account_id, asked_at);
-- Where the bytes of such a file are.
CREATE TABLE export_parts (
    blob TEXT NOT NULL,
    export_id TEXT NOT NULL REFERENCES exports (id),
    position INTEGER NOT NULL,
    plain_length BIGINT NOT NULL,
    cipher_length BIGINT NOT NULL,
    head_sha256 BYTEA NOT NULL,
    PRIMARY KEY (blob)
);
CREATE INDEX export_parts_by_export_id ON export_parts (export_id, position);
-- How far a stream has come: the next entry that it sends.
CREATE TABLE log_streams (
    name TEXT NOT NULL,
    log INTEGER NOT NULL,
    entry BIGINT NOT NULL,
    leased_until BIGINT,
    -- When the receiver last took something.
    taken_at BIGINT,
    PRIMARY KEY (name)
);
