#!/usr/bin/env bash
# Runs a real Glance with the guard on its tables beside the built server, on MariaDB and on PostgreSQL.
exec bash "$(dirname "$0")/../lib/run.sh" guard "the guard on a real Glance" glance-api keystone mariadb-server \
  postgresql python3-pymysql python3-psycopg2 uwsgi-core uwsgi-plugin-python3 -- "$@"
