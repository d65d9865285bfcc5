# The server and the measured programs in Go.
# shellcheck shell=bash

GO_MINOR_LEAST=23

# Sets GO to the newest one at hand that is new enough, and GO_VERSION.
find_go() {
    local go version best_minor=$((GO_MINOR_LEAST - 1))
    GO=''
    for go in "$(command -v go || true)" /usr/lib/go-1.*/bin/go /usr/local/go/bin/go; do
        [[ -x $go ]] || continue
        version=$(GOTOOLCHAIN=local "$go" env GOVERSION)
        [[ $version =~ ^go1\.([0-9]+) ]] || continue
        if ((BASH_REMATCH[1] > best_minor)); then
            GO=$go
            GO_VERSION=$version
            best_minor=${BASH_REMATCH[1]}
        fi
    done
    [[ -n $GO ]]
}

newest_go_package() {
    apt-cache search --names-only '^golang-1\.[0-9]+-go$' |
        sed -E 's/^golang-1\.([0-9]+)-go .*/\1/' | sort -n | tail -1
}

# Takes the mirror that the machine already uses for its release.
add_backports() {
    local release uri
    # shellcheck source=/dev/null
    release=$(. /etc/os-release && [[ $ID == debian ]] && echo "${VERSION_CODENAME:-}")
    # shellcheck disable=SC2016
    uri=$(apt-get indextargets --format '$(REPO_URI)' "Codename: ${release:-none}" | head -1)
    [[ -n $release && -n $uri ]] || return 1
    say apt "adding $release-backports"
    cat >/etc/apt/sources.list.d/"$release"-backports.sources <<SOURCE
Types: deb
URIs: $uri
Suites: $release-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCE
    apt-get -qq update
}

# A package of backports is taken by its name alone: no other package changes its version.
install_go() {
    local minor
    can_install && update_packages || return 1
    minor=$(newest_go_package)
    if ((${minor:-0} < GO_MINOR_LEAST)); then
        add_backports || return 1
        minor=$(newest_go_package)
    fi
    ((${minor:-0} >= GO_MINOR_LEAST)) && apt_install "golang-1.$minor-go"
}

build_go() { build_go_program go; }

build_micro_go() { build_go_program micro-go; }

build_fair_go() { build_go_program fair-go; }

# build_go_program NAME: from the folder of that name.
build_go_program() {
    local name=$1
    if ! find_go && ! { install_go && find_go; }; then
        leave_out "$name" "no Go 1.$GO_MINOR_LEAST or newer; install one from your distribution"
    elif is_current "$TARGET/$name" "$name" setup.d/go.sh; then
        ready "$name" "$GO_VERSION"
    elif (cd "$name" && GOTOOLCHAIN=local GOPROXY=off "$GO" build -o "$TARGET/$name" .); then
        ready "$name" "$GO_VERSION" built
    else
        leave_out "$name" "it does not compile with $GO_VERSION"
    fi
}
