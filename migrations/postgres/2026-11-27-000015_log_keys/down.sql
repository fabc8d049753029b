ALTER TABLE logs DROP COLUMN left_checkpoint;
ALTER TABLE logs DROP COLUMN key;
