#!/usr/bin/env bash
# Runs tempest through the built server in front of a real Glance whose features are turned on, and compares its part of
# docs/compatibility.md with what came of it. With --at glance it runs them at that Glance itself.
exec bash "$(dirname "$0")/../lib/run.sh" tempest-front "tempest through the front" tempest glance-api keystone \
  mariadb-server python3-pymysql uwsgi-core uwsgi-plugin-python3 -- "$@"
