package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.State;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.RedisLink;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A comment that is hidden is public nowhere: in no list, feed, stream or replay. */
@OnStore
@Timeout(120)
class HiddenTest {
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

  @ParameterizedTest
  @EnumSource(value = State.class, mode = Mode.EXCLUDE, names = "VISIBLE")
  void whatIsHidden_isNowhereAndComesBackWhole(State hidden) throws Exception {
    var key = "/hidden-" + hidden;
    // What nobody else says, and is called.
    var text = "cinnabar" + hidden;
    var name = "Umbriel" + hidden;
    var article = RandomThreads.ref(key);
    var before = list(one, key).getString("position");
    var root = post(key, "the root", "Somebody", null);
    var shy = post(key, text, name, root.getString("id"));
    var answer = post(key, "an answer", "Somebody", shy.getString("id"));
    try (var socket = LiveClient.open(one.url(), "demo", "article=" + key);
        var events = EventsClient.open(two.url(), "demo", "article=" + key)) {
      socket.await("hello");
      events.await("hello");

      turn(article, shy, hidden);
      var gone =
          new JsonObject()
              .put("id", shy.getString("id"))
              .put("parent", root.getString("id"))
              .put("depth", 1)
              .put("state", "deleted");
      assertThat(socket.await("comment.removed").getJsonObject("comment")).isEqualTo(gone);
      assertThat(events.await("comment.removed").getJsonObject("comment")).isEqualTo(gone);
      assertThat(socket.messages() + " " + events.messages()).doesNotContain(text, name);
      var replayed = replay(key, before);
      assertThat(replayed).doesNotContain(text, name, shy.getJsonObject("author").getString("id"));
      assertThat(replayed).contains("an answer", "comment.removed");
      for (var server : List.of(one, two)) {
        Eventually.passes(
            "it is gone everywhere",
            Duration.ofSeconds(1),
            () -> assertThat(everything(server, key, shy)).doesNotContain(text, name));
      }
      var stone = list(one, key).getJsonArray("comments").getJsonObject(0);
      assertThat(stone.getInteger("descendants")).isEqualTo(1);

      turn(article, answer, State.DELETED);
      Eventually.passes(
          "without an answer there is not even a stone",
          () -> assertThat(everything(one, key, shy)).doesNotContain("\"deleted\""));
      turn(article, shy, State.VISIBLE);
      assertThat(socket.await("comment.created").encode()).contains(text, name);
      assertThat(events.await("comment.created").encode()).contains(text, name);
      assertThat(replay(key, before)).contains(text, name);
      assertThat(everything(two, key, shy)).contains(text, name);
    }
  }

  /** What a client gets that was away since then: on a socket here, as events there. */
  private static String replay(String key, String since) {
    var query = "article=" + key + "&since=" + since;
    long last = revision(list(one, key).getString("position"));
    try (var socket = LiveClient.open(one.url(), "demo", query);
        var events = EventsClient.open(two.url(), "demo", query)) {
      Eventually.holds("all", () -> reached(socket.messages()) == last);
      Eventually.holds("all", () -> reached(events.messages()) == last);
      assertThat(socket.types()).doesNotContain("reset");
      return socket.messages() + " " + events.messages();
    }
  }

  private static long reached(List<JsonObject> messages) {
    return messages.stream()
        .filter(each -> each.containsKey("position"))
        .mapToLong(each -> revision(each.getString("position")))
        .max()
        .orElse(-1);
  }

  private static long revision(String position) {
    return Long.parseLong(position.substring(position.indexOf(':') + 1));
  }

  /** All that says something about comments, one after the other. */
  private static String everything(TestServer server, String key, JsonObject comment) {
    var api = "/api/v1/demo/";
    var id = comment.getString("id");
    var all = new StringBuilder();
    for (var path :
        List.of(
            "comments?article=" + key,
            "comments?article=" + key + "&sort=best&limit=1",
            "comments?article=" + key + "&sort=discussed",
            "comments/" + id,
            "comments/" + id + "?context=true",
            "comments/" + comment.getString("parent") + "/replies",
            "latest",
            "feed.atom",
            "feed.atom?article=" + key,
            "article?article=" + key)) {
      all.append(server.get(api + path).body()).append('\n');
    }
    return all.toString();
  }

  private static JsonObject list(TestServer server, String key) {
    return new JsonObject(server.get("/api/v1/demo/comments?article=" + key).body());
  }

  private static JsonObject post(String key, String text, String name, String parent) {
    return one.desk("demo").postAs(name, key, text, parent).getJsonObject("comment");
  }

  /** As a moderator's verdict does. */
  private static void turn(ArticleRef article, JsonObject comment, State to) throws Exception {
    var vertx = Vertx.vertx();
    Promise<List<StateStore.Turned>> promise = Promise.promise();
    vertx.runOnContext(
        turn ->
            RedisLink.open(vertx, RedisAddress.of(TestStore.address()))
                .compose(
                    link -> {
                      var comments = new CommentStore(link);
                      return comments
                          .one(article, new CommentId(comment.getString("id")))
                          .compose(
                              found ->
                                  new StateStore(link, comments)
                                      .turn(
                                          List.of(
                                              new StateStore.Turn(
                                                  article,
                                                  found.orElseThrow(),
                                                  to,
                                                  EnumSet.allOf(State.class),
                                                  Decision.OF_AUTHOR))));
                    })
                .onComplete(promise));
    var turned = promise.future().toCompletionStage().toCompletableFuture();
    assertThat(turned.get(10, TimeUnit.SECONDS).get(0).done()).isTrue();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
