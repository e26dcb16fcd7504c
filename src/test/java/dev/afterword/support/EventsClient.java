package dev.afterword.support;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A reader's stream of server-sent events, read as a browser reads it. */
public final class EventsClient extends LiveMessages
    implements Flow.Subscriber<String>, AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final boolean reading;
  private final StringBuilder data = new StringBuilder();
  private final List<String> comments = new ArrayList<>();
  private final CompletableFuture<HttpResponse.ResponseInfo> head = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  /** Counts once its event is whole. */
  private String given = "";

  private volatile String id = "";
  private volatile int retry;
  private volatile boolean ended;

  private EventsClient(Consumer<JsonObject> each, boolean reading) {
    super(each);
    this.reading = reading;
  }

  /**
   * Opens one.
   *
   * @param query what follows {@code /live?}
   * @param headers names and values in turn
   */
  public static EventsClient open(String url, String site, String query, String... headers) {
    return open(url, site, query, message -> {}, headers);
  }

  /** Opens one that hands on each message as it comes, on the connection's thread. */
  public static EventsClient open(
      String url, String site, String query, Consumer<JsonObject> each, String... headers) {
    return new EventsClient(each, true).connect(url, site, query, headers);
  }

  /** Opens one that takes nothing in. */
  public static EventsClient stalled(String url, String site, String query) {
    return new EventsClient(message -> {}, false).connect(url, site, query);
  }

  private EventsClient connect(String url, String site, String query, String... headers) {
    var address = URI.create(url + "/api/v1/" + site + "/live?" + query);
    var request = HttpRequest.newBuilder(address).header("Accept", "text/event-stream");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    var lines = HttpResponse.BodyHandlers.fromLineSubscriber(this);
    var unused =
        HTTP.sendAsync(
                request.build(),
                info -> {
                  head.complete(info);
                  return lines.apply(info);
                })
            .whenComplete(
                (answer, failure) -> {
                  ended = true;
                  if (failure != null) {
                    head.completeExceptionally(failure);
                  }
                });
    try {
      head.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("No stream at " + address, e);
    }
    return this;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(reading ? Long.MAX_VALUE : 1);
  }

  @Override
  public void onNext(String line) {
    if (line.isEmpty()) {
      if (!data.isEmpty()) {
        var frame = data.toString();
        data.setLength(0);
        id = given;
        take(frame);
      }
    } else if (line.startsWith(":")) {
      synchronized (comments) {
        comments.add(line);
      }
    } else if (line.startsWith("id: ")) {
      given = line.substring(4);
    } else if (line.startsWith("data: ")) {
      data.append(line.substring(6));
    } else if (line.startsWith("retry: ")) {
      retry = Integer.parseInt(line.substring(7));
    } else {
      throw new IllegalStateException("What is " + line);
    }
  }

  @Override
  public void onError(Throwable failure) {
    ended = true;
  }

  @Override
  public void onComplete() {
    ended = true;
  }

  public int status() {
    return head.join().statusCode();
  }

  public HttpHeaders headers() {
    return head.join().headers();
  }

  /** The id that came last: what the browser gives back when it comes again. */
  public String id() {
    return id;
  }

  /** When the browser is to come again, in milliseconds; 0 when it was not said. */
  public int retry() {
    return retry;
  }

  /** The lines that are no event. */
  public List<String> comments() {
    synchronized (comments) {
      return List.copyOf(comments);
    }
  }

  /** Whether it is over. */
  public boolean hasEnded() {
    return ended;
  }

  @Override
  public void close() {
    var open = subscription;
    if (open != null) {
      open.cancel();
    }
  }
}
