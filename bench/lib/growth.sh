# shellcheck shell=bash disable=SC2154,SC2034
# What the rows about growth have in common: a large database and a small one, and the same commands in both.
#
# The tenant of each call is any of them. The command is one of ten, whatever the size, but for the row that asks for any: a session keeps
# as many templates as schema_cache_entries (256) says, and beyond that it measures how they are loaded.
# shellcheck source=commands.sh
. "$here/lib/commands.sh"

readonly small=10

# grow SIZE: registers as many commands and gives each a route, besides those of the catalogue, and as many tenants a module.
grow() { psql -Xq -v ON_ERROR_STOP=1 -v size="$1" -f "$here/sql/grow.sql" >/dev/null; }

# prepare_two LARGE: a large database beside this one, which stays small.
prepare_two() {
  large=${PGDATABASE}_large
  psql -Xqd postgres -c "CREATE DATABASE $large"
  prepare_commands
  grow "$small"
  PGDATABASE=$large
  prepare_commands
  grow "$1"
  ask "VACUUM ANALYZE"
  PGDATABASE=${large%_large}
  ask "VACUUM ANALYZE"
}

# run_in DATABASE SIZE [USED]: USED of its commands, evenly spread; ten unless given.
run_in() {
  local used=${3:-$small}
  PGDATABASE=$1 run_pgbench -D size="$2" -D used="$used" -D step="$(($2 / used))" -f "$here/sql/growth.pgbench"
}
