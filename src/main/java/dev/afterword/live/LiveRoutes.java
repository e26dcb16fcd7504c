package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import dev.afterword.http.Answer;
import dev.afterword.http.Fault;
import dev.afterword.http.Listeners;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Proxies;
import dev.afterword.http.RouteTable;
import dev.afterword.http.StrictFrames;
import dev.afterword.http.Wire;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Speaks WebSocket and server-sent events: who may connect, which articles are followed, and what a
 * client may say.
 */
public final class LiveRoutes {
  /** The sub-protocol that this server speaks. */
  public static final String PROTOCOL = "afterword.v1";

  private static final int MOST_ARTICLES = 50;
  private static final int MOST_STREAMED = 10;

  /** What one client may say, in GCRA terms: so many messages at once, then one each so often. */
  private static final int MESSAGES = 100;

  private static final long MESSAGE_NANOS = 500_000_000;

  private final Hub hub;
  private final Connections connections;
  private final LiveMeters meters;
  private final Proxies proxies;
  private final Predicate<RoutingContext> admitted;
  private final Function<RoutingContext, Function<String, ArticleRef>> articles;

  /**
   * The routes of one event loop.
   *
   * @param connections of the process
   * @param admitted whether the page that asks is on its site's list
   * @param articles the article of a key, on the site of a request; throws a {@link Problem}
   */
  public LiveRoutes(
      Hub hub,
      Connections connections,
      LiveMeters meters,
      Proxies proxies,
      Predicate<RoutingContext> admitted,
      Function<RoutingContext, Function<String, ArticleRef>> articles) {
    this.hub = hub;
    this.connections = connections;
    this.meters = meters;
    this.proxies = proxies;
    this.admitted = admitted;
    this.articles = articles;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table.getUpgrade("/api/v1/:site/live", "live", this::open);
  }

  private Future<Answer> open(RoutingContext ctx) {
    if (!admitted.test(ctx)) {
      throw Problem.of(ProblemType.ORIGIN_NOT_ALLOWED);
    }
    return wantsEvents(ctx.request()) ? stream(ctx) : upgrade(ctx);
  }

  /** A browser's EventSource asks for nothing else; whoever can upgrade means to. */
  private static boolean wantsEvents(HttpServerRequest request) {
    var accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null
        && accept.toLowerCase(Locale.ROOT).contains(EventStream.TYPE)
        && !request.headers().contains(HttpHeaders.UPGRADE);
  }

  private Future<Answer> stream(RoutingContext ctx) {
    var named = ctx.queryParam("article");
    var since = ctx.queryParam("since");
    var resolve = articles.apply(ctx);
    var refs = new ArrayList<ArticleRef>();
    var keys = new ArrayList<String>();
    var known = new ArrayList<String>();
    for (int i = 0; i < named.size(); i++) {
      var article = resolve.apply(named.get(i));
      if (!refs.contains(article)) {
        refs.add(article);
        keys.add(named.get(i));
        known.add(i < since.size() ? since.get(i) : "");
      }
      if (refs.size() > MOST_STREAMED) {
        break;
      }
    }
    if (refs.isEmpty() || refs.size() > MOST_STREAMED) {
      throw Problem.invalid(Fault.in("article", "Name 1 to 10 articles."));
    }
    var request = ctx.request();
    if (request.method().equals(HttpMethod.HEAD)) {
      return Future.succeededFuture(new Answer(200, null, EventStream.HEADERS));
    }
    var address = proxies.client(request);
    if (!connections.enter(address)) {
      return EventStream.putOff(ctx.response()).map(Answer.TAKEN);
    }
    var stream = EventStream.begin(request, meters);
    ctx.response().exceptionHandler(failure -> {});
    ctx.response().closeHandler(closed -> exit(stream, address));
    ctx.response().endHandler(ended -> exit(stream, address));
    var from = stream.resume(request.getHeader("Last-Event-ID"), refs, known);
    hub.enter(stream);
    for (int i = 0; i < refs.size(); i++) {
      hub.subscribe(stream, refs.get(i), keys.get(i), from.get(i));
    }
    return Future.succeededFuture(Answer.TAKEN);
  }

  private void exit(Follower follower, byte[] address) {
    if (hub.exit(follower)) {
      connections.leave(address);
    }
  }

