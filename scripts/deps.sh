#!/bin/sh
# Installs what is missing from Debian, and nothing when all is there.
#   scripts/deps.sh [test|lint|fuzz]    test: also what the tests and benchmarks need; lint, fuzz: what `make` of that
#                                       name needs
set -eu

build="gcc g++ make pkg-config libc6-dev libxapian-dev libevent-dev libjansson-dev libstemmer-dev libvoikko-dev
voikko-fi libicu-dev libcsv-dev libinih-dev libxxhash-dev uthash-dev zlib1g-dev libzstd-dev libkainjow-mustache-dev
libqrencode-dev libsodium-dev libbrotli-dev uuid-dev"
tests="libcmocka-dev python3 wrk chromium nginx-light"
command -v node >/dev/null || tests="$tests nodejs"
command -v npm >/dev/null || tests="$tests npm"
# The Nu validator's.
command -v java >/dev/null || tests="$tests default-jre-headless"
lint="clang-tidy"
fuzz="clang"

wanted=$build
case ${1:-} in
test) wanted="$build $tests" ;;
lint) wanted="$build $lint" ;;
fuzz) wanted="$build $fuzz" ;;
esac

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

missing=
for package in $wanted; do
    installed "$package" || missing="$missing $package"
done

# evhttp of older libevent lacks the security fixes of 2026; the request checks rely on them.
libevent_needed=2.1.12-stable-8+deb12u1
if installed libevent-2.1-7 && ! dpkg --compare-versions "$(dpkg-query -W -f '${Version}' libevent-2.1-7)" ge "$libevent_needed"; then
    missing="$missing libevent-dev libevent-2.1-7 libevent-core-2.1-7 libevent-extra-2.1-7 libevent-pthreads-2.1-7
libevent-openssl-2.1-7"
fi

[ -z "$missing" ] && exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "These Debian packages are missing, and there is no sudo to install them with:$missing" >&2
        echo "Ask an administrator for: apt-get install$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi
echo "Installing from Debian, to build and run Opastin:$(echo $missing | sed 's/^/ /')"
$as_root apt-get update -q
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $missing

libevent_have=$(dpkg-query -W -f '${Version}' libevent-2.1-7 2>/dev/null || echo 0)
if ! dpkg --compare-versions "$libevent_have" ge "$libevent_needed"; then
    echo "libevent $libevent_have is installed, $libevent_needed or newer is needed (security fixes);" >&2
    echo "add Debian's security updates to the package sources" >&2
    exit 1
fi
