#!/usr/bin/env bash
# Drives the built command against a real Glance and the built server, with a real Keystone for both.
exec bash "$(dirname "$0")/../lib/run.sh" cli "the command" glance-api keystone mariadb-server python3-pymysql \
  uwsgi-core uwsgi-plugin-python3
