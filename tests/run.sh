#!/bin/sh
# Runs every test and ends in one line: "N passed, N failed".
#   tests/run.sh BUILD_DIR [NAME]    NAME: only the tests whose file name has it
# Unit tests are cmocka programs; tests/http, tests/proxy, tests/crash are scripts that end in such a line themselves.
set -u
build=$1
only=${2:-}
export TMPDIR="${TMPDIR:-/tmp}"
work=$(mktemp -d "$TMPDIR/opastin-check.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
export TMPDIR="$work"
passed=0
failed=0
broken=

# Sanitizers: stop at the first finding, with a code of their own.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}"
export TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1}"
# A brute-force oracle under a sanitizer is ten times slower: fewer random requests, the same seed.
case $build in
*/release) ;;
*) export OPASTIN_REQUESTS="${OPASTIN_REQUESTS:-500}" ;;
esac

# Development sets of word pairs, when they lie beside the repository; the tests that use them skip otherwise.
[ -d ../shared/sets ] && export OPASTIN_SETS="${OPASTIN_SETS:-../shared/sets}"

# run NAME COMMAND...: counts by what the command prints, and by its exit code when it prints nothing countable.
run() {
    name=$1
    shift
    case $name in *"$only"*) ;; *) return 0 ;; esac
    start=$(date +%s)
    "$@" >"$work/out" 2>&1
    code=$?
    ok=$(grep -cE '^\[       OK \]' "$work/out")
    # cmocka names a failed test where it failed and once more at the end
    bad=$(grep -E '^\[  FAILED  \] [A-Za-z_][A-Za-z0-9_]*$' "$work/out" | sort -u | wc -l)
    if grep -qE '^[0-9]+ passed, [0-9]+ failed' "$work/out"; then
        line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$work/out" | tail -n 1)
        ok=${line%% passed*}
        bad=${line#*passed, }
        bad=${bad%% failed*}
    fi
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
    fi
    if [ "$code" -eq 0 ] && [ "$ok" -eq 0 ] && ! grep -q SKIPPED "$work/out"; then
        echo "$name ran no test"
        bad=1
    fi
    passed=$((passed + ok))
    failed=$((failed + bad))
    grep -hE 'SKIPPED|^skipped|^figure|OPASTIN_SEED=' "$work/out" | sort -u
    if [ "$bad" -gt 0 ]; then
        broken="$broken $name"
        echo "---- $name (exit code $code)"
        tail -n 60 "$work/out"
    fi
    printf '%-28s %4d ok %4d failed %5d s\n' "$name" "$ok" "$bad" $(($(date +%s) - start))
}

for program in "$build"/tests/*_test; do
    run "$(basename "$program")" "$program"
done
run http python3 tests/http/run.py "$build"
run api tests/api/run.sh "$build"
run proxy python3 tests/proxy/run.py "$build"
run crash python3 tests/crash/run.py "$build"
run messages python3 tests/messages/run.py
# One seed, so that a check of the same tree says the same; other nights by OPASTIN_SEED.
run night env OPASTIN_SEED="${OPASTIN_SEED:-3693903551}" python3 tests/night/run.py "$build"
run report python3 tests/report/run.py "$build"
run packaging python3 tests/packaging/run.py "$build"
run eval "$build/eval/eval" --only topics,conflation --check --sets "${OPASTIN_SETS:-../shared/sets}"
run browser tests/browser/run.sh "$build"
run lint tests/lint.sh

[ -z "$broken" ] || echo "failed:$broken"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
