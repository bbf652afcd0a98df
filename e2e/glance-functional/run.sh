#!/usr/bin/env bash
# Runs Glance's own functional tests on the built server, and compares their part of docs/compatibility.md with
# what came of it.
exec bash "$(dirname "$0")/../lib/run.sh" glance-functional "Glance's functional tests" python3-glance \
  python3-oslotest python3-testtools python3-fixtures python3-testresources python3-requests -- "$@"
