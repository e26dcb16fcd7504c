package dev.afterword.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import dev.afterword.support.Peer;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readers of both kinds, cut off every two seconds or so, on two processes of which one is killed
 * and one restarted, while the store's voice is cut off and comments come in: nobody misses one or
 * gets them in a wrong order. How much of it, say the system properties {@code
 * afterword.live.clients}, {@code afterword.live.seconds} and {@code afterword.live.comments} (in a
 * second).
 */
@OnStore
@Timeout(600)
class LiveStormTest {
  private static final int CLIENTS = Integer.getInteger("afterword.live.clients", 60);
  private static final int SECONDS = Integer.getInteger("afterword.live.seconds", 16);
  private static final int PER_SECOND = Integer.getInteger("afterword.live.comments", 40);
  private static final int ARTICLES = 20;
  private static final int POSTERS = 8;
  private static final int KILLED_VOICES = 20;
  private static final int STAY_MS = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final List<Peer> peers = new ArrayList<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger repeats = new AtomicInteger();
  private final AtomicInteger posted = new AtomicInteger();
  private final AtomicInteger killed = new AtomicInteger();
  private volatile boolean over;

  private URI somewhere() {
    return peers.get(ThreadLocalRandom.current().nextInt(peers.size())).url();
  }

  private static String article(int number) {
    return "/live-storm/" + number;
  }

  /** One who reads one article, and knows what was seen. */
  private final class Reader {
    private final String article;
    private final boolean byEvents;
    private AutoCloseable connection = () -> {};
    private int visit;
    private String since = "";
    private long last;

    Reader(int number) {
      this.article = article(number % ARTICLES);
      this.byEvents = number % 2 == 0;
    }

    /** Comes, stays for a while, and comes again. */
    void roam(ScheduledExecutorService hours) {
      long stay = 50;
      try {
        cut();
        connect();
        stay = over ? TimeUnit.DAYS.toMillis(1) : random(2 * STAY_MS);
      } catch (Exception nobodyThere) {
        // The next try may find the other process.
      }
      var unused = hours.schedule(() -> roam(hours), stay, TimeUnit.MILLISECONDS);
    }

    private void connect() {
      int now = begin();
      var url = somewhere().toString();
      var query = LiveClient.articles(article);
      var from = since();
      AutoCloseable opened;
      if (byEvents) {
        var headers = from.isEmpty() ? new String[0] : new String[] {"Last-Event-ID", from};
        opened = EventsClient.open(url, "demo", query, message -> hear(now, message), headers);
      } else {
        var place = from.isEmpty() ? "" : "&since=" + TestServer.encoded(from);
        opened = LiveClient.open(url, "demo", query + place, message -> hear(now, message));
      }
      connections.incrementAndGet();
      keep(opened);
    }

    private synchronized int begin() {
      return ++visit;
    }

    private synchronized String since() {
      return since;
    }

    private synchronized void keep(AutoCloseable opened) {
      connection = opened;
    }

    /** What comes in after this is not seen by anybody. */
    synchronized void cut() throws Exception {
      visit++;
      connection.close();
    }

    synchronized long last() {
      return last;
    }

    private synchronized void hear(int when, JsonObject message) {
      if (when != visit) {
        return;
      }
      var type = message.getString("type");
      if (type.equals("reset")) {
        faults.add("a reset on " + article + " after " + since);
      }
      var position = message.getString("position");
      if (position == null) {
        return;
      }
      long revision = Long.parseLong(position.substring(position.indexOf(':') + 1));
      if (type.equals("hello")) {
        if (!since.isEmpty() && !position.equals(since)) {
          faults.add("hello on " + article + " at " + position + " instead of " + since);
        }
        last = since.isEmpty() ? revision : last;
        since = position;
      } else if (revision == last + 1) {
        last = revision;
        since = position;
      } else if (revision <= last) {
        repeats.incrementAndGet();
      } else {
        faults.add("a hole on " + article + " between " + last + " and " + revision);
      }
    }
  }

  private static long random(long below) {
    return ThreadLocalRandom.current().nextLong(below);
  }

