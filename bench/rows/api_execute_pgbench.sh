# shellcheck shell=bash disable=SC2034,SC2154
# What HTTP costs, once commands that arrive together are committed together: the same function called straight by as many clients.
# shellcheck source=../lib/http.sh
. "$here/lib/http.sh"
readonly connections=$clients
title="\`POST …/execute\`, $connections connections, a durable commit before each answer"
baseline="pgbench, \`execute_command\`, as many clients"
target=1

prepare() { prepare_http; }
measure_baseline() { run_pgbench -f "$here/sql/execute-command.pgbench"; }
