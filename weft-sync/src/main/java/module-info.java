/** Go's ways to compose concurrent code: channels and select. Any thread may use them. */
module io.weft.sync {
    requires static transitive org.jspecify;

    exports io.weft.sync;
}
