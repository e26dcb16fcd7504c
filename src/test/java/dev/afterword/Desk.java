package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Eventually;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A member of a site's staff at work through the front door, and what anybody else does there that
 * needs no name. What is not answered as it should be fails the test.
 */
public final class Desk {
  private static final Duration JOB = Duration.ofSeconds(40);

  /** How much of a comment's id is the number of its article. */
  private static final int ARTICLE = 12;

  private final TestServer server;
  private final String site;
  private final String token;

  /** Of somebody who is staff already; see {@link TestServer#desk}. */
  public Desk(TestServer server, String site, String token) {
    this.server = server;
    this.site = site;
    this.token = token;
  }

  /** What the member of staff signs in with. */
  public String token() {
    return token;
  }

  /** Where something of the site is; for that of staff alone, the rest begins with "admin/". */
  public String path(String rest) {
    return "/api/v1/" + site + '/' + rest;
  }

  /** Posts as a new guest; answers the body. */
  public JsonObject post(String article, String text) {
    return post(article, text, null);
  }

  /** Posts as a new guest, below a comment unless that is {@code null}; answers the body. */
  public JsonObject post(String article, String text, String parent) {
    return postAs("Ada", article, text, parent);
  }

  /** Posts as a new guest of that name, like {@link #post(String, String, String)}. */
  public JsonObject postAs(String name, String article, String text, String parent) {
    var draft =
        new JsonObject().put("text", text).put("author", new JsonObject().put("name", name));
    if (parent != null) {
      draft.put("parent", parent);
    }
    var answer = server.post(path("comments?article=" + article), draft.encode());
    assertThat(answer.statusCode()).as(answer.body()).isIn(201, 202);
    return new JsonObject(answer.body());
  }

  /** Posts as a new guest; answers the comment's id. */
  public String id(String article, String text) {
    return id(article, text, null);
  }

  /** Posts as a new guest, below a comment unless that is {@code null}; answers the id. */
  public String id(String article, String text, String parent) {
    return idOf(post(article, text, parent));
  }

  /** The id of what was posted. */
  public static String idOf(JsonObject posted) {
    return posted.getJsonObject("comment").getString("id");
  }

