#!/bin/sh
# Runs the tests: `tests/run.sh CARGO-OPTIONS…`. nextest gives each test a process of its own and one summary; where it could
# not be installed, cargo's own runner does the same tests and prints a summary per file. KAKITOME_SOAK=1 selects long forms.
set -eu
cd "$(dirname "$0")/.."
if cargo nextest --version >/dev/null 2>&1; then
    if [ "${KAKITOME_SOAK:-}" = 1 ]; then set -- --profile soak "$@"; fi
    exec cargo nextest run --locked --no-fail-fast "$@"
fi
exec cargo test --locked --no-fail-fast "$@"
