#!/usr/bin/env bash
# Puts the built server with its guard before a real Glance on PostgreSQL, and kills what stands behind it.
exec bash "$(dirname "$0")/../lib/run.sh" front-postgres "in front of a real Glance on PostgreSQL" glance-api keystone \
  mariadb-server postgresql python3-pymysql python3-psycopg2 uwsgi-core uwsgi-plugin-python3
