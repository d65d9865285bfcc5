import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.Version;
import java.net.InetSocketAddress;

/**
 * Echo server on Netty's native transports.
 *
 * <p>One group of event loops accepts and serves; it hands connections to its loops in turn. What a
 * loop reads from a connection in one go is written with one flush at the end.
 *
 * <p>Arguments: {@code --transport epoll|uring}, {@code --port P} (0 takes a free one), {@code
 * --threads N} (event loops), {@code --buffer BYTES} (without effect: no connection owns a buffer).
 */
public final class NettyEchoServer {
    private static final int BACKLOG = 4096;

    /** Buffers that a ring provides to receives of all its connections. */
    private static final short RING_BUFFERS = 256;

    private static final int RING_BUFFER_BYTES = 16 * 1024;
    private static final short RING_GROUP = 0;

    private NettyEchoServer() {}

    public static void main(String[] args) throws Exception {
        boolean uring = option(args, "--transport", "epoll").equals("uring");
        int threads = Integer.parseInt(option(args, "--threads", "1"));
        int port = Integer.parseInt(option(args, "--port", "0"));
        IoHandlerFactory transport = uring ? uring() : EpollIoHandler.newFactory();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(threads, transport);
        Echo echo = new Echo();
        ServerBootstrap bootstrap = new ServerBootstrap();
        bootstrap
                .group(group)
                .channel(
                        uring ? IoUringServerSocketChannel.class : EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast(echo);
                            }
                        });
        if (uring) {
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, RING_GROUP);
        }
        Channel listener = bootstrap.bind("127.0.0.1", port).sync().channel();
        System.out.println(
                "listening on 127.0.0.1:%d peer=%s pid=%d version=\"Netty %s, JDK %s\""
                        .formatted(
                                ((InetSocketAddress) listener.localAddress()).getPort(),
                                uring ? "netty-uring" : "netty-epoll",
                                ProcessHandle.current().pid(),
                                Version.identify().get("netty-transport").artifactVersion(),
                                Runtime.version()));
        listener.closeFuture().sync();
    }

    /** With a ring of provided buffers Netty receives by multishot where the kernel can. */
    private static IoHandlerFactory uring() {
        return IoUringIoHandler.newFactory(
                new IoUringIoHandlerConfig()
                        .setBufferRingConfig(
                                IoUringBufferRingConfig.builder()
                                        .bufferGroupId(RING_GROUP)
                                        .bufferRingSize(RING_BUFFERS)
                                        .batchSize(RING_BUFFERS / 2)
                                        .allocator(
                                                new IoUringFixedBufferRingAllocator(
                                                        RING_BUFFER_BYTES))
                                        .build()));
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable peerIsGone) {
            context.close();
        }
    }

    private static String option(String[] args, String name, String fallback) {
        for (int i = 0; i + 1 < args.length; i++) {
            if (args[i].equals(name)) {
                return args[i + 1];
            }
        }
        return fallback;
    }
}
