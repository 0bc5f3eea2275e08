#!/bin/sh
# Lighthouse on the search page, an item and the list: accessibility 1.00 and performance 0.95 or better, else it fails;
# and on other sites that show the search, whose performance may fall by 0.02 at most.
# Not part of `make check`, because its npm packages are 200 MB: `make lighthouse`.
#   tests/browser/lighthouse.sh BUILD_DIR [pages|hosts]
set -eu
build=$(cd "$1" && pwd)

unavailable() {
    echo "no Lighthouse: $1" >&2
    exit 1
}
. "$(dirname "$0")/serve.sh"
export PUPPETEER_SKIP_DOWNLOAD=1
install_packages "$here/lighthouse" "$build/lighthouse"

code=0
what=${2:-all}
[ "$what" = hosts ] || for path in '/fi/search' '/fi/search?q=vertaistuki' '/fi/item/mikkeli-erokahvila' \
    '/fi/list?id=mikkeli-erokahvila,mikkeli-lukupiiri'; do
    CHROME_PATH="$chromium" "$build/lighthouse/node_modules/.bin/lighthouse" "$base$path" --quiet \
        --only-categories=accessibility,performance --output=json --output-path="$work/lighthouse.json" \
        --chrome-flags='--headless --no-sandbox --disable-gpu --disable-quic --no-first-run' >"$work/lighthouse.log" 2>&1 ||
        { cat "$work/lighthouse.log"; exit 1; }
    python3 - "$work/lighthouse.json" "$path" <<'EOF' || code=1
import json, sys
report = json.load(open(sys.argv[1]))
scores = {name: category["score"] for name, category in report["categories"].items()}
print(f"figure lighthouse: {sys.argv[2]}: accessibility {scores['accessibility']:.2f}, "
      f"performance {scores['performance']:.2f}")
low = scores["accessibility"] < 1 or scores["performance"] < 0.95
for name, least in (("accessibility", 1), ("performance", 0.95)):
    if scores[name] < least:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"  {audit['id']}: {audit['title']} {audit.get('displayValue', '')}")
sys.exit(low)
EOF
done
[ "$what" = pages ] || node "$here/lighthouse_hosts.mjs" "$base" "$build/lighthouse" ${HOSTS:-} || code=1
[ "$code" -eq 0 ] && echo "Lighthouse: as high as wanted"
exit "$code"
