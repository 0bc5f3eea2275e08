#!/bin/sh
# Indexes the corpus into var/index and serves it.  scripts/run.sh BUILD_DIR PORT
set -eu
build=$1
port=$2
mkdir -p var

code=0
"$build/opastin-indexer" run --index var/index corpus/*.jsonl corpus/*.csv || code=$?
# 3: some records were refused and told above; the rest is indexed.
[ "$code" -eq 0 ] || [ "$code" -eq 3 ] || exit "$code"

"$build/opastin-searchd" --index var/index --synonyms share/synonyms.txt --address 127.0.0.1 --port "$port" &
daemon=$!
trap 'kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cat <<END

Opastin answers at http://127.0.0.1:$port/  (Ctrl-C ends it).  Try:

  curl 'http://127.0.0.1:$port/api/v1/search?q=yksin%C3%A4isyys+mikkeli'
  curl 'http://127.0.0.1:$port/api/v1/search?q=vertaistuki&audience=eronneet&weekday=tue'
  curl 'http://127.0.0.1:$port/api/v1/search?theme=liikunta&age=70&free=1&near=40100&sort=distance'

END
wait "$daemon"
