#!/bin/sh
# The role of the desk: it writes in the tables, owns none of them, and cannot take their protection off.
set -eu
export DESK_PASSWORD_FILE="${DESK_PASSWORD_FILE:-/run/secrets/desk_password}" # psql reads it: a password in no command
psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-desk}" <<'SQL'
\set password `cat "$DESK_PASSWORD_FILE"`
CREATE ROLE desk LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT USAGE ON SCHEMA public TO desk;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO desk;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO desk;
SQL
