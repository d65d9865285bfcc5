# Shared by the builders: messages, what is current, packages of the system.
# shellcheck shell=bash

say() { printf '%-13s%s\n' "$1" "$2"; }

# forget NAME: what is known of it, before it is looked at again.
forget() {
    local file
    for file in "$TARGET/left-out" "$TARGET/versions"; do
        touch "$file"
        awk -F'\t' -v name="$1" '$1 != name' "$file" >"$file.rest"
        mv "$file.rest" "$file"
    done
}

# ready NAME VERSION [built]
ready() {
    if [[ $QUIET == 0 || ${3:-} == built ]]; then
        say "$1" "${3:-current}: $2"
    fi
    printf '%s\t%s\n' "$1" "$2" >>"$TARGET/versions"
}

# leave_out NAME REASON: takes away what an earlier run has built, too, since it would be measured.
leave_out() {
    say "$1" "left out: $2"
    rm -f "${TARGET:?}/$1"
    printf '%s\t%s\n' "$1" "$2" >>"$TARGET/left-out"
}

# True when the first file exists and none of the others, files or directories, is newer.
is_current() {
    local product=$1
    shift
    [[ -e $product && -z $(find "$@" -newer "$product" -print -quit) ]]
}

can_install() { [[ $INSTALL == 1 && $EUID == 0 ]] && command -v apt-get >/dev/null; }

# apt_install PACKAGE...: fails when nothing may or can be installed.
apt_install() {
    can_install || return 1
    update_packages
    say apt "installing $*" >&2
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "$@" >"$TARGET/apt.log" 2>&1
}

UPDATED=0
update_packages() {
    if [[ $UPDATED == 0 ]]; then
        apt-get -qq update >&2 || return 1
        UPDATED=1
    fi
}
