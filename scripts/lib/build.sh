# shellcheck shell=bash disable=SC2154
# Builds everything and installs it into the server that $PG_CONFIG names, quietly unless something is wrong.

# The kernel's count, and not less than one gigabyte of memory for each compiler.
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

# quietly LOG COMMAND…: shows the output only when COMMAND fails.
quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 || { tail -n 60 "$log" >&2; fail "failed: $* (all of it: $log)"; }
}

build_and_install() {
  local began=$SECONDS
  mkdir -p "$build"
  echo "building"
  quietly "$build/make.log" make -C "$root" -j"$(build_jobs)" all
  quietly "$build/install.log" as_root make -C "$root" PG_CONFIG="${PG_CONFIG:-pg_config}" install
  echo "built and installed in $((SECONDS - began)) s"
}
