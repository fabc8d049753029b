-- What lists are sorted by and searched in. `search` is what store::listing::folded makes of address, name and reference;
-- rows from before get what SQL can make of them.

ALTER TABLE transfers ADD COLUMN listed_at INTEGER NOT NULL DEFAULT 0;
UPDATE transfers SET listed_at = coalesce(sealed_at, created_at);
CREATE INDEX transfers_by_owner_id_listed_at ON transfers (owner_id, listed_at, id);
ALTER TABLE deliveries ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE deliveries SET search = lower(email || ' ' || name || ' ' || reference || ' ' || replace(reference, '-', ''));
