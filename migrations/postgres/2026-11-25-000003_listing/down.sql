ALTER TABLE deliveries DROP COLUMN search;
DROP INDEX transfers_by_owner_id_listed_at;
ALTER TABLE transfers DROP COLUMN listed_at;
