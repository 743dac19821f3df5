# shellcheck shell=bash
# Finds PostgreSQL's programs and runs them as a user the server accepts: it refuses to run as root.

pg_config=${PG_CONFIG:-pg_config}

postgres_bin() { "$pg_config" --bindir; }

postgres_user() {
  if [ "$EUID" -ne 0 ]; then
    id -un
  elif id postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

# as_postgres COMMAND…: keeps the process id, so that a signal reaches COMMAND.
as_postgres() {
  if [ "$EUID" -eq 0 ]; then
    local user
    user=$(postgres_user)
    setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups "$@"
  else
    "$@"
  fi
}
