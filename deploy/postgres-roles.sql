-- Two users for Kakitome on PostgreSQL: one to whom the tables belong, one who serves. Run it once, as an administrator of the
-- database server, connected to the gateway's database; running it again does no harm:
--
--     psql -d kakitome -v owner=kakitome_owner -v serving=kakitome -f postgres-roles.sql
--
-- Then give both a password (\password), and set database.url, database.owner_url and their password files. At each start the
-- gateway changes tables as the owner and says what the serving user may do: nothing to what has its place in the log.

SELECT format('CREATE ROLE %I LOGIN', :'owner') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('CREATE ROLE %I LOGIN', :'serving') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'serving') \gexec

-- A gateway that was stopped in the middle of something (a suspended virtual machine, say) does not hold the others up.
ALTER ROLE :"serving" SET idle_in_transaction_session_timeout = '60s';

SELECT format('GRANT CONNECT, CREATE ON DATABASE %I TO %I', current_database(), :'owner') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'serving') \gexec
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SELECT format('REVOKE CREATE ON SCHEMA public FROM %I', :'serving') \gexec

-- An installation that had one user so far: its tables go to the owner.
SELECT format('ALTER TABLE %I.%I OWNER TO %I', schemaname, tablename, :'owner')
  FROM pg_tables WHERE schemaname = 'public' AND tableowner <> :'owner' \gexec
