DROP TABLE log_tiles;
DROP TABLE log_entries;
DROP TABLE log_pending;
DROP TABLE logs;
