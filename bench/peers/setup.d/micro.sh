# The microbenchmarks of channels on the JVM: operations for the harness, which is compiled against.
# shellcheck shell=bash

HARNESS=../runner/target/classes
HARNESS_SOURCES=../runner/src/main/java/io/weft/bench/micro/operations

# pinned NAME LIBRARY: of a library, as NAME/pom.xml pins it.
pinned() { sed -n "s/.*<$2.version>\(.*\)<.*/\1/p" "$1/pom.xml"; }

# build_micro_channels NAME VERSION COMPILER: the classes are target/NAME-classes, the libraries
# target/NAME-lib; target/NAME only says that they are complete.
build_micro_channels() {
    local name=$1 version compiler=$3
    if ! find_jdk; then
        leave_out "$name" 'no JDK 25; install one or set JAVA_HOME'
        return
    fi
    version="$2, $JDK_VERSION"
    if [[ ! -d $HARNESS ]]; then
        leave_out "$name" 'the harness is not built; ./weft bench micro builds it'
    elif is_current "$TARGET/$name" "$name" "$HARNESS_SOURCES" setup.d/micro.sh; then
        ready "$name" "$version"
    elif ! copy_dependencies "$name"; then
        leave_out "$name" "it cannot be downloaded; install maven, or see target/$name.log"
    elif rm -rf "${TARGET:?}/$name-classes" && "$compiler"; then
        printf '%s\n' "$version" >"$TARGET/$name"
        ready "$name" "$version" built
    else
        leave_out "$name" "it does not compile with $version"
    fi
}

build_micro_jox() {
    build_micro_channels micro-jox "Jox $(pinned micro-jox jox)" compile_jox
}

compile_jox() {
    "$JDK/bin/javac" -Xlint:all -Werror -cp "$HARNESS:$TARGET/micro-jox-lib/*" \
        -d "$TARGET/micro-jox-classes" micro-jox/*.java
}

build_micro_kotlin() {
    build_micro_channels micro-kotlin \
        "kotlinx.coroutines $(pinned micro-kotlin coroutines), Kotlin $(pinned micro-kotlin kotlin)" \
        compile_kotlin
}

# The compiler is a program in Java, which Kotlin's own Maven plugin runs as well.
compile_kotlin() {
    local library=$TARGET/micro-kotlin-lib
    "$JDK/bin/java" -Xshare:auto --sun-misc-unsafe-memory-access=allow \
        --enable-native-access=ALL-UNNAMED -cp "$library/*" \
        org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect \
        -jvm-target 25 -Werror -cp "$HARNESS:$(printf '%s:' "$library"/*.jar)" \
        -d "$TARGET/micro-kotlin-classes" micro-kotlin/*.kt
}
