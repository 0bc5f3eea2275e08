#!/bin/sh
# Makes the Debian package of what is committed: packaging/deb.sh [FOLDER]   FOLDER gets it; var/deb
# Needs dpkg-dev and debhelper beside what scripts/deps.sh installs.
set -eu
cd "$(dirname "$0")/.."
to=$(realpath -m "${1:-var/deb}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$to" "$work/opastin"
git archive HEAD | tar -x -C "$work/opastin"
cd "$work/opastin"
cp -r packaging/debian debian
cp packaging/opastin.sysusers packaging/opastin.tmpfiles debian/
dpkg-buildpackage -us -uc -b -j2 >"$to/build.log" 2>&1 || {
    tail -n 30 "$to/build.log"
    exit 1
}
cp ../*.deb "$to/"
ls -l "$to"/*.deb
