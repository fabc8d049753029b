-- What keeps messages few, and posts with whom they were meant for.

-- Messages by SMS that were handed over for this delivery, or were about to be.
ALTER TABLE deliveries ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;

-- The same for an account, on the newest day (days since 1970-01-01, in the office's time zone) on which there was one.
CREATE TABLE text_days (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    day INTEGER NOT NULL,
    texts INTEGER NOT NULL,
    PRIMARY KEY (account_id)
) STRICT;

-- Which address a post is meant for; empty for one that was written before this was noted.
ALTER TABLE webhook_posts ADD COLUMN url TEXT NOT NULL DEFAULT '';
