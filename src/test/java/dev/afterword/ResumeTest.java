package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** The live stream has no silent hole, whatever becomes of the socket or the store's voice. */
@OnStore
@Timeout(120)
class ResumeTest {
  private static final int COMMENTS = 2_000;
  private static final int CUTS = 50;

  /** Fewer than are replayed: more behind and the contract offers a reset instead. */
  private static final int MOST_BEHIND = 200;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AutoClose private static TestServer server;
  private String article;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @BeforeEach
  void anArticleOfItsOwn(TestInfo test) {
    article = "/" + test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
  }

  private static HttpRequest posting(TestServer to, String article, String text) {
    return HttpRequest.newBuilder(
            URI.create(to.url() + "/api/v1/demo/comments?article=" + TestServer.encoded(article)))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .POST(
            HttpRequest.BodyPublishers.ofString(
                "{\"text\":\"" + text + "\",\"author\":{\"name\":\"Ann\"}}"))
        .build();
  }

  private static CompletableFuture<String> postAsync(TestServer to, String article, String text) {
    return postAsync(posting(to, article, text), 10);
  }

  /** A 503 on a crowded machine is asked again under its key, as a client would. */
  private static CompletableFuture<String> postAsync(HttpRequest posting, int tries) {
    return HTTP.sendAsync(posting, HttpResponse.BodyHandlers.ofString())
        .thenCompose(
            answer -> {
              if (answer.statusCode() == 503 && tries > 0) {
                return postAsync(posting, tries - 1);
              }
              if (answer.statusCode() != 201) {
                throw new IllegalStateException(answer.statusCode() + " " + answer.body());
              }
              return CompletableFuture.completedFuture(
                  new JsonObject(answer.body()).getJsonObject("comment").getString("id"));
            });
  }

  private String post(String text) {
    return postAsync(server, article, text).join();
  }

