#!/bin/sh
# Runs the tests: `tests/run.sh [--ignored] CARGO-OPTIONS…`. nextest gives each test a process of its own and one summary;
# where it could not be installed, cargo's own runner does the same tests and prints a summary per file.
set -eu
cd "$(dirname "$0")/.."
ignored=
if [ "${1:-}" = --ignored ]; then
    ignored=yes
    shift
fi
if cargo nextest --version >/dev/null 2>&1; then
    exec cargo nextest run --locked --no-fail-fast ${ignored:+--run-ignored only} "$@"
fi
exec cargo test --locked --no-fail-fast "$@" -- ${ignored:+--ignored}
