#!/bin/sh
# The invariants over long histories; RUNS and DEPTH may be given.
set -eu
cd "$(dirname "$0")"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# What stands in a test's own line wins over the environment, so the lines are left out of a copy.
cp -r artifacts foundry.toml package.json solc-shim src test "$copy"
ln -s "$PWD/node_modules" "$copy/node_modules"
sed -i '/forge-config: test.invariant/d' "$copy"/test/*.sol
forge=$(ls "$PWD"/node_modules/@foundry-rs/forge-*/bin/forge | head -n 1)
cd "$copy"
FOUNDRY_PROFILE=test FOUNDRY_ISOLATE=false FOUNDRY_INVARIANT_RUNS=${RUNS:-256} FOUNDRY_INVARIANT_DEPTH=${DEPTH:-500} \
    "$forge" test --match-contract Invariants
