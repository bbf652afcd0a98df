#!/usr/bin/env bash
# Compares the server's reading of oslo.policy's language with Debian's oslo.policy, over random rules.
exec bash "$(dirname "$0")/../lib/run.sh" policy "oslo.policy" python3-oslo.policy -- "$@"
