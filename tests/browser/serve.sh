# Sourced by run.sh, pictures.sh and lighthouse.sh: npm's packages, an index of corpus/ and of what only these tests
# need, and a daemon over it.  Expects $build; sets $base, $work and what harness.mjs reads.  unavailable REASON is
# called where Node.js, npm's packages or Chromium cannot be had.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# Beside the build, not in the sources: kept from run to run.
modules="$build/browser"
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}

command -v node >/dev/null || unavailable "no Node.js"
command -v npm >/dev/null || unavailable "no npm"
[ -n "$chromium" ] || unavailable "no Chromium"

# install FOLDER PACKAGES: npm's packages as its lock file has them, unless they are there.
install_packages() {
    mkdir -p "$2"
    if ! cmp -s "$1/package-lock.json" "$2/package-lock.json" || [ ! -d "$2/node_modules" ]; then
        cp "$1/package.json" "$1/package-lock.json" "$2/"
        (cd "$2" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$2/npm.log" 2>&1 || {
            rm -f "$2/package-lock.json"
            tail -n 5 "$2/npm.log"
            unavailable "npm cannot install the packages of $1/package.json"
        }
    fi
}
install_packages "$here" "$modules"

work=$(mktemp -d "${TMPDIR:-/tmp}/opastin-browser.XXXXXX")
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The night, twice: the second time one record of ours is gone.
index() {
    code=0
    "$build/opastin-indexer" run --quiet --config "$work/opastin.conf" --now 1796083200 >"$work/index.log" 2>&1 || code=$?
    [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || { cat "$work/index.log"; echo "the index could not be built: $code"; exit 1; }
}
cat >"$work/opastin.conf" <<EOF
[index]
path = $work/index
[report]
folder = $work/reports
[source corpus]
path = $root/corpus/*.jsonl
path = $root/corpus/*.csv
max_rejected_percent = 100
max_age_days = 0
[source tests]
path = $work/records.jsonl
max_deletions = 100
max_age_days = 0
EOF
cp "$here/records.jsonl" "$work/records.jsonl"
index
grep -v '"browser-gone"' "$here/records.jsonl" >"$work/records.jsonl"
index

: >"$work/log"
mkdir "$work/state"
"$build/opastin-searchd" --index "$work/index" --port 0 --threads 2 --rate 0 --today 2026-12-01 --state "$work/state" \
    2>"$work/log" &
daemon=$!
port=
for _ in $(seq 200); do
    port=$(sed -n 's/.*event=started.* port=\([0-9]*\).*/\1/p' "$work/log")
    [ -n "$port" ] && break
    sleep 0.1
done
[ -n "$port" ] || { cat "$work/log"; exit 1; }
base="http://127.0.0.1:$port"

# A Java runtime is asked for only by the Nu validator.
export NODE_MODULES="$modules/node_modules" CHROMIUM="$chromium" BUILD="$build" WORK="$work"
JAVA=$(command -v java || true)
export JAVA
