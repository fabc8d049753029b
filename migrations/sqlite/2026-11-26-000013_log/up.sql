-- The log as one growing tree. Times are unix milliseconds.

-- A log with an origin of its own; the one that is not closed grows.
CREATE TABLE logs (
    number INTEGER NOT NULL,
    origin TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    -- The newest signed checkpoint, of so many entries.
    checkpoint TEXT NOT NULL,
    signed_size INTEGER NOT NULL,
    signed_at INTEGER,
    -- The newest checkpoint that left the house, with a mail, and when.
    left_size INTEGER NOT NULL,
    left_at INTEGER,
    began_at INTEGER NOT NULL,
    closed_at INTEGER,
    PRIMARY KEY (number)
) STRICT;
-- Events that have no place in a log yet.
CREATE TABLE log_pending (
    event_id TEXT NOT NULL REFERENCES events (id),
    PRIMARY KEY (event_id)
) STRICT;
-- Which event is which entry.
CREATE TABLE log_entries (
    log INTEGER NOT NULL REFERENCES logs (number),
    entry INTEGER NOT NULL,
    event_id TEXT NOT NULL UNIQUE REFERENCES events (id),
    PRIMARY KEY (log, entry)
) STRICT, WITHOUT ROWID;
-- Hashes of the tree, 256 in a tile; the last of each level grows.
CREATE TABLE log_tiles (
    log INTEGER NOT NULL REFERENCES logs (number),
    level INTEGER NOT NULL,
    tile INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (log, level, tile)
) STRICT, WITHOUT ROWID;
INSERT INTO log_pending (event_id) SELECT id FROM events;
