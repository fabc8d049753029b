-- Finding what names a person, to take it out.

-- What is old enough.
CREATE INDEX event_values_by_erase_after ON event_values (erase_after);
-- Where an address stands, and where free text does.
CREATE INDEX event_values_emails ON event_values (value) WHERE field = 'email';
CREATE INDEX event_values_reasons ON event_values (event_id) WHERE field = 'reason';
-- However it was typed.
CREATE INDEX deliveries_by_lower_email ON deliveries (lower(email));
-- A source goes with its event's value.
CREATE INDEX event_sources_by_event_id ON event_sources (event_id);
