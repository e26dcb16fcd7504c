package dev.afterword.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The live stream as server-sent events, as a browser's EventSource reads it. */
@OnStore
class EventStreamTest {
  @AutoClose private static TestServer server;
  private String article;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @BeforeEach
  void anArticleOfItsOwn(TestInfo test) {
    article = "/events/" + test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
  }

  private static String comment(TestServer to, String article, String text) {
    return to.desk("demo").id(TestServer.encoded(article), text);
  }

  private String comment(String text) {
    return comment(server, article, text);
  }

  private static EventsClient open(String query, String... headers) {
    return EventsClient.open(server.url(), "demo", query, headers);
  }

  private static String id(JsonObject message) {
    return message.getJsonObject("comment").getString("id");
  }

  private static List<String> created(EventsClient client) {
    return client.messages("comment.created").stream().map(EventStreamTest::id).toList();
  }

  @Test
  void beginsWithHello_thenTellsWhatHappens() {
    try (var client = open(EventsClient.articles(article, article + "/2"))) {
      assertThat(client.status()).isEqualTo(200);
      assertThat(client.headers().firstValue("Content-Type")).hasValue("text/event-stream");
      assertThat(client.headers().firstValue("Cache-Control")).hasValue("no-store");
      assertThat(client.headers().firstValue("X-Accel-Buffering")).hasValue("no");
      Eventually.holds("two times hello", () -> client.messages("hello").size() == 2);
      assertThat(client.retry()).isEqualTo(3_000);
      assertThat(client.comments().get(0)).hasSizeGreaterThanOrEqualTo(2_048);
      var greeted = client.id();
      var here = comment("here");
      var there = comment(server, article + "/2", "there");
      client.await("comment.created", message -> id(message).equals(here));
      var second = client.await("comment.created", message -> id(message).equals(there));
      assertThat(second.getString("article")).isEqualTo(article + "/2");
      assertThat(second.getJsonObject("comment").getString("html")).isEqualTo("<p>there</p>");
      assertThat(client.id()).isNotEqualTo(greeted);
    }
  }

  @Test
  void whatHasNoNumber_comesWithoutAnId() {
    comment("to vote for");
    try (var client = open(EventsClient.articles(article))) {
      client.await("hello");
      var greeted = client.id();
      server.send(
          "POST", "/api/v1/demo/views?article=" + article, "", "User-Agent", TestServer.BROWSER);
      client.await("views", message -> message.getInteger("views") == 1);
      assertThat(client.id()).isEqualTo(greeted);
    }
  }

  @Test
  void lastEventId_bringsWhatWasMissedOnEveryArticle() {
    var both = EventsClient.articles(article, article + "/2");
    comment("before");
    String id;
    try (var client = open(both)) {
      Eventually.holds("two times hello", () -> client.messages("hello").size() == 2);
      id = client.id();
    }
    var missed = List.of(comment("one"), comment(server, article + "/2", "two"), comment("three"));
    // What the address says is of the first visit; the browser cannot change it.
    try (var client = open(both + "&since=old:1&since=", "Last-Event-ID", id)) {
      Eventually.passes(
          "all that was missed",
          () -> assertThat(created(client)).containsExactlyInAnyOrderElementsOf(missed));
      assertThat(client.messages("reset")).isEmpty();
      var next = comment("and on it goes");
      client.await("comment.created", message -> id(message).equals(next));
      assertThat(created(client)).hasSize(4);
    }
  }

  @Test
  void since_isWhereItBeginsWithoutALastEventId() {
    comment("before");
    String since;
    try (var client = open(EventsClient.articles(article))) {
      since = client.await("hello").getString("position");
    }
    var missed = comment("missed");
    try (var client =
        open(EventsClient.articles(article) + "&since=" + TestServer.encoded(since))) {
      client.await("comment.created", message -> id(message).equals(missed));
      assertThat(client.messages("hello").get(0).getString("position")).isEqualTo(since);
    }
  }

