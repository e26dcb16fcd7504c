package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is held back although every network keeps to its own limit. */
@OnStore
@Timeout(120)
class LimitsTest {
  private static final AtomicInteger NETWORKS = new AtomicInteger();

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    for (var site : new String[] {"authors", "articles", "whole", "votes", "kind"}) {
      server.addSite(site, "https://" + site + ".example");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
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
    var body = new JsonObject().put("text", "Hello");
    var path = "/api/v1/" + site + "/comments?article=" + article;
    if (token == null) {
      body.put("author", new JsonObject().put("name", "Ada"));
      return server.post(path, body.encode(), "X-Forwarded-For", network);
    }
    return server.post(
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
