#!/usr/bin/env bash
# Puts HAProxy and nginx, with the configurations of deploy/, before two built servers and a stand-in for Glance.
exec bash "$(dirname "$0")/../lib/run.sh" balancers "load balancers" haproxy nginx openssl
