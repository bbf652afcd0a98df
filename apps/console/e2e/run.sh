#!/usr/bin/env bash
# Drives the page at /console/ in Debian's Chromium, as the built server serves it.
exec bash "$(dirname "$0")/../../../e2e/lib/run.sh" ../apps/console/e2e "The page in a browser" chromium \
  keystone python3-pymysql uwsgi-core uwsgi-plugin-python3 mariadb-server -- "$@"
