DROP TABLE source_limits;
DROP TABLE delivery_limits;
