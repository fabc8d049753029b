-- Mails that came back after they were taken. Times are unix milliseconds.

-- When the newest mail with a link came back; absent again once another one was taken.
ALTER TABLE deliveries ADD COLUMN bounced_at INTEGER;
-- When a mail server said that this mail is late.
ALTER TABLE letters ADD COLUMN delayed_at INTEGER;
