-- The account register: validity, limits and successors of accounts, invitations, and its periodic review.
-- Times are unix milliseconds.

ALTER TABLE accounts ADD COLUMN valid_from BIGINT;
ALTER TABLE accounts ADD COLUMN valid_until BIGINT;
-- What the account may send at most; absent: as the department or the policy says.
ALTER TABLE accounts ADD COLUMN most_bytes BIGINT;
ALTER TABLE accounts ADD COLUMN most_recipients INTEGER;
ALTER TABLE accounts ADD COLUMN most_keep_hours INTEGER;
-- Domains that it may send to, separated by spaces; empty: all.
ALTER TABLE accounts ADD COLUMN domains TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN needs_approval BOOLEAN NOT NULL DEFAULT FALSE;
-- Who takes over when its owner leaves.
ALTER TABLE accounts ADD COLUMN successor_id TEXT;
ALTER TABLE accounts ADD COLUMN last_used_at BIGINT;
CREATE INDEX accounts_by_successor_id ON accounts (successor_id);

-- The same limits for everybody of a department.
CREATE TABLE departments (
    name TEXT NOT NULL,
    most_bytes BIGINT,
    most_recipients INTEGER,
    most_keep_hours INTEGER,
    domains TEXT NOT NULL,
    needs_approval BOOLEAN NOT NULL,
    PRIMARY KEY (name)
);

-- An invited account may set its password with the secret of the mail, once.
CREATE TABLE invitations (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id)
);
CREATE UNIQUE INDEX invitations_secret_hash ON invitations (secret_hash);

CREATE TABLE reviews (
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    started_by TEXT REFERENCES accounts (id),
    started_at BIGINT NOT NULL,
    deadline_at BIGINT NOT NULL,
    -- The last reminder: 7 or 1 days before the deadline, or -1 for the day after; null for none.
    reminded INTEGER,
    ended_by TEXT REFERENCES accounts (id),
    ended_at BIGINT,
    note TEXT NOT NULL,
    -- The signed record, canonical JSON, and its SHA-256 as the log has it.
    record BYTEA,
    digest BYTEA,
    PRIMARY KEY (id)
);
-- One runs at a time.
CREATE UNIQUE INDEX reviews_open ON reviews (state) WHERE state = 'open';
CREATE TABLE review_items (
    review_id TEXT NOT NULL REFERENCES reviews (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    reviewer_id TEXT REFERENCES accounts (id),
    decision TEXT,
    -- The roles that are left, where the decision is to reduce them.
    roles TEXT,
    reason TEXT NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at BIGINT,
    -- Whoever typed the decision sat at the console; who decided is as was said there.
    at_console BOOLEAN NOT NULL,
    PRIMARY KEY (review_id, account_id)
);
CREATE INDEX review_items_by_reviewer_id ON review_items (reviewer_id);

-- The history of an account.
CREATE INDEX events_by_account_id_at ON events (account_id, at);
-- What was set, when and by whom, and when the register was reviewed last, are read from the log by their events.
CREATE INDEX events_by_event_at ON events (event, at);
