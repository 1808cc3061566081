#!/bin/sh
# Builds the contracts, proves the committed artifacts and gas figures fresh, and runs every test. Offline but for npm ci.
set -eu
cd "$(dirname "$0")"

for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
        echo "contracts/check.sh needs $tool: apt-get install nodejs npm (Node 18 or later)" >&2
        exit 1
    fi
done

# The lock file names no download address, and the tools need no install script.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --ignore-scripts --no-fund --no-audit
fi
if grep -q '"resolved"' package-lock.json; then
    echo "package-lock.json records download addresses: run npm install with the .npmrc of this folder" >&2
    exit 1
fi
# The binary itself: the wrapper in node_modules/.bin ends with 0 whatever happened.
forge() { node_modules/@foundry-rs/forge-*/bin/forge "$@"; }

forge fmt --check
forge build --force
node artifacts.mjs --check
node docs.mjs --check
node gas.mjs --check
node test/abi.mjs
FOUNDRY_PROFILE=test FORGE_SNAPSHOT_CHECK=true forge test --no-match-contract Invariants
# 256 histories of 500 steps for each of the three: half of the time is the coupons'.
FOUNDRY_PROFILE=long forge test --match-contract Invariants
export FOUNDRY_PROFILE=test
test/others.sh
