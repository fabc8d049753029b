-- Approval of transfers by a second person. Times are unix milliseconds.

-- What somebody was asked to approve, and what was decided: one row for each delivery and question. It binds the manifest, the
-- recipient and a latest expiry; whatever else is sent is not what was approved.
CREATE TABLE approvals (
    id TEXT NOT NULL,
    transfer_id TEXT NOT NULL REFERENCES transfers (id),
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    -- Whose transfer it is: nobody approves the own.
    owner_id TEXT NOT NULL,
    -- Who asked; stays when the transfer is handed over: he does not approve it either.
    asked_by TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Why it is asked, words separated by spaces.
    reasons TEXT NOT NULL,
    manifest_hash BLOB NOT NULL,
    email TEXT NOT NULL,
    latest_expiry INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    decide_by INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by TEXT,
    PRIMARY KEY (id),
    CHECK (decided_by IS NULL OR (decided_by <> owner_id AND decided_by <> asked_by))
) STRICT;
CREATE UNIQUE INDEX approvals_open ON approvals (delivery_id) WHERE state = 'asked';
CREATE INDEX approvals_by_delivery_id ON approvals (delivery_id, asked_at);
CREATE INDEX approvals_by_state_decide_by ON approvals (state, decide_by);
CREATE INDEX approvals_by_transfer_id ON approvals (transfer_id);

-- Whether its mail may leave only when it was approved.
ALTER TABLE deliveries ADD COLUMN needs_approval INTEGER NOT NULL DEFAULT 0;
-- What stands behind the @ of its address, in lower case.
ALTER TABLE deliveries ADD COLUMN domain TEXT NOT NULL DEFAULT '';
UPDATE deliveries SET domain = lower(substr(email, instr(email, '@') + 1));
CREATE INDEX deliveries_by_domain ON deliveries (domain);

-- Links that were replaced by a newer mail: who comes with one is told so.
CREATE TABLE former_links (
    public_id TEXT NOT NULL,
    link_recipient TEXT NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    replaced_at INTEGER NOT NULL,
    PRIMARY KEY (link_recipient)
) STRICT;
