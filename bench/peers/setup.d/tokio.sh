# The server in Rust: its crates are Debian's packages, taken from the folder where these lie.
# shellcheck shell=bash

CRATES=/usr/share/cargo/registry

tokio_version() { basename "$(printf '%s\n' "$CRATES"/tokio-1.* | tail -1)" | sed 's/^tokio-//'; }

has_tokio() { compgen -G "$CRATES/tokio-1.*" >"$TARGET/crates"; }

find_tokio() { has_tokio || { apt_install librust-tokio-dev && has_tokio; }; }

find_cargo() {
    if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
        apt_install cargo rustc && command -v cargo >/dev/null
    fi
}

# On a copy, since cargo writes next to the sources which versions it took.
cargo_build() {
    rm -rf "$TARGET/tokio-source"
    cp -r tokio "$TARGET/tokio-source"
    (cd "$TARGET/tokio-source" && PEER_VERSION=$1 cargo build --quiet --release --offline \
        --target-dir "$TARGET/tokio-build" \
        --config 'source.crates-io.replace-with="debian"' \
        --config "source.debian.directory=\"$CRATES\"") &&
        cp "$TARGET/tokio-build/release/tokio-echo" "$TARGET/tokio"
}

build_tokio() {
    local version
    if ! find_cargo; then
        leave_out tokio 'no Rust compiler; install cargo and rustc'
        return
    elif ! find_tokio; then
        leave_out tokio "no crates in $CRATES; install librust-tokio-dev (Debian)"
        return
    fi
    version="tokio $(tokio_version), $(rustc --version | cut -d' ' -f1,2)"
    if is_current "$TARGET/tokio" tokio setup.d/tokio.sh; then
        ready tokio "$version"
    elif cargo_build "$version"; then
        ready tokio "$version" built
    else
        leave_out tokio "it does not compile with $version"
    fi
}
