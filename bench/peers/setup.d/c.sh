# The programs in C.
# shellcheck shell=bash

CC_OPTIONS=(-std=gnu11 -O2 -Wall -Wextra -Werror -pthread)

# Sets CC and CC_VERSION.
find_cc() {
    if ! CC=$(command -v gcc || command -v cc); then
        apt_install gcc libc6-dev || return 1
        CC=$(command -v gcc) || return 1
    fi
    CC_VERSION="$(basename "$CC") $("$CC" -dumpfullversion)"
}

# compile NAME VERSION DIRECTORIES LIBRARY...
compile() {
    local name=$1 version=$2 directory
    local -a directories sources=()
    read -ra directories <<<"$3"
    shift 3
    for directory in "${directories[@]}"; do
        sources+=("$directory"/*.c)
    done
    if is_current "$TARGET/$name" "${directories[@]}" setup.d/c.sh; then
        ready "$name" "$version"
    elif "$CC" "${CC_OPTIONS[@]}" -o "$TARGET/$name" "${sources[@]}" "$@"; then
        ready "$name" "$version" built
    else
        leave_out "$name" "it does not compile with $CC_VERSION"
    fi
}

build_c() {
    if find_cc; then
        compile "$1" "$CC_VERSION" "$2"
    else
        leave_out "$1" 'no C compiler; install gcc and libc6-dev'
    fi
}

build_load() { build_c load load; }
build_c_epoll() { build_c c-epoll 'c-epoll c-common'; }

# liburing's own version, which the program states; its headers do not tell it.
find_liburing() {
    has_liburing || { apt_install liburing-dev pkg-config && has_liburing; }
}

has_liburing() { LIBURING_VERSION=$(pkg-config --modversion liburing 2>/dev/null); }

build_c_uring() { build_uring c-uring; }
build_c_uring_coop() { build_uring c-uring-coop -DCOOPERATIVE; }

# build_uring NAME OPTION...
build_uring() {
    local name=$1
    shift
    if ! find_cc; then
        leave_out "$name" 'no C compiler; install gcc and libc6-dev'
    elif ! find_liburing; then
        leave_out "$name" 'no liburing; install liburing-dev and pkg-config'
    else
        compile "$name" "$CC_VERSION, liburing $LIBURING_VERSION" 'c-uring c-common' \
            -DLIBURING_VERSION="\"$LIBURING_VERSION\"" "$@" -luring
    fi
}
