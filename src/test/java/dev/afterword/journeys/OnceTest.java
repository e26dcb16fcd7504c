package dev.afterword.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What happens once, however many ask for it at once. */
@OnStore
class OnceTest {
  private static final int CLIENTS = 32;

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @Test
  void aThousandCreates_underAHundredKeys_areAHundredComments() throws Exception {
    var answers = new ArrayList<Callable<HttpResponse<String>>>();
    for (int i = 0; i < 1_000; i++) {
      int key = i % 100;
      answers.add(
          () ->
              server.post(
                  "/api/v1/demo/comments?article=/once",
                  draft("comment " + key),
                  "Idempotency-Key",
                  "a-key-that-nobody-guesses-" + key));
    }
    Map<String, Set<String>> ids = new HashMap<>();
    Set<String> tokens = new HashSet<>();
    int first = 0;
    for (var answer : atOnce(answers)) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      var json = new JsonObject(answer.body());
      var comment = json.getJsonObject("comment");
      ids.computeIfAbsent(comment.getString("text"), text -> new HashSet<>())
          .add(comment.getString("id"));
      tokens.add(json.getString("token"));
      first += answer.headers().firstValue("Idempotency-Replayed").isEmpty() ? 1 : 0;
    }
    assertThat(ids).hasSize(100);
    assertThat(ids.values()).allMatch(set -> set.size() == 1);
    assertThat(tokens).as("guests").hasSize(100);
    assertThat(first).as("answers that were no replay").isEqualTo(100);
    var list = get("/api/v1/demo/comments?article=/once&limit=100");
    assertThat(list.getInteger("total")).isEqualTo(100);
    assertThat(list.getJsonArray("comments")).hasSize(100);
    assertThat(list.getString("position")).endsWith(":100");
  }

  @Test
  void aHundredFirstComments_makeOneArticle_numberedWithoutAHole() throws Exception {
    var answers = new ArrayList<Callable<HttpResponse<String>>>();
    for (int i = 0; i < 100; i++) {
      var text = "first " + i;
      answers.add(() -> server.post("/api/v1/demo/comments?article=/new", draft(text)));
    }
    Set<String> epochs = new HashSet<>();
    List<Integer> revisions = new ArrayList<>();
    for (var answer : atOnce(answers)) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      var position = new JsonObject(answer.body()).getString("position").split(":", -1);
      epochs.add(position[0]);
      revisions.add(Integer.valueOf(position[1]));
    }
    assertThat(epochs).hasSize(1);
    assertThat(revisions)
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
    var list = get("/api/v1/demo/comments?article=/new&limit=100");
    assertThat(list.getInteger("total")).isEqualTo(100);
    assertThat(texts(list.getJsonArray("comments"))).hasSize(100);
    assertThat(get("/api/v1/demo/article?article=/new").getInteger("comments")).isEqualTo(100);
  }

  @Test
  void tenThousandVisitors_are10000Views_andNotOneMoreWhenTheyComeAgain() throws Exception {
    assertThat(counted(0, 10_000)).isEqualTo(10_000);
    assertThat(views()).isEqualTo(10_000);
    assertThat(counted(0, 500)).as("inside the window").isZero();
    assertThat(views()).isEqualTo(10_000);
    Eventually.passes(
        "the estimate follows the count",
        () ->
            assertThat(get("/api/v1/demo/article?article=/fresh").getInteger("visitors"))
                .isBetween(9_500, 10_500));
  }

  /** One visitor with many windows open, all loading at once. */
  @Test
  void aHundredViewsOfOneVisitor_countOnce() throws Exception {
    var calls = new ArrayList<Callable<HttpResponse<String>>>();
    for (int i = 0; i < 100; i++) {
      calls.add(() -> view("/impatient", "203.0.113.77"));
    }
    var counted =
        atOnce(calls).stream()
            .map(answer -> new JsonObject(answer.body()))
            .filter(json -> json.getBoolean("counted"))
            .count();
    assertThat(counted).isEqualTo(1);
    assertThat(get("/api/v1/demo/article?article=/impatient").getInteger("views")).isEqualTo(1);
  }

  /** Visitors from one number to another come all at once; answers how many of them counted. */
  private static int counted(int from, int to) throws Exception {
    var pool = Executors.newFixedThreadPool(CLIENTS);
    try {
      var start = new CyclicBarrier(CLIENTS);
      List<Future<Integer>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int first = from + client;
        clients.add(
            pool.submit(
                () -> {
                  start.await();
                  int counted = 0;
                  for (int visitor = first; visitor < to; visitor += CLIENTS) {
                    var answer =
                        view(
                            "/fresh",
                            "10."
                                + visitor / 62_500
                                + '.'
                                + visitor / 250 % 250
                                + '.'
                                + visitor % 250);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    counted += new JsonObject(answer.body()).getBoolean("counted") ? 1 : 0;
                  }
                  return counted;
                }));
      }
      int counted = 0;
      for (var client : clients) {
        counted += client.get();
      }
      return counted;
    } finally {
      pool.shutdownNow();
    }
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    var pool = Executors.newFixedThreadPool(100);
    try {
      List<T> answers = new ArrayList<>();
      for (var answer : pool.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      pool.shutdownNow();
    }
  }

  private static HttpResponse<String> view(String article, String from) {
    return server.send(
        "POST",
        "/api/v1/demo/views?article=" + article,
        "",
        "X-Forwarded-For",
        from,
        "User-Agent",
        "Mozilla/5.0");
  }

  private static int views() {
    return get("/api/v1/demo/article?article=/fresh").getInteger("views");
  }

  private static Set<String> texts(JsonArray comments) {
    return comments.stream()
        .map(each -> ((JsonObject) each).getString("html"))
        .collect(Collectors.toSet());
  }

  private static String draft(String text) {
    return new JsonObject()
        .put("text", text)
        .put("author", new JsonObject().put("name", "Ada"))
        .encode();
  }

  private static JsonObject get(String path) {
    var answer = server.get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }
}
