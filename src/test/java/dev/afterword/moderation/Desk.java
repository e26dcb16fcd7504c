package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;

/** A moderator of a site, at work through the front door. */
final class Desk {
  private final TestServer server;
  private final String site;
  private final String token;

  Desk(TestServer server, String site, String token) {
    this.server = server;
    this.site = site;
    this.token = token;
  }

  String token() {
    return token;
  }

  String path(String rest) {
    return "/api/v1/" + site + '/' + rest;
  }

  /** Posts as a new guest; answers the body. */
  JsonObject post(String article, String text) {
    return post(article, text, null);
  }

  JsonObject post(String article, String text, String parent) {
    var draft =
        new JsonObject().put("text", text).put("author", new JsonObject().put("name", "Ada"));
    if (parent != null) {
      draft.put("parent", parent);
    }
    var answer = server.post(path("comments?article=" + article), draft.encode());
    assertThat(answer.statusCode()).as(answer.body()).isIn(201, 202);
    return new JsonObject(answer.body());
  }

  /** Posts as a new guest; answers the comment's id. */
  String id(String article, String text) {
    return post(article, text).getJsonObject("comment").getString("id");
  }

  JsonObject get(String rest) {
    var answer = server.get(path(rest), "Authorization", "Bearer " + token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  HttpResponse<String> send(String method, String rest, JsonObject body, String... headers) {
    var all = new String[headers.length + 4];
    System.arraycopy(headers, 0, all, 4, headers.length);
    all[0] = "Authorization";
    all[1] = "Bearer " + token;
    all[2] = "Content-Type";
    all[3] = "application/json";
    return server.send(method, path(rest), body == null ? "" : body.encode(), all);
  }

  JsonObject done(String method, String rest, JsonObject body) {
    var answer = send(method, rest, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  /** What a move is asked for by. */
  static JsonObject moving(String from, String to) {
    return new JsonObject().put("from", from).put("to", to);
  }

  /** Moves an article; answers the body. */
  JsonObject move(String from, String to) {
    return done("POST", "admin/articles/move", moving(from, to));
  }

  static JsonObject call(String verdict, List<String> ids) {
    return new JsonObject().put("ids", new JsonArray(ids)).put("verdict", verdict);
  }

  /** Decides; answers the body. */
  JsonObject decide(String verdict, String... ids) {
    return done("POST", "admin/verdicts", call(verdict, List.of(ids)));
  }

  JsonObject undo(JsonObject decided) {
    return done("POST", "admin/verdicts/" + decided.getString("verdict") + "/undo", null);
  }

  /** What a comment says. */
  String text(String id) {
    return get("comments/" + id).getString("text");
  }

  /** The ids in a queue, in order. */
  List<String> queue(String query) {
    return ids(get("admin/queue?" + query).getJsonArray("comments"));
  }

  long count(String queue) {
    return get("admin/queue?limit=1").getJsonObject("counts").getLong(queue);
  }

  /** What everybody reads below an article: ids, roots only. */
  List<String> listed(String article) {
    var answer = server.get(path("comments?sort=oldest&article=" + article));
    return ids(new JsonObject(answer.body()).getJsonArray("comments"));
  }

  /** The states in the results of a call, or the code of what was not done. */
  static String results(JsonObject decided) {
    return decided.getJsonArray("results").stream()
        .map(JsonObject.class::cast)
        .map(each -> each.getBoolean("ok") ? each.getString("state") : each.getString("code"))
        .collect(Collectors.joining(" "));
  }

  private static List<String> ids(JsonArray comments) {
    return comments.stream().map(each -> ((JsonObject) each).getString("id")).toList();
  }
}
