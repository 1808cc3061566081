#!/bin/sh
# Runs the tools that look for weaknesses and fails on a kind of finding that SECURITY.md does not answer.
# Needs Python: slither-analyzer is fetched into a folder of its own.
set -eu
cd "$(dirname "$0")"
../scripts/install-contract-tools
forge=$(ls "$PWD"/node_modules/@foundry-rs/forge-*/bin/forge | head -n 1)
tools=cache/audit
if [ ! -x "$tools/bin/slither" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet slither-analyzer==0.11.6
fi

found=$(mktemp)
trap 'rm -f "$found"' EXIT
"$forge" build --force >/dev/null
# Slither ends with 255 when it finds anything: its report is what counts.
PATH="$(dirname "$forge"):$PATH" "$tools/bin/slither" . >"$found" 2>&1 || true
grep -q 'INFO:Slither:.*analyzed' "$found" || { cat "$found" >&2; exit 1; }
detectors=$(sed -n 's/^Detector: //p' "$found" | sort -u)
"$forge" lint >"$found" 2>&1 || true
lints=$(sed -n 's/^\(warning\|note\|error\)\[\([a-z0-9-]*\)\].*/\2/p' "$found" | sort -u)

silent=0
for kind in $detectors $lints; do
    grep -q "^| $kind |" SECURITY.md || { echo "audit: SECURITY.md does not answer $kind" >&2; silent=1; }
done
[ "$silent" -eq 0 ]
echo "audit: $(echo $detectors $lints | wc -w) kinds of findings, each answered in SECURITY.md"