  /** Reads something as staff; answers the body. */
  public JsonObject get(String rest) {
    var answer = server.get(path(rest), "Authorization", "Bearer " + token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  /** Asks for something as staff; there is no body when it is {@code null}. */
  public HttpResponse<String> send(String method, String rest, JsonObject body, String... headers) {
    return sendAs(token, method, rest, body, headers);
  }

  /** What somebody else asks for; nobody in particular when the token is {@code null}. */
  public HttpResponse<String> sendAs(
      String who, String method, String rest, JsonObject body, String... headers) {
    var all = new ArrayList<String>(List.of("Content-Type", "application/json"));
    if (who != null) {
      all.addAll(List.of("Authorization", "Bearer " + who));
    }
    all.addAll(List.of(headers));
    var text = body == null ? "" : body.encode();
    return server.send(method, path(rest), text, all.toArray(String[]::new));
  }

  /** Has something done, which is answered with 200; answers the body. */
  public JsonObject done(String method, String rest, JsonObject body) {
    var answer = send(method, rest, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  /** Has the comments on an article wait for a moderator. */
  public void moderate(String article) {
    var pre = new JsonObject().put("moderation", "pre");
    assertThat(done("PATCH", "admin/article?article=" + article, pre).getString("moderation"))
        .isEqualTo("pre");
  }

  /** Deletes a comment. */
  public void delete(String id) {
    var answer = send("DELETE", "comments/" + id, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  /** What a move is asked for by. */
  public static JsonObject moving(String from, String to) {
    return new JsonObject().put("from", from).put("to", to);
  }

  /** Moves an article; answers the body. */
  public JsonObject move(String from, String to) {
    return done("POST", "admin/articles/move", moving(from, to));
  }

  /** Joins two threads, to the end; answers the body. */
  public JsonObject join(String from, String to) {
    return job(send("POST", "admin/articles/move", moving(from, to)));
  }

  /** Takes back what was joined, to the end; answers the body. */
  public JsonObject part(JsonObject joined) {
    return job(send("POST", "admin/verdicts/" + joined.getString("verdict") + "/undo", null));
  }

  /** Waits until the job of an answer has ended; answers its body. */
  public JsonObject job(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    var decided = new JsonObject(answer.body());
    var id = decided.getJsonObject("job").getString("id");
    assertThat(id).isEqualTo(decided.getString("verdict"));
    Eventually.holds("the job has ended", JOB, () -> hasEnded(id));
    return decided;
  }

  /** Whether a job has done all that it has to do. */
  public boolean hasEnded(String job) {
    var now = get("admin/jobs/" + job);
    assertThat(now.getLong("done")).as(now.encode()).isLessThanOrEqualTo(now.getLong("total"));
    return now.getLong("done").equals(now.getLong("total"));
  }

  /** The id that a comment has on the article of another comment, once their threads are one. */
  public static String at(String id, String stays) {
    return stays.substring(0, ARTICLE) + id.substring(ARTICLE);
  }

  /** What a verdict is asked for by. */
  public static JsonObject call(String verdict, List<String> ids) {
    return new JsonObject().put("ids", new JsonArray(ids)).put("verdict", verdict);
  }

  /** Decides; answers the body. */
  public JsonObject decide(String verdict, String... ids) {
    return done("POST", "admin/verdicts", call(verdict, List.of(ids)));
  }

  /** Takes a verdict back; answers the body. */
  public JsonObject undo(JsonObject decided) {
    return done("POST", "admin/verdicts/" + decided.getString("verdict") + "/undo", null);
  }

  /** What a comment says. */
  public String text(String id) {
    return get("comments/" + id).getString("text");
  }

  /** The ids in a queue, in order. */
  public List<String> queue(String query) {
    return ids(get("admin/queue?" + query).getJsonArray("comments"));
  }

  /** How many comments are in a queue: "pending", "spam" and so on. */
  public long count(String queue) {
    return get("admin/queue?limit=1").getJsonObject("counts").getLong(queue);
  }

  /** What everybody reads below an article: ids, roots only. */
  public List<String> listed(String article) {
    var answer = server.get(path("comments?sort=oldest&article=" + article));
    return ids(new JsonObject(answer.body()).getJsonArray("comments"));
  }

  /** All that everybody reads below an article, each with its replies behind it, oldest first. */
  public List<JsonObject> thread(String article) {
    var all = new ArrayList<JsonObject>();
    addAll(all, "comments?article=" + article + '&');
    return all;
  }

  private void addAll(List<JsonObject> all, String list) {
    var after = "";
    while (after != null) {
      var page = get(list + "sort=oldest&limit=100&replies=0&text=true" + after);
      for (var each : page.getJsonArray("comments")) {
        var comment = (JsonObject) each;
        all.add(comment);
        // A cursor is of its thread.
        comment.getJsonObject("replies").remove("next");
        if (comment.getJsonObject("replies").getInteger("total") > 0) {
          addAll(all, "comments/" + comment.getString("id") + "/replies?");
        }
      }
      var next = page.getString("next");
      after = next == null ? null : "&after=" + next;
    }
  }

  /** The states in the results of a call, or the code of what was not done. */
  public static String results(JsonObject decided) {
    return decided.getJsonArray("results").stream()
        .map(JsonObject.class::cast)
        .map(each -> each.getBoolean("ok") ? each.getString("state") : each.getString("code"))
        .collect(Collectors.joining(" "));
  }

  /** The ids of comments, in their order. */
  public static List<String> ids(JsonArray comments) {
    return comments.stream().map(each -> ((JsonObject) each).getString("id")).toList();
  }
}
