DROP TABLE webhook_stops;
DROP TABLE webhook_posts;
ALTER TABLE deliveries DROP COLUMN phone_verified;
ALTER TABLE deliveries DROP COLUMN sms_failed_at;
ALTER TABLE deliveries DROP COLUMN told_verified;
ALTER TABLE deliveries DROP COLUMN told_phone;
ALTER TABLE deliveries DROP COLUMN told_channel;
ALTER TABLE deliveries DROP COLUMN told_by;
