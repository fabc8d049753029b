DROP TABLE former_links;
DROP INDEX deliveries_by_domain;
ALTER TABLE deliveries DROP COLUMN domain;
ALTER TABLE deliveries DROP COLUMN needs_approval;
DROP TABLE approvals;
