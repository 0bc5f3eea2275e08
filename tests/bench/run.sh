#!/bin/sh
# Measures the programs in BUILD_DIR on made-up sets and prints one table; see BENCH.md.
#   tests/bench/run.sh BUILD_DIR
# OPASTIN_BENCH_SIZES: numbers of records, "10000 110000" when not set.
set -eu
if [ $# -ne 1 ] || [ ! -x "$1/bench/generate" ]; then
    echo "usage: tests/bench/run.sh BUILD_DIR, after make has built it; 'make bench' does both" >&2
    exit 2
fi
mkdir -p var/bench
exec python3 tests/bench/run.py "$1" var/bench
