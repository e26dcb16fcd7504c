package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes out of a thread while it is closed, and when it opens again. */
@OnStore
@Timeout(120)
class ClosedArticlesTest {
  @AutoClose private static TestServer server;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("closing", "https://closing.example");
    desk = server.desk("closing", Role.MODERATOR);
  }

  @Test
  void anArticle_isClosedAndOpenedAgain() {
    var id = desk.id("/closing", "before");
    try (var socket = LiveClient.open(server.url(), "closing", "article=/closing")) {
      socket.await("hello");
      var closing = new JsonObject().put("state", "read-only");
      var closed = desk.done("PATCH", "admin/article?article=/closing", closing);
      assertThat(socket.await("article.updated").getString("state")).isEqualTo("read-only");
      var draft = "{\"text\":\"late\",\"author\":{\"name\":\"Ada\"}}";
      assertThat(server.post(desk.path("comments?article=/closing"), draft).statusCode())
          .isEqualTo(409);
      assertThat(desk.undo(closed).getString("state")).isEqualTo("open");
      desk.id("/closing", "again");
      desk.done("PATCH", "admin/article?article=/closing", new JsonObject().put("state", "closed"));
      assertThat(desk.listed("/closing")).isEmpty();
      assertThat(desk.queue("state=all&article=/closing")).contains(id);
    }
  }

  private static void set(String article, String field, String value) {
    var change = new JsonObject().put(field, value);
    desk.done("PATCH", "admin/article?article=" + article, change);
  }

  private static String positionOf(String article) {
    return desk.get("comments?article=" + article).getString("position");
  }

  @Test
  void ofAClosedArticle_noTextGoesOut_andWhenItOpensItIsReadAgain() {
    var id = desk.id("/hushed", "SECRET words");
    desk.moderate("/hushed");
    var waits = desk.post("/hushed", "SECRET too").getJsonObject("comment").getString("id");
    var open = positionOf("/hushed");
    var epoch = open.substring(0, open.indexOf(':'));
    try (var socket = LiveClient.open(server.url(), "closing", "article=/hushed")) {
      socket.await("hello");
      set("/hushed", "state", "closed");
      socket.await("reset");
      assertThat(Desk.results(desk.decide("approve", waits))).isEqualTo("visible");
      var gone = socket.await("comment.removed").getJsonObject("comment");
      assertThat(gone.getString("id")).isEqualTo(waits);
      assertThat(gone.containsKey("text") || gone.containsKey("html")).isFalse();

      var closed = socket.messages("reset").get(0).getString("position");
      for (var since : List.of(epoch + ":0", open, closed)) {
        var query = "article=/hushed&since=" + since;
        var told = since.equals(closed) ? "comment.removed" : "reset";
        try (var back = LiveClient.open(server.url(), "closing", query);
            var stream = EventsClient.open(server.url(), "closing", query)) {
          back.await(told);
          stream.await(told);
          assertThat(back.messages().toString()).doesNotContain("SECRET");
          assertThat(stream.messages().toString()).doesNotContain("SECRET");
        }
      }
      assertThat(socket.messages().toString()).doesNotContain("SECRET");

      set("/hushed", "state", "open");
      Eventually.holds("a reset of each turn", () -> socket.messages("reset").size() == 2);
      try (var back = LiveClient.open(server.url(), "closing", "article=/hushed&since=" + closed)) {
        back.await("reset");
      }
      assertThat(desk.listed("/hushed")).contains(id, waits);
    }
  }

  @Test
  void ofAClosedArticle_noVotesGoOut() {
    var id = desk.id("/uncounted", "text");
    var gone = Reader.named(desk, "Gone");
    gone.vote(id, 1);
    gone.done("PUT", "reactions/like?article=/uncounted", null);
    set("/uncounted", "state", "closed");
    var both = LiveClient.articles("/uncounted", "/counted");
    try (var socket = LiveClient.open(server.url(), "closing", both)) {
      Eventually.holds("two times hello", () -> socket.messages("hello").size() == 2);
      gone.done("DELETE", "me/data", null);
      // What is gathered of the other article is told later than what was gathered before.
      Reader.named(desk, "Stays").done("PUT", "reactions/like?article=/counted", null);
      socket.await("reactions", it -> it.getString("article").equals("/counted"));
      assertThat(socket.messages().toString()).doesNotContain("\"votes\"");
      assertThat(socket.messages("reactions")).hasSize(1);
    }
  }
}
