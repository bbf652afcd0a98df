#!/usr/bin/env bash
# Runs what others wrote against the Image API at a real Glance, at the built server alone and at the server in front of
# that Glance, and compares their parts of docs/compatibility.md with what came of it.
exec bash "$(dirname "$0")/../lib/run.sh" suites "the suites of others" mariadb-server keystone uwsgi-core uwsgi-plugin-python3 \
  glance-api python3-pymysql golang-go golang-github-gophercloud-gophercloud-dev python3-nova \
  python3-cinder ruby-fog-openstack python3-openstacksdk python3-oslotest \
  python3-testtools python3-fixtures -- "$@"
