ALTER TABLE letters DROP COLUMN delayed_at;
ALTER TABLE deliveries DROP COLUMN bounced_at;
