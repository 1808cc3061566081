#!/bin/sh
# What calls cost among 100,000 holders, documents and coupons, and 4,000 record dates, against what they cost among ten:
# the same to the last unit of gas. The check does it with 1,000 of each. MANY asks for another number.
set -eu
cd "$(dirname "$0")"
forge=$(ls "$PWD"/node_modules/@foundry-rs/forge-*/bin/forge | head -n 1)
MANY=${MANY:-100000} FOUNDRY_PROFILE=test "$forge" test --match-contract '^FlatnessTest$' \
    --gas-limit 9000000000000000000
