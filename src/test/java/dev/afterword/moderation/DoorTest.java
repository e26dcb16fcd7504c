package dev.afterword.moderation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Caller;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a site's rules do with what readers send. */
@OnStore
@Timeout(120)
class DoorTest {
  private static final AtomicInteger NETWORKS = new AtomicInteger();

  private static TestServer server;
  private static TestServer unlimited;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    unlimited = TestServer.unlimited();
    server.addSite("door", "https://door.example");
    set("door", "refusedWords", new JsonArray().add("worse"));
    set("door", "heldWords", new JsonArray().add("bad*"));
  }

  @AfterAll
  static void stop() {
    unlimited.close();
    server.close();
  }

  /** As the settings are kept; no server has asked for them yet. */
  private static void set(String site, String name, Object value) {
    try (var resp = TestStore.connect()) {
      var key = '{' + site + "}:settings";
      var settings = new JsonObject(resp.text("HGET", key, "j")).put(name, value);
      resp.call("HSET", key, "j", settings.encode());
      resp.call("HINCRBY", key, "v", "1");
    }
  }

  @Test
  void aRefusedWord_isToldWithoutTheWord() {
    for (var each : new TestServer[] {server, unlimited}) {
      var answer = post(each, draft("This is W.O.R.S.E now", "Ada"), null);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
      assertThat(json(answer).getString("code")).isEqualTo("comment-refused");
      assertThat(answer.body()).doesNotContain("worse").doesNotContain("words");
      assertThat(post(each, draft("Hello", "Worse"), null).statusCode()).isEqualTo(422);
    }
  }

  @Test
  void aHeldWord_hasTheCommentWait_andItsAuthorAloneSeesIt() {
    for (var each : new TestServer[] {server, unlimited}) {
      var answer = post(each, draft("Something badly put", "Ada"), null);
      assertHeld(answer);
      var token = json(answer).getString("token");
      var own = each.get("/api/v1/door/me?article=/a", "Authorization", "Bearer " + token);
      assertThat(own.body()).contains("Something badly put");
      assertThat(each.get("/api/v1/door/comments?article=/a").body()).doesNotContain("badly");
    }
  }

  @Test
  void aHeldComment_tellsModeratorsWhy() {
    var id = id(post(server, draft("Go to http://a.example ".repeat(6), "Ada"), null));
    var staff = "Bearer " + server.addStaff("door", Caller.Role.VIEWER);
    var queue = server.get("/api/v1/door/admin/queue?state=pending", "Authorization", staff);
    var found =
        json(queue).getJsonArray("comments").stream()
            .map(JsonObject.class::cast)
            .filter(each -> each.getString("id").equals(id))
            .findFirst();
    assertThat(found.orElseThrow().getString("reason")).isEqualTo("links");
  }

  @Test
  void linksRobotsAndHaste_areHeld_butWithoutLimits() {
    var links = draft("See http://a.example ".repeat(6), "Ada");
    var trapped = draft("Buy one, get one", "Ada").put("trap", "http://a.example");
    var hasty = draft("Written in no time at all", "Ada").put("openMs", 300);
    for (var body : new JsonObject[] {links, trapped, hasty}) {
      assertHeld(post(server, body, null));
      assertThat(post(unlimited, body, null).statusCode()).isEqualTo(201);
    }
    assertThat(post(server, draft("Hello", "Ada").put("trap", "").put("openMs", 1), null))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(201);
  }

  @Test
  void anEdit_isLookedAtLikeANewComment() {
    var posted = post(server, draft("All is well", "Ada"), null);
    var path = "/api/v1/door/comments/" + id(posted);
    var token = "Bearer " + json(posted).getString("token");
    assertThat(edit(path, token, "All is worse").statusCode()).isEqualTo(422);
    assertThat(server.get(path).body()).contains("All is well");
    var held = edit(path, token, "All is badly put");
    assertThat(held.statusCode()).isEqualTo(200);
    assertThat(json(held).getString("state")).isEqualTo("pending");
    assertThat(server.get(path).statusCode()).isEqualTo(404);
    var again = edit(path, token, "It waits, and is mended meanwhile");
    assertThat(json(again).getString("state")).as("it waits on").isEqualTo("pending");
    assertThat(server.get("/api/v1/door/comments?article=/a").body())
        .doesNotContain("badly put", "mended");
    var desk = server.desk("door", Caller.Role.MODERATOR);
    desk.decide("approve", id(posted));
    assertThat(server.get(path).body()).contains("mended meanwhile");
  }

  @Test
  void anEdit_thatMendsAComma_isNoRepeat() {
    var text = "So long as it rains nobody in this town will ever leave the house";
    var posted = post(server, draft(text, "Ada"), null);
    var path = "/api/v1/door/comments/" + id(posted);
    var token = "Bearer " + json(posted).getString("token");
    var mended = edit(path, token, text.replace("rains", "rains,") + '.');
    assertThat(json(mended).getString("state")).isEqualTo("visible");
    var other = post(server, draft("Something else that is long enough to be one", "Bob"), null);
    var copied =
        edit(
            "/api/v1/door/comments/" + id(other), "Bearer " + json(other).getString("token"), text);
    assertThat(json(copied).getString("state")).isEqualTo("pending");
  }

  @Test
  void anEdit_backToOnesOwnWords_isNoRepeat() {
    var first = "The train at seven was late again, and nobody said a word about it";
    var second = "The bus at eight was late again, and nobody said a word about it";
    var posted = post(server, draft(first, "Ada"), null);
    var path = "/api/v1/door/comments/" + id(posted);
    var token = "Bearer " + json(posted).getString("token");
    for (var text : new String[] {second, first, second, "Never mind", first}) {
      assertThat(json(edit(path, token, text)).getString("state")).as(text).isEqualTo("visible");
    }
    var other = post(server, draft("And now something that nobody has said", "Bob"), null);
    var copied =
        edit(
            "/api/v1/door/comments/" + id(other),
            "Bearer " + json(other).getString("token"),
            second);
    assertThat(json(copied).getString("state")).isEqualTo("pending");
  }

  @Test
  void anEditOnAModeratedArticle_waitsAgain() {
    var desk = server.desk("door", Caller.Role.MODERATOR);
    desk.moderate("/moderated");
    var posted = desk.post("/moderated", "Let me in");
    var id = posted.getJsonObject("comment").getString("id");
    desk.decide("approve", id);
    var path = "/api/v1/door/comments/" + id;
    var edited = edit(path, "Bearer " + posted.getString("token"), "Now that I am in");
    assertThat(json(edited).getString("state")).isEqualTo("pending");
    assertThat(server.get(path).statusCode()).isEqualTo(404);
    var staff = desk.send("PATCH", "comments/" + id, new JsonObject().put("text", "By staff"));
    assertThat(staff.statusCode()).isEqualTo(200);
  }

  @Test
  void anEditThatIsRefused_leavesTheCommentWhereItIs() {
    var desk = server.desk("door", Caller.Role.MODERATOR);
    for (var state : List.of("read-only", "closed")) {
      var article = "/" + state;
      var posted = desk.post(article, "Harmless on " + state);
      var path = "/api/v1/door/comments/" + posted.getJsonObject("comment").getString("id");
      desk.done("PATCH", "admin/article?article=" + article, new JsonObject().put("state", state));
      var edited = edit(path, "Bearer " + posted.getString("token"), "Badly put on " + state);
      assertThat(json(edited).getString("code")).isEqualTo("article-" + state);
      desk.done("PATCH", "admin/article?article=" + article, new JsonObject().put("state", "open"));
      assertThat(json(server.get(path)).getString("text")).isEqualTo("Harmless on " + state);
    }
  }

  @Test
  void anEditTooLate_leavesTheCommentWhereItIs() {
    set("door", "editWindowMs", 0);
    try (var late = TestServer.start(Map.of())) {
      var posted = json(post(late, draft("In time for once", "Ada"), null));
      var path = "/api/v1/door/comments/" + posted.getJsonObject("comment").getString("id");
      var edited =
          edit(late, path, "Bearer " + posted.getString("token"), "Too late and badly put");
      assertThat(json(edited).getString("code")).isEqualTo("edit-window-over");
      assertThat(json(late.get(path)).getString("text")).isEqualTo("In time for once");
    }
    set("door", "editWindowMs", 900_000);
  }

  private static HttpResponse<String> edit(String path, String token, String text) {
    return edit(server, path, token, text);
  }

  private static HttpResponse<String> edit(TestServer at, String path, String token, String text) {
    return at.send(
        "PATCH",
        path,
        new JsonObject().put("text", text).encode(),
        "Authorization",
        token,
        "Content-Type",
        "application/json");
  }

  @Test
  void aTextAgain_isHeld_whoeverWritesIt_whenItIsLong() {
    var text = "This very long opinion of mine has to be read by each and every one of you.";
    assertThat(post(server, draft(text, "Ada"), null).statusCode()).isEqualTo(201);
    assertHeld(post(server, draft(text, "Bob"), null));
    assertHeld(post(server, draft(text.toUpperCase(Locale.ROOT) + " :-)", "Cid"), null));
    assertThat(post(unlimited, draft(text, "Dan"), null).statusCode()).isEqualTo(201);
  }

  @Test
  void aShorterTextAgain_isHeldOfTheSameAuthor() {
    var first = post(server, draft("Thank you all for reading.", "Ada"), null);
    assertThat(first.statusCode()).isEqualTo(201);
    var token = json(first).getString("token");
    assertHeld(post(server, draft("Thank you all for reading.", "Ada"), token));
    assertThat(post(server, draft("Thank you all for reading.", "Bob"), null).statusCode())
        .isEqualTo(201);
    for (int i = 0; i < 3; i++) {
      assertThat(post(server, draft("Thanks", "Ada"), token).statusCode()).isEqualTo(201);
    }
  }

  @Test
  void theSameRequestAgain_isNoRepeat() {
    var body = draft("Sent once more, because the answer was lost on its way.", "Ada").encode();
    for (int i = 0; i < 2; i++) {
      var answer =
          server.post("/api/v1/door/comments?article=/a", body, "Idempotency-Key", "again-12345");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }
  }

  @Test
  void aNewcomer_isHeld_untilEnoughWentOut() {
    server.addSite("fresh", "https://fresh.example");
    set("fresh", "heldNewcomers", 1);
    var first = post(server, "fresh", draft("One", "Ada"), null);
    assertHeld(first);
    var token = json(first).getString("token");
    assertHeld(post(server, "fresh", draft("Two", "Ada"), token));
    server.desk("fresh", Caller.Role.MODERATOR).decide("approve", id(first));
    assertThat(post(server, "fresh", draft("Three", "Ada"), token).statusCode()).isEqualTo(201);
  }

  private static void assertHeld(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(json(answer).getJsonObject("comment").getString("state")).isEqualTo("pending");
  }

  private static String id(HttpResponse<String> answer) {
    return json(answer).getJsonObject("comment").getString("id");
  }

  @Test
  void staff_mayWriteWhatTheyLike() {
    var staff = server.addStaff("door", Caller.Role.MODERATOR);
    var answer = post(server, draft("This is worse, bad even", "Ada"), staff);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static JsonObject draft(String text, String name) {
    return new JsonObject().put("text", text).put("author", new JsonObject().put("name", name));
  }

  private static HttpResponse<String> post(TestServer at, JsonObject body, String token) {
    return post(at, "door", body, token);
  }

  private static HttpResponse<String> post(
      TestServer at, String site, JsonObject body, String token) {
    int next = NETWORKS.incrementAndGet();
    var network = "100.90." + next / 256 + '.' + next % 256;
    var path = "/api/v1/" + site + "/comments?article=/a";
    return token == null
        ? at.post(path, body.encode(), "X-Forwarded-For", network)
        : at.post(
            path, body.encode(), "X-Forwarded-For", network, "Authorization", "Bearer " + token);
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return new JsonObject(answer.body());
  }

  @Test
  void settings_decideAboutGuestsReportsReasonsAndAge() {
    unlimited.addSite("rules", "https://rules.example");
    var owner = unlimited.desk("rules", Caller.Role.OWNER);
    var posted = owner.post("/a", "hello");
    var id = posted.getJsonObject("comment").getString("id");
    var author = new String[] {"Authorization", "Bearer " + posted.getString("token")};
    var rules = new JsonObject().put("tellReasons", true).put("reportThreshold", 2);
    owner.done("PUT", "admin/settings", rules.put("guests", "off").put("closeAfterDays", 30));
    var draft = "{\"text\":\"new\",\"author\":{\"name\":\"Ada\"}}";
    // Each event loop remembers settings for a second; a connection of its own may lead to any.
    var asked = owner.path("comments?article=/a");
    var json = new String[] {"Content-Type", "application/json"};
    var post = RawHttp.request("POST", asked, draft.getBytes(UTF_8), json);
    Eventually.holds(
        "no guests, wherever it is asked",
        () ->
            IntStream.range(0, 8)
                .allMatch(connection -> RawHttp.send(unlimited.url(), post).status() == 401));
    assertThat(unlimited.post(owner.path("guests"), "{}").statusCode()).isEqualTo(401);
    var again = unlimited.post(owner.path("comments?article=/a"), "{\"text\":\"mine\"}", author);
    assertThat(again.statusCode()).as("who is one already stays one").isEqualTo(201);

    var report = new JsonObject().put("reason", "spam");
    for (int i = 0; i < 2; i++) {
      assertThat(owner.listed("/a")).contains(id);
      var staff = unlimited.desk("rules", Caller.Role.VIEWER);
      assertThat(staff.send("POST", "comments/" + id + "/reports", report).statusCode())
          .isEqualTo(202);
    }
    assertThat(owner.listed("/a")).doesNotContain(id);
    var waits = owner.get("admin/queue").getJsonArray("comments").getJsonObject(0);
    assertThat(waits.getString("reason")).isEqualTo("reports");
    assertThat(waits.getJsonObject("reports").getInteger("total")).isEqualTo(2);

    var refusal = Desk.call("reject", List.of(id)).put("reason", "Off the point");
    owner.done("POST", "admin/verdicts", refusal);
    var me = new JsonObject(unlimited.get(owner.path("me?article=/a"), author).body());
    var own = me.getJsonArray("own").getJsonObject(0);
    assertThat(own.getString("state")).isEqualTo("rejected");
    assertThat(own.getString("reason")).isEqualTo("Off the point");

    var site = owner.get("comments?article=/a").getJsonObject("info");
    assertThat(site.getString("state")).isEqualTo("open");
    age("rules", "/a", 31);
    site = owner.get("comments?article=/a").getJsonObject("info");
    assertThat(site.getString("state")).isEqualTo("read-only");
    assertThat(owner.get("article?article=/a").getString("state")).isEqualTo("read-only");
    var late = unlimited.post(owner.path("comments?article=/a"), "{\"text\":\"late\"}", author);
    assertThat(new JsonObject(late.body()).getString("code")).isEqualTo("article-read-only");
  }

  private static void age(String site, String article, int days) {
    var ref = ArticleRef.of(site, 16, ArticleKey.of(article, List.of()));
    var created = Instant.now().minus(days, ChronoUnit.DAYS).toEpochMilli();
    try (var store = TestStore.connect()) {
      store.call("HSET", ref.at("a"), "c", Long.toString(created));
    }
  }
}
