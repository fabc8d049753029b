DROP INDEX deliveries_by_email;
