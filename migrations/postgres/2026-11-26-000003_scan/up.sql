-- What the scanner said of a file, and what its bytes look like. Times are unix milliseconds.

-- Absent: not looked at yet, or to be looked at again with newer signatures.
ALTER TABLE files ADD COLUMN verdict TEXT;
-- The name of what was found, in the scanner's words.
ALTER TABLE files ADD COLUMN finding TEXT;
ALTER TABLE files ADD COLUMN scanned_at BIGINT;
-- The scanner and its signatures at the time, and of when they are.
ALTER TABLE files ADD COLUMN signatures TEXT;
ALTER TABLE files ADD COLUMN signatures_at BIGINT;
-- Nobody takes it before: another one is at it, or the last try failed.
ALTER TABLE files ADD COLUMN scan_after BIGINT NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN scan_tries INTEGER NOT NULL DEFAULT 0;
-- Of when the signatures are that it is looked at again with.
ALTER TABLE files ADD COLUMN scan_from BIGINT;
-- 0: looked at first; 1: looked at again, when nothing else waits.
ALTER TABLE files ADD COLUMN scan_rank INTEGER NOT NULL DEFAULT 0;
-- What the first bytes say that it is; absent before they came.
ALTER TABLE files ADD COLUMN content TEXT;
-- Whether it carries macros.
ALTER TABLE files ADD COLUMN macros BOOLEAN NOT NULL DEFAULT FALSE;
-- What was seen of an arriving file's bytes, sealed to the custody key.
ALTER TABLE files ADD COLUMN look_sealed BYTEA;
CREATE INDEX files_unscanned ON files (scan_after) WHERE verdict IS NULL AND state = 'complete';

-- Since when a mail with a link stays because the policy in force does not let a file's verdict pass.
ALTER TABLE letters ADD COLUMN withheld_at BIGINT;

-- What was sent before there was a scanner was sent unscanned, as its configuration said.
UPDATE files SET verdict = 'off' WHERE transfer_id IN (SELECT id FROM transfers WHERE state <> 'draft');
