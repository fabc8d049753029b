-- Every way to sign in: what an account is known by, what a session has proven, guesses, bans, and the rules.
-- Times are unix milliseconds; sealed columns are age files.

ALTER TABLE accounts DROP COLUMN failures;
ALTER TABLE accounts DROP COLUMN failed_until;
-- Until when an initial or reset password works.
ALTER TABLE accounts ADD COLUMN one_time_until BIGINT;
-- The last reminder of the present password's age: 14, 7 or 1 days before; 0 for none.
ALTER TABLE accounts ADD COLUMN password_reminded INTEGER NOT NULL DEFAULT 0;
-- When a reset replaced the account key, until its owner has read what that means.
ALTER TABLE accounts ADD COLUMN key_renewed_at BIGINT;
-- Serialises what happens to one account: `accounts::lock`.
ALTER TABLE accounts ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

-- Words of what was proven, and when something was proven last.
ALTER TABLE sign_ins ADD COLUMN proofs TEXT NOT NULL DEFAULT 'password';
ALTER TABLE sign_ins ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
-- Where it began, for its owner's list.
ALTER TABLE sign_ins ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ins ADD COLUMN browser TEXT NOT NULL DEFAULT '';

CREATE TABLE password_history (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    changed_at BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, changed_at)
);
CREATE TABLE totps (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    secret_sealed BYTEA NOT NULL,
    -- Of an app that takes the place of a confirmed one as soon as it has shown a code.
    pending_sealed BYTEA,
    confirmed BOOLEAN NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id)
);
CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (account_id, code_hash)
);
CREATE TABLE passkeys (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    credential_id BYTEA NOT NULL,
    name TEXT NOT NULL,
    public TEXT NOT NULL,
    recipient_key TEXT,
    account_key BYTEA,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX passkeys_credential_id ON passkeys (credential_id);
CREATE INDEX passkeys_by_account_id ON passkeys (account_id);
-- What waits for the second half of an exchange with an authenticator: taken once, by the bearer of the token.
CREATE TABLE ceremonies (
    token_hash BYTEA NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT REFERENCES accounts (id),
    state_sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX ceremonies_by_expires_at ON ceremonies (expires_at);
CREATE TABLE identities (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (provider, subject)
);
CREATE INDEX identities_by_account_id ON identities (account_id);
-- Browsers in which somebody signed in before: guesses made elsewhere do not slow them down.
CREATE TABLE devices (
    token_hash BYTEA NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash, account_id)
);
CREATE INDEX devices_by_account_id ON devices (account_id);
-- Wrong tries in a row, per name as typed (its hash) and lane: a source, a known device, or all strangers together.
CREATE TABLE guesses (
    name_hash BYTEA NOT NULL,
    lane TEXT NOT NULL,
    failures INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (name_hash, lane)
);
CREATE INDEX guesses_by_updated_at ON guesses (updated_at);
CREATE TABLE bans (
    source TEXT NOT NULL,
    failures INTEGER NOT NULL,
    window_until BIGINT NOT NULL,
    banned_until BIGINT NOT NULL,
    PRIMARY KEY (source)
);
CREATE INDEX bans_by_window_until ON bans (window_until);
CREATE TABLE settings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (name)
);

-- Mails about an account have no transfer.
ALTER TABLE letters ALTER COLUMN transfer_id DROP NOT NULL;
ALTER TABLE letters ALTER COLUMN delivery_id DROP NOT NULL;
ALTER TABLE letters ADD COLUMN account_id TEXT REFERENCES accounts (id);
