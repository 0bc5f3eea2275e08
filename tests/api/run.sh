#!/bin/sh
# The API against its own description: every operation, every error, every example.  Ends in "N passed, N failed";
# skipped with a reason where Node.js or npm's packages cannot be had.
#   tests/api/run.sh BUILD_DIR [NAME]      NAME: only the tests whose name has it
#   tests/api/run.sh BUILD_DIR --record    writes the answers of searchd/web/openapi_examples.json anew
# OPASTIN_API_REQUESTS: how many made-up requests are asked (2000); OPASTIN_SEED: which.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
# Beside the build, not in the sources: kept from run to run.
modules="$build/api"

skip() {
    echo "SKIPPED api: $1"
    exit 0
}
command -v node >/dev/null || skip "no Node.js"
command -v npm >/dev/null || skip "no npm"

mkdir -p "$modules"
if ! cmp -s "$here/package-lock.json" "$modules/package-lock.json" || [ ! -d "$modules/node_modules" ]; then
    cp "$here/package.json" "$here/package-lock.json" "$modules/"
    (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$modules/npm.log" 2>&1 || {
        rm -f "$modules/package-lock.json"
        tail -n 5 "$modules/npm.log"
        skip "npm cannot install the packages of tests/api/package.json"
    }
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/opastin-api.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export NODE_MODULES="$modules/node_modules"
code=0
node "$here/run.mjs" "$build" "$work" "${2:-}" || code=$?
exit "$code"
