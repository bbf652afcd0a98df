#!/usr/bin/env bash
# Kills servers and databases under load, and looks into the tables whether every answer was true. On Debian,
# as root where MariaDB and PostgreSQL are not installed.
exec bash "$(dirname "$0")/../lib/run.sh" crash "servers and databases killed under load" mariadb-server postgresql
