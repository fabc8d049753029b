-- The key that checkpoints of a log verify with, as it is given to people (C2SP signed-note, verifier key). Empty until the
-- next round for a log that was begun before.
ALTER TABLE logs ADD COLUMN key TEXT NOT NULL DEFAULT '';
-- The newest checkpoint that left the house.
ALTER TABLE logs ADD COLUMN left_checkpoint TEXT NOT NULL DEFAULT '';
