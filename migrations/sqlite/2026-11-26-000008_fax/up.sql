-- The fax register. Times are unix milliseconds. No entry holds a pick-up number.
CREATE TABLE faxes (
    id TEXT NOT NULL,
    -- Who sends it.
    owner_id TEXT NOT NULL REFERENCES accounts (id),
    -- The delivery whose notice sheet it is.
    delivery_id TEXT REFERENCES deliveries (id),
    recipient TEXT NOT NULL,
    company TEXT NOT NULL,
    -- Company and recipient, folded: what entries to the same recipient have in common.
    recipient_key TEXT NOT NULL,
    -- As it is dialled.
    number TEXT NOT NULL,
    subject TEXT NOT NULL,
    pages INTEGER NOT NULL,
    reference TEXT NOT NULL,
    language TEXT NOT NULL,
    -- The number is not one that this recipient had before, and the sender said that it is right.
    differs INTEGER NOT NULL,
    checked_by TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    -- The call by which its receipt was confirmed.
    confirmed_at INTEGER,
    confirmed_by TEXT,
    confirmed_with TEXT NOT NULL DEFAULT '',
    confirmed_phone TEXT NOT NULL DEFAULT '',
    -- Where the original lies.
    stored_at INTEGER,
    stored_by TEXT,
    stored_place TEXT NOT NULL DEFAULT '',
    closed_at INTEGER,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX faxes_by_owner_id_state ON faxes (owner_id, state);
CREATE INDEX faxes_by_created_at ON faxes (created_at);
CREATE INDEX faxes_by_recipient_key ON faxes (recipient_key, created_at);
CREATE INDEX faxes_by_delivery_id ON faxes (delivery_id);
