#!/usr/bin/env bash
# Drives the page at /console/ in Debian's Chromium, as the built server serves it.
exec bash "$(dirname "$0")/../../../e2e/lib/run.sh" ../apps/console/e2e "The page in a browser" chromium -- "$@"
