package dev.afterword.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Votes and reactions are exact: one for each reader, whatever meets. */
@OnStore
class VotesTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  private static String guest() {
    return json(server.post("/api/v1/demo/guests", "{}")).getString("token");
  }

  private static JsonObject json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    return new JsonObject(answer.body());
  }

  private static JsonObject post(String article, String token, String... parent) {
    var body = new JsonObject().put("text", "Words.");
    if (parent.length > 0) {
      body.put("parent", parent[0]);
    }
    return json(server.post(
            "/api/v1/demo/comments?article=" + article,
            body.encode(),
            "Authorization",
            "Bearer " + token))
        .getJsonObject("comment");
  }

  private static HttpResponse<String> vote(String id, String token, String value) {
    return server.send(
        "PUT",
        "/api/v1/demo/comments/" + id + "/vote",
        "{\"value\":" + value + "}",
        "Content-Type",
        "application/json",
        "Authorization",
        "Bearer " + token);
  }

  private static HttpResponse<String> react(String method, String article, String token) {
    return server.send(
        method, "/api/v1/demo/reactions/" + article, "", "Authorization", "Bearer " + token);
  }

  private static JsonObject comment(String id) {
    return json(server.get("/api/v1/demo/comments/" + id));
  }

  @Test
  void manyConflictingVotes_countAsTheLastOfEachReader() throws Exception {
    var id = post("/crowd", guest()).getString("id");
    var pool = Executors.newFixedThreadPool(32);
    var last = new ConcurrentHashMap<String, Integer>();
    try {
      var readers = new ArrayList<Callable<Void>>();
      for (int i = 0; i < 200; i++) {
        var token = guest();
        var random = new Random(i);
        var votes = new ArrayList<Integer>();
        for (int j = 0; j < 10; j++) {
          votes.add(random.nextInt(3) - 1);
        }
        readers.add(
            () -> {
              for (int value : votes) {
                var answer = json(vote(id, token, String.valueOf(value)));
                assertThat(answer.getInteger("vote")).isEqualTo(value);
                assertThat(answer.getInteger("score"))
                    .isEqualTo(answer.getInteger("up") - answer.getInteger("down"));
                last.put(token, value);
              }
              return null;
            });
      }
      for (var done : pool.invokeAll(readers)) {
        done.get();
      }
    } finally {
      pool.shutdown();
    }
    var now = comment(id);
    assertThat(now.getInteger("up")).isEqualTo((int) count(last, 1));
    assertThat(now.getInteger("down")).isEqualTo((int) count(last, -1));
  }

  private static long count(ConcurrentHashMap<String, Integer> votes, int value) {
    return votes.values().stream().filter(vote -> vote == value).count();
  }

  @Test
  void tenVotesOfOneReaderAtOnce_leaveOneOfThem() throws Exception {
    var id = post("/at-once", guest()).getString("id");
    var token = guest();
    var pool = Executors.newFixedThreadPool(10);
    try {
      for (int round = 0; round < 20; round++) {
        var votes = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 10; i++) {
          var value = i % 3 - 1;
          votes.add(() -> vote(id, token, String.valueOf(value)).statusCode());
        }
        for (var done : pool.invokeAll(votes)) {
          assertThat(done.get()).isEqualTo(200);
        }
        var mine =
            json(server.get("/api/v1/demo/me?article=/at-once", "Authorization", "Bearer " + token))
                .getJsonObject("votes")
                .getInteger(id, 0);
        var now = comment(id);
        assertThat(now.getInteger("up")).isEqualTo(mine == 1 ? 1 : 0);
        assertThat(now.getInteger("down")).isEqualTo(mine == -1 ? 1 : 0);
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void everySequenceOfVoteChangeAndWithdrawal_isExact() {
    var id = post("/sequences", guest()).getString("id");
    var other = guest();
    json(vote(id, other, "1"));
    var token = guest();
    for (int first = -1; first <= 1; first++) {
      for (int second = -1; second <= 1; second++) {
        for (int third = -1; third <= 1; third++) {
          for (int value : List.of(first, second, third)) {
            var answer = json(vote(id, token, String.valueOf(value)));
            assertThat(answer.getInteger("up")).isEqualTo(value == 1 ? 2 : 1);
            assertThat(answer.getInteger("down")).isEqualTo(value == -1 ? 1 : 0);
          }
        }
      }
    }
  }

  @Test
  void whatMayNotBeVotedOn() {
    var author = guest();
    var id = post("/rules", author).getString("id");
    assertThat(problem(vote(id, author, "1"), 403)).isEqualTo("own-vote");
    assertThat(problem(vote(id, guest(), "2"), 422)).isEqualTo("invalid-values");
    assertThat(problem(vote("0".repeat(20), guest(), "1"), 404)).isEqualTo("comment-unknown");
    assertThat(
            problem(
                server.send(
                    "PUT",
                    "/api/v1/demo/comments/" + id + "/vote",
                    "{\"value\":1}",
                    "Content-Type",
                    "application/json"),
                401))
        .isEqualTo("token-required");
    assertThat(comment(id).getInteger("score")).isZero();
  }

  private static String problem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body()).getString("code");
  }

  @Test
  void reactions_areOneForEachReaderAndName() {
    var reader = guest();
    var answer = json(react("PUT", "like?article=/moved", reader));
    assertThat(answer.getJsonObject("reactions").getInteger("like")).isEqualTo(1);
    assertThat(answer.getJsonObject("reactions").fieldNames())
        .containsExactly("like", "love", "laugh", "wow", "sad", "angry");
    json(react("PUT", "like?article=/moved", reader));
    json(react("PUT", "wow?article=/moved", reader));
    answer = json(react("PUT", "like?article=/moved", guest()));
    assertThat(answer.getJsonObject("reactions").getInteger("like")).isEqualTo(2);
    answer = json(react("DELETE", "like?article=/moved", reader));
    assertThat(answer.getJsonObject("reactions").getInteger("like")).isEqualTo(1);
    assertThat(answer.getJsonArray("mine")).isEqualTo(JsonArray.of("wow"));
    json(react("DELETE", "like?article=/moved", reader));
    assertThat(problem(react("PUT", "hug?article=/moved", reader), 404))
        .isEqualTo("reaction-unknown");
    for (var path : List.of("article", "comments")) {
      var read = json(server.get("/api/v1/demo/" + path + "?article=/moved"));
      var info = path.equals("article") ? read : read.getJsonObject("info");
      assertThat(info.getJsonObject("reactions").getInteger("like")).isEqualTo(1);
      assertThat(info.getJsonObject("reactions").getInteger("wow")).isEqualTo(1);
      assertThat(info.getJsonObject("reactions").getInteger("sad")).isZero();
    }
  }

  @Test
  void votesAndReactions_reachOpenPages() {
    var id = post("/open", guest()).getString("id");
    try (var client = LiveClient.open(server.url(), "demo", LiveClient.articles("/open"))) {
      Eventually.holds("hello", () -> !client.messages("hello").isEmpty());
      for (int i = 0; i < 3; i++) {
        json(vote(id, guest(), "1"));
      }
      json(react("PUT", "love?article=/open", guest()));
      Eventually.holds(
          "the votes",
          () ->
              client.messages("votes").stream()
                  .map(message -> message.getJsonObject("comments").getJsonObject(id))
                  .anyMatch(
                      votes -> votes.getInteger("up") == 3 && votes.getInteger("score") == 3));
      Eventually.holds(
          "the reactions",
          () ->
              client.messages("reactions").stream()
                  .map(message -> message.getJsonObject("reactions"))
                  .anyMatch(all -> all.getInteger("love") == 1 && all.getInteger("sad") == 0));
    }
  }
}
