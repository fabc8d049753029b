-- Copies of the log where its operator does not reach, and alerts. Times are unix milliseconds.

-- What a destination has of a log: "mail", "bucket", or "witness/" and its name.
CREATE TABLE log_copies (
    destination TEXT NOT NULL,
    log INTEGER NOT NULL REFERENCES logs (number),
    -- The newest checkpoint that left for it, of so many entries, and when.
    size INTEGER NOT NULL,
    at INTEGER,
    -- Of a witness: its cosignature on that checkpoint. Of the bucket: the checkpoint as it stands there.
    note TEXT NOT NULL,
    -- Of the bucket: up to this entry everything is there.
    through INTEGER NOT NULL,
    tried_at INTEGER,
    -- Since when it takes nothing any more, and why.
    failing_since INTEGER,
    failure TEXT,
    PRIMARY KEY (destination, log)
) STRICT, WITHOUT ROWID;
-- Alerts: of a rule and a subject at most one a day; what follows is counted.
CREATE TABLE alerts (
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    day TEXT NOT NULL,
    count INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (rule, subject, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_by_told_at ON alerts (told_at);
-- Events that alerts were looked for in, as long as they may be met again.
CREATE TABLE alert_events (
    event_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (event_id)
) STRICT, WITHOUT ROWID;
-- So far a mail that stayed in the maildir counted as one that left: it is counted anew.
UPDATE logs SET left_size = 0, left_at = NULL;
