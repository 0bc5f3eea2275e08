#!/bin/sh
# The pages in a real browser, over an index of corpus/.  Ends in "N passed, N failed"; skipped with a reason where
# Node.js, npm's packages or Chromium cannot be had.
#   tests/browser/run.sh BUILD_DIR [NAME]    NAME: only the tests whose name has it
#   RENEW=1 tests/browser/run.sh BUILD_DIR reader    writes the transcripts in reader/ anew: look at the difference
set -eu
build=$(cd "$1" && pwd)

unavailable() {
    echo "SKIPPED browser: $1"
    exit 0
}
. "$(dirname "$0")/serve.sh"

code=0
node "$here/run.mjs" "$base" "${2:-}" || code=$?
exit "$code"
