# The servers in Java: classes, and a starter of its own for each server.
# shellcheck shell=bash

# As ./weft echo, for both: a serial collector, since a server whose heap is at rest has no use for
# collector threads and pays only for write barriers, which are its cheapest; small object headers.
JAVA_OPTIONS=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders)

# Sets JDK to the home of a JDK 25 and JDK_VERSION; keeps the home for others in target/jdk-home.
find_jdk() {
    local home javac
    javac=$(command -v javac || true)
    for home in "${JAVA_HOME:-}" "${javac:+$(dirname "$(dirname "$(readlink -f "$javac")")")}" \
        /usr/lib/jvm/*25*; do
        if [[ -x $home/bin/javac ]] && grep -q '^JAVA_VERSION="25' "$home/release"; then
            JDK=$home
            JDK_VERSION="JDK $(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$home/release")"
            printf '%s\n' "$home" >"$TARGET/jdk-home"
            return 0
        fi
    done
    return 1
}

# write_starter NAME CLASS-PATH MAIN-CLASS-AND-ARGUMENTS JVM-OPTION...
write_starter() {
    local name=$1 class_path=$2 main=$3
    shift 3
    rm -rf "${TARGET:?}/$name"
    cat >"$TARGET/$name" <<STARTER
#!/bin/sh
# shellcheck disable=SC2086
exec '$JDK/bin/java' ${JAVA_OPTIONS[@]} $* \$BENCH_JAVA_OPTS -cp '$class_path' $main "\$@"
STARTER
    chmod +x "$TARGET/$name"
}

# copy_dependencies NAME: what NAME/pom.xml names, into target/NAME-lib.
copy_dependencies() {
    local name=$1
    is_current "$TARGET/$name-lib" "$name/pom.xml" && return
    command -v mvn >/dev/null || apt_install maven || return 1
    [[ $INSTALL == 1 ]] || return 1
    say "$name" 'downloading'
    rm -rf "${TARGET:?}/$name"-{lib,part}
    JAVA_HOME=$JDK mvn -q -B -ntp -f "$name/pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DoutputDirectory="$TARGET/$name-part" \
        >"$TARGET/$name.log" 2>&1 &&
        mv "$TARGET/$name-part" "$TARGET/$name-lib"
}

starter_is_current() { [[ -f $TARGET/$1 ]] && grep -qF "exec '$JDK/" "$TARGET/$1"; }

# Without jdk.trackAllThreads=false the JVM keeps a set of all virtual threads.
build_jdk() {
    if ! find_jdk; then
        leave_out jdk 'no JDK 25; install one or set JAVA_HOME'
    elif starter_is_current jdk && is_current "$TARGET/jdk" jdk setup.d/java.sh; then
        ready jdk "$JDK_VERSION"
    elif "$JDK/bin/javac" -Xlint:all -Werror -d "$TARGET/jdk-classes" jdk/*.java; then
        write_starter jdk "$TARGET/jdk-classes" EchoServer -Djdk.trackAllThreads=false
        ready jdk "$JDK_VERSION" built
    else
        leave_out jdk "it does not compile with $JDK_VERSION"
    fi
}
