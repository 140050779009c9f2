# shellcheck shell=bash
# The database server, tuned for tests: it may lose everything in a power cut and is fast in return.

DB_NAME=partner
DB_USER=partner
DB_SUPERUSER=postgres

# The directory of the server's programs: version 15, what the platform runs; else the newest there is.
postgresql_bin() {
  local directory=/usr/lib/postgresql/15/bin
  if [[ ! -x $directory/postgres ]]; then
    directory=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1)
  fi
  printf '%s' "$directory"
}

# PostgreSQL refuses to run as root. Its own user may not be able to reach a checkout below somebody's home (or our directory,
# which is nobody's business), hence the one capability to walk through directories.
as_postgres() {
  if ((EUID == 0)); then
    AS_POSTGRES=(setpriv --reuid postgres --regid postgres --clear-groups --inh-caps +dac_read_search --ambient-caps +dac_read_search)
  else
    AS_POSTGRES=()
  fi
}

# database_query USER PASSWORD SQL [ADDRESS]
database_query() {
  PGPASSWORD=$2 PGCONNECT_TIMEOUT=2 timeout 5 psql -X -q -t -A -v ON_ERROR_STOP=1 -h "${4:-127.0.0.1}" -p "$DB_PORT" -U "$1" \
    -d "$([[ $1 == "$DB_USER" ]] && printf '%s' "$DB_NAME" || printf postgres)" -c "$3"
}

postgresql_answers() {
  [[ -n $DB_PORT ]] || return 1
  [[ $(database_query "$DB_USER" "$DB_PASSWORD" 'select 1' 2>/dev/null) == 1 ]] || return 1
  [[ -z $BRIDGE_ADDRESS ]] || "$(postgresql_bin)/pg_isready" -q -t 2 -h "$BRIDGE_ADDRESS" -p "$DB_PORT"
}

superuser_can_log_in() {
  [[ $(database_query "$DB_SUPERUSER" "$DB_SUPERUSER_PASSWORD" 'select 1') == 1 ]]
}

# Idempotent, as a start may have been cut off after any of its steps.
create_database() {
  local run=(database_query "$DB_SUPERUSER" "$DB_SUPERUSER_PASSWORD")
  if [[ -z $("${run[@]}" "select 1 from pg_roles where rolname = '$DB_USER'") ]]; then
    "${run[@]}" "create role $DB_USER login password '$DB_PASSWORD'"
  fi
  if [[ -z $("${run[@]}" "select 1 from pg_database where datname = '$DB_NAME'") ]]; then
    "${run[@]}" "create database $DB_NAME owner $DB_USER"
  fi
}

# Makes the data directory; a half-made one (no marker) is made again.
initialise_database() {
  local home=$STATE/postgresql
  as_postgres
  [[ ! -f $home/initialised ]] || return 0
  rm -rf "$home/data"
  mkdir "$home/data"
  if ((EUID == 0)); then chown postgres: "$home/data"; fi
  (
    cd "$home/data"
    "${AS_POSTGRES[@]}" "$(postgresql_bin)/initdb" -D "$home/data" -U "$DB_SUPERUSER" -E UTF8 --locale=C.UTF-8 \
      --auth=scram-sha-256 --pwfile=<(printf '%s\n' "$DB_SUPERUSER_PASSWORD") --no-sync --no-instructions
  ) >"$STATE/log/postgresql-init.log" 2>&1 || {
    tail -n 5 "$STATE/log/postgresql-init.log" >&2
    fail "The database could not be created." "The whole log: $STATE/log/postgresql-init.log"
  }
  # Whoever reaches us comes from loopback or from a network the host is on.
  printf 'host all all samenet scram-sha-256\n' >"$home/data/pg_hba.conf"
  touch "$home/initialised"
}

# Backends rename themselves over their environment and so lose the mark; what they keep is the directory they work in.
# They end by themselves when their postmaster is gone, and must have before another starts on the same files.
no_backends_left() {
  [[ -z $(find /proc -mindepth 2 -maxdepth 2 -name cwd -lname "$STATE/postgresql/data" 2>/dev/null) ]]
}

stop_postgresql() {
  # INT: disconnect everybody and shut down, where TERM would wait for them.
  stop_all_of postgresql 10 INT
  wait_for 10 no_backends_left
}

start_postgresql() {
  local began data=$STATE/postgresql/data
  began=$(now_ms)
  initialise_database
  # Its owner is gone for certain by now, but a zombie, or a number taken over, makes PostgreSQL believe otherwise.
  rm -f "$data/postmaster.pid"
  start_daemon postgresql "$STATE/postgresql" "${AS_POSTGRES[@]}" "$(postgresql_bin)/postgres" -D "$data" \
    -c port="$DB_PORT" -c listen_addresses="127.0.0.1${BRIDGE_ADDRESS:+,$BRIDGE_ADDRESS}" -c unix_socket_directories= \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c timezone=UTC
  await_service postgresql 60 "$DAEMON_PID" superuser_can_log_in
  create_database
  await_service postgresql 10 "$DAEMON_PID" postgresql_answers
  say "postgresql is ready at 127.0.0.1:$DB_PORT ($(seconds_since "$began"))"
}
