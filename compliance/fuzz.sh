#!/bin/sh
# Whatever comes in as a credential is refused and stops nothing: SECONDS_TO_FUZZ seconds of inputs, 60 unless it says so.
# libFuzzer sees which branches of this room an input reaches; the libraries under it are built as for the tests.
set -eu
cd "$(dirname "$0")/fuzz"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../../target}" RUSTC_WRAPPER="$PWD/instrument"
mkdir -p corpus artifacts
FUZZ_SEEDS=corpus cargo run --quiet --locked --bin credential -- corpus -artifact_prefix=artifacts/ \
    -max_total_time="${SECONDS_TO_FUZZ:-60}" -max_len=8192 -timeout=20 -print_final_stats=1
