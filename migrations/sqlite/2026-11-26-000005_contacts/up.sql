-- The address book. Times are unix milliseconds.

-- Whom people send to: an entry is one account's own, or, without an owner, the whole office's.
CREATE TABLE contacts (
    id TEXT NOT NULL,
    owner_id TEXT,
    -- The mail address as it was typed, and in lower case: nobody stands twice in one book.
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    company TEXT NOT NULL,
    language TEXT NOT NULL,
    phone TEXT NOT NULL,
    -- Whether the number was read in the same exchange of mails, which proves nothing.
    phone_from_mail INTEGER NOT NULL,
    -- When somebody of the office made sure that the number is this person's, and who.
    phone_verified_at INTEGER,
    phone_verified_by TEXT,
    phrase TEXT NOT NULL,
    channel TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX contacts_own ON contacts (owner_id, address) WHERE owner_id IS NOT NULL;
CREATE UNIQUE INDEX contacts_office ON contacts (address) WHERE owner_id IS NULL;
