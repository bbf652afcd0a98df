#!/usr/bin/env bash
# Puts the built server with its guard before a real Glance, alone and behind HAProxy and nginx, and changes tags while Glance saves.
exec bash "$(dirname "$0")/../lib/run.sh" front "in front of a real Glance" glance-api keystone mariadb-server \
  python3-pymysql uwsgi-core uwsgi-plugin-python3 haproxy nginx openssl python3-openstackclient \
  python3-glanceclient chromium
