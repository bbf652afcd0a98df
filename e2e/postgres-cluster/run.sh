#!/usr/bin/env bash
# A primary and two standbys of PostgreSQL: histories, removals whose commit no standby confirms, and faults under load,
# straight and behind PgBouncer and HAProxy, with every answer held to the rows. On Debian, as root where packages are
# missing.
# usage: run.sh [--seconds N]
exec bash "$(dirname "$0")/../lib/run.sh" postgres-cluster "a primary and two standbys of PostgreSQL, broken" \
  postgresql pgbouncer haproxy -- "$@"
