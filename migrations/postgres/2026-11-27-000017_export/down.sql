DROP TABLE log_streams;
DROP TABLE export_parts;
DROP TABLE exports;
