#!/usr/bin/env bash
# Runs the built server against a real Keystone, with the stock OpenStack commands beside it.
exec bash "$(dirname "$0")/../lib/run.sh" keystone "Keystone" \
  keystone python3-pymysql uwsgi-core uwsgi-plugin-python3 mariadb-server \
  python3-openstackclient python3-glanceclient strace
