#!/usr/bin/env bash
# Installs the Debian packages that are missing, builds the server and runs the run.ts of a folder beside
# this one. It touches no network but 127.0.0.1 and apt's. What cannot be installed is skipped, or with
# CI=true a failure.
# usage: run.sh FOLDER WHAT PACKAGE... [-- ARGUMENT...]
set -euo pipefail
folder=$1 what=$2
shift 2
packages=()
while [ $# -gt 0 ]; do
  if [ "$1" = -- ]; then
    shift
    break
  fi
  packages+=("$1")
  shift
done
root=$(cd "$(dirname "$0")/../.." && pwd)

give_up() { # why
  if [ "${CI:-}" = true ]; then
    echo "FAILED - $what: $1"
    echo "0 passed, 1 failed"
    exit 1
  fi
  echo "skipped - $what: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}

missing() {
  local package
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

install() {
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends \
    "${packages[@]}" </dev/null
}

# A package starts its service when it is installed, unless this file forbids it. What stood there is put
# back; what a run that was killed left behind is recognised by its second line.
policy=/usr/sbin/policy-rc.d
mark='# Of a run of imagetags that installs packages.'
put_policy_back() {
  if grep -qsxF "$mark" "$policy"; then rm -f "$policy"; fi
  if [ -e "$policy.before-imagetags" ]; then mv "$policy.before-imagetags" "$policy"; fi
}
forbid_services() {
  put_policy_back
  trap put_policy_back EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ -e "$policy" ]; then mv "$policy" "$policy.before-imagetags"; fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
  chmod +x "$policy"
}

install_missing() {
  exec 9>/run/lock/imagetags-e2e
  flock 9
  [ -n "$(missing)" ] || return 0
  forbid_services
  local log
  log=$(mktemp)
  # The package lists may be missing or too old; they are fetched only then.
  if ! install >"$log" 2>&1; then
    { apt-get -o DPkg::Lock::Timeout=300 update -q </dev/null && install; } >>"$log" 2>&1 || {
      cat "$log" >&2
      rm "$log"
      give_up "apt-get could not install ${packages[*]}."
    }
  fi
  rm "$log"
}

[ "$(uname -s)" = Linux ] || give_up "it is installed with apt-get, so this needs Linux."
[ -e /etc/debian_version ] || give_up "it is installed with apt-get, so this needs Debian."
if [ -n "$(missing)" ]; then
  [ "$(id -u)" = 0 ] || give_up "$(missing | xargs) must be installed, which needs root."
  (install_missing) || exit
  # Where it gave up without a failure, it has said so.
  [ -z "$(missing)" ] || exit 0
fi

bin=$root/node_modules/.bin
[ -x "$bin/node" ] || { echo 'Install first: npx -y pnpm@12 install' >&2; exit 1; }
(cd "$root" && npx -y pnpm@12 exec node scripts/build.mjs --quiet </dev/null)
exec "$bin/node" "$root/e2e/$folder/run.ts" "$@"
