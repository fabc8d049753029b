-- Every way to sign in: what an account is known by, what a session has proven, guesses, bans, and the rules.
-- Times are unix milliseconds; sealed columns are age files.

ALTER TABLE accounts DROP COLUMN failures;
ALTER TABLE accounts DROP COLUMN failed_until;
-- Until when an initial or reset password works.
ALTER TABLE accounts ADD COLUMN one_time_until INTEGER;
-- The last reminder of the present password's age: 14, 7 or 1 days before; 0 for none.
ALTER TABLE accounts ADD COLUMN password_reminded INTEGER NOT NULL DEFAULT 0;
-- When a reset replaced the account key, until its owner has read what that means.
ALTER TABLE accounts ADD COLUMN key_renewed_at INTEGER;
-- Serialises what happens to one account: `accounts::lock`.
ALTER TABLE accounts ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- Words of what was proven, and when something was proven last.
ALTER TABLE sign_ins ADD COLUMN proofs TEXT NOT NULL DEFAULT 'password';
ALTER TABLE sign_ins ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;
-- Where it began, for its owner's list.
ALTER TABLE sign_ins ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ins ADD COLUMN browser TEXT NOT NULL DEFAULT '';

CREATE TABLE password_history (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    changed_at INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, changed_at)
) STRICT;
CREATE TABLE totps (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    secret_sealed BLOB NOT NULL,
    -- Of an app that takes the place of a confirmed one as soon as it has shown a code.
    pending_sealed BLOB,
    confirmed INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id)
) STRICT;
CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    code_hash BLOB NOT NULL,
    PRIMARY KEY (account_id, code_hash)
) STRICT;
CREATE TABLE passkeys (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    credential_id BLOB NOT NULL,
    name TEXT NOT NULL,
    public TEXT NOT NULL,
    recipient_key TEXT,
    account_key BLOB,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX passkeys_credential_id ON passkeys (credential_id);
CREATE INDEX passkeys_by_account_id ON passkeys (account_id);
-- What waits for the second half of an exchange with an authenticator: taken once, by the bearer of the token.
CREATE TABLE ceremonies (
    token_hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT REFERENCES accounts (id),
    state_sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash)
) STRICT;
CREATE INDEX ceremonies_by_expires_at ON ceremonies (expires_at);
CREATE TABLE identities (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (provider, subject)
) STRICT;
CREATE INDEX identities_by_account_id ON identities (account_id);
-- Browsers in which somebody signed in before: guesses made elsewhere do not slow them down.
CREATE TABLE devices (
    token_hash BLOB NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash, account_id)
) STRICT;
CREATE INDEX devices_by_account_id ON devices (account_id);
-- Wrong tries in a row, per name as typed (its hash) and lane: a source, a known device, or all strangers together.
CREATE TABLE guesses (
    name_hash BLOB NOT NULL,
    lane TEXT NOT NULL,
    failures INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (name_hash, lane)
) STRICT;
CREATE INDEX guesses_by_updated_at ON guesses (updated_at);
CREATE TABLE bans (
    source TEXT NOT NULL,
    failures INTEGER NOT NULL,
    window_until INTEGER NOT NULL,
    banned_until INTEGER NOT NULL,
    PRIMARY KEY (source)
) STRICT;
CREATE INDEX bans_by_window_until ON bans (window_until);
CREATE TABLE settings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (name)
) STRICT;

-- Mails about an account have no transfer. SQLite cannot loosen a column: the table is written anew.
CREATE TABLE letters_new (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    transfer_id TEXT,
    delivery_id TEXT REFERENCES deliveries (id),
    account_id TEXT REFERENCES accounts (id),
    state TEXT NOT NULL,
    secret_sealed BLOB,
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    leased_until INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (id)
) STRICT;
INSERT INTO letters_new
    SELECT id, kind, transfer_id, delivery_id, NULL, state, secret_sealed, attempts, not_before, leased_until, created_at,
        ended_at
    FROM letters;
DROP TABLE letters;
ALTER TABLE letters_new RENAME TO letters;
CREATE INDEX letters_by_state_not_before ON letters (state, not_before);
CREATE INDEX letters_by_delivery_id ON letters (delivery_id);
