#!/bin/sh
# What calls cost among 100,000 holders, documents and coupons, 2,000 record dates and sixteen partitions, against what they
# cost among ten: the same to the last unit of gas. Shows the figures. The check does it with 1,000 of each. MANY asks for
# another number.
set -eu
cd "$(dirname "$0")"
forge=$(ls "$PWD"/node_modules/@foundry-rs/forge-*/bin/forge | head -n 1)
# What grows with the partitions by its nature is measured by the check, and has nothing to do with how many there are here.
MANY=${MANY:-100000} FOUNDRY_PROFILE=test "$forge" test --match-contract '^FlatnessTest$' --no-match-test what_grows \
    --gas-limit 9000000000000000000 -vv
