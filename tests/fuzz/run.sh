#!/bin/sh
# Fuzzes each target for a while, starting from its seeds and from what earlier runs found.
#   tests/fuzz/run.sh BUILD_DIR SECONDS TARGET...
# What breaks a target lies in var/fuzz/TARGET-crash-*; run build/fuzz/fuzz/TARGET with that file to see it again.
set -u
build=$1
seconds=$2
shift 2
passed=0
failed=0
for target in "$@"; do
    mkdir -p "var/fuzz/$target"
    log=var/fuzz/$target.log
    if "$build/fuzz/$target" -max_total_time="$seconds" -timeout=5 -max_len=2048 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="var/fuzz/$target-" "var/fuzz/$target" "tests/fuzz/seeds/$target" >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        tail -n 40 "$log"
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "$target: ${runs:-no} inputs in $seconds s, see $log"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
