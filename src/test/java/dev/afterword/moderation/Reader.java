package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/** A guest of a desk's site, who writes, votes and reports. */
record Reader(Desk desk, String id, String token) {
  static Reader named(Desk desk, String name) {
    var guest = desk.sendAs(null, "POST", "guests", new JsonObject().put("name", name));
    var json = new JsonObject(guest.body());
    return new Reader(desk, json.getJsonObject("author").getString("id"), json.getString("token"));
  }

  /** The same, on another process. */
  Reader at(Desk other) {
    return new Reader(other, id, token);
  }

  HttpResponse<String> send(String method, String rest, JsonObject body, String... headers) {
    return desk.sendAs(token, method, rest, body, headers);
  }

  JsonObject done(String method, String rest, JsonObject body) {
    var answer = send(method, rest, body);
    assertThat(answer.statusCode()).as(rest + ' ' + answer.body()).isBetween(200, 204);
    return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
  }

  /** Posts; answers the comment's id. */
  String post(String article, String text, String parent) {
    var draft = new JsonObject().put("text", text);
    if (parent != null) {
      draft.put("parent", parent);
    }
    var posted = done("POST", "comments?article=" + article, draft);
    return posted.getJsonObject("comment").getString("id");
  }

  String post(String article, String text) {
    return post(article, text, null);
  }

  JsonObject edit(String comment, String text) {
    return done("PATCH", "comments/" + comment, new JsonObject().put("text", text));
  }

  JsonObject vote(String comment, int value) {
    return done("PUT", "comments/" + comment + "/vote", new JsonObject().put("value", value));
  }

  void report(String comment, String reason, String note) {
    var report = new JsonObject().put("reason", reason).put("note", note);
    done("POST", "comments/" + comment + "/reports", report);
  }

  JsonObject me(String article) {
    return done("GET", "me?article=" + article, null);
  }

  /** What only this reader sees of what they wrote. */
  JsonArray own(String article) {
    return me(article).getJsonArray("own");
  }
}
