ALTER TABLE accounts DROP COLUMN mail_collected;
ALTER TABLE deliveries DROP COLUMN asked_again_at;
ALTER TABLE deliveries DROP COLUMN clock_reminded;
ALTER TABLE deliveries DROP COLUMN reminded_at;
