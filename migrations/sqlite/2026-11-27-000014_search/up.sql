-- What the log is searched by. Ids of events grow with their times: every index ends in the id, and gives them in order.
-- Leaves stay as they are; everything here is told by them and by the side tables.

-- Whom deliveries are for, each once; `search` is what is compared with. Rows are taken away when the person is erased.
CREATE TABLE parties (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    UNIQUE (email, name)
) STRICT;
ALTER TABLE deliveries ADD COLUMN party_id INTEGER;
-- The account that acted.
ALTER TABLE events ADD COLUMN actor_id TEXT;
-- Whom the event's delivery was for.
ALTER TABLE events ADD COLUMN party_id INTEGER;
-- From which network address something was done, while that is kept.
CREATE TABLE event_sources (
    source TEXT NOT NULL,
    event_id TEXT NOT NULL REFERENCES events (id),
    PRIMARY KEY (source, event_id)
) STRICT, WITHOUT ROWID;
-- What was sent, by day, sender and department as it was then. Days of before this table are of UTC, later ones of the office.
CREATE TABLE totals (
    day TEXT NOT NULL,
    account_id TEXT NOT NULL,
    department TEXT NOT NULL,
    transfers INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    retrieved INTEGER NOT NULL,
    PRIMARY KEY (day, account_id, department)
) STRICT, WITHOUT ROWID;
-- Questions to the log that somebody asks again.
CREATE TABLE saved_searches (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    question TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX saved_searches_by_account_id_name ON saved_searches (account_id, name);

INSERT INTO parties (email, name, search) SELECT DISTINCT email, name, lower(email || ' ' || name) FROM deliveries;
UPDATE deliveries SET party_id = (
    SELECT id FROM parties WHERE parties.email = deliveries.email AND parties.name = deliveries.name
);
UPDATE events SET actor_id = json_extract(CAST(leaf AS TEXT), '$.actor.id')
    WHERE json_extract(CAST(leaf AS TEXT), '$.actor.by') = 'account';
UPDATE events SET party_id = (SELECT party_id FROM deliveries WHERE deliveries.id = events.delivery_id)
    WHERE delivery_id IS NOT NULL;
INSERT INTO event_sources (source, event_id)
    SELECT CAST(value AS TEXT), event_id FROM event_values WHERE field = 'source';
INSERT INTO totals (day, account_id, department, transfers, deliveries, files, bytes, retrieved)
    SELECT date(events.at / 1000, 'unixepoch'), events.actor_id, accounts.department, count(*),
        sum(json_extract(CAST(leaf AS TEXT), '$.deliveries')), sum(json_extract(CAST(leaf AS TEXT), '$.files')),
        sum(json_extract(CAST(leaf AS TEXT), '$.bytes')), 0
    FROM events JOIN accounts ON accounts.id = events.actor_id
    WHERE events.event = 'sealed'
    GROUP BY 1, 2, 3;
INSERT INTO totals (day, account_id, department, transfers, deliveries, files, bytes, retrieved)
    SELECT date(events.at / 1000, 'unixepoch'), transfers.owner_id, accounts.department, 0, 0, 0, 0, count(*)
    FROM events JOIN transfers ON transfers.id = events.transfer_id JOIN accounts ON accounts.id = transfers.owner_id
    WHERE events.event = 'retrieved'
    GROUP BY 1, 2, 3
    ON CONFLICT (day, account_id, department) DO UPDATE SET retrieved = totals.retrieved + excluded.retrieved;

DROP INDEX events_by_transfer_id_at;
DROP INDEX events_by_at;
DROP INDEX events_by_delivery_id;
DROP INDEX events_by_account_id_at;
DROP INDEX events_by_event_at;
CREATE INDEX events_by_transfer_id ON events (transfer_id, id);
CREATE INDEX events_by_delivery_id ON events (delivery_id, id);
CREATE INDEX events_by_account_id ON events (account_id, id);
CREATE INDEX events_by_actor_id ON events (actor_id, id);
CREATE INDEX events_by_party_id ON events (party_id, id);
CREATE INDEX events_by_event_outcome ON events (event, outcome, id);
-- What is old is looked for by when it was destroyed.
CREATE INDEX transfers_by_shredded_at ON transfers (shredded_at);
