#!/usr/bin/env bash
# Three nodes of MariaDB with Galera: races and histories by servers on all of them, then faults under load, with every
# answer held to the rows. On Debian, as root where packages are missing; a node is cut off only as root.
# usage: run.sh [--seconds N]
exec bash "$(dirname "$0")/../lib/run.sh" galera "three nodes of Galera, raced and broken" \
  mariadb-server galera-4 rsync haproxy socat iproute2 -- "$@"
