#!/bin/sh
# Makes what other sites load of the search from its sources: script, style, checksum.  They are committed, so that no
# Node.js is needed to compile; tests/browser compares.
#   scripts/embed.sh ESBUILD DIR    ESBUILD: the program; DIR: where the files go, searchd/web
set -eu
esbuild=$1
to=$2
root=$(cd "$(dirname "$0")/.." && pwd)
src="$root/searchd/web/src"
for name in embed embed_frame; do
    "$esbuild" "$src/$name.js" --bundle --minify --format=esm --target=es2022 --charset=utf8 >"$to/$name.js"
done
node "$root/scripts/embed_css.mjs" |
    "$esbuild" --loader=css --minify --charset=utf8 --target=chrome105,firefox110,safari16 >"$to/embed.css"
node -e 'const text = require("fs").readFileSync(process.argv[1]);
console.log("sha384-" + require("crypto").createHash("sha384").update(text).digest("base64"))' "$to/embed.js" \
    >"$to/embed.sri"
