package dev.afterword.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engaged reading, through the front door. */
@OnStore
class EngagementTest {
  private static final String PATH = "/api/v1/demo/engagement?article=";
  private static final String NOTHING = "{\"reads\":0,\"finished\":0,\"medianSeconds\":null}";

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @Test
  void reads_areSummed() {
    view(server, "/sums");
    assertThat(read("/sums")).isEqualTo(NOTHING);
    report("/sums", 0, 0);
    assertThat(read("/sums")).isEqualTo("{\"reads\":1,\"finished\":0,\"medianSeconds\":0}");
    report("/sums", 9, 90);
    assertThat(read("/sums")).isEqualTo("{\"reads\":2,\"finished\":1,\"medianSeconds\":5}");
    report("/sums", 3600, 89);
    assertThat(read("/sums")).isEqualTo("{\"reads\":3,\"finished\":1,\"medianSeconds\":9}");
    report("/sums", 3600, 100);
    assertThat(json("/sums").getInteger("finished")).isEqualTo(2);
    assertThat(read("https://evil.example/?sums")).isEqualTo(NOTHING);
  }

  @Test
  void sixtyFourAtOnce_areAllCounted() throws Exception {
    view(server, "/many");
    var pool = Executors.newFixedThreadPool(64);
    try {
      var work = IntStream.range(0, 64).<Callable<Void>>mapToObj(EngagementTest::twentyReads);
      for (var done : pool.invokeAll(work.toList())) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
    var json = json("/many");
    assertThat(json.getInteger("reads")).isEqualTo(64 * 20);
    assertThat(json.getInteger("finished")).isEqualTo(64 * 7);
  }

  /** Seven of them to the end. */
  private static Callable<Void> twentyReads(int reader) {
    return () -> {
      for (int i = 0; i < 20; i++) {
        report("/many", reader + i, i < 7 ? 100 : 50);
      }
      return null;
    };
  }

  /** Times as people have them: most near each other, some far off. */
  @Test
  void theMedian_isWithinTenPercent() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int run = 0; run < 8; run++) {
      var article = "/median-" + run;
      view(server, article);
      int typical = 5 << run;
      var seconds = new int[31 + random.nextInt(60)];
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] = (int) Math.min(3600, typical * Math.exp(random.nextGaussian()));
        report(article, seconds[i], 50);
      }
      Arrays.sort(seconds);
      double exact = (seconds[(seconds.length - 1) / 2] + seconds[seconds.length / 2]) / 2.0;
      assertThat(json(article).getDouble("medianSeconds"))
          .as("seed " + seed + ", run " + run)
          .isCloseTo(exact, within(exact / 10 + 0.5));
    }
  }

  /** Without the store, so that a hundred thousand medians are looked at, and the worst cases. */
  @Test
  void theMedian_isNeverFurtherOff() {
    var random = new Random(7);
    for (int run = 0; run < 100_000; run++) {
      double typical = Math.exp(random.nextDouble() * Math.log(3_600));
      double spread = random.nextDouble() * 2;
      var seconds = new int[1 + random.nextInt(100)];
      var counts = new TreeMap<Integer, Long>();
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] = (int) Math.min(3600, typical * Math.exp(spread * random.nextGaussian()));
        counts.merge(ReadingTimes.bucketOf(seconds[i]), 1L, Long::sum);
      }
      Arrays.sort(seconds);
      double exact = (seconds[(seconds.length - 1) / 2] + seconds[seconds.length / 2]) / 2.0;
      double found = new ReadingTimes(counts).median().getAsLong();
      assertThat(found).isCloseTo(exact, within(exact / 10 + 0.5));
    }
  }

  @Test
  void buckets_coverAnHour_eachATenthWide() {
    var buckets = new TreeSet<Integer>();
    for (int second = 0; second <= ReadingTimes.LONGEST; second++) {
      int bucket = ReadingTimes.bucketOf(second);
      assertThat(bucket).isLessThanOrEqualTo(second);
      assertThat(second - bucket).isLessThanOrEqualTo(bucket / 10);
      buckets.add(bucket);
    }
    assertThat(buckets).hasSize(67);
  }

  /** One small record for each article, in the compact form: nobody is in it. */
  @Test
  void whatIsKept_isSmall_andOfNobody() {
    view(server, "/kept");
    for (int second = 0; second <= ReadingTimes.LONGEST; second++) {
      if (ReadingTimes.bucketOf(second) == second) {
        report("/kept", second, 100);
      }
    }
    var key = ArticleRef.of("demo", 16, new ArticleKey("/kept")).at("g");
    try (var store = TestStore.connect()) {
      assertThat(store.list("HKEYS", key))
          .hasSize(68)
          .allMatch(field -> field.toString().matches("f|[0-9]{1,4}"));
      assertThat(store.text("OBJECT", "ENCODING", key)).isIn("listpack", "ziplist");
      assertThat(store.number("MEMORY", "USAGE", key)).isLessThan(600);
    }
  }

  @Test
  void anArticleThatNobodyViewed_hasNoReads() {
    report("/unviewed", 10, 100);
    assertThat(read("/unviewed")).isEqualTo(NOTHING);
    var article = new JsonObject(server.get("/api/v1/demo/article?article=/unviewed").body());
    assertThat(article.getValue("created")).isNull();
    // One that came into being by a comment has not been viewed either.
    server.desk("demo").post("/unviewed", "First");
    report("/unviewed", 10, 100);
    assertThat(read("/unviewed")).isEqualTo(NOTHING);
    view(server, "/unviewed");
    report("/unviewed", 10, 100);
    assertThat(json("/unviewed").getInteger("reads")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seconds=1&depth=1 | article",
        "article=&seconds=1&depth=1 | article",
        "article=/a&article=/b&seconds=1&depth=1 | article",
        "article=%00&seconds=1&depth=1 | article",
        "article=/a&depth=1 | seconds",
        "article=/a&seconds=&depth=1 | seconds",
        "article=/a&seconds=-1&depth=1 | seconds",
        "article=/a&seconds=3601&depth=1 | seconds",
        "article=/a&seconds=1.5&depth=1 | seconds",
        "article=/a&seconds=1e3&depth=1 | seconds",
        "article=/a&seconds=x&depth=1 | seconds",
        "article=/a&seconds=9999999999999999999999&depth=1 | seconds",
        "article=/a&seconds=1&seconds=2&depth=1 | seconds",
        "article=/a&seconds=1 | depth",
        "article=/a&seconds=1&depth=101 | depth",
        "article=/a&seconds=1&depth=-1 | depth",
        "article=/a&seconds=1&depth=NaN | depth",
        "'' | article depth seconds",
        "article=/a&seconds=x&depth=x | depth seconds",
      })
  void wrongValues_areNamed(String query, String names) {
    view(server, "/a");
    var before = read("/a");
    var answer = server.send("POST", "/api/v1/demo/engagement?" + query, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(faults(answer)).isEqualTo(names);
    assertThat(read("/a")).isEqualTo(before);
  }

  private static String faults(HttpResponse<String> answer) {
    var names = new TreeSet<String>();
    JsonArray errors = new JsonObject(answer.body()).getJsonArray("errors");
    errors.forEach(error -> names.add(((JsonObject) error).getString("parameter")));
    return String.join(" ", names);
  }

  /** What {@code sendBeacon} sends with no data, a string, a form, a blob without a type. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "application/json"
      })
  void anyBody_isLeftUnread(String type) {
    view(server, "/beacon");
    int before = json("/beacon").getInteger("reads");
    var target = PATH + "/beacon&seconds=7&depth=7";
    var answer =
        type.isEmpty()
            ? server.send("POST", target, "")
            : server.send("POST", target, "{not json", "Content-Type", type);
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(json("/beacon").getInteger("reads")).isEqualTo(before + 1);
  }

  @Test
  void onlyTheSitesPages_report() {
    server.addSite("news", "https://news.example");
    var target = "/api/v1/news/engagement?article=/a&seconds=7&depth=7";
    for (var origin : new String[] {"https://evil.example", "null"}) {
      assertThat(server.send("POST", target, "", "Origin", origin).statusCode()).isEqualTo(403);
    }
    var answer = server.send("POST", target, "", "Origin", "https://news.example");
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("https://news.example");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
    assertThat(server.send("POST", target.replace("news", "none"), "").statusCode()).isEqualTo(404);
  }

  @Test
  void staffOfAnyRole_read() {
    for (var role : Role.values()) {
      var answer = server.get(PATH + "/roles", as(server.addStaff("demo", role)));
      assertThat(answer.statusCode()).as(role.word()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(NOTHING);
      assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
    }
    assertThat(server.get(PATH + "/roles").statusCode()).isEqualTo(401);
    var guest = new JsonObject(server.post("/api/v1/demo/guests", "{}").body()).getString("token");
    assertThat(server.get(PATH + "/roles", as(guest)).statusCode()).isEqualTo(403);
    server.addSite("other", "https://other.example");
    var elsewhere = as(server.addStaff("other", Role.OWNER));
    assertThat(server.get(PATH + "/roles", elsewhere).statusCode()).isEqualTo(401);
    // Who asks comes before what is asked.
    assertThat(server.get("/api/v1/demo/engagement").statusCode()).isEqualTo(401);
    assertThat(server.get("/api/v1/demo/engagement", as(guest)).statusCode()).isEqualTo(403);
    var unnamed = server.get("/api/v1/demo/engagement", as(server.staffToken()));
    assertThat(unnamed.statusCode()).isEqualTo(422);
    assertThat(faults(unnamed)).isEqualTo("article");
  }

  /** 30 of one network and article at once, then one a minute, should this take minutes. */
  @Test
  void oneNetwork_cannotFlood() {
    try (var limited = TestServer.start(Map.of())) {
      view(limited, "/flood");
      view(limited, "/other");
      for (int i = 0; i < 40; i++) {
        assertThat(report(limited, "/flood", "203.0.113.7")).isEqualTo(204);
      }
      int counted = reads(limited, "/flood");
      assertThat(counted).isBetween(30, 35);
      report(limited, "/flood", "203.0.113.8");
      report(limited, "/other", "203.0.113.7");
      assertThat(reads(limited, "/flood")).as("another network").isEqualTo(counted + 1);
      assertThat(reads(limited, "/other")).as("another article").isEqualTo(1);
      // A household has 2^64 addresses.
      for (int i = 0; i < 40; i++) {
        report(limited, "/other", "2001:db8:1:2::" + i);
      }
      assertThat(reads(limited, "/other")).isBetween(31, 36);
    }
  }

  private static int report(TestServer to, String article, String from) {
    return to.send("POST", PATH + article + "&seconds=5&depth=5", "", "X-Forwarded-For", from)
        .statusCode();
  }

  private static int reads(TestServer of, String article) {
    return new JsonObject(of.get(PATH + article, as(of.staffToken())).body()).getInteger("reads");
  }

  private static void view(TestServer on, String article) {
    var answer = on.send("POST", "/api/v1/demo/views?article=" + article, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static void report(String article, int seconds, int depth) {
    var target = PATH + article + "&seconds=" + seconds + "&depth=" + depth;
    assertThat(server.send("POST", target, "").statusCode()).isEqualTo(204);
  }

  private static JsonObject json(String article) {
    return new JsonObject(read(article));
  }

  private static String read(String article) {
    var answer = server.get(PATH + TestServer.encoded(article), as(server.staffToken()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String[] as(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }
}