  private void view(int visitor) {
    var answer =
        server.send(
            "POST",
            "/api/v1/demo/views?article=" + article,
            "",
            "X-Forwarded-For",
            "10.3." + visitor / 250 + '.' + visitor % 250,
            "User-Agent",
            "Mozilla/5.0");
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private LiveClient open(String... keys) {
    return LiveClient.open(server.url(), "demo", LiveClient.articles(keys));
  }

  private LiveClient resume(String since) {
    return LiveClient.open(
        server.url(), "demo", LiveClient.articles(article) + "&since=" + TestServer.encoded(since));
  }

  private static long revision(JsonObject message) {
    var position = message.getString("position");
    return Long.parseLong(position.substring(position.indexOf(':') + 1));
  }

  private static String id(JsonObject message) {
    return message.getJsonObject("comment").getString("id");
  }

  /** A reader who is cut off again and again. */
  private final class Traveller {
    private final Random random;
    private final Map<Long, String> seen = new ConcurrentHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private String since = "";
    private long last;
    private final AtomicInteger cuts = new AtomicInteger();

    Traveller(Random random) {
      this.random = random;
    }

    void travel() throws InterruptedException {
      while (seen.size() < COMMENTS) {
        boolean staying = cuts.get() == CUTS;
        var enough = new CountDownLatch(staying ? Integer.MAX_VALUE : 1 + random.nextInt(70));
        var connection = new Object();
        var client =
            LiveClient.open(
                server.url(),
                "demo",
                LiveClient.articles(article) + "&since=" + TestServer.encoded(since),
                message -> hear(connection, message, enough));
        if (staying) {
          Eventually.holds("every comment", Duration.ofSeconds(30), () -> seen.size() >= COMMENTS);
        } else {
          // After so many messages, or in silence.
          boolean ignored = enough.await(random.nextInt(300), TimeUnit.MILLISECONDS);
        }
        synchronized (this) {
          current = null;
        }
        client.cut();
        cuts.incrementAndGet();
      }
    }

    private Object current;

    /** What comes in after the cut is not seen by anybody. */
    private synchronized void hear(Object from, JsonObject message, CountDownLatch enough) {
      if (message.getString("type").equals("hello")) {
        if (!since.isEmpty() && !message.getString("position").equals(since)) {
          faults.add("hello at " + message.getString("position") + " instead of " + since);
        }
        since = message.getString("position");
        last = revision(message);
        current = from;
        return;
      }
      if (current != from) {
        return;
      }
      switch (message.getString("type")) {
        case "reset" -> faults.add("reset after " + last);
        case "comment.created" -> {
          long revision = revision(message);
          if (revision > last + 1) {
            faults.add("hole between " + last + " and " + revision);
          } else if (revision == last + 1) {
            last = revision;
            since = message.getString("position");
            var before = seen.putIfAbsent(revision, id(message));
            if (before != null) {
              faults.add("twice: " + revision);
            }
          }
          enough.countDown();
        }
        default -> {
          // Views, readers: not numbered.
        }
      }
    }
  }

  @Test
  void cutOffFiftyTimes_seesEachCommentOnceAndInOrder() throws Exception {
    long seed = Long.getLong("afterword.seed", System.nanoTime());
    System.out.println("Seed " + seed + " (-Dafterword.seed=)");
    var traveller = new Traveller(new Random(seed));
    try (var first = open(article)) {
      traveller.since = first.await("hello").getString("position");
    }
    var posted = ConcurrentHashMap.<String>newKeySet();
    var failed = new AtomicInteger();
    var poster =
        new Thread(
            () -> {
              var room = new Semaphore(16);
              for (int i = 0; i < COMMENTS; i++) {
                int number = i;
                Eventually.holds(
                    "the reader keeps up",
                    Duration.ofSeconds(60),
                    () ->
                        number < traveller.seen.size() + MOST_BEHIND
                            // However much each connection brought, there is something left for
                            // all.
                            && (number < COMMENTS - 1 || traveller.cuts.get() >= CUTS));
                room.acquireUninterruptibly();
                var ignored =
                    postAsync(server, article, "number " + i)
                        .whenComplete(
                            (id, failure) -> {
                              room.release();
                              if (failure == null) {
                                posted.add(id);
                              } else {
                                failed.incrementAndGet();
                              }
                            });
              }
              room.acquireUninterruptibly(16);
            });
    long start = System.nanoTime();
    poster.start();
    traveller.travel();
    poster.join();
    System.out.println(
        COMMENTS
            + " comments, "
            + traveller.cuts
            + " connections, "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms");
    assertThat(traveller.faults).as("seed " + seed).isEmpty();
    assertThat(failed).hasValue(0);
    assertThat(traveller.cuts).hasValueGreaterThanOrEqualTo(CUTS);
    assertThat(traveller.seen.keySet()).hasSize(COMMENTS).contains(1L, (long) COMMENTS);
    assertThat(traveller.seen.values()).containsExactlyInAnyOrderElementsOf(posted);
  }

  @Test
  void helloComesFirst_forEveryArticleOfASocket() {
    post("already there");
    try (var client = open(article, article + "/2", "never seen")) {
      Eventually.holds("three times hello", () -> client.messages("hello").size() == 3);
      assertThat(client.types().subList(0, 3)).containsOnly("hello");
      var hello = client.messages("hello");
      assertThat(hello.get(0).getString("article")).isEqualTo(article);
      assertThat(hello.get(0).getInteger("comments")).isEqualTo(1);
      assertThat(hello.get(0).getString("position")).endsWith(":1");
      assertThat(hello.get(2).getString("requested")).isEqualTo("never seen");
      assertThat(hello.get(2).getString("position")).endsWith(":0");
      var here = post("here");
      var there = postAsync(server, article + "/2", "there").join();
      client.await("comment.created", message -> id(message).equals(here));
      var second = client.await("comment.created", message -> id(message).equals(there));
      assertThat(second.getString("article")).isEqualTo(article + "/2");

      client.say("{\"type\":\"unsubscribe\",\"article\":\"" + article + "/2\"}");
      client.say("{\"type\":\"subscribe\",\"article\":\"" + article + "/3\"}");
      client.await("hello", message -> message.getString("article").endsWith("/3"));
      postAsync(server, article + "/2", "unheard").join();
      var last = postAsync(server, article + "/3", "heard").join();
      client.await("comment.created", message -> id(message).equals(last));
      assertThat(client.messages("comment.created")).hasSize(3);
    }
  }

  @Test
  void views_areTickedAtMostTwiceASecondAndEndOnTheLastValue() throws Exception {
    try (var client = open(article)) {
      client.await("hello");
      long start = System.nanoTime();
      int views = 0;
      while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(2_200)) {
        view(views++);
      }
      int expected = views;
      client.await("views", message -> message.getInteger("views") == expected);
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(views).isGreaterThan(20);
      assertThat((double) client.messages("views").size()).isLessThanOrEqualTo(2 * seconds + 1.5);
    }
  }

  /** The process that owed the last tick may have been killed, or its word may not have arrived. */
  @Test
  void views_thatNobodyTold_areToldWhenPositionsAreChecked() {
    view(1);
    try (var client = open(article);
        var store = TestStore.connect()) {
      client.await("hello");
      var record =
          store.list("KEYS", "{demo:*}:a:*").stream()
              .map(Object::toString)
              .filter(key -> article.equals(store.text("HGET", key, "k")))
              .findFirst()
              .orElseThrow();
      store.call("HINCRBY", record, "w", "5");
      client.await("views", message -> message.getInteger("views") == 6);
    }
  }

  @Test
  void aSinceThatMeansNothing_helloThenReset() {
    post("one");
    String now;
    try (var client = open(article)) {
      now = client.await("hello").getString("position");
    }
    var epoch = now.substring(0, now.indexOf(':'));
    for (var since :
        List.of(epoch + ":2", epoch + ":9007199254740991", "other:1", "x", ":", "-1", epoch)) {
      try (var client = resume(since)) {
        client.await("reset");
        assertThat(client.types().subList(0, 2)).as(since).containsExactly("hello", "reset");
        assertThat(client.messages("hello").get(0).getString("position")).isEqualTo(now);
        assertThat(client.messages("reset").get(0).getString("position")).isEqualTo(now);
        assertThat(client.code()).isZero();
      }
    }
  }

  @Test
  void aReplayOfThreeHundred_isWholeAndOneMoreIsAReset() {
    post("first");
    String since;
    try (var client = open(article)) {
      since = client.await("hello").getString("position");
    }
    postMany(300);
    try (var client = resume(since)) {
      Eventually.holds("300 events", () -> client.messages("comment.created").size() == 300);
      assertThat(client.messages("hello").get(0).getString("position")).isEqualTo(since);
      assertThat(client.messages("reset")).isEmpty();
      assertThat(client.messages("comment.created").stream().map(ResumeTest::revision))
          .isSorted()
          .doesNotHaveDuplicates();
      // In parts: who is cut off in the middle has got further.
      assertThat(client.longest()).isLessThan(40_000);
    }
    post("one more");
    try (var client = resume(since)) {
      client.await("reset");
      assertThat(client.messages("comment.created")).isEmpty();
      var next = post("and on it goes");
      client.await("comment.created", message -> id(message).equals(next));
    }
  }

  @Test
  void aReplayOfMoreThanAMegabyte_isAReset() {
    post("first");
    String since;
    try (var client = open(article)) {
      since = client.await("hello").getString("position");
    }
    postMany(24, "&".repeat(9_900));
    try (var client = resume(since)) {
      client.await("reset");
      assertThat(client.messages("comment.created")).isEmpty();
      var next = post("and on it goes");
      client.await("comment.created", message -> id(message).equals(next));
    }
  }

  private void postMany(int count) {
    postMany(count, "of many ");
  }

  private void postMany(int count, String text) {
    var room = new Semaphore(16);
    var all = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < count; i++) {
      room.acquireUninterruptibly();
      all.add(postAsync(server, article, text + i).whenComplete((id, failure) -> room.release()));
    }
    all.forEach(CompletableFuture::join);
  }

