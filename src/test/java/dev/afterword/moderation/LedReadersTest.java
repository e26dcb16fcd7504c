package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.LiveMessages;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who has an article open goes with it when it gives way to another, and comes back to it when it
 * stands for itself again; on every process.
 */
@OnStore
@Tag("clock")
@Timeout(180)
class LedReadersTest {
  private static final String SITE = "ledreaders";

  private static TestServer server;
  private static TestServer other;
  private static Desk desk;
  private static Desk otherDesk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    other = TestServer.unlimited();
    server.addSite(SITE, "https://led.example");
    var token = server.addStaff(SITE, Role.OWNER);
    desk = new Desk(server, SITE, token);
    otherDesk = new Desk(other, SITE, token);
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  @AfterEach
  void nothingIsWatchedWithoutReaders() {
    for (var each : List.of(server, other)) {
      Eventually.holds("all rooms are closed", () -> isWatchingNothing(each));
    }
  }

  private static boolean isWatchingNothing(TestServer where) {
    return where.metric("afterword_live_subscriptions") == 0;
  }

  /** One view is enough to make an article. */
  private static void view(String article) {
    var answer = server.post(desk.path("views?article=" + article), "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void anArticleThatGivesWay_hasMovedForThoseWhoAreThere() {
    desk.id("/gave/a", "there");
    view("/gave/b");
    try (var socket = LiveClient.open(server.url(), SITE, "article=/gave/b");
        var events = EventsClient.open(other.url(), SITE, "article=/gave/b");
        var both = LiveClient.open(other.url(), SITE, "article=/gave/a&article=/gave/b")) {
      for (var each : List.<LiveMessages>of(socket, events, both)) {
        each.await("hello", hello -> hello.getString("article").equals("/gave/b"));
      }
      both.await("hello", hello -> hello.getString("article").equals("/gave/a"));

      desk.move("/gave/b", "/gave/a");

      for (var each : List.<LiveMessages>of(socket, events, both)) {
        var moved = each.await("moved");
        assertThat(moved)
            .isEqualTo(
                new JsonObject()
                    .put("type", "moved")
                    .put("article", "/gave/b")
                    .put("to", "/gave/a"));
        each.await(
            "hello",
            hello ->
                hello.getString("article").equals("/gave/a")
                    && hello.getString("requested").equals("/gave/b"));
        assertThat(each.types()).containsSubsequence("moved", "hello");
      }
      var late = otherDesk.id("/gave/b", "late");
      for (var each : List.<LiveMessages>of(socket, events, both)) {
        each.await(
            "comment.created",
            told ->
                told.getString("article").equals("/gave/a")
                    && told.getJsonObject("comment").getString("id").equals(late));
        assertThat(each.messages("moved")).hasSize(1);
      }
    }
    try (var late = LiveClient.open(other.url(), SITE, "article=/gave/b")) {
      late.await("hello", hello -> hello.getString("article").equals("/gave/a"));
      var next = desk.id("/gave/a", "next");
      late.await(
          "comment.created", told -> told.getJsonObject("comment").getString("id").equals(next));
      assertThat(late.messages("moved")).as("it has heard of no other").isEmpty();
    }
  }

  private static JsonObject get(TestServer where, String rest) {
    var answer = where.get(desk.path(rest));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static void awaitHello(LiveMessages reader, String article) {
    reader.await("hello", hello -> hello.getString("article").equals(article));
  }

  private static void awaitComment(LiveMessages reader, String article, String id) {
    reader.await(
        "comment.created",
        told ->
            told.getString("article").equals(article)
                && told.getJsonObject("comment").getString("id").equals(id));
  }

  /**
   * Has a key lead to an article for a while.
   *
   * @param stays a key of the article
   * @param called the key that it has meanwhile
   * @param leads the key that leads there, and means something else again
   */
  private static void assertComeBack(
      String stays,
      String called,
      String leads,
      Supplier<JsonObject> begin,
      Consumer<JsonObject> end) {
    try (var early = LiveClient.open(server.url(), SITE, "article=" + leads);
        var events = EventsClient.open(other.url(), SITE, "article=" + leads);
        var stayed = LiveClient.open(other.url(), SITE, "article=" + stays)) {
      awaitHello(early, leads);
      awaitHello(events, leads);
      awaitHello(stayed, stays);
      var begun = begin.get();
      for (var each : List.<LiveMessages>of(early, events)) {
        each.await(
            "hello",
            // A key leads to an article before the article has it.
            hello ->
                List.of(stays, called).contains(hello.getString("article"))
                    && hello.getLong("comments") > 0);
      }
      var position = get(other, "comments?article=" + leads).getString("position");
      // All event loops of that process know the way now, for a moment.
      for (int i = 0; i < 8; i++) {
        get(other, "article?article=" + leads);
      }
      try (var late = LiveClient.open(other.url(), SITE, "article=" + leads)) {
        awaitHello(late, called);
        end.accept(begun);
        Eventually.holds(
            "who came by the key is let go",
            () -> early.code() == 4001 && late.code() == 4001 && events.hasEnded());
      }
      assertThat(get(other, "article?article=" + leads).getString("article")).isEqualTo(leads);
      var query = "article=" + leads;
      try (var back = LiveClient.open(server.url(), SITE, query + "&since=" + position);
          var again = EventsClient.open(other.url(), SITE, query, "Last-Event-ID", events.id())) {
        for (var each : List.<LiveMessages>of(back, again)) {
          awaitHello(each, leads);
          each.await("reset", reset -> reset.getString("article").equals(leads));
        }
        var own = otherDesk.id(leads, "on its own");
        awaitComment(back, leads, own);
        awaitComment(again, leads, own);
        var next = desk.id(stays, "next");
        awaitComment(stayed, stays, next);
        assertThat(back.messages().toString()).doesNotContain(next);
        assertThat(stayed.messages().toString()).doesNotContain(own);
      }
      assertThat(stayed.code()).as("it came by the article's own key").isZero();
      stayed.say(new JsonObject().put("type", "subscribe").put("article", leads).encode());
      awaitHello(stayed, leads);
    }
  }

  @Test
  void anArticleThatGaveWay_andStandsForItselfAgain_hasItsReadersBack() {
    desk.id("/way/a", "there");
    view("/way/b");
    assertComeBack("/way/a", "/way/a", "/way/b", () -> desk.move("/way/b", "/way/a"), desk::undo);
  }

  @Test
  void threadsThatArePartedAgain_haveTheirReadersBack() {
    desk.id("/part/a", "there");
    desk.id("/part/b", "here");
    assertComeBack(
        "/part/a", "/part/a", "/part/b", () -> desk.join("/part/b", "/part/a"), otherDesk::part);
  }

  @Test
  void aKeyThatMeansNothingAgain_leadsNobodyAway() {
    desk.id("/free/a", "there");
    assertComeBack(
        "/free/a", "/free/b", "/free/b", () -> desk.move("/free/a", "/free/b"), otherDesk::undo);
  }

  @Test
  void whoWasLedTwice_comesBackStepByStep() {
    view("/two/a");
    desk.id("/two/b", "b");
    desk.id("/two/c", "c");
    var first = desk.move("/two/a", "/two/b");
    try (var reader = LiveClient.open(other.url(), SITE, "article=/two/a")) {
      awaitHello(reader, "/two/b");
      var second = desk.join("/two/b", "/two/c");
      awaitHello(reader, "/two/c");
      awaitComment(reader, "/two/c", desk.id("/two/a", "by the first key"));
      otherDesk.part(second);
      Eventually.holds("the second step is taken back", () -> reader.code() == 4001);
    }
    nothingIsWatchedWithoutReaders();
    try (var reader = LiveClient.open(other.url(), SITE, "article=/two/a")) {
      awaitHello(reader, "/two/b");
      desk.undo(first);
      Eventually.holds("and the first", () -> reader.code() == 4001);
    }
  }

  @Test
  void whoWasLed_leavesByTheKeyThatTheyCameBy() {
    desk.id("/leave/a", "there");
    view("/leave/b");
    var moved = desk.move("/leave/b", "/leave/a");
    try (var reader = LiveClient.open(server.url(), SITE, "article=/leave/b")) {
      awaitHello(reader, "/leave/a");
      reader.say(new JsonObject().put("type", "unsubscribe").put("article", "/leave/b").encode());
      Eventually.holds("nothing is watched for it", () -> isWatchingNothing(server));
      desk.undo(moved);
      reader.say(new JsonObject().put("type", "subscribe").put("article", "/leave/b").encode());
      awaitHello(reader, "/leave/b");
      awaitComment(reader, "/leave/b", otherDesk.id("/leave/b", "on its own"));
      assertThat(reader.code()).isZero();
    }
  }

  /** Two keys of one bucket, where a position of one article looks like one of the other. */
  private static List<String> together(String path) {
    var keys = IntStream.range(0, 100).mapToObj(i -> path + i).toList();
    var to = keys.get(0);
    return keys.stream().filter(key -> bucket(key) == bucket(to)).limit(2).toList();
  }

  @Test
  void whoKnowsWhatGaveWay_isToldToReadAgain() {
    var keys = together("/known/");
    var to = keys.get(0);
    var from = keys.get(1);
    for (int i = 0; i < 5; i++) {
      desk.id(to, "there");
    }
    view(from);
    for (var state : List.of("read-only", "open")) {
      var change = new JsonObject().put("state", state);
      desk.done("PATCH", "admin/article?article=" + from, change);
    }
    var position = get(server, "comments?article=" + from).getString("position");
    desk.move(from, to);
    try (var back = LiveClient.open(other.url(), SITE, "article=" + from + "&since=" + position)) {
      back.await("reset", reset -> reset.getString("article").equals(to));
    }
  }

  @Test
  void whoWasAwayMeanwhile_isToldToReadAgain() {
    var keys = together("/away/");
    var to = keys.get(0);
    var from = keys.get(1);
    desk.id(to, "there");
    view(from);
    for (int i = 0; i < 3; i++) {
      for (var state : List.of("read-only", "open")) {
        var change = new JsonObject().put("state", state);
        desk.done("PATCH", "admin/article?article=" + from, change);
      }
    }
    var moved = desk.move(from, to);
    var position = get(server, "comments?article=" + from).getString("position");
    desk.undo(moved);
    var query = "article=" + from + "&since=" + position;
    try (var back = LiveClient.open(other.url(), SITE, query)) {
      back.await("reset", reset -> reset.getString("article").equals(from));
      assertThat(back.types()).as("no gap is filled").doesNotContain("article.updated");
    }
  }

  private static int bucket(String key) {
    return ArticleRef.of(SITE, 16, ArticleKey.of(key, List.of())).bucket();
  }
}
