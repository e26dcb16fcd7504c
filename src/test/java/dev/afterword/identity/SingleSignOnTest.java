package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Readers with an account on the site comment as themselves. */
@OnStore
@Tag("clock")
class SingleSignOnTest {
  private static final String SECRET = "d2Vpw7EgcGhyYXNlIG9mIHRoZSB0ZXN0cw==";

  /** Longer than it takes until a socket's token is looked at again. */
  private static final Duration RECHECKED = Duration.ofSeconds(30);

  @AutoClose private static TestServer server;
  private static int sites;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  /** A new site with these keys. */
  private static String site(String... keys) {
    var name = "s" + ++sites;
    server.command(0, "site", "add", name, "--origin", "https://" + name + ".example");
    setKeys(name, keys);
    return name;
  }

  private static void setKeys(String site, String... keys) {
    var command = new ArrayList<>(List.of("site", "set", site));
    for (int i = 0; i < keys.length; i++) {
      command.add("--sso-key");
      command.add(server.file("key-" + i, keys[i]).toString());
    }
    server.command(0, command.toArray(String[]::new));
  }

  private static JsonObject claims(String site, String sub, String name) {
    return new JsonObject()
        .put("sub", sub)
        .put("name", name)
        .put("aud", site)
        .put("exp", Instant.now().getEpochSecond() + 600);
  }

  private static HttpResponse<String> send(
      String method, String path, JsonObject body, String token) {
    return server.send(
        method,
        path,
        body == null ? "" : body.encode(),
        "Content-Type",
        "application/json",
        "Authorization",
        "Bearer " + token);
  }

  private static HttpResponse<String> post(String site, String token, String text) {
    var body = new JsonObject().put("text", text);
    return send("POST", "/api/v1/" + site + "/comments?article=/a", body, token);
  }

  private static HttpResponse<String> me(String site, String token) {
    return send("GET", "/api/v1/" + site + "/me?article=/a", null, token);
  }

