package dev.afterword.support;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A reader's live socket: what came over it, one message after the other, and how it ended. */
public final class LiveClient extends LiveMessages implements WebSocket.Listener, AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final StringBuilder frame = new StringBuilder();
  private final boolean reading;
  private WebSocket socket;

  /** 0 while it is open, -1 once it is cut off, else the code it was closed with. */
  private volatile int code;

  private LiveClient(Consumer<JsonObject> each, boolean reading) {
    super(each);
    this.reading = reading;
  }

  /** Opens one; the query is what follows {@code /live?}. */
  public static LiveClient open(String url, String site, String query) {
    return open(url, site, query, message -> {});
  }

  /** Opens one that hands on each message as it comes, on the socket's thread. */
  public static LiveClient open(String url, String site, String query, Consumer<JsonObject> each) {
    return new LiveClient(each, true).connect(url, site + "/live?" + query, List.of());
  }

  /** Opens one of somebody whose token is offered as a sub-protocol, as a browser has to. */
  public static LiveClient openAs(String token, String url, String site, String query) {
    return new LiveClient(message -> {}, true)
        .connect(url, site + "/live?" + query, List.of(), "afterword.bearer." + token);
  }

  /** Opens one that takes nothing in until {@link #read}. */
  public static LiveClient stalled(String url, String site, String query) {
    return new LiveClient(message -> {}, false).connect(url, site + "/live?" + query, List.of());
  }

  /** Opens one of somebody of the staff, whose token is offered as a sub-protocol. */
  public static LiveClient openStaff(String token, String url, String site) {
    return new LiveClient(message -> {}, true)
        .connect(url, site + "/admin/live", List.of(), "afterword.bearer." + token);
  }

  /** Opens one of staff with these headers, names and values in turn. */
  public static LiveClient openStaff(String url, String site, List<String> headers) {
    return new LiveClient(message -> {}, true).connect(url, site + "/admin/live", headers);
  }

  private LiveClient connect(String url, String rest, List<String> headers, String... protocols) {
    var address = URI.create(url.replaceFirst("^http", "ws") + "/api/v1/" + rest);
    try {
      var opening = HTTP.newWebSocketBuilder();
      for (int i = 0; i < headers.size(); i += 2) {
        opening.header(headers.get(i), headers.get(i + 1));
      }
      socket =
          opening
              .subprotocols("afterword.v1", protocols)
              .buildAsync(address, this)
              .get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("No socket at " + address, e);
    }
    return this;
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (reading) {
      opened.request(Long.MAX_VALUE);
    }
  }

  /** Takes in whatever waits, for one that was stalled. */
  public void read() {
    socket.request(Long.MAX_VALUE);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    frame.append(part);
    if (last) {
      var text = frame.toString();
      frame.setLength(0);
      take(text);
    }
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    code = status;
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    code = -1;
  }

  /** Says something. */
  public void say(String text) {
    socket.sendText(text, true).join();
  }

  /** The sub-protocol that the server has chosen. */
  public String protocol() {
    return socket.getSubprotocol();
  }

  /** 0 while it is open, -1 once it is cut off, else the code it was closed with. */
  public int code() {
    return code;
  }

  /** Cuts the connection off, as a tunnel does to a train. */
  public void cut() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.abort();
  }
}
