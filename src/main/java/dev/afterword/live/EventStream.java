package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import dev.afterword.http.Wire;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client on a stream of server-sent events: a frame is an unnamed event. Its id is where all
 * articles of the stream are, in the order in which the client named them; a browser that has lost
 * the connection gives it back as {@code Last-Event-ID}.
 *
 * <p>As the HTML standard has them, section 9.2.
 */
final class EventStream extends Follower {
  /** The media type. */
  static final String TYPE = "text/event-stream";

  /** Names and values in turn; the last asks nginx to hold nothing back. */
  static final List<String> HEADERS =
      List.of("Content-Type", TYPE, "Cache-Control", "no-store", "X-Accel-Buffering", "no");

  /** When a browser comes again, in milliseconds. */
  private static final int RETRY_MS = 3_000;

  private static final int LATER_MS = 10_000;

  /** Some proxies and browsers hold back the first two kilobytes. */
  private static final String PADDING = ": " + " ".repeat(2_048) + "\n";

  private final HttpServerResponse response;
  private final Wire wire;

  /** Its articles in the order in which the client named them; one that it named twice, twice. */
  private final List<ArticleRef> order = new ArrayList<>();

  private final Map<ArticleRef, String> positions = new HashMap<>();

  private EventStream(HttpServerRequest request, LiveMeters meters) {
    super(meters);
    this.response = request.response();
    this.wire = Wire.ofAnswer(request, MOST_WAITING);
  }

  /** Begins to answer a request. */
  static EventStream begin(HttpServerRequest request, LiveMeters meters) {
    head(request.response()).setChunked(true).write("retry: " + RETRY_MS + '\n' + PADDING + '\n');
    return new EventStream(request, meters);
  }

  /** Has a browser come again later: of any other answer it would think that it never may. */
  static Future<Void> putOff(HttpServerResponse response) {
    return head(response).end("retry: " + LATER_MS + "\n\n");
  }

  private static HttpServerResponse head(HttpServerResponse response) {
    for (int i = 0; i < HEADERS.size(); i += 2) {
      response.putHeader(HEADERS.get(i), HEADERS.get(i + 1));
    }
    return response;
  }

  /**
   * Where the client was, of each of its articles; {@code null} for one that it has not seen.
   *
   * @param id the last that it has got, if any
   * @param articles in the order in which the client named them, each once
   * @param since what its address says, in the same order, empty for nothing
   */
  List<@Nullable String> resume(
      @Nullable String id, List<ArticleRef> articles, List<String> since) {
    var given = id == null ? since : List.of(id.split(",", -1));
    boolean foreign = given.size() != articles.size();
    var from = new ArrayList<@Nullable String>(articles.size());
    for (int i = 0; i < articles.size(); i++) {
      var said = foreign ? ASTRAY : given.get(i);
      // Whatever it is goes out again with each event, until the article has been greeted.
      boolean known = said.isEmpty() || Position.parse(said).isPresent();
      order.add(articles.get(i));
      positions.put(articles.get(i), known ? said : ASTRAY);
      from.add(said.isEmpty() ? null : said);
    }
    return from;
  }

  /** Its position keeps its place in the order. */
  @Override
  void led(ArticleRef from, ArticleRef to) {
    super.led(from, to);
    order.replaceAll(article -> article.equals(from) ? to : article);
    var at = positions.remove(from);
    if (at != null) {
      positions.putIfAbsent(to, at);
    }
  }

  @Override
  boolean isGone() {
    return response.closed() || response.ended();
  }

  @Override
  boolean isFull() {
    return wire.isFull();
  }

  @Override
  void write(ArticleRef article, Position at, Frame frame) {
    positions.put(article, at.toString());
    field("id: " + order.stream().map(positions::get).collect(Collectors.joining(",")) + '\n');
    write(frame);
  }

  @Override
  void write(Frame frame) {
    field("data: ");
    wire.writeAndFlush(frame.event());
  }

  private void field(String text) {
    wire.write(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  @Override
  void writePing() {
    response.write(":\n\n");
  }

  @Override
  void end(short code, String reason) {
    response.end();
  }

  @Override
  void cutOff() {
    wire.cutOff();
  }
}
