#!/bin/sh
# Speed beside Debian's nginx, age and openssl, measured in the same minutes on the same machine: `make bench`.
# KAKITOME_BINARY names a release build. BENCH_MIB sets the size of the large file (1024).
set -eu
cd "$(dirname "$0")/../.."
python3 tests/bench/bench.py "${KAKITOME_BINARY:?set by make bench}"
# A log of a million entries.
python3 tests/bench/log.py "$KAKITOME_BINARY"
# A million entries of the log as a file.
python3 tests/bench/export.py "$KAKITOME_BINARY"
# Who waits for how long while strangers try to sign in.
exec python3 tests/bench/flood.py "$KAKITOME_BINARY"
