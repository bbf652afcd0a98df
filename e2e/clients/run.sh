#!/usr/bin/env bash
# Drives the stock OpenStack clients of Debian against the built server. It touches no network but
# 127.0.0.1 and, where the clients are missing, apt's.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
packages=(python3-openstackclient python3-glanceclient)

give_up() { # why
  if [ "${CI:-}" = true ]; then
    echo "FAILED - stock clients: $1"
    echo "0 passed, 1 failed"
    exit 1
  fi
  echo "skipped - stock clients: $1"
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
  apt-get install -y -q --no-install-recommends "$@" </dev/null
}

[ "$(uname -s)" = Linux ] || give_up "they are installed with apt-get, so this needs Linux."
[ -e /etc/debian_version ] || give_up "they are installed with apt-get, so this needs Debian."
if [ -n "$(missing)" ]; then
  [ "$(id -u)" = 0 ] || give_up "$(missing | xargs) must be installed, which needs root."
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  # The package lists may be missing or too old; they are fetched only then.
  if ! install "${packages[@]}" >"$log" 2>&1; then
    { apt-get update -q </dev/null && install "${packages[@]}"; } >>"$log" 2>&1 || {
      cat "$log" >&2
      rm "$log"
      give_up "apt-get could not install ${packages[*]}."
    }
  fi
  rm "$log"
fi

bin=$root/node_modules/.bin
[ -x "$bin/node" ] || { echo 'Install first: npx -y pnpm@12 install' >&2; exit 1; }
(cd "$root" && "$bin/tsc" -b packages/contract apps/server)
exec "$bin/node" run.mjs
