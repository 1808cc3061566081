#!/bin/sh
# Proves the properties in halmos/ of the bytecode that ships, and refutes a planted flaw for each; takes minutes.
# Needs Python: halmos is fetched into a folder of its own. Arguments go to halmos/prove.mjs.
set -eu
cd "$(dirname "$0")"
../scripts/install-contract-tools
FORGE=$(ls "$PWD"/node_modules/@foundry-rs/forge-*/bin/forge | head -n 1)
tools=cache/prove
if [ ! -x "$tools/bin/halmos" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet halmos==0.3.3
fi
HALMOS="$PWD/$tools/bin/halmos"
export FORGE HALMOS
"$FORGE" build --force >/dev/null
node artifacts.mjs --check
exec node halmos/prove.mjs "$@"
