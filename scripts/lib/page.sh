# Sourced: a page of docs/ that is printed by SQL from what CREATE EXTENSION and setup() make, on a private server.

# generate_page NAME ['' | --check]: docs/NAME.md from scripts/lib/NAME.sql. --check fails, with the difference, when the committed page is
# not what would be written.
generate_page() {
  local name=$1 page=$root/docs/$1.md scratch status=0
  case ${2:-} in '' | --check) ;; *) fail "knows no option $2" ;; esac
  scratch=$(mktemp -d)
  "$root/scripts/with-servers" --postgres -- bash -euc '
    psql -X -q -v ON_ERROR_STOP=1 -c "CREATE EXTENSION command_center" -c "SELECT command_center.setup()" -o /dev/null
    psql -X -q -v ON_ERROR_STOP=1 -A -t -f "$1" -f "$2"' run "$root/scripts/lib/markdown.sql" "$root/scripts/lib/$name.sql" >"$scratch/page" || status=$?
  if [ "$status" -eq 0 ] && [ -s "$scratch/page" ]; then
    if [ "${2:-}" != --check ]; then
      cp "$scratch/page" "$page"
    else
      diff -u "$page" "$scratch/page" || status=$?
    fi
  else
    status=2
  fi
  rm -rf "$scratch"
  case $status in 0) ;; 1) fail "docs/$name.md is stale: run scripts/$name and commit it" ;; *) fail "could not make docs/$name.md" ;; esac
}
