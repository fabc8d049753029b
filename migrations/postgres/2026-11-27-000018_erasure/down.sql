DROP INDEX event_sources_by_event_id;
DROP INDEX deliveries_by_lower_email;
DROP INDEX event_values_reasons;
DROP INDEX event_values_emails;
DROP INDEX event_values_by_erase_after;
