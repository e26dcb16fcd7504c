package dev.afterword.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The load driver: one thread, closed loop. Each connection sends its next request when an answer
 * has come; requests are bytes already, and of an answer only the status and the length are read,
 * so that the driver is seldom what is measured.
 */
final class Driver implements AutoCloseable {
  /** New connections and the caches of the processor take this long to settle. */
  private static final double LEAD_SECONDS = 0.3;

  private static final long PATIENCE_SECONDS = 15;

  private final boolean epoll = Epoll.isAvailable();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

  /**
   * Measures one operation for some seconds.
   *
   * @param requests the next request each time; asked on one thread
   * @param status what every answer must have
   */
  Sample measure(URI server, Supplier<ByteBuf> requests, int status, Load load, double seconds) {
    long now = System.nanoTime();
    long from = now + (long) (LEAD_SECONDS * 1e9);
    var latencies = new Latencies(from, from + (long) (seconds * 1e9));
    var done = new CompletableFuture<Sample>();
    var run = new HttpRun(requests, status, load, latencies, done);
    for (int i = 0; i < load.connections(); i++) {
      connect(server, run.connection(), done);
    }
    return await(done, seconds);
  }

  /** Opens a connection; that it fails ends what is measured. */
  void connect(URI server, ChannelHandler handler, CompletableFuture<?> done) {
    var bootstrap =
        new Bootstrap()
            .group(group)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(handler);
                  }
                });
    bootstrap
        .connect(new InetSocketAddress(server.getHost(), server.getPort()))
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                done.completeExceptionally(connected.cause());
              }
            });
  }

  /** Waits for what is measured, not for ever. */
  static <T> T await(CompletableFuture<T> done, double seconds) {
    return done.orTimeout((long) seconds + PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
