-- What is noted so that nobody is reminded or asked too often. Times are unix milliseconds.

-- When its recipient was reminded last, by the clock or by hand.
ALTER TABLE deliveries ADD COLUMN reminded_at BIGINT;
-- Whether the clock has reminded its recipient: it does so once.
ALTER TABLE deliveries ADD COLUMN clock_reminded BOOLEAN NOT NULL DEFAULT FALSE;
-- When its recipient last asked for the files again.
ALTER TABLE deliveries ADD COLUMN asked_again_at BIGINT;

-- Whether a sender gets a mail when a recipient has collected everything.
ALTER TABLE accounts ADD COLUMN mail_collected BOOLEAN NOT NULL DEFAULT TRUE;
