#!/usr/bin/env bash
# Drives the stock OpenStack clients of Debian against the built server.
exec bash "$(dirname "$0")/../lib/run.sh" clients "the stock clients" python3-openstackclient python3-glanceclient \
  python3-libcloud
