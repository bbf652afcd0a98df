#!/usr/bin/env bash
# Runs tempest, the acceptance tests of OpenStack, on the built server and a real Keystone, and compares its part
# of docs/compatibility.md with what came of it.
exec bash "$(dirname "$0")/../lib/run.sh" tempest "tempest" tempest keystone mariadb-server python3-pymysql \
  uwsgi-core uwsgi-plugin-python3 -- "$@"
