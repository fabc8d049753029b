ALTER TABLE webhook_posts DROP COLUMN url;
DROP TABLE text_days;
ALTER TABLE deliveries DROP COLUMN texts;
