package dev.afterword.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What people do to comments that are there: change them and take them away. */
@OnStore
class ChangesTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  /** A comment, and the token of its author. */
  private record Posted(String id, String token) {}

  private static Posted post(String article, String text, String parent) {
    return post(server, article, text, parent);
  }

  private static Posted post(TestServer server, String article, String text, String parent) {
    var posted = server.desk("demo").post(article, text, parent);
    return new Posted(Desk.idOf(posted), posted.getString("token"));
  }

  private static HttpResponse<String> edit(TestServer server, String id, String token, String to) {
    return server.send(
        "PATCH",
        "/api/v1/demo/comments/" + id,
        new JsonObject().put("text", to).encode(),
        "Content-Type",
        "application/json",
        "Authorization",
        "Bearer " + token);
  }

  private static HttpResponse<String> edit(String id, String token, String to) {
    return edit(server, id, token, to);
  }

  private static HttpResponse<String> delete(String id, String token) {
    return server.send(
        "DELETE", "/api/v1/demo/comments/" + id, "", "Authorization", "Bearer " + token);
  }

  private static JsonObject get(String path) {
    var answer = server.get("/api/v1/demo/" + path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static String problem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body()).getString("code");
  }

  @Test
  void anEdit_isSeenEverywhereAndKeepsWhatWasBefore() {
    var comment = post("/edit", "Good evning.", null);
    try (var client = LiveClient.open(server.url(), "demo", LiveClient.articles("/edit"))) {
      Eventually.holds("hello", () -> !client.messages("hello").isEmpty());
      var answer = edit(comment.id, comment.token, "Good **evening**.");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      var json = new JsonObject(answer.body());
      assertThat(json.getString("html")).isEqualTo("<p>Good <strong>evening</strong>.</p>");
      assertThat(json.getString("text")).isEqualTo("Good **evening**.");
      assertThat(json.getString("edited")).isGreaterThanOrEqualTo(json.getString("created"));
      Eventually.holds("an update", () -> client.messages("comment.updated").size() == 1);
      var told = client.messages("comment.updated").get(0);
      assertThat(told.getJsonObject("comment").getString("html")).isEqualTo(json.getString("html"));
      assertThat(told.getString("position")).endsWith(":2");
    }
    var listed = get("comments?article=/edit").getJsonArray("comments").getJsonObject(0);
    assertThat(listed.getString("html")).contains("<strong>evening</strong>");
    assertThat(listed.getString("edited")).isNotNull();
    edit(comment.id, comment.token, "Good night.");
    var path = "/api/v1/demo/admin/comments/" + comment.id + "/revisions";
    var before = server.get(path, "Authorization", "Bearer " + server.staffToken());
    var revisions = new JsonObject(before.body()).getJsonArray("revisions");
    assertThat(revisions.stream().map(each -> ((JsonObject) each).getString("text")))
        .containsExactly("Good evning.", "Good **evening**.");
    assertThat(problem(server.get(path, "Authorization", "Bearer " + comment.token), 403))
        .isEqualTo("role-too-low");
  }

  @Test
  void theSameTextAgain_changesNothing() {
    var comment = post("/same", "As it was.", null);
    var before = server.get("/api/v1/demo/comments?article=/same").headers().map().get("etag");
    assertThat(edit(comment.id, comment.token, "As it was.").statusCode()).isEqualTo(200);
    assertThat(server.get("/api/v1/demo/comments?article=/same").headers().map().get("etag"))
        .isEqualTo(before);
  }

  @Test
  void whoMayChangeWhat() {
    var comment = post("/may", "Mine.", null);
    var other = post("/may", "Another's.", null);
    var viewer = server.addStaff("demo", Role.VIEWER);
    var moderator = server.addStaff("demo", Role.MODERATOR);
    for (var token : List.of(other.token, viewer)) {
      assertThat(problem(edit(comment.id, token, "Yours."), 404)).isEqualTo("comment-unknown");
      assertThat(problem(delete(comment.id, token), 404)).isEqualTo("comment-unknown");
    }
    assertThat(problem(server.send("DELETE", "/api/v1/demo/comments/" + comment.id, ""), 401))
        .isEqualTo("token-required");
    assertThat(problem(edit(comment.id, comment.token, " \u200B"), 422))
        .isEqualTo("invalid-values");
    assertThat(edit(comment.id, moderator, "Better.").statusCode()).isEqualTo(200);
    assertThat(delete(comment.id, moderator).statusCode()).isEqualTo(204);
    assertThat(problem(delete(comment.id, comment.token), 404)).isEqualTo("comment-unknown");
    assertThat(problem(edit(comment.id, comment.token, "No."), 404)).isEqualTo("comment-unknown");
  }

  @Test
  void afterTheWindow_onlyStaffEdit() {
    // Of a length that no clock can miss; a site's own setting wins over the server's.
    try (var strict =
        TestServer.start(Map.of("AFTERWORD_LIMITS", "off", "AFTERWORD_EDIT_WINDOW", "1s"))) {
      strict.addSite("strict");
      var answer =
          strict.post(
              "/api/v1/strict/comments?article=/x",
              "{\"text\":\"Late.\",\"author\":{\"name\":\"Ada\"}}");
      var json = new JsonObject(answer.body());
      var path = "/api/v1/strict/comments/" + json.getJsonObject("comment").getString("id");
      Eventually.holds(
          "the window is over",
          () -> {
            var late = send(strict, path, json.getString("token"), "Later " + System.nanoTime());
            return late.statusCode() == 403 && problem(late, 403).equals("edit-window-over");
          });
      assertThat(send(strict, path, strict.staffToken(), "By staff.").statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> send(
      TestServer server, String path, String token, String text) {
    return server.send(
        "PATCH",
        path,
        new JsonObject().put("text", text).encode(),
        "Content-Type",
        "application/json",
        "Authorization",
        "Bearer " + token);
  }

  @Test
  void deletedComments_leaveTombstonesOnlyWhileTheyAreNeeded() {
    var root = post("/stones", "root", null);
    var reply = post("/stones", "reply", root.id);
    var leaf = post("/stones", "leaf", reply.id);
    try (var client = LiveClient.open(server.url(), "demo", LiveClient.articles("/stones"))) {
      Eventually.holds("hello", () -> !client.messages("hello").isEmpty());
      assertThat(delete(root.id, root.token).statusCode()).isEqualTo(204);
      assertThat(delete(reply.id, reply.token).statusCode()).isEqualTo(204);
      Eventually.holds("two are gone", () -> client.messages("comment.removed").size() == 2);
      var removed = client.messages("comment.removed").get(1).getJsonObject("comment");
      assertThat(removed)
          .isEqualTo(
              new JsonObject()
                  .put("id", reply.id)
                  .put("parent", root.id)
                  .put("depth", 1)
                  .put("state", "deleted"));
    }
    var list = get("comments?article=/stones");
    assertThat(list.getInteger("total")).isEqualTo(1);
    var stone = list.getJsonArray("comments").getJsonObject(0);
    assertThat(stone.getString("state")).isEqualTo("deleted");
    assertThat(stone.getInteger("descendants")).isEqualTo(1);
    assertThat(stone.fieldNames()).doesNotContain("author", "html", "text");
    assertThat(get("comments/" + root.id).getString("state")).isEqualTo("deleted");
    var body = new JsonObject().put("text", "x").put("parent", root.id);
    body.put("author", new JsonObject().put("name", "Bob"));
    assertThat(problem(server.post("/api/v1/demo/comments?article=/stones", body.encode()), 422))
        .isEqualTo("parent-unknown");
    var context = get("comments/" + leaf.id + "?context=true");
    assertThat(context.getJsonObject("comment").getString("id")).isEqualTo(leaf.id);
    assertThat(
            context.getJsonArray("ancestors").stream()
                .map(each -> ((JsonObject) each).getString("id")))
        .containsExactly(root.id, reply.id);

    assertThat(delete(leaf.id, leaf.token).statusCode()).isEqualTo(204);
    list = get("comments?article=/stones");
    assertThat(list.getJsonArray("comments")).isEmpty();
    assertThat(list.getInteger("total")).isZero();
    assertThat(problem(server.get("/api/v1/demo/comments/" + root.id), 404))
        .isEqualTo("comment-unknown");
  }

  @Test
  void aChainOfTombstones_goesWithItsLastReply_howeverDeep() {
    var chain = new ArrayList<Posted>();
    for (int depth = 0; depth < 230; depth++) {
      chain.add(post("/chain", "level " + depth, depth == 0 ? null : chain.get(depth - 1).id));
    }
    for (var each : chain.subList(0, 229)) {
      assertThat(delete(each.id, each.token).statusCode()).isEqualTo(204);
    }
    var list = get("comments?article=/chain");
    assertThat(list.getInteger("total")).isEqualTo(1);
    assertThat(list.getJsonArray("comments")).hasSize(1);
    var deepest = chain.get(229);
    assertThat(get("comments/" + deepest.id).getInteger("depth")).isEqualTo(229);
    assertThat(delete(deepest.id, deepest.token).statusCode()).isEqualTo(204);
    list = get("comments?article=/chain");
    assertThat(list.getInteger("total")).isZero();
    assertThat(list.getJsonArray("comments")).isEmpty();
    for (var each : List.of(chain.get(0), chain.get(100), chain.get(228))) {
      assertThat(server.get("/api/v1/demo/comments/" + each.id).statusCode()).isEqualTo(404);
    }
  }
}
