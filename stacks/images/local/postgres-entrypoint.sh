#!/bin/sh
# In the place of the official image's script, and as that one: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and
# POSTGRES_INITDB_ARGS make a new cluster in an empty $PGDATA; then the arguments are executed.
set -eu

# The first process of a container is not ended by a signal that it has no word for.
trap 'exit 143' TERM INT

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

make_cluster() {
  if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    echo 'POSTGRES_PASSWORD is not set: a database without a password is not made' >&2
    exit 1
  fi
  password=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
  mkdir -p "$PGDATA"
  # shellcheck disable=SC2086 # words of their own, as in the official script
  initdb --pgdata="$PGDATA" --username="$user" --pwfile="$password" \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C --no-sync ${POSTGRES_INITDB_ARGS:-}
  rm "$password"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  [ "$database" = postgres ] ||
    printf 'CREATE DATABASE "%s"\n' "$database" | postgres --single -F -D "$PGDATA" postgres >/dev/null
}

if [ "${1:-}" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then make_cluster; fi
unset POSTGRES_PASSWORD
exec "$@"
