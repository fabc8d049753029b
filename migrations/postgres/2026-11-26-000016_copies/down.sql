DROP TABLE alert_events;
DROP TABLE alerts;
DROP TABLE log_copies;
