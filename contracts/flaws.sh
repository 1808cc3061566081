#!/bin/sh
# Plants a flaw for each statement of the token's invariants, which they must find. Arguments go to test/flaws.mjs.
set -eu
cd "$(dirname "$0")"
../scripts/install-contract-tools
FORGE=$(ls "$PWD"/node_modules/@foundry-rs/forge-*/bin/forge | head -n 1)
export FORGE
exec node test/flaws.mjs "$@"