  @Test
  void anArticleNamedTwice_isStreamedOnce_andSinceCountsOn() {
    comment(server, article + "/2", "before");
    String since;
    try (var client = open(EventsClient.articles(article + "/2"))) {
      since = client.await("hello").getString("position");
    }
    var missed = comment(server, article + "/2", "missed");
    var query = EventsClient.articles(article, article, article + "/2") + "&since=&since=x&since=";
    try (var client = open(query + TestServer.encoded(since))) {
      client.await("comment.created", message -> id(message).equals(missed));
      assertThat(client.messages("hello")).hasSize(2);
      assertThat(client.messages("reset")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "other:1", "other:1,other:2", ",", "?", "e:1,e:2,e:3"})
  void aLastEventIdThatMeansNothing_helloThenReset(String id) {
    comment("one");
    try (var client = open(EventsClient.articles(article), "Last-Event-ID", id)) {
      client.await("reset");
      assertThat(client.types().subList(0, 2)).containsExactly("hello", "reset");
      // And from there it can go on.
      var missed = comment("two");
      client.await("comment.created", message -> id(message).equals(missed));
      var next = client.id();
      try (var later = open(EventsClient.articles(article), "Last-Event-ID", next)) {
        assertThat(later.await("hello").getString("position")).isEqualTo(next);
        assertThat(later.messages("reset")).isEmpty();
      }
    }
  }

  @Test
  void whatCannotBeStreamed_isRefusedInWords() {
    var eleven = new ArrayList<String>();
    for (int i = 0; i < 11; i++) {
      eleven.add(article + "/" + i);
    }
    assertThat(refused("")).isEqualTo(422);
    assertThat(refused("article=")).isEqualTo(422);
    assertThat(refused(EventsClient.articles(eleven.toArray(String[]::new)))).isEqualTo(422);
    assertThat(refused("article=/a", "Origin", "https://foreign.example")).isEqualTo(403);
    assertThat(refused("article=/a", "Origin", "null")).isEqualTo(403);
    var unknown =
        server.get("/api/v1/nobody/live?article=/a", "Accept", "text/event-stream").statusCode();
    assertThat(unknown).isEqualTo(404);
    eleven.remove(0);
    try (var client = open(EventsClient.articles(eleven.toArray(String[]::new)))) {
      Eventually.holds("ten times hello", () -> client.messages("hello").size() == 10);
    }
  }

  private static int refused(String query, String... headers) {
    try (var client = open(query, headers)) {
      assertThat(client.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      return client.status();
    }
  }

  @Test
  void head_saysWhatItWouldBeAndEnds() {
    var answer =
        server.send("HEAD", "/api/v1/demo/live?article=/a", "", "Accept", "text/event-stream");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
  }

  @Test
  void aSilentStream_saysThatItIsThere() {
    try (var client = open(EventsClient.articles(article))) {
      client.await("hello");
      Eventually.holds(
          "a line that is no event", Duration.ofSeconds(25), () -> client.comments().size() > 1);
      assertThat(client.hasEnded()).isFalse();
    }
  }

  @Test
  void aStalledReader_isLetGoAndDisturbsNobody() {
    try (var stalled = EventsClient.stalled(server.url(), "demo", EventsClient.articles(article));
        var other = open(EventsClient.articles(article))) {
      other.await("hello");
      Eventually.holds("both read", () -> readers() == 2);
      var text = "word ".repeat(1_900);
      int sent = 0;
      for (; readers() == 2 && sent < 3_000; sent++) {
        comment(text);
      }
      assertThat(readers()).as("after " + sent + " comments").isEqualTo(1);
      int expected = sent;
      Eventually.holds("the other has all", () -> created(other).size() == expected);
      assertThat(other.hasEnded()).isFalse();
      assertThat(stalled.messages("comment.created")).hasSizeLessThan(expected);
    }
  }

  @Test
  void whoLeavesBeforeItBegins_isNotCounted() throws Exception {
    int before = (int) server.metric("afterword_live_sockets");
    var at = URI.create(server.url());
    // Whose token it is the store is asked each time, so that the client is gone by then.
    var token = "Bearer " + server.staffToken();
    var request =
        "GET /api/v1/demo/live?article="
            + article
            + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: "
            + token
            + "\r\n\r\n";
    for (int i = 0; i < 200; i++) {
      try (var socket = new Socket(at.getHost(), at.getPort())) {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      }
    }
    var later = new ArrayList<EventsClient>();
    try {
      // On every event loop: what came before has been through the same gates.
      for (int i = 0; i < 8; i++) {
        later.add(open(EventsClient.articles(article), "Authorization", token));
      }
      later.forEach(each -> each.await("hello"));
    } finally {
      later.forEach(EventsClient::close);
    }
    Eventually.holds("all are gone", () -> (int) server.metric("afterword_live_sockets") == before);
    Eventually.holds("nobody reads", () -> readers() == 0);
  }

  private int readers() {
    var answer = server.get("/api/v1/demo/article?article=" + article);
    return new JsonObject(answer.body()).getInteger("readers");
  }

  @Test
  void cutOffAgainAndAgain_missesNothing_onTwoServers() {
    long seed = Long.getLong("afterword.seed", System.nanoTime());
    System.out.println("Seed " + seed + " (-Dafterword.seed=)");
    var random = new Random(seed);
    var posted = new ArrayList<String>();
    var heard = new ArrayList<String>();
    try (var second = TestServer.unlimited()) {
      var servers = List.of(server, second);
      String id = "";
      for (int visit = 0; visit < 30; visit++) {
        var from = servers.get(random.nextInt(2));
        var query = EventsClient.articles(article);
        var headers = id.isEmpty() ? new String[0] : new String[] {"Last-Event-ID", id};
        try (var client = EventsClient.open(from.url(), "demo", query, headers)) {
          client.await("hello");
          for (int i = random.nextInt(6); i > 0; i--) {
            posted.add(comment(servers.get(random.nextInt(2)), article, "number " + posted.size()));
          }
          var missed = posted.subList(heard.size(), posted.size());
          Eventually.passes(
              "seed " + seed, () -> assertThat(created(client)).containsExactlyElementsOf(missed));
          assertThat(client.messages("reset")).isEmpty();
          heard.addAll(created(client));
          id = client.id();
        }
        for (int i = random.nextInt(6); i > 0; i--) {
          posted.add(comment(servers.get(random.nextInt(2)), article, "number " + posted.size()));
        }
      }
    }
    assertThat(heard).isEqualTo(posted.subList(0, heard.size())).hasSizeGreaterThan(20);
  }

  @Test
  void aServerThatStops_asksEverybodyToComeBack() {
    var other = TestServer.unlimited();
    var query = EventsClient.articles(article);
    var streams = new ArrayList<EventsClient>();
    var sockets = new ArrayList<LiveClient>();
    try {
      // More than go at once.
      for (int i = 0; i < 250; i++) {
        streams.add(EventsClient.open(other.url(), "demo", query));
        sockets.add(LiveClient.open(other.url(), "demo", query));
      }
      streams.forEach(each -> each.await("hello"));
      sockets.forEach(each -> each.await("hello"));
      assertThat(other.metric("afterword_live_sockets")).isEqualTo(500);
      assertThat(other.metric("afterword_live_subscriptions")).isEqualTo(1);
      assertThat(other.metric("afterword_live_delivered_total")).isGreaterThanOrEqualTo(500);
      other.close();
      Eventually.passes(
          "all are asked to go",
          () -> {
            assertThat(streams).allMatch(EventsClient::hasEnded);
            assertThat(sockets).allMatch(each -> each.code() == 4001);
          });
    } finally {
      streams.forEach(EventsClient::close);
      sockets.forEach(LiveClient::close);
    }
  }

  @Test
  void operatorsSee_whatIsReplayedAndReset() {
    comment("one");
    double resets = server.metric("afterword_live_resets_total");
    double resumed = server.metric("afterword_live_replayed_count");
    double replayed = server.metric("afterword_live_replayed_sum");
    String id;
    try (var client = open(EventsClient.articles(article))) {
      client.await("hello");
      id = client.id();
    }
    comment("two");
    comment("three");
    try (var client = open(EventsClient.articles(article), "Last-Event-ID", id)) {
      Eventually.holds("both", () -> created(client).size() == 2);
    }
    try (var client = open(EventsClient.articles(article), "Last-Event-ID", "lost")) {
      client.await("reset");
    }
    assertThat(server.metric("afterword_live_resets_total")).isEqualTo(resets + 1);
    assertThat(server.metric("afterword_live_replayed_count")).isEqualTo(resumed + 1);
    assertThat(server.metric("afterword_live_replayed_sum")).isEqualTo(replayed + 2);
  }

  @Test
  void operatorsSee_howLongAnEventTakesFromTheStoreToItsReaders() {
    try (var client = open(EventsClient.articles(article))) {
      client.await("hello");
      double before = server.metric("afterword_live_lag_seconds_count");
      double seconds = server.metric("afterword_live_lag_seconds_sum");
      comment("one");
      Eventually.holds(
          "it is measured", () -> server.metric("afterword_live_lag_seconds_count") > before);
      assertThat(server.metric("afterword_live_lag_seconds_sum") - seconds).isBetween(0.0, 10.0);
    }
  }

  @Test
  void oneNetwork_hasSoManyConnectionsAndNoMore() {
    var settings = Map.of("AFTERWORD_TRUSTED_PROXIES", "127.0.0.1");
    var query = EventsClient.articles(article);
    var all = new ArrayList<EventsClient>();
    try (var limited = TestServer.start(settings)) {
      for (int i = 0; i < Connections.MOST; i++) {
        all.add(EventsClient.open(limited.url(), "demo", query));
      }
      try (var one = EventsClient.open(limited.url(), "demo", query);
          var socket = LiveClient.open(limited.url(), "demo", query);
          var other =
              EventsClient.open(limited.url(), "demo", query, "X-Forwarded-For", "203.0.113.7")) {
        Eventually.holds("it is put off", one::hasEnded);
        assertThat(one.status()).isEqualTo(200);
        assertThat(one.retry()).isEqualTo(10_000);
        assertThat(one.messages()).isEmpty();
        Eventually.holds("closed", () -> socket.code() == 4429);
        other.await("hello");
      }
      all.get(0).close();
      Eventually.passes(
          "there is room again",
          () -> {
            try (var next = EventsClient.open(limited.url(), "demo", query)) {
              // The first words may come after the head.
              Eventually.holds("an answer", () -> next.retry() != 0);
              assertThat(next.retry()).isEqualTo(3_000);
            }
          });
    } finally {
      all.forEach(EventsClient::close);
    }
  }
}
