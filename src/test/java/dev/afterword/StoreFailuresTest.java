package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterword.redis.RedisAddress;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.RedisServer;
import dev.afterword.support.Resp;
import dev.afterword.support.TcpProxy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What readers are told when the store does not do what it should: a 503 that says why, when to
 * come back, and soon.
 */
@NeedsCluster
@Timeout(120)
class StoreFailuresTest {
  private static final String JSON = "{\"text\":\"Hello\",\"author\":{\"name\":\"Ann\"}}";

  private final RedisServer store = RedisServer.start();
  private final TestServer server =
      TestServer.start(Map.of("AFTERWORD_REDIS", store.address(), "AFTERWORD_LIMITS", "off"));
  private final AtomicInteger visitors = new AtomicInteger();

  @AfterEach
  void close() {
    store.resume();
    server.close();
    store.close();
  }

  private Map<String, Supplier<HttpResponse<String>>> reads() {
    var reads = new LinkedHashMap<String, Supplier<HttpResponse<String>>>();
    reads.put("list", () -> server.get("/api/v1/demo/comments?article=/a"));
    reads.put("counts", () -> server.get("/api/v1/demo/counts?article=/a&article=/b"));
    reads.put("article", () -> server.get("/api/v1/demo/article?article=/a"));
    return reads;
  }

  private Map<String, Supplier<HttpResponse<String>>> writes() {
    var writes = new LinkedHashMap<String, Supplier<HttpResponse<String>>>();
    writes.put("view", this::view);
    writes.put("comment", () -> server.post("/api/v1/demo/comments?article=/a", JSON));
    writes.put("guest", () -> server.post("/api/v1/demo/guests", "{\"name\":\"Ann\"}"));
    return writes;
  }

  /** A visitor who was never seen. */
  private HttpResponse<String> view() {
    int visitor = visitors.incrementAndGet();
    return server.send(
        "POST",
        "/api/v1/demo/views?article=/a",
        "",
        "X-Forwarded-For",
        "10.1." + visitor / 250 + '.' + visitor % 250,
        "User-Agent",
        "Mozilla/5.0");
  }

  /** Asks until the site's settings were looked up in the store's present state. */
  private void refuses(Map<String, Supplier<HttpResponse<String>>> calls, String... codes) {
    calls.forEach(
        (name, call) -> {
          long start = System.nanoTime();
          var answer = call.get();
          long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
          assertThat(answer.statusCode()).as(name + " " + answer.body()).isEqualTo(503);
          assertThat(took).as(name + ", ms").isLessThan(2_000);
          assertThat(answer.headers().firstValue("Retry-After")).as(name).isPresent();
          assertThat(answer.headers().firstValue("Content-Type"))
              .hasValue("application/problem+json");
          assertThat(new JsonObject(answer.body()).getString("code"))
              .as(name)
              .isIn((Object[]) codes);
        });
  }

