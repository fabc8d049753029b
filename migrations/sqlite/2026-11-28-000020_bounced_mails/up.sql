-- The mail itself says that it came back.
ALTER TABLE deliveries DROP COLUMN bounced_at;
