ALTER TABLE log_copies DROP COLUMN is_unread;