  @Test
  void aPageThatIsListed_mayReadThatTheStoreIsAway() throws Exception {
    server.addSite("news", "https://news.example");
    Supplier<HttpResponse<String>> ask =
        () -> server.get("/api/v1/news/article?article=/a", "Origin", "https://news.example");
    Eventually.passes("there", () -> assertThat(ask.get().statusCode()).isEqualTo(200));
    store.stop();
    // For longer than what is known of a site is good.
    for (int i = 0; i < 30; i++) {
      var answer = ask.get();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
          .hasValue("https://news.example");
      var foreign =
          server.get("/api/v1/news/article?article=/a", "Origin", "https://elsewhere.example");
      assertThat(foreign.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      Thread.sleep(50);
    }
    store.restart();
  }

  private static void succeeds(Map<String, Supplier<HttpResponse<String>>> calls) {
    calls.forEach(
        (name, call) -> {
          var answer = call.get();
          assertThat(answer.statusCode()).as(name + " " + answer.body()).isBetween(200, 201);
        });
  }

  private void recovers(String from) {
    long start = System.nanoTime();
    Eventually.passes("recovered from " + from, () -> succeeds(reads()));
    Eventually.passes("recovered from " + from, () -> succeeds(writes()));
    System.out.println(
        "Recovered from "
            + from
            + " after "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms");
  }

  @Test
  void anAddressThatTheClientCannotRead_isAFailureAndNoEndlessWait() {
    var address = RedisAddress.of("redis://127.0.0.1:1/many");
    var vertx = Vertx.vertx();
    assertThatThrownBy(() -> Startup.with(vertx, address, link -> Future.succeededFuture()))
        .isInstanceOf(Startup.FailedException.class);
    vertx.close();
  }

  @Test
  void killed_isDown() {
    succeeds(reads());
    succeeds(writes());
    store.kill();
    for (int i = 0; i < 3; i++) {
      refuses(reads(), "store-down");
      refuses(writes(), "store-down");
    }
    store.restart();
    recovers("a killed store");
  }

  @Test
  void frozen_isSlow() {
    succeeds(writes());
    store.pause();
    for (int i = 0; i < 3; i++) {
      refuses(reads(), "store-slow");
      refuses(writes(), "store-slow");
    }
    store.resume();
    recovers("a frozen store");
  }

  /** Longer than the link waits before it takes a silent connection for dead. */
  @Test
  void frozenForLong_isSlowThenDownAndComesBack() {
    store.pause();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
    while (System.nanoTime() < end) {
      refuses(reads(), "store-slow", "store-down");
      refuses(writes(), "store-slow", "store-down");
    }
    store.resume();
    recovers("a store that was frozen for 8 s");
  }

  @Test
  void full_refusesWritesAndGoesOnReading() {
    succeeds(writes());
    try (Resp resp = store.connect()) {
      var before = resp.number("DBSIZE");
      resp.call("CONFIG", "SET", "maxmemory", "1");
      refuses(writes(), "store-full");
      succeeds(reads());
      assertThat(resp.number("DBSIZE")).isEqualTo(before);
      resp.call("CONFIG", "SET", "maxmemory", "0");
    }
    recovers("a full store");
  }

  @Test
  void readOnly_refusesWritesAndGoesOnReading() {
    succeeds(writes());
    try (Resp resp = store.connect()) {
      resp.call("REPLICAOF", "127.0.0.1", "1");
      refuses(writes(), "store-read-only");
      succeeds(reads());
      resp.call("REPLICAOF", "NO", "ONE");
    }
    recovers("a read-only store");
  }

  @Test
  void loading_isSaid() throws Exception {
    try (Resp resp = store.connect()) {
      for (int i = 0; i < 5_000; i++) {
        resp.send("SET", "key" + i, "some value");
      }
      for (int i = 0; i < 5_000; i++) {
        resp.read();
      }
    }
    var restart = new Thread(() -> store.restart("--key-load-delay", "300"));
    restart.start();
    Eventually.passes("loading is said", () -> refuses(reads(), "store-loading"));
    refuses(writes(), "store-loading");
    restart.join();
    Eventually.passes("loaded", Duration.ofSeconds(20), () -> succeeds(reads()));
    recovers("loading");
  }

  @Test
  void scriptsForgotten_areSentAgainUnnoticed() {
    succeeds(reads());
    succeeds(writes());
    try (Resp resp = store.connect()) {
      resp.call("SCRIPT", "FLUSH");
      succeeds(reads());
      succeeds(writes());
    }
  }

  /** The connection ends between the script and its answer: it is asked again, by its key. */
  @Test
  void answerLost_commentIsThereOnceAndItsGuestGetsTheToken() {
    try (var wire = new TcpProxy(store.port());
        var beyond =
            TestServer.start(
                Map.of("AFTERWORD_REDIS", wire.address(), "AFTERWORD_LIMITS", "off"))) {
      beyond.post("/api/v1/demo/comments?article=/other", JSON); // The store knows the script now.
      wire.loseAnswerTo("one that is told twice");
      var answer =
          beyond.post(
              "/api/v1/demo/comments?article=/lost",
              "{\"text\":\"one that is told twice\",\"author\":{\"name\":\"Ann\"}}");
      assertThat(wire.hasLost()).isTrue();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      assertThat(new JsonObject(answer.body()).getString("token")).startsWith("gt_");
      assertThat(answer.headers().firstValue("Idempotency-Replayed")).isEmpty();
      assertThat(article("/lost").getInteger("comments")).isEqualTo(1);
    }
  }

  @Test
  void answerLost_viewIsCountedOnce() {
    try (var wire = new TcpProxy(store.port());
        var beyond =
            TestServer.start(
                Map.of("AFTERWORD_REDIS", wire.address(), "AFTERWORD_LIMITS", "off"))) {
      beyond.send("POST", "/api/v1/demo/views?article=/b", "", "User-Agent", "Mozilla/5.0");
      wire.loseAnswerTo("/seen-once");
      var answer =
          beyond.send(
              "POST", "/api/v1/demo/views?article=/seen-once", "", "User-Agent", "Mozilla/5.0");
      assertThat(wire.hasLost()).isTrue();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(new JsonObject(answer.body()).getBoolean("counted")).isTrue();
      assertThat(article("/seen-once").getInteger("views")).isEqualTo(1);
    }
  }

  private JsonObject article(String key) {
    return new JsonObject(server.get("/api/v1/demo/article?article=" + key).body());
  }
}
