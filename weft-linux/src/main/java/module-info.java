/** Linux system calls through {@code java.lang.foreign}. No policy; knows no goroutine. */
module io.weft.linux {
    requires static transitive org.jspecify;

    exports io.weft.linux;
}
