DROP INDEX approvals_by_decided_by;
ALTER TABLE approvals DROP COLUMN on_behalf_of;
DROP TABLE deputies;
