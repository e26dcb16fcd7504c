package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import dev.afterword.http.Answer;
import dev.afterword.http.Fault;
import dev.afterword.http.Handshake;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Proxies;
import dev.afterword.http.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Speaks WebSocket and server-sent events: who may connect, which articles are followed, and what a
 * client may say.
 */
public final class LiveRoutes {
  private static final int MOST_STREAMED = 10;

  private final Hub hub;
  private final Sockets sockets;
  private final Connections connections;
  private final LiveMeters meters;
  private final Proxies proxies;
  private final Predicate<RoutingContext> admitted;
  private final Function<RoutingContext, Function<String, ArticleRef>> articles;
  private final Function<RoutingContext, Speakers> speakers;

  /**
   * The routes of one event loop.
   *
   * @param connections of the process
   * @param admitted whether the page that asks is on its site's list
   * @param articles what a key makes at first sight, on the site of a request, though it may be an
   *     alias; throws a {@link Problem}
   * @param speakers who may say something, on the site of a request
   */
  public LiveRoutes(
      Hub hub,
      Sockets sockets,
      Connections connections,
      LiveMeters meters,
      Proxies proxies,
      Predicate<RoutingContext> admitted,
      Function<RoutingContext, Function<String, ArticleRef>> articles,
      Function<RoutingContext, Speakers> speakers) {
    this.hub = hub;
    this.sockets = sockets;
    this.connections = connections;
    this.meters = meters;
    this.proxies = proxies;
    this.admitted = admitted;
    this.articles = articles;
    this.speakers = speakers;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table.getUpgrade("/api/v1/:site/live", "live", this::open);
  }

  private Future<Answer> open(RoutingContext ctx) {
    if (!admitted.test(ctx)) {
      throw Problem.of(ProblemType.ORIGIN_NOT_ALLOWED);
    }
    return wantsEvents(ctx.request())
        ? stream(ctx)
        : sockets.open(ctx.request(), (socket, webSocket) -> greet(ctx, socket, webSocket));
  }

  /** A browser's EventSource asks for nothing else; whoever can upgrade means to. */
  private static boolean wantsEvents(HttpServerRequest request) {
    var accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null
        && accept.toLowerCase(Locale.ROOT).contains(EventStream.TYPE)
        && !request.headers().contains(HttpHeaders.UPGRADE);
  }

  /** What a stream follows: each article once, in the order in which they were named. */
  private record Followed(List<ArticleRef> articles, List<String> keys, List<String> since) {}

  private Followed followed(RoutingContext ctx) {
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
    return new Followed(refs, keys, known);
  }

  private Future<Answer> stream(RoutingContext ctx) {
    var followed = followed(ctx);
    var request = ctx.request();
    if (request.method().equals(HttpMethod.HEAD)) {
      return Future.succeededFuture(new Answer(200, null, EventStream.HEADERS));
    }
    if (ctx.response().closed()) {
      // It left while the store was asked who it is: no handler would ever tell that it has.
      return Future.succeededFuture(Answer.TAKEN);
    }
    var address = proxies.client(request);
    if (!connections.enter(address)) {
      return EventStream.putOff(ctx.response()).map(Answer.TAKEN);
    }
    var stream = EventStream.begin(request, meters);
    ctx.response().exceptionHandler(failure -> {});
    ctx.response().closeHandler(closed -> sockets.exit(stream, address));
    ctx.response().endHandler(ended -> sockets.exit(stream, address));
    var last = request.getHeader("Last-Event-ID");
    var from = stream.resume(last, followed.articles, followed.since);
    hub.enter(stream);
    for (int i = 0; i < from.size(); i++) {
      hub.subscribe(stream, followed.articles.get(i), followed.keys.get(i), from.get(i));
    }
    return Future.succeededFuture(Answer.TAKEN);
  }

  private Runnable greet(RoutingContext ctx, Socket socket, ServerWebSocket webSocket) {
    var client =
        new Client(
            ctx.vertx(),
            hub,
            socket,
            articles.apply(ctx),
            speakers.apply(ctx),
            connections.areLimited());
    client.listen(webSocket);
    var bearer = Handshake.bearer(ctx.request());
    client.greet(ctx.queryParam("article"), ctx.queryParam("since"), bearer);
    return () -> {};
  }
}
