#!/usr/bin/env bash
# Drives the built command against a real Glance and the built server, with a real Keystone for both.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=$root/node_modules/.bin
if [ -x "$bin/node" ]; then
  (cd "$root" && "$bin/tsc" -b packages/client && "$bin/node" apps/cli/scripts/bundle.mjs)
fi
exec bash "$root/e2e/lib/run.sh" cli "the command" glance-api keystone mariadb-server python3-pymysql uwsgi-core \
  uwsgi-plugin-python3
