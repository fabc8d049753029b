-- Whether what a destination has cannot be read by us, and is not compared.
ALTER TABLE log_copies ADD COLUMN is_unread INTEGER NOT NULL DEFAULT 0;
