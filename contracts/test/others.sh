#!/usr/bin/env bash
# Runs wallet.mjs and cast.sh against a chain of anvil; scripts/test-rust runs them against the embedded chain.
set -euo pipefail
cd "$(dirname "$0")/.."
# The first key of anvil's published test phrase.
key=0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80
log=$(mktemp)
node_modules/@foundry-rs/anvil-*/bin/anvil --port 0 --hardfork prague >"$log" 2>&1 &
anvil=$!
trap 'kill "$anvil" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 300); do
    address=$(sed -n 's/^Listening on //p' "$log")
    [ -z "$address" ] || break
    sleep 0.1
done
[ -n "$address" ] || { cat "$log" >&2; exit 1; }
node test/wallet.mjs "http://$address" "$key"
test/cast.sh "http://$address" "$key"
