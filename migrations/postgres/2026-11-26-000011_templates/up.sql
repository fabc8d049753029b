-- Set-ups of transfers that a sender keeps under a name. Times are unix milliseconds.

CREATE TABLE templates (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Whom it goes to, with language, channel and the rest of what was typed: JSON, read and written as a whole.
    recipients TEXT NOT NULL,
    -- The message, sealed to the custody key like that of a transfer.
    message_sealed BYTEA,
    keep_seconds BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX templates_own ON templates (owner_id, name);
