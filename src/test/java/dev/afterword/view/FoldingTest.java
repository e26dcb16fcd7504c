package dev.afterword.view;

import static dev.afterword.support.Eventually.passes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** Views that a process counted and could not add to series, rankings and visitors any more. */
@OnStore
class FoldingTest {
  private static final ArticleRef ARTICLE = ArticleRef.of("demo", 16, new ArticleKey("/left"));

  @Test
  void whatAProcessLeft_isAddedByTheNext_whereItBelongs() {
    try (var store = TestStore.connect()) {
      var record = ARTICLE.at("a");
      var waiting = ARTICLE.tag() + ":v";
      try (var server = TestServer.unlimited()) {
        view(server, 1);
        assertThat(series(server, "")).isEqualTo(1);
        assertThat(store.number("EXISTS", waiting)).isZero();
        // As if it were told in an hour: until then nothing is due, and this process goes before.
        store.call("HINCRBY", record, "p", "3600000");
        for (int i = 2; i <= 4; i++) {
          view(server, i);
        }
        assertThat(store.number("HLEN", waiting)).isEqualTo(1);
      }
      // As if all that were long ago, and the day's sketch gone.
      var then = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(75, ChronoUnit.HOURS);
      store.call("HSET", record, "p", String.valueOf(then.toEpochMilli()), "dv", "4");
      store.call("HSET", waiting, ARTICLE.id(), String.valueOf(then.getEpochSecond() / 3_600));
      store.call("DEL", ARTICLE.at("h"));
      try (var server = TestServer.unlimited()) {
        passes(
            "the views are where they belong",
            () ->
                assertThat(series(server, "&from=" + then + "&to=" + then.plusSeconds(3_600)))
                    .isEqualTo(3));
        assertThat(series(server, "")).isEqualTo(1);
        assertThat(count(server, "day")).isEqualTo(1);
        assertThat(count(server, "week")).isEqualTo(4);
        var article = new JsonObject(server.get("/api/v1/demo/article?article=/left").body());
        assertThat(article.getLong("views")).isEqualTo(4);
        assertThat(article.getLong("visitors")).isEqualTo(4);
        assertThat(store.number("EXISTS", waiting)).isZero();
      }
    }
  }

  private static void view(TestServer server, int visitor) {
    var answer =
        server.send(
            "POST", "/api/v1/demo/views?article=/left", "", "X-Forwarded-For", "9.9.9." + visitor);
    assertThat(answer.body()).contains("\"counted\":true");
  }

  private static long series(TestServer server, String range) {
    var answer =
        server.get(
            "/api/v1/demo/views/series?article=/left" + range,
            "Authorization",
            "Bearer " + server.staffToken());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body())
        .getJsonArray("points").stream()
            .mapToLong(point -> ((JsonObject) point).getLong("views"))
            .sum();
  }

  private static long count(TestServer server, String window) {
    var answer = new JsonObject(server.get("/api/v1/demo/top?window=" + window).body());
    return answer.getJsonArray("articles").getJsonObject(0).getLong("count");
  }
}
