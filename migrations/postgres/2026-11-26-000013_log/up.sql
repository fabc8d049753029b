-- The log as one growing tree. Times are unix milliseconds.

-- A log with an origin of its own; the one that is not closed grows.
CREATE TABLE logs (
    number INTEGER NOT NULL,
    origin TEXT NOT NULL UNIQUE,
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    -- The newest signed checkpoint, of so many entries.
    checkpoint TEXT NOT NULL,
    signed_size BIGINT NOT NULL,
    signed_at BIGINT,
    -- The newest checkpoint that left the house, with a mail, and when.
    left_size BIGINT NOT NULL,
    left_at BIGINT,
    began_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (number)
);
-- Events that have no place in a log yet.
CREATE TABLE log_pending (
    event_id TEXT NOT NULL REFERENCES events (id),
    PRIMARY KEY (event_id)
);
-- Which event is which entry.
CREATE TABLE log_entries (
    log INTEGER NOT NULL REFERENCES logs (number),
    entry BIGINT NOT NULL,
    event_id TEXT NOT NULL UNIQUE REFERENCES events (id),
    PRIMARY KEY (log, entry)
);
-- Hashes of the tree, 256 in a tile; the last of each level grows.
CREATE TABLE log_tiles (
    log INTEGER NOT NULL REFERENCES logs (number),
    level INTEGER NOT NULL,
    tile BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (log, level, tile)
);
INSERT INTO log_pending (event_id) SELECT id FROM events;
