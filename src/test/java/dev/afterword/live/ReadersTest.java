package dev.afterword.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many read an article now, on two processes with one store, through the front door. */
@OnStore
@Tag("clock")
class ReadersTest {
  /** In this time what views stand for fades by e. */
  private static final long FADING_MS = 180_000;

  private static TestServer one;
  private static TestServer two;

  @BeforeAll
  static void start() {
    one = TestServer.unlimited();
    two = TestServer.unlimited();
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  @Test
  void socketsOfEveryProcess_areCountedAndTold() {
    var article = "/sockets";
    try (var ada = open(one, article)) {
      assertThat(ada.await("hello").getInteger("readers")).isEqualTo(1);
      awaitNumber(two, article, 1);
      try (var ben = open(one, article);
          var cem = open(two, article)) {
        for (var client : new LiveClient[] {ada, ben, cem}) {
          awaitTold(client, 3);
        }
        awaitNumber(one, article, 3);
        awaitNumber(two, article, 3);
        try (var dag = open(two, article)) {
          assertThat(dag.await("hello").getInteger("readers")).isEqualTo(3);
          awaitTold(dag, 4);
          awaitTold(ada, 4);
        }
        awaitTold(ada, 3);
        awaitTold(cem, 3);
      }
      awaitTold(ada, 1);
    }
    awaitNumber(one, article, 0);
    awaitNumber(two, article, 0);
    Eventually.holds("nothing is left of them", () -> !isKnown(article, "o"));
  }

  @Test
  void firstReaderOnAProcess_isToldOfTheOthersAtOnce() {
    var article = "/first";
    try (var ada = open(one, article);
        var ben = open(one, article);
        var cem = open(one, article)) {
      for (var client : new LiveClient[] {ada, ben, cem}) {
        awaitTold(client, 3);
      }
      awaitNumber(two, article, 3);
      try (var dag = open(two, article)) {
        assertThat(dag.await("hello").getInteger("readers")).isEqualTo(3);
        awaitTold(dag, 4);
      }
    }
  }

  @Test
  void unsubscribed_isNoReaderAnyMore() {
    try (var ada = open(one, "/left");
        var ben = open(two, "/left")) {
      awaitTold(ada, 2);
      ben.say("{\"type\":\"unsubscribe\",\"article\":\"/left\"}");
      awaitTold(ada, 1);
    }
  }

  @Test
  void stoppedProcess_takesItsReadersAlong() {
    try (var ada = open(one, "/goodbye")) {
      var third = TestServer.unlimited();
      try (var ben = open(third, "/goodbye")) {
        awaitTold(ada, 2);
        third.close();
        assertThat(number(two, "/goodbye")).as("told before the process ended").isEqualTo(1);
        awaitTold(ada, 1);
        assertThat(ben.code()).isNotZero();
      }
    }
  }

  @Test
  void recentViews_areReaders_withSocketsTheGreaterNumber() {
    var article = "/viewed";
    for (int i = 1; i <= 4; i++) {
      view(one, article, "203.0.113." + i);
    }
    assertThat(number(two, article)).isEqualTo(4);
    try (var ada = open(two, article)) {
      assertThat(ada.await("hello").getInteger("readers")).isEqualTo(4);
      for (int i = 5; i <= 7; i++) {
        view(one, article, "203.0.113." + i);
      }
      awaitTold(ada, 7);
      awaitFolded(article, 7);
      // Ten time constants later.
      age(article, 10 * FADING_MS);
      awaitTold(ada, 1);
    }
    awaitNumber(two, article, 0);
  }

  /** 10 views of which 3 are not folded yet, or none. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 10", // Now.
    "0, 90, 6", // 10 / sqrt(e) = 6.07
    "0, 180, 4", // 10 / e = 3.68
    "0, 360, 1", // 1.35
    "0, 530, 1", // 0.526
    "0, 545, 0", // 0.484
    "3, 0, 13",
    "3, 180, 7",
    "3, 9000, 3",
    "0, -60, 10" // The store's clock was put back: nobody comes into being by that.
  })
  void readersOfViews_fadeByEInThreeMinutes(int unfolded, long ageSeconds, int readers) {
    var article = "/fading/" + unfolded + '/' + ageSeconds;
    try (var store = TestStore.connect()) {
      store.call(
          "HSET",
          key(article, "a"),
          "k",
          article,
          "w",
          String.valueOf(10 + unfolded),
          "pw",
          "10",
          "pf",
          "10.00",
          "p",
          String.valueOf(now(store) - 1_000 * ageSeconds));
    }
    assertThat(number(one, article)).isEqualTo(readers);
  }

  @Test
  void oneMoreView_isAddedToWhatIsLeft() {
    var article = "/folding";
    view(one, article, "203.0.113.1");
    awaitFolded(article, 1);
    try (var store = TestStore.connect()) {
      var record = key(article, "a");
      store.call("HSET", record, "pf", "10.00");
      age(article, FADING_MS);
      view(one, article, "203.0.113.2");
      awaitFolded(article, 2);
      double left = Double.parseDouble(store.text("HGET", record, "pf"));
      // A minute of a slow machine makes 0.3 less.
      assertThat(left).isCloseTo(10 / Math.E + 1, within(0.3));
    }
  }

  private static LiveClient open(TestServer server, String article) {
    return LiveClient.open(server.url(), "demo", LiveClient.articles(article));
  }

  private static void view(TestServer server, String article, String from) {
    var path = "/api/v1/demo/views?article=" + article;
    var answer = server.send("POST", path, "", "X-Forwarded-For", from);
    assertThat(new JsonObject(answer.body()).getBoolean("counted")).as(answer.body()).isTrue();
  }

  private static int number(TestServer server, String article) {
    var answer = server.get("/api/v1/demo/article?article=" + article);
    return new JsonObject(answer.body()).getInteger("readers");
  }

  private static void awaitNumber(TestServer server, String article, int readers) {
    Eventually.passes(
        "article tells them", () -> assertThat(number(server, article)).isEqualTo(readers));
  }

  private static void awaitTold(LiveClient client, int readers) {
    awaitTold(client, Eventually.PATIENCE, readers);
  }

  static void awaitTold(LiveClient client, Duration patience, int readers) {
    Eventually.passes(
        "a page is told of " + readers,
        patience,
        () ->
            assertThat(
                    client.messages().stream()
                        .filter(message -> message.containsKey("readers"))
                        .reduce((before, last) -> last)
                        .map(last -> last.getInteger("readers")))
                .hasValue(readers));
  }

  private static void awaitFolded(String article, int views) {
    try (var store = TestStore.connect()) {
      Eventually.passes(
          "the views are folded",
          () ->
              assertThat(store.text("HGET", key(article, "a"), "pw"))
                  .isEqualTo(String.valueOf(views)));
    }
  }

  /** As if the last fold of an article were so many milliseconds longer ago. */
  private static void age(String article, long ms) {
    try (var store = TestStore.connect()) {
      store.call("HINCRBY", key(article, "a"), "p", String.valueOf(-ms));
    }
  }

  private static boolean isKnown(String article, String kind) {
    try (var store = TestStore.connect()) {
      return store.number("EXISTS", key(article, kind)) == 1;
    }
  }

  private static String key(String article, String kind) {
    return ArticleRef.of("demo", 16, new ArticleKey(article)).at(kind);
  }

  private static long now(Resp store) {
    return Long.parseLong(store.list("TIME").get(0).toString()) * 1_000;
  }
}
