#!/bin/sh
# The pages in a real browser, over an index of corpus/.  Ends in "N passed, N failed"; skipped with a reason where
# Node.js, npm's packages or Chromium cannot be had.
#   tests/browser/run.sh BUILD_DIR [NAME]    NAME: only the tests whose name has it
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# Beside the build, not in the sources: kept from run to run.
modules="$build/browser"
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}

skip() {
    echo "SKIPPED browser: $1"
    exit 0
}
command -v node >/dev/null || skip "no Node.js"
command -v npm >/dev/null || skip "no npm"
[ -n "$chromium" ] || skip "no Chromium"

mkdir -p "$modules"
if ! cmp -s "$here/package-lock.json" "$modules/package-lock.json" || [ ! -d "$modules/node_modules" ]; then
    cp "$here/package.json" "$here/package-lock.json" "$modules/"
    (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$modules/npm.log" 2>&1 || {
        rm -f "$modules/package-lock.json"
        tail -n 5 "$modules/npm.log"
        skip "npm cannot install the packages of tests/browser/package.json"
    }
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/opastin-browser.XXXXXX")
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

code=0
"$build/opastin-indexer" run --quiet --index "$work/index" --now 1796083200 "$root"/corpus/*.jsonl \
    "$root"/corpus/*.csv >/dev/null 2>&1 || code=$?
[ "$code" -eq 0 ] || [ "$code" -eq 3 ] || { echo "the index could not be built: $code"; exit 1; }
"$build/opastin-searchd" --index "$work/index" --port 0 --threads 2 --today 2026-12-01 2>"$work/log" &
daemon=$!
port=
for _ in $(seq 200); do
    port=$(sed -n 's/.*event=started.* port=\([0-9]*\).*/\1/p' "$work/log")
    [ -n "$port" ] && break
    sleep 0.1
done
[ -n "$port" ] || { cat "$work/log"; exit 1; }

export NODE_MODULES="$modules/node_modules" CHROMIUM="$chromium"
code=0
node "$here/run.mjs" "http://127.0.0.1:$port" "${2:-}" || code=$?
exit "$code"