  private static JsonObject json(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  private static void becomes(int status, String site, String token) {
    Eventually.passes(
        "the token is answered " + status,
        () -> assertThat(me(site, token).statusCode()).isEqualTo(status));
  }

  @Test
  void aMember_commentsEditsVotesReactsAndDeletes() {
    var key = SiteKey.ec();
    var site = site(key.pem());
    var ann = key.sign(claims(site, "user-17", "Ann Lee"));
    var bob = key.sign(claims(site, "user-18", "Bob"));
    var path = "/api/v1/" + site + "/comments/";

    var posted = json(201, post(site, ann, "From my account."));
    assertThat(posted.containsKey("token")).isFalse();
    var author = posted.getJsonObject("comment").getJsonObject("author");
    assertThat(author.getString("id")).matches("m[A-Za-z0-9]{16}");
    assertThat(author).isEqualTo(AuthorJson.of(author.getString("id"), "Ann Lee", "member"));
    var id = posted.getJsonObject("comment").getString("id");

    var edit = new JsonObject().put("text", "Better.");
    assertThat(json(200, send("PATCH", path + id, edit, ann)).getString("text"))
        .isEqualTo("Better.");
    assertThat(send("PATCH", path + id, edit, bob).statusCode()).isEqualTo(404);

    var vote = new JsonObject().put("value", 1);
    assertThat(json(200, send("PUT", path + id + "/vote", vote, bob)).getInteger("up"))
        .isEqualTo(1);
    assertThat(send("PUT", path + id + "/vote", vote, ann).statusCode()).isEqualTo(403);
    var like = "/api/v1/" + site + "/reactions/like?article=/a";
    assertThat(json(200, send("PUT", like, null, bob)).getJsonArray("mine"))
        .isEqualTo(JsonArray.of("like"));

    var bobs = json(200, me(site, bob));
    assertThat(bobs.getJsonObject("author").getString("name")).isEqualTo("Bob");
    assertThat(bobs.getJsonObject("author").getString("kind")).isEqualTo("member");
    assertThat(bobs.getJsonObject("votes")).isEqualTo(new JsonObject().put(id, 1));
    assertThat(bobs.getJsonArray("reactions")).isEqualTo(JsonArray.of("like"));

    var list = json(200, server.get("/api/v1/" + site + "/comments?article=/a"));
    assertThat(list.getJsonObject("site").getBoolean("sso")).isTrue();
    assertThat(list.getJsonArray("comments").getJsonObject(0).getJsonObject("author"))
        .isEqualTo(author);

    assertThat(send("DELETE", path + id, null, ann).statusCode()).isEqualTo(204);
    assertThat(server.get(path + id).statusCode()).isEqualTo(404);
  }

  @Test
  void anAccount_isOneMemberOfItsSite() {
    var one = SiteKey.ed();
    var other = SiteKey.rsa(2048);
    var site = site(one.pem(), other.pem());
    var elsewhere = site(one.pem());
    var id = idOf(site, one.sign(claims(site, "user-17", "Ann")));

    assertThat(idOf(site, other.sign(claims(site, "user-17", "Ann Smith")))).isEqualTo(id);
    assertThat(idOf(site, one.sign(claims(site, "user-18", "Ann")))).isNotEqualTo(id);
    assertThat(idOf(elsewhere, one.sign(claims(elsewhere, "user-17", "Ann")))).isNotEqualTo(id);
    server.command(0, "site", "set", site, "--sso-key", "none");
    setKeys(site, one.pem());
    Eventually.passes(
        "single sign-on is back",
        () ->
            assertThat(idOf(site, one.sign(claims(site, "user-17", "Ann").put("jti", "2"))))
                .isEqualTo(id));
  }

  private static String idOf(String site, String token) {
    return json(200, me(site, token)).getJsonObject("author").getString("id");
  }

  @Test
  void anIdempotencyKey_isAMembersOwn() {
    var key = SiteKey.secret(SECRET);
    var site = site(SECRET + "\n");
    var ann = key.sign(claims(site, "1", "Ann"));
    var first = once(site, ann);
    var again = once(site, key.sign(claims(site, "1", "Ann").put("jti", "another token")));
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(json(201, again).getJsonObject("comment").getString("id"))
        .isEqualTo(json(201, first).getJsonObject("comment").getString("id"));
    assertThat(once(site, key.sign(claims(site, "2", "Bob"))).statusCode()).isEqualTo(422);
  }

  private static HttpResponse<String> once(String site, String token) {
    return server.post(
        "/api/v1/" + site + "/comments?article=/once",
        "{\"text\":\"Once.\"}",
        "Idempotency-Key",
        "one-key-for-all-of-this-test",
        "Authorization",
        "Bearer " + token);
  }

  @Test
  void twoKeys_areValidWhileTheyChange() {
    var old = SiteKey.ec();
    var next = SiteKey.ec();
    var site = site(old.pem(), next.pem());
    var before = old.sign(claims(site, "1", "Ann"));
    var after = next.sign(claims(site, "1", "Ann"));
    assertThat(me(site, before).statusCode()).isEqualTo(200);
    assertThat(me(site, after).statusCode()).isEqualTo(200);

    setKeys(site, next.pem());
    becomes(401, site, before);
    assertThat(me(site, after).statusCode()).isEqualTo(200);
  }

  @Test
  void switchedOff_noTokenIsValid() {
    var key = SiteKey.rsa(2048);
    var site = site(key.pem());
    var token = key.sign(claims(site, "1", "Ann"));
    assertThat(me(site, token).statusCode()).isEqualTo(200);
    assertThat(server.command(0, "site", "list").lines())
        .contains(site + "  https://" + site + ".example  single sign-on");

    server.command(0, "site", "set", site, "--sso-key", "none");
    becomes(401, site, token);
    assertThat(post(site, token, "Still me?").statusCode()).isEqualTo(401);
    var list = json(200, server.get("/api/v1/" + site + "/comments?article=/a"));
    assertThat(list.getJsonObject("site").getBoolean("sso")).isFalse();
    assertThat(me("demo", token).statusCode()).isEqualTo(401);
  }

  @Test
  void anIssuer_isAskedForOnceItIsSet() {
    var key = SiteKey.secret(SECRET);
    var site = site(SECRET);
    var silent = key.sign(claims(site, "1", "Ann"));
    var said = key.sign(claims(site, "1", "Ann").put("iss", "https://id.example"));
    assertThat(me(site, silent).statusCode()).isEqualTo(200);
    assertThat(me(site, said).statusCode()).isEqualTo(200);

    server.command(0, "site", "set", site, "--sso-issuer", "https://id.example");
    becomes(401, site, silent);
    assertThat(me(site, said).statusCode()).isEqualTo(200);

    server.command(0, "site", "set", site, "--sso-issuer", "none");
    becomes(200, site, silent);
  }

  @Test
  void aRememberedToken_expiresAllTheSame() {
    var key = SiteKey.secret(SECRET);
    var site = site(SECRET);
    // With the leeway it is valid for two more seconds.
    long exp = Instant.now().getEpochSecond() - 28;
    var token = key.sign(claims(site, "1", "Ann").put("exp", exp));
    assertThat(me(site, token).statusCode()).isEqualTo(200);
    becomes(401, site, token);
  }

  @Test
  void aMember_isNoStaff() {
    var key = SiteKey.secret(SECRET);
    var site = site(SECRET);
    var token = key.sign(claims(site, "1", "Ann").put("roles", JsonArray.of("owner")));
    assertThat(send("GET", "/api/v1/" + site + "/admin/me", null, token).statusCode())
        .isEqualTo(403);
  }

  @Test
  void aName_isCleanedAndCut() {
    var key = SiteKey.secret(SECRET);
    var site = site(SECRET);
    assertThat(nameOf(site, key, "  Ann\u0007\n\u202E Lee\u2069 ")).isEqualTo("Ann Lee");
    assertThat(nameOf(site, key, "<b>Ann</b>")).isEqualTo("<b>Ann</b>");
    assertThat(nameOf(site, key, "\uD83D\uDE00".repeat(70))).isEqualTo("\uD83D\uDE00".repeat(60));
  }

  private static String nameOf(String site, SiteKey key, String name) {
    var author = json(200, me(site, key.sign(claims(site, "1", name)))).getJsonObject("author");
    return author.getString("name");
  }

  @Test
  void aSocketOfAMember_endsWithTheTokenAndWithTheKey() {
    var site = site(SECRET);
    var key = SiteKey.secret(SECRET);
    var lasting = key.sign(claims(site, "ada", "Ada"));
    // With the leeway it has some seconds left.
    long soon = Instant.now().getEpochSecond() - 24;
    var ending = key.sign(claims(site, "ben", "Ben").put("exp", soon));
    try (var ada = LiveClient.openAs(lasting, server.url(), site, "article=/a");
        var ben = LiveClient.openAs(ending, server.url(), site, "article=/a")) {
      var author = ada.await("auth").getJsonObject("author");
      assertThat(author.getString("name")).isEqualTo("Ada");
      assertThat(author.getString("kind")).isEqualTo("member");
      ben.await("auth");
      Eventually.holds("its time is over", RECHECKED, () -> ben.code() == 4401);
      assertThat(ada.code()).isZero();
      setKeys(site, SECRET + "another");
      Eventually.holds("its key is gone", RECHECKED, () -> ada.code() == 4401);
    }
  }
}
