-- Deputies of approvers. Times are unix milliseconds.

-- Who decides for an approver who is away, and when: one deputy for each approver.
CREATE TABLE deputies (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    deputy_id TEXT NOT NULL REFERENCES accounts (id),
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (account_id),
    CHECK (account_id <> deputy_id),
    CHECK (from_at < until_at)
);
CREATE INDEX deputies_by_deputy_id ON deputies (deputy_id);

-- For whom a deputy decided: never for the one whose transfer it is.
ALTER TABLE approvals ADD COLUMN on_behalf_of TEXT 
    CHECK (on_behalf_of IS NULL OR (on_behalf_of <> owner_id AND on_behalf_of <> asked_by));
CREATE INDEX approvals_by_decided_by ON approvals (decided_by, decided_at);
