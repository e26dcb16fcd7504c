package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is held back although every network keeps to its own limit, and what sites change about it.
 */
@OnStore
@Timeout(120)
class LimitsTest {
  private static final AtomicInteger NETWORKS = new AtomicInteger();

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    for (var site :
        new String[] {"authors", "articles", "whole", "votes", "kind", "own", "eased", "tight"}) {
      server.addSite(site, "https://" + site + ".example");
    }
  }

  @Test
  void anAuthor_mayNotWriteMoreByChangingNetworks() {
    var token = guest("authors");
    for (int i = 0; i < 10; i++) {
      assertThat(post("authors", "/a", freshNetwork(), token).statusCode()).isEqualTo(201);
    }
    var refused = post("authors", "/b", freshNetwork(), token);
    assertRefused(refused, "author-comments", "\"author-comments\";q=10;w=60");
  }

  @Test
  void whatOneLimitRefuses_countsInNoOther() {
    var token = guest("kind");
    var network = freshNetwork();
    for (int i = 0; i < 10; i++) {
      post("kind", "/a", freshNetwork(), token);
    }
    for (int i = 0; i < 12; i++) {
      assertThat(post("kind", "/a", network, token).statusCode()).isEqualTo(429);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(post("kind", "/a", network, null).statusCode()).isEqualTo(201);
    }
  }

  @Test
  void anArticle_isHeldWhileOthersAreNot() {
    var refused = flood("articles", 1, 100);
    assertRefused(refused, "article-comments", "\"article-comments\";q=100;w=20");
    assertThat(post("articles", "/elsewhere", freshNetwork(), null).statusCode()).isEqualTo(201);
  }

  @Test
  void aSite_isHeldWhileOthersAreNot() {
    var refused = flood("whole", 50, 500);
    assertRefused(refused, "site-comments", "\"site-comments\";q=500;w=25");
    assertThat(post("demo", "/elsewhere", freshNetwork(), null).statusCode()).isEqualTo(201);
  }

  @Test
  void changes_areHeldToSixtyAtOnce_butThoseOfStaff() {
    var id = json(post("votes", "/a", freshNetwork(), null)).getJsonObject("comment");
    var path = "/api/v1/votes/comments/" + id.getString("id") + "/vote";
    var reader = guest("votes");
    HttpResponse<String> answer = null;
    int voted = 0;
    do {
      answer = vote(path, reader, voted % 2);
      voted++;
    } while (answer.statusCode() == 200 && voted < 200);
    assertThat(voted).isBetween(61, 199);
    assertRefused(answer, "author-changes", "\"author-changes\";q=60;w=60");
    assertThat(vote(path, guest("votes"), 1).statusCode()).isEqualTo(200);
    var staff = server.addStaff("votes", Caller.Role.MODERATOR);
    for (int i = 0; i < 70; i++) {
      assertThat(vote(path, staff, i % 2).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aSitesOwnLimit_holdsOnEveryProcessWithinASecond_andGoesWithItsUndo() {
    try (var other = TestServer.start(Map.of())) {
      var both = List.of(server, other);
      both.forEach(each -> assertThat(policy(each, "own")).isEqualTo("\"comments\";q=10;w=60"));
      var verdict = change("own", "comments", 2, 30);
      long changed = System.nanoTime();
      Eventually.passes(
          "both processes know",
          () -> both.forEach(each -> assertThat(policy(each, "own")).endsWith(";q=2;w=240")));
      assertThat(System.nanoTime() - changed).isLessThan(2_000_000_000L);
      var network = freshNetwork();
      assertThat(post(server, "own", "/a", network, null).statusCode()).isEqualTo(201);
      assertThat(post(other, "own", "/a", network, null).statusCode()).isEqualTo(201);
      both.forEach(
          each ->
              assertRefused(
                  post(each, "own", "/a", network, null), "comments", "\"comments\";q=2;w=240"));
      undo("own", verdict);
      both.forEach(
          each ->
              Eventually.holds(
                  "it lets through again",
                  () -> post(each, "own", "/a", network, null).statusCode() == 201));
      // Each event loop remembers for a second, and another one may be asked than let it through.
      Eventually.passes(
          "both processes know",
          () -> both.forEach(each -> assertThat(policy(each, "own")).endsWith(";q=10;w=60")));
    }
  }

  /** Else who used it up would wait for hours under the new one. */
  @Test
  void whatALongerLimitLeft_isForgotten() {
    var network = freshNetwork();
    change("eased", "comments", 3, 1);
    Eventually.holds(
        "one loop knows", () -> policy(server, "eased").startsWith("\"comments\";q=3"));
    HttpResponse<String> answer;
    do {
      answer = post("eased", "/a", network, null);
    } while (answer.statusCode() == 201);
    assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow()).isGreaterThan(3_000);
    change("eased", "comments", 10, 3_600);
    Eventually.holds(
        "the hour is over", () -> post("eased", "/a", network, null).statusCode() == 201);
  }

  @Test
  void theStrictestLimits_neverKeepStaffFromTheirDesk() {
    for (var limit : Limit.ofSites()) {
      change("tight", limit.word(), 1, 1);
    }
    Eventually.holds(
        "it is limited", () -> post("tight", "/a", "192.0.2.1", null).statusCode() == 429);
    for (int i = 0; i < 30; i++) {
      change("tight", "comments", 1, 1);
    }
    var owner = new JsonObject().put("token", server.staffToken()).encode();
    for (int i = 0; i < 12; i++) {
      assertThat(server.post("/api/v1/tight/admin/session", owner).statusCode()).isEqualTo(204);
    }
  }

  private static String policy(TestServer one, String site) {
    return post(one, site, "/a", freshNetwork(), null)
        .headers()
        .firstValue("RateLimit-Policy")
        .orElseThrow();
  }

  private static String change(String site, String limit, int burst, int perHour) {
    var rate = new JsonObject().put("burst", burst).put("perHour", perHour);
    var body = new JsonObject().put("limits", new JsonObject().put(limit, rate));
    return json(server.send(
            "PUT",
            "/api/v1/" + site + "/admin/settings",
            body.encode(),
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + server.staffToken()))
        .getString("verdict");
  }

  private static void undo(String site, String verdict) {
    var path = "/api/v1/" + site + "/admin/verdicts/" + verdict + "/undo";
    var owner = "Bearer " + server.staffToken();
    assertThat(server.send("POST", path, "", "Authorization", owner).statusCode()).isEqualTo(200);
  }

  /** Comments of ever new guests in ever new networks until one is refused. */
  private static HttpResponse<String> flood(String site, int articles, int least) {
    for (int i = 0; i < 4 * least; i++) {
      var answer = post(site, "/flooded/" + i % articles, freshNetwork(), null);
      if (answer.statusCode() != 201) {
        assertThat(i).isGreaterThanOrEqualTo(least);
        return answer;
      }
    }
    throw new AssertionError("Nothing was refused.");
  }

  private static void assertRefused(HttpResponse<String> answer, String limit, String policy) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(json(answer).getString("code")).isEqualTo("rate-limited");
    assertThat(answer.headers().firstValue("RateLimit-Policy")).contains(policy);
    assertThat(answer.headers().firstValue("RateLimit").orElseThrow())
        .startsWith('"' + limit + "\";r=0;t=");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }

  private static HttpResponse<String> post(
      String site, String article, String network, String token) {
    return post(server, site, article, network, token);
  }

  private static HttpResponse<String> post(
      TestServer one, String site, String article, String network, String token) {
    var body = new JsonObject().put("text", "Hello");
    var path = "/api/v1/" + site + "/comments?article=" + article;
    if (token == null) {
      body.put("author", new JsonObject().put("name", "Ada"));
      return one.post(path, body.encode(), "X-Forwarded-For", network);
    }
    return one.post(
        path, body.encode(), "X-Forwarded-For", network, "Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> vote(String path, String token, int value) {
    return server.send(
        "PUT",
        path,
        new JsonObject().put("value", value).encode(),
        "Content-Type",
        "application/json",
        "X-Forwarded-For",
        freshNetwork(),
        "Authorization",
        "Bearer " + token);
  }

  private static String guest(String site) {
    var path = "/api/v1/" + site + "/guests";
    return json(server.post(path, "{}", "X-Forwarded-For", freshNetwork())).getString("token");
  }

  /** Networks are told apart by the first 24 bits, or all 32; here all differ in both. */
  private static String freshNetwork() {
    int next = NETWORKS.incrementAndGet();
    return "100." + (64 + next / 65_536) + '.' + next / 256 % 256 + '.' + next % 256;
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return new JsonObject(answer.body());
  }
}
