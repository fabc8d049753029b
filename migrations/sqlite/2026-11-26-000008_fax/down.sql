DROP TABLE faxes;
