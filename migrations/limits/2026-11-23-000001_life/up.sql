-- Attempts and openings per delivery. Lives in the keys directory, beside the shred store and in no backup, so that
-- restoring the main database gives nobody fresh tries.

CREATE TABLE delivery_limits (
    delivery_id TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    life INTEGER NOT NULL,
    openings INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    PRIMARY KEY (delivery_id)
) STRICT;
CREATE TABLE source_limits (
    delivery_id TEXT NOT NULL,
    source TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    PRIMARY KEY (delivery_id, source)
) STRICT;
