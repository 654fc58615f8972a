# shellcheck shell=bash
# A PostgreSQL server of the local cluster's own. Sourced by the commands that start and stop it.

postgres_bin() {
  local folder
  for folder in "${GAFFER_POSTGRES_BIN:-}" $(compgen -G '/usr/lib/postgresql/*/bin' | sort -rV) "$(dirname "$(command -v pg_ctl || echo /none/pg_ctl)")"; do
    if [[ -x $folder/initdb && -x $folder/pg_ctl ]]; then
      echo "$folder"
      return
    fi
  done
  fail "PostgreSQL is not here. Install its server, or name the folder of initdb in GAFFER_POSTGRES_BIN, or use a running server: start --postgres 'Host=...'"
}

# As a user that the server accepts; it needs no more than its data.
as_postgres() {
  if ((UID == 0)); then
    (cd / && su "$system_user" -s /bin/sh -c 'exec "$@"' -- sh "$@")
  else
    "$@"
  fi
}

# The first line of the file that the server keeps is its process.
postgres_running() {
  local pid
  [[ -f $state/postgres/data/postmaster.pid ]] || return 1
  read -r pid < "$state/postgres/data/postmaster.pid" || return 1
  [[ $(command_of "$pid") == *postgres*"$state/postgres/data"* ]] || return 1
  echo "$pid"
}

# start_postgres: makes the database at the first start; leaves its connection string in a file.
start_postgres() {
  local bin password
  bin=$(postgres_bin)
  if [[ ! -f $state/postgres/made ]]; then
    rm -rf "$state/postgres"
    mkdir -p "$state/postgres"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && echo "$password" > "$state/postgres/password")
    if ((UID == 0)); then chown -R "$system_user" "$state/postgres"; fi
    as_postgres "$bin/initdb" -D "$state/postgres/data" -U gaffer -A scram-sha-256 --pwfile="$state/postgres/password" -E UTF8 --no-locale --no-instructions > "$state/postgres.log" 2>&1 ||
      fail "initdb failed: $(tail -n 3 "$state/postgres.log")"
    printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = ''" "fsync = on" "synchronous_commit = on" "max_connections = 200" >> "$state/postgres/data/postgresql.conf"
    touch "$state/postgres/made"
  fi

  if ! postgres_running > /dev/null; then
    as_postgres "$bin/pg_ctl" -D "$state/postgres/data" -l "$state/postgres/log" -o "-p $(port postgres)" -w -t 60 start > /dev/null || fail "PostgreSQL did not start: $state/postgres/log"
  fi

  (umask 077 && echo "Host=127.0.0.1;Port=$(port postgres);Username=gaffer;Password=$(< "$state/postgres/password");Database=postgres" > "$state/connection")
  echo "PostgreSQL is ready: process $(postgres_running), 127.0.0.1:$(port postgres), data in $state/postgres"
}

stop_postgres() {
  if postgres_running > /dev/null; then
    as_postgres "$(postgres_bin)/pg_ctl" -D "$state/postgres/data" -m fast -w -t 60 stop > /dev/null
    echo "PostgreSQL has stopped."
  fi
}
