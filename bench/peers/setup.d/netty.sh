# The two servers on Netty: one program, one starter for each native transport.
# shellcheck shell=bash

# Unsafe memory access, which a JDK 25 denies by default, and neither leak detection nor checks of
# each access to a buffer: what Netty's community sets for throughput, all in its favour here.
NETTY_OPTIONS=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    --add-opens=java.base/java.nio=ALL-UNNAMED -Dio.netty.tryReflectionSetAccessible=true
    -Dio.netty.noUnsafe=false -Dio.netty.leakDetection.level=disabled
    -Dio.netty.buffer.checkAccessible=false -Dio.netty.buffer.checkBounds=false)

netty_version() { sed -n 's/.*<netty.version>\(.*\)\.Final<.*/\1/p' netty/pom.xml; }

compile_netty() {
    is_current "$TARGET/netty-classes" netty/*.java "$TARGET/netty-lib" && return
    rm -rf "$TARGET/netty-classes"
    "$JDK/bin/javac" -Xlint:all -Werror -cp "$TARGET/netty-lib/*" -d "$TARGET/netty-classes" \
        netty/*.java
}

# build_netty TRANSPORT
build_netty() {
    local name=netty-$1
    if ! find_jdk; then
        leave_out "$name" 'no JDK 25; install one or set JAVA_HOME'
    elif starter_is_current "$name" &&
        is_current "$TARGET/$name" netty setup.d/java.sh setup.d/netty.sh; then
        ready "$name" "Netty $(netty_version), $JDK_VERSION"
    elif ! copy_dependencies netty; then
        leave_out "$name" "Netty cannot be downloaded; install maven, or see target/netty.log"
    elif ! compile_netty; then
        leave_out "$name" "it does not compile with $JDK_VERSION"
    else
        write_starter "$name" "$TARGET/netty-classes:$TARGET/netty-lib/*" \
            "NettyEchoServer --transport $1" "${NETTY_OPTIONS[@]}"
        ready "$name" "Netty $(netty_version), $JDK_VERSION" built
    fi
}

build_netty_epoll() { build_netty epoll; }
build_netty_uring() { build_netty uring; }