  @Test
  void subscriptionKilled_isHealedWithoutLoss() {
    try (var client = open(article);
        var store = TestStore.connect()) {
      client.await("hello");
      var posted = new ArrayList<String>();
      for (int i = 0; i < 5; i++) {
        posted.add(post("before " + i));
        store.call("CLIENT", "KILL", "TYPE", "pubsub");
        posted.add(post("meanwhile " + i));
      }
      long start = System.nanoTime();
      Eventually.passes(
          "every comment",
          () ->
              assertThat(client.messages("comment.created").stream().map(ResumeTest::id))
                  .containsExactlyElementsOf(posted));
      System.out.println(
          "Healed " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms later");
      client.await("restored");
      assertThat(client.types()).doesNotContain("reset");
    }
  }

  @Test
  void aBadMessage_closes4000() {
    for (var bad :
        List.of(
            "nonsense",
            "[]",
            "{\"type\":7}",
            "{\"type\":\"subscribe\"}",
            "{\"type\":\"subscribe\",\"article\":7}",
            "{}")) {
      try (var client = open(article)) {
        client.await("hello");
        client.say(bad);
        Eventually.holds(bad + " closes it", () -> client.code() == 4000);
      }
    }
    try (var client = open(article)) {
      client.await("hello");
      client.say("{\"type\":\"of a later version\"}");
      var id = post("still here");
      client.await("comment.created", message -> id(message).equals(id));
    }
  }

  @Test
  void aMessageTooLarge_closesTheSocket() {
    try (var client = open(article)) {
      client.await("hello");
      client.say("{\"type\":\"typing\",\"article\":\"" + "x".repeat(5_000) + "\"}");
      Eventually.holds("closed", () -> client.code() != 0);
      // The frame says 1009, but may be overtaken by the end of the connection.
      assertThat(client.code()).isIn(1009, -1);
    }
  }

  @Test
  void fiftyArticlesAreServed_oneMoreCloses4429() {
    var fifty = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      fifty.add(article + "/" + i);
    }
    try (var client = open(fifty.toArray(String[]::new))) {
      Eventually.holds("fifty times hello", () -> client.messages("hello").size() == 50);
      assertThat(client.code()).isZero();
      client.say("{\"type\":\"subscribe\",\"article\":\"" + article + "/50\"}");
      Eventually.holds("closed", () -> client.code() == 4429);
    }
    fifty.add(article + "/50");
    try (var client = open(fifty.toArray(String[]::new))) {
      Eventually.holds("closed", () -> client.code() == 4429);
    }
  }

