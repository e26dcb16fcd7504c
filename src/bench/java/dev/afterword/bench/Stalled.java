package dev.afterword.bench;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Readers who open an article, and from then on take nothing in. */
final class Stalled {
  /** The least that systems allow, about. */
  private static final int RECEIVED = 4_096;

  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private final CountDownLatch upgraded;
  private final String handshake;

  private Stalled(int readers, String target) {
    this.upgraded = new CountDownLatch(readers);
    this.handshake = Requests.get(target, Fanout.UPGRADE);
  }

  /** Opens their sockets; returns when all of them are open. */
  static Stalled open(Driver driver, URI server, int readers, String target)
      throws InterruptedException {
    var all = new Stalled(readers, target);
    var failed = new CompletableFuture<Void>();
    for (int i = 0; i < readers; i++) {
      driver.connect(server, all.new Reader(), failed);
    }
    all.upgraded.await();
    return all;
  }

  void close() {
    channels.forEach(
        channel -> {
          var unused = channel.close();
        });
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      channels.add(ctx.channel());
      ctx.channel().config().setOption(ChannelOption.SO_RCVBUF, RECEIVED);
      var unused = ctx.writeAndFlush(Unpooled.copiedBuffer(handshake, StandardCharsets.US_ASCII));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
      ReferenceCountUtil.release(bytes);
      if (ctx.channel().config().isAutoRead()) {
        ctx.channel().config().setAutoRead(false);
        upgraded.countDown();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
      var unused = ctx.close();
    }
  }
}