  private Future<Answer> upgrade(RoutingContext ctx) {
    var upgrade = ctx.request().getHeader(HttpHeaders.UPGRADE);
    if (upgrade == null || !upgrade.equalsIgnoreCase("websocket")) {
      throw Problem.of(ProblemType.UPGRADE_REQUIRED).with("Upgrade", "websocket");
    }
    checkHandshake(ctx.request());
    var keys = ctx.queryParam("article");
    var since = ctx.queryParam("since");
    var resolve = articles.apply(ctx);
    var request = ctx.request();
    var address = proxies.client(request);
    return request
        .toWebSocket()
        .map(
            webSocket -> {
              StrictFrames.on(request.connection(), Listeners.LARGEST_MESSAGE);
              var socket =
                  new Socket(webSocket, Wire.ofWebSocket(request, Follower.MOST_WAITING), meters);
              if (connections.enter(address)) {
                webSocket.closeHandler(closed -> exit(socket, address));
                greet(new Client(webSocket, socket, resolve), keys, since);
              } else {
                socket.close(Follower.TOO_MANY, "too many connections");
              }
              return Answer.TAKEN;
            });
  }

  /** RFC 6455, 4.2.1; what Vert.x would refuse itself, it would refuse in words of its own. */
  private static void checkHandshake(HttpServerRequest request) {
    var key = request.getHeader("Sec-WebSocket-Key");
    var connection = request.getHeader(HttpHeaders.CONNECTION);
    if (key == null
        || connection == null
        || !connection.toLowerCase(Locale.ROOT).contains("upgrade")
        || request.version() != HttpVersion.HTTP_1_1) {
      throw Problem.of(ProblemType.REQUEST_MALFORMED, "The WebSocket handshake is not whole.");
    }
    if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
      throw Problem.of(ProblemType.UPGRADE_REQUIRED)
          .with("Upgrade", "websocket")
          .with("Sec-WebSocket-Version", "13");
    }
  }

  private void greet(Client client, List<String> keys, List<String> since) {
    hub.enter(client.socket);
    for (int i = 0; i < keys.size(); i++) {
      var from = i < since.size() && !since.get(i).isEmpty() ? since.get(i) : null;
      client.subscribe(keys.get(i), from);
    }
    if (keys.isEmpty() && !since.isEmpty()) {
      client.socket.close(Follower.BAD_MESSAGE, "since without an article");
    }
  }

  /** One client and what it says. */
  private final class Client {
    final Socket socket;
    private final Function<String, ArticleRef> resolve;

    /** By when it would have said what it has said, one message each so often. */
    private long paced = System.nanoTime();

    Client(ServerWebSocket webSocket, Socket socket, Function<String, ArticleRef> resolve) {
      this.socket = socket;
      this.resolve = resolve;
      webSocket.textMessageHandler(this::hear);
      webSocket.binaryMessageHandler(
          bytes -> socket.close(Follower.BAD_MESSAGE, "messages are text"));
      webSocket.exceptionHandler(failure -> {});
    }

    private void hear(String text) {
      if (connections.areLimited() && isHasty()) {
        socket.close(Follower.TOO_MANY, "too many messages");
        return;
      }
      try {
        var message = new JsonObject(text);
        var type = message.getValue("type");
        if (!(type instanceof String)) {
          socket.close(Follower.BAD_MESSAGE, "a message has a type");
        } else if (type.equals("subscribe")) {
          subscribe(message.getString("article"), message.getString("since"));
        } else if (type.equals("unsubscribe")) {
          unsubscribe(message.getString("article"));
        }
      } catch (DecodeException | ClassCastException e) {
        socket.close(Follower.BAD_MESSAGE, "not a message");
      }
    }

    private boolean isHasty() {
      long now = System.nanoTime();
      paced = MESSAGE_NANOS + (paced - now > 0 ? paced : now);
      return paced - now > MESSAGES * MESSAGE_NANOS;
    }

    private void unsubscribe(@Nullable String key) {
      var article = find(key);
      if (article != null) {
        hub.unsubscribe(socket, article);
      }
    }

    void subscribe(@Nullable String key, @Nullable String since) {
      if (socket.articles.size() >= MOST_ARTICLES) {
        socket.close(Follower.TOO_MANY, "too many articles");
        return;
      }
      var article = find(key);
      if (article != null && key != null) {
        hub.subscribe(socket, article, key, since);
      }
    }

    private @Nullable ArticleRef find(@Nullable String key) {
      try {
        if (key != null) {
          return resolve.apply(key);
        }
      } catch (Problem problem) {
        // Told to the client below, like a missing key.
      }
      socket.close(Follower.BAD_MESSAGE, "not an article");
      return null;
    }
  }
}
