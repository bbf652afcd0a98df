#!/usr/bin/env bash
# Makes the tarballs of the published packages, installs them with plain npm outside of the clone, and uses them on every
# Node that they are for. The registry is asked for what they depend on, for each Node, for TypeScript and for Vite.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
npx -y pnpm@12 pack:all </dev/null
exec node_modules/.bin/node e2e/packed/run.ts "$@"
