#!/usr/bin/env bash
# Sends random requests to the server, over raw connections, and holds every reply to openapi.json.
exec bash "$(dirname "$0")/../lib/run.sh" fuzz "fuzzing" -- "$@"
