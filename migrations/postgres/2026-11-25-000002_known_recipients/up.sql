-- How often and when somebody was sent to before.
CREATE INDEX deliveries_by_email ON deliveries (email);
