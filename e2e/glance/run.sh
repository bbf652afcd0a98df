#!/usr/bin/env bash
# Runs a real Glance and the built server side by side on one MariaDB, with a real Keystone for both.
exec bash "$(dirname "$0")/../lib/run.sh" glance "real Glance" glance-api keystone mariadb-server python3-pymysql \
  uwsgi-core uwsgi-plugin-python3
