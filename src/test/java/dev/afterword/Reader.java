package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/**
 * A guest of a desk's site, who writes, votes and reports.
 *
 * @param id who they are
 * @param token what they are known by
 */
public record Reader(Desk desk, String id, String token) {
  /** A new guest. */
  public static Reader named(Desk desk, String name) {
    var guest = desk.sendAs(null, "POST", "guests", new JsonObject().put("name", name));
    var json = new JsonObject(guest.body());
    return new Reader(desk, json.getJsonObject("author").getString("id"), json.getString("token"));
  }

  /** The same, on another process. */
  public Reader at(Desk other) {
    return new Reader(other, id, token);
  }

  /** Asks for something; there is no body when it is {@code null}. */
  public HttpResponse<String> send(String method, String rest, JsonObject body, String... headers) {
    return desk.sendAs(token, method, rest, body, headers);
  }

  /** Has something done; answers the body, an empty one when there is none. */
  public JsonObject done(String method, String rest, JsonObject body) {
    var answer = send(method, rest, body);
    assertThat(answer.statusCode()).as(rest + ' ' + answer.body()).isBetween(200, 204);
    return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
  }

  /** Posts, below a comment unless that is {@code null}; answers the comment's id. */
  public String post(String article, String text, String parent) {
    var draft = new JsonObject().put("text", text);
    if (parent != null) {
      draft.put("parent", parent);
    }
    var posted = done("POST", "comments?article=" + article, draft);
    return posted.getJsonObject("comment").getString("id");
  }

  /** Posts a root; answers the comment's id. */
  public String post(String article, String text) {
    return post(article, text, null);
  }

  /** Changes what a comment says; answers the body. */
  public JsonObject edit(String comment, String text) {
    return done("PATCH", "comments/" + comment, new JsonObject().put("text", text));
  }

  /** Votes for a comment (1), against it (-1) or not any more (0); answers the body. */
  public JsonObject vote(String comment, int value) {
    return done("PUT", "comments/" + comment + "/vote", new JsonObject().put("value", value));
  }

  /** Reports a comment for one of the reasons that there are. */
  public void report(String comment, String reason, String note) {
    var report = new JsonObject().put("reason", reason).put("note", note);
    done("POST", "comments/" + comment + "/reports", report);
  }

  /** What this reader is told of themselves on an article. */
  public JsonObject me(String article) {
    return done("GET", "me?article=" + article, null);
  }

  /** What only this reader sees of what they wrote. */
  public JsonArray own(String article) {
    return me(article).getJsonArray("own");
  }
}
