# shellcheck shell=bash disable=SC2034,SC2154
# Executing any of 100,000 commands, so that nearly every call loads its template, its route and its compiled schema, against one of ten.
# shellcheck source=../lib/growth.sh
. "$here/lib/growth.sh"
title="\`execute_command\`, $clients clients, any command of 100,000 templates, routes and tenants: a session keeps 256"
baseline="the same with 10"
comparator=
target="no target"

prepare() { prepare_two 100000; }
measure_ours() { run_in "$large" 100000 100000; }
measure_baseline() { run_in "$PGDATABASE" "$small"; }
