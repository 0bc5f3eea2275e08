#!/bin/sh
# Measures the search on every set that is at hand and prints one table; docs/evaluation.md.
#   tests/eval/run.sh BUILD_DIR [OPTION...]     options of BUILD_DIR/eval/eval, --help names them
# OPASTIN_EVAL_DOCS: folder with the sources of the retrieval sets; OPASTIN_SETS: folder of the sets.
set -eu
if [ $# -lt 1 ] || [ ! -x "$1/eval/eval" ]; then
    echo "usage: tests/eval/run.sh BUILD_DIR [OPTION...], after make has built it; 'make eval' does both" >&2
    exit 2
fi
build=$1
shift
sets=${OPASTIN_SETS:-../shared/sets}
mkdir -p var/eval
if [ -n "${OPASTIN_EVAL_DOCS:-}" ]; then
    python3 tests/eval/documents.py --docs "$OPASTIN_EVAL_DOCS" --sets "$sets" --out var/eval lo gh kkl yf sq
else
    echo "OPASTIN_EVAL_DOCS names no folder with the documents of the retrieval sets (docs/evaluation.md);"
    echo "only sets made earlier in var/eval are measured"
fi
exec "$build/eval/eval" --sets "$sets" --json var/eval/eval.json "$@"
