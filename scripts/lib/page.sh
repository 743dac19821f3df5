# Sourced: a page of docs/ that is printed by SQL from what CREATE EXTENSION and setup() make, on a private server.

# generate_page NAME ['' | --check]: docs/NAME.md from scripts/lib/NAME.sql, and docs/EXTENSION-NAME.md of each other extension. --check fails, with
# the difference, when a committed page is not what would be written.
generate_page() {
  local extension prefix
  case ${2:-} in '' | --check) ;; *) fail "knows no option $2" ;; esac
  for extension in "$root"/extension/*.control.in; do
    extension=$(basename "$extension" .control.in)
    prefix=
    [ "$extension" = command_center ] || prefix=${extension//_/-}-
    write_page "$extension" "$1" "$prefix$1" "${2:-}"
  done
}

# write_page EXTENSION NAME PAGE ['' | --check]
write_page() {
  local extension=$1 name=$2 page=$root/docs/$3.md scratch status=0
  scratch=$(mktemp -d)
  "$root/scripts/with-servers" --postgres -- bash -euc '
    psql -X -q -v ON_ERROR_STOP=1 -c "CREATE EXTENSION command_center" -c "SELECT command_center.setup()" -o /dev/null
    [ "$1" = command_center ] ||
      psql -X -q -v ON_ERROR_STOP=1 -c "CREATE EXTENSION $1 CASCADE" -c "SELECT $1.setup()" -o /dev/null 2>/dev/null
    psql -X -q -v ON_ERROR_STOP=1 -v schema="$1" -A -t -f "$2" -f "$3"' run "$extension" \
    "$root/scripts/lib/markdown.sql" "$root/scripts/lib/$name.sql" >"$scratch/page" || status=$?
  if [ "$status" -eq 0 ] && [ -s "$scratch/page" ]; then
    if [ "$4" != --check ]; then
      cp "$scratch/page" "$page"
    else
      diff -u "$page" "$scratch/page" || status=$?
    fi
  else
    status=2
  fi
  rm -rf "$scratch"
  case $status in 0) ;; 1) fail "docs/$3.md is stale: run scripts/$name and commit it" ;; *) fail "could not make docs/$3.md" ;; esac
}
