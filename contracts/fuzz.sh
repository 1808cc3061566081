#!/bin/sh
# The invariants over longer histories than those of the check, which are 256 of 500 steps; RUNS and DEPTH may be given.
set -eu
cd "$(dirname "$0")"
forge=$(ls "$PWD"/node_modules/@foundry-rs/forge-*/bin/forge | head -n 1)
FOUNDRY_PROFILE=long FOUNDRY_INVARIANT_RUNS=${RUNS:-512} FOUNDRY_INVARIANT_DEPTH=${DEPTH:-2000} \
    "$forge" test --match-contract Invariants
