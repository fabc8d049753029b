ALTER TABLE deliveries ADD COLUMN bounced_at BIGINT;
