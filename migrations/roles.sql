-- What the user who serves may do, said anew by the owner after each migration. Whatever has its place in the log is neither
-- changed nor removed: events and their places. What waits for a place, the values beside the events and the newest checkpoint
-- change; so do tiles, because the last one of each level grows.
DO $$
DECLARE
    serving CONSTANT text := current_setting('kakitome.serving');
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), serving);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', current_schema(), serving);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON events, log_entries FROM %I', serving);
    EXECUTE format('REVOKE DELETE, TRUNCATE ON logs, log_tiles FROM %I', serving);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON __diesel_schema_migrations FROM %I', serving);
END $$;
