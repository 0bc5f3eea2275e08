#!/bin/sh
# Pictures of every page in every state (states.mjs), at 375, 768, 1280 and 1920 pixels, light and dark, for people to
# look at: about 400 PNG files.  `make pictures`, or some of them:
#   tests/browser/pictures.sh BUILD_DIR FOLDER [STATE]    STATE: only those whose name has it
set -eu
build=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)

unavailable() {
    echo "no pictures: $1" >&2
    exit 1
}
. "$(dirname "$0")/serve.sh"
PICTURES="$folder" node "$here/pictures.mjs" "$base" "${3:-}"