  @Test
  void whoSaysMoreThanAPersonCould_isClosedWith4429() {
    try (var limited = TestServer.start(Map.of());
        var client = LiveClient.open(limited.url(), "demo", "article=" + article)) {
      client.await("hello");
      int said = 0;
      try {
        for (; said < 1_000; said++) {
          client.say("{\"type\":\"of a later version\"}");
        }
      } catch (CompletionException closed) {
        assertThat(said).isGreaterThanOrEqualTo(100);
      }
      Eventually.holds("closed", () -> client.code() == 4429);
    }
  }

  @Test
  void aForeignPageOrAnUnknownSite_isRefusedBeforeTheUpgrade() throws Exception {
    assertThat(upgrade("demo", "https://foreign.example")).startsWith("HTTP/1.1 403 ");
    assertThat(upgrade("demo", "null")).startsWith("HTTP/1.1 403 ");
    assertThat(upgrade("nobody", server.url())).startsWith("HTTP/1.1 404 ");
    assertThat(upgrade("demo", server.url())).startsWith("HTTP/1.1 101 ");
    assertThat(server.get("/api/v1/demo/live?article=/a").statusCode()).isEqualTo(426);
  }

  private String upgrade(String site, String origin) throws Exception {
    try (var socket = new Socket()) {
      return upgrade(socket, site, origin);
    }
  }

  /** Asks for a socket by hand, and gives the first bytes of the answer. */
  private String upgrade(Socket socket, String site, String origin) throws Exception {
    var address = URI.create(server.url());
    socket.setSoTimeout(5_000);
    socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
    var request =
        "GET /api/v1/"
            + site
            + "/live?article="
            + article
            + " HTTP/1.1\r\nHost: "
            + address.getAuthority()
            + "\r\nOrigin: "
            + origin
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    var line = new byte[64];
    int n = socket.getInputStream().read(line);
    return new String(line, 0, n, StandardCharsets.US_ASCII);
  }

  @Test
  void aStalledReader_isClosed4008AndDisturbsNobody() throws Exception {
    try (var stalled = new Socket();
        var other = open(article)) {
      other.await("hello");
      int before = sockets();
      stalled.setReceiveBufferSize(4_096);
      upgrade(stalled, "demo", server.url());
      Eventually.holds("it is open", () -> sockets() == before + 1);
      var text = "word ".repeat(1_900);
      // As much as the system's own buffers swallow, and what may wait here.
      int sent = 0;
      for (; sockets() > before && sent < 2_000; sent += 20) {
        postMany(20, text);
      }
      System.out.println("Given up after " + sent + " comments of " + text.length() + " bytes");
      long start = System.nanoTime();
      Eventually.holds("it is given up", Duration.ofSeconds(15), () -> sockets() == before);
      System.out.println("and " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
      int expected = sent;
      Eventually.holds(
          "the other has all", () -> other.messages("comment.created").size() == expected);
      assertThat(other.code()).isZero();
    }
  }

  private static int sockets() {
    return (int) server.metric("afterword_live_sockets");
  }

  @Test
  void twoServersOnOneStore_eachHearsTheOther() {
    try (var second = TestServer.unlimited();
        var here = open(article);
        var there = LiveClient.open(second.url(), "demo", LiveClient.articles(article))) {
      here.await("hello");
      there.await("hello");
      var posted = new ArrayList<String>();
      for (int i = 0; i < 20; i++) {
        posted.add(postAsync(i % 2 == 0 ? server : second, article, "number " + i).join());
      }
      for (var client : List.of(here, there)) {
        Eventually.passes(
            "all are heard, in one order",
            () ->
                assertThat(client.messages("comment.created").stream().map(ResumeTest::id))
                    .containsExactlyElementsOf(posted));
      }
      // Where the one has just been, the other may not be yet: no reason for a reset.
      var since = here.messages("comment.created").get(19).getString("position");
      try (var moved =
          LiveClient.open(
              second.url(),
              "demo",
              LiveClient.articles(article) + "&since=" + TestServer.encoded(since))) {
        assertThat(moved.await("hello").getString("position")).isEqualTo(since);
      }
    }
  }

  @Test
  void emptiedStore_isAReset() {
    post("one");
    try (var client = open(article);
        var store = TestStore.connect()) {
      var before = client.await("hello").getString("position");
      store.call("FLUSHALL");
      var reset = client.await("reset");
      assertThat(reset.getString("position")).isNotEqualTo(before);
      assertThat(reset.getString("position")).endsWith(":0");
    } finally {
      server.close();
      server = TestServer.unlimited();
    }
  }
}
