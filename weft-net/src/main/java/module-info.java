/** TCP for goroutines: blocking calls that park a goroutine and block a platform thread. */
module io.weft.net {
    requires static transitive org.jspecify;
    requires transitive io.weft.netpoll;

    exports io.weft.net;
}
