#!/usr/bin/env bash
# Holds notifications to those of a real Glance, on a real RabbitMQ, and kills what sends them and what takes them.
exec bash "$(dirname "$0")/../lib/run.sh" notifications "notifications to RabbitMQ and by webhooks" glance-api keystone \
  mariadb-server python3-pymysql uwsgi-core uwsgi-plugin-python3 rabbitmq-server python3-oslo.messaging -- "$@"