  @Test
  void nobodyMissesAComment_whateverEnds() throws Exception {
    TestStore.fresh();
    peers.add(new Peer(TestStore.address(), ""));
    peers.add(new Peer(TestStore.address(), ""));
    var hours = Executors.newScheduledThreadPool(16 + POSTERS);
    try {
      // An article that nobody has seen has no first comment yet, by which all readers begin alike.
      for (int i = 0; i < ARTICLES; i++) {
        post(i);
      }
      var readers = new ArrayList<Reader>();
      for (int i = 0; i < CLIENTS; i++) {
        var reader = new Reader(i);
        readers.add(reader);
        hours.execute(() -> reader.roam(hours));
      }
      Eventually.holds(
          "all have come", PATIENCE, () -> readers.stream().allMatch(r -> r.last() > 0));
      for (int i = 0; i < POSTERS; i++) {
        var unused =
            hours.scheduleAtFixedRate(
                this::post, 0, 1_000_000L * POSTERS / PER_SECOND, TimeUnit.MICROSECONDS);
      }
      var unused =
          hours.scheduleAtFixedRate(
              this::killVoices, 500, 1_000L * SECONDS / KILLED_VOICES, TimeUnit.MILLISECONDS);
      awaitPosted(0.25);
      peers.get(0).child().kill();
      peers.get(0).start();
      awaitPosted(0.5);
      peers.get(1).child().terminate();
      assertThat(peers.get(1).child().code()).isZero();
      peers.get(1).start();
      awaitPosted(1);
      Eventually.holds("voices are cut off", PATIENCE, () -> killed.get() >= KILLED_VOICES);
      over = true;
      for (int i = 0; i < ARTICLES; i++) {
        long expected = post(i);
        var name = article(i);
        Eventually.passes(
            "everybody has everything on " + name,
            PATIENCE,
            () ->
                assertThat(readers)
                    .filteredOn(reader -> reader.article.equals(name))
                    .extracting(Reader::last)
                    .allSatisfy(last -> assertThat(last).isGreaterThanOrEqualTo(expected)));
      }
      System.out.println(
          CLIENTS
              + " readers, "
              + connections
              + " connections, "
              + posted
              + " comments, "
              + repeats
              + " repeats");
      assertThat(faults).isEmpty();
      assertThat(connections.get()).isGreaterThan(2 * CLIENTS);
      for (var reader : readers) {
        reader.cut();
      }
    } finally {
      hours.shutdownNow();
      peers.forEach(Peer::close);
    }
  }

  /** So much of the storm's comments are there. */
  private void awaitPosted(double share) {
    Eventually.holds(
        share + " of the comments",
        PATIENCE,
        () -> posted.get() >= share * SECONDS * PER_SECOND + ARTICLES);
  }

  private void killVoices() {
    if (over) {
      return;
    }
    try (var store = TestStore.connect()) {
      store.call("CLIENT", "KILL", "TYPE", "pubsub");
      killed.incrementAndGet();
    }
  }

  private void post() {
    if (!over) {
      long unused = post((int) random(ARTICLES));
    }
  }

  /** Posts a comment until it is there; the article's revision with it. */
  private long post(int number) {
    var key = UUID.randomUUID().toString();
    var path = "/api/v1/demo/comments?article=" + TestServer.encoded(article(number));
    for (long start = System.nanoTime(); System.nanoTime() - start < PATIENCE.toNanos(); ) {
      var request =
          HttpRequest.newBuilder(URI.create(somewhere() + path))
              .timeout(Duration.ofSeconds(5))
              .header("Content-Type", "application/json")
              .header("Idempotency-Key", key)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"text\":\"In a storm.\",\"author\":{\"name\":\"Ann\"}}"))
              .build();
      try {
        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 201) {
          posted.incrementAndGet();
          var position = new JsonObject(answer.body()).getString("position");
          return Long.parseLong(position.substring(position.indexOf(':') + 1));
        }
        Thread.sleep(50);
      } catch (IOException away) {
        // The process has just ended; the other one may be asked.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new IllegalStateException("A comment was not taken");
  }
}
