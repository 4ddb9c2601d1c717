#!/usr/bin/env bash
# Stops what up.sh has started in the folder $1, the last first.
set -uo pipefail
for pid in $(tac "${1:?folder}/pids"); do
  kill "$pid" 2> /dev/null
  for _ in $(seq 25); do
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.2
  done
  kill -9 "$pid" 2> /dev/null
done
true
