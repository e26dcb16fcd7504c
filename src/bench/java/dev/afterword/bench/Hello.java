package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What operations are compared with: a bare Vert.x server on as many event loops as Afterword's. It
 * serves a few bytes, and as its page whatever was put there.
 */
final class Hello {
  /** Where the page is put and got. */
  static final String PAGE = "/page";

  /** Where sockets are opened; what is posted there is told to all of them as it is. */
  static final String LIVE = "/live";

  private static final Buffer BODY = Buffer.buffer("Hello, reader!");

  /** To Vert.x, 0 would be another one for each loop. */
  private static final int ONE_FREE_PORT = -1;

  private static final Set<Loop> all = ConcurrentHashMap.newKeySet();

  private static volatile Buffer page = Buffer.buffer();

  private Hello() {}

  /**
   * Serves until it is ended.
   *
   * @param args the file that its address goes to
   */
  public static void main(String[] args) {
    int loops = Runtime.getRuntime().availableProcessors();
    var vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
    var first = new Loop();
    vertx
        .deployVerticle(first)
        .compose(
            deployed -> {
              var others = new ArrayList<Future<?>>();
              for (int i = 1; i < loops; i++) {
                others.add(vertx.deployVerticle(new Loop()));
              }
              return Future.all(others);
            })
        .onSuccess(deployed -> announce(Path.of(args[0]), first.port))
        .onFailure(
            failure -> {
              System.err.println(failure.getMessage());
              System.exit(1);
            });
  }

  private static void announce(Path file, int port) {
    try {
      var fresh = Files.writeString(file.resolveSibling("address.new"), "http://127.0.0.1:" + port);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static final class Loop extends VerticleBase {
    private final Set<ServerWebSocket> sockets = new LinkedHashSet<>();
    private int port;

    @Override
    public Future<?> start() {
      all.add(this);
      var options = new HttpServerOptions().setPerMessageWebSocketCompressionSupported(false);
      options.setPerFrameWebSocketCompressionSupported(false).setAcceptBacklog(4_096);
      options.setWebSocketSubProtocols(List.of("afterword.v1"));
      return vertx
          .createHttpServer(options)
          .webSocketHandler(this::enter)
          .requestHandler(this::answer)
          .listen(ONE_FREE_PORT, "127.0.0.1")
          .onSuccess(server -> port = server.actualPort());
    }

    private void enter(ServerWebSocket socket) {
      sockets.add(socket);
      socket.closeHandler(closed -> sockets.remove(socket));
      socket.writeTextMessage("{\"type\":\"hello\"}");
    }

    private void broadcast(ByteBuf frame) {
      context.runOnContext(
          turn -> {
            for (var socket : sockets) {
              var below = ((WebSocketInternal) socket).channelHandlerContext();
              var unused = below.writeAndFlush(frame.duplicate(), below.voidPromise());
            }
          });
    }

    /** What is as long as a comment on the wire, as the last frame of a text (RFC 6455, 5.2). */
    private static ByteBuf frame(Buffer comment) {
      int length = comment.length();
      var bytes = ByteBuffer.allocateDirect(4 + length);
      bytes.put((byte) 0x81).put((byte) 126).putShort((short) length);
      bytes.put(comment.getBytes()).flip();
      return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes));
    }

    private void answer(HttpServerRequest request) {
      if (request.path().equals(LIVE)) {
        request
            .body()
            .onSuccess(
                comment -> {
                  var frame = frame(comment);
                  all.forEach(loop -> loop.broadcast(frame));
                  request.response().setStatusCode(201).end();
                });
      } else if (!request.path().equals(PAGE)) {
        request.response().end(BODY);
      } else if (request.method().equals(HttpMethod.PUT)) {
        request
            .body()
            .onSuccess(
                body -> {
                  page = body;
                  request.response().end();
                });
      } else {
        request
            .response()
            .putHeader("Content-Type", "application/json; charset=utf-8")
            .putHeader("Content-Encoding", "gzip")
            .end(page);
      }
    }
  }
}
