# shellcheck shell=bash disable=SC2034,SC2154
# Executing ten of the commands of a catalogue of 100,000 commands, routes and tenants, against one of ten.
# shellcheck source=../lib/growth.sh
. "$here/lib/growth.sh"
title="\`execute_command\`, $clients clients, ten commands of 100,000 templates, routes and tenants"
baseline="the same with 10"
target=0.85

prepare() { prepare_two 100000; }
measure_ours() { run_in "$large" 100000; }
measure_baseline() { run_in "$PGDATABASE" "$small"; }
