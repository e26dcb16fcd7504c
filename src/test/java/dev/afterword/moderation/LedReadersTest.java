package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.EventsClient;
import dev.afterword.support.LiveClient;
import dev.afterword.support.LiveMessages;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
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

  /** Of two articles in one bucket, where a position of one looks like one of the other. */
  @Test
  void whoWasAwayMeanwhile_isToldToReadAgain() {
    var keys = IntStream.range(0, 100).mapToObj(i -> "/away/" + i).toList();
    var to = keys.get(0);
    var from =
        keys.stream().skip(1).filter(key -> bucket(key) == bucket(to)).findFirst().orElseThrow();
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
