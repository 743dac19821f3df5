# shellcheck shell=bash disable=SC2034,SC2154
# A command over HTTP, with every check on, against the server that a team would write by hand.
# shellcheck source=../lib/http.sh
. "$here/lib/http.sh"
readonly connections=32
title="\`POST …/execute\`, $connections connections, a durable commit before each answer"
baseline="Fastify, ajv and node-postgres, one insert of two rows for each request, a process for each core"
target=2

prepare() { prepare_http; }
measure_baseline() { measure_peer; }
