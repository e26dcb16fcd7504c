package dev.afterword.view;

import static dev.afterword.support.Eventually.passes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The numbers below articles, as front pages poll them. */
@OnStore
class CountsTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("poll", "https://poll.example");
  }

  /** What was answered once is kept: it must never be answered when it is no longer so. */
  @Test
  void aPoll_isAnsweredFromMemoryOnlyWhileItIsTrue() {
    for (int views = 1; views <= 5; views++) {
      view("/polled", "1.1.1." + views);
      var first = counts("article=/polled&article=/quiet");
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(views(first, "/polled")).isEqualTo(2L * views - 1);
      assertThat(views(first, "/quiet")).isZero();
      long visitors = 2L * views - 1;
      passes(
          "the number of visitors, which follows, has come",
          () -> assertThat(visitors(counts("article=/polled"), "/polled")).isEqualTo(visitors));
      var settled = counts("article=/polled&article=/quiet");
      var etag = settled.headers().firstValue("ETag").orElseThrow();
      var again = counts("article=/polled&article=/quiet", "If-None-Match", etag);
      assertThat(again.statusCode()).isEqualTo(304);
      view("/polled", "1.2.1." + views);
      var changed = counts("article=/polled&article=/quiet", "If-None-Match", etag);
      assertThat(changed.statusCode()).isEqualTo(200);
      assertThat(views(changed, "/polled")).isEqualTo(2L * views);
    }
  }

  @Test
  void anotherSetting_givesAKnownQuestionAnotherMeaning() {
    server.addSite("moving", "https://old.example");
    var question = "/api/v1/moving/counts?article=https://new.example/page";
    server.post("/api/v1/moving/views?article=/page", "");
    assertThat(views(server.get(question), "https://new.example/page")).isZero();
    server.setOrigins("moving", "https://new.example");
    passes(
        "the page is one of the site's now",
        () -> assertThat(views(server.get(question), "https://new.example/page")).isEqualTo(1));
  }

  @Test
  void oddNames_areEscaped_andOneNamedTwiceIsThereOnce() {
    var odd = "a\"\\b<\u2028\u00e9\ud83d\ude00";
    var asked = "article=" + TestServer.encoded(odd);
    var answer = new JsonObject(counts(asked + "&" + asked).body());
    assertThat(answer.getJsonObject("counts").fieldNames()).containsExactly(odd);
  }

  @Test
  void aHundred_areAnsweredInTheirOrder_andAlikeByPost() {
    for (int i = 0; i < 100; i += 10) {
      for (int view = 0; view <= i / 10; view++) {
        view("/hundred/" + i, "2.1.1." + view);
      }
    }
    var names = IntStream.range(0, 100).mapToObj(i -> "/hundred/" + i).toList();
    var query = names.stream().map(name -> "article=" + name).collect(Collectors.joining("&"));
    var body = new JsonObject().put("articles", names).encode();
    var posted = server.post("/api/v1/poll/counts", body);
    var answer = counts(query);
    var found = new JsonObject(answer.body()).getJsonObject("counts");
    assertThat(found.fieldNames()).containsExactlyElementsOf(names);
    for (int i = 0; i < 100; i++) {
      assertThat(views(answer, names.get(i))).isEqualTo(i % 10 == 0 ? i / 10 + 1 : 0);
      assertThat(views(posted, names.get(i))).isEqualTo(views(answer, names.get(i)));
    }
    assertThat(counts(query + "&article=/more").statusCode()).isEqualTo(422);
  }

  /** As URLs are compared: escapes, dots and a slash at the end make no other path. */
  @Test
  void aPath_isReadAsAUrlIs() {
    for (var path :
        new String[] {"p%6fll/counts", "poll/counts/", "x/../poll/counts", "./poll//counts/"}) {
      var answer = server.get("/api/v1/" + path + "?article=/p");
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
    }
    for (var bad : new String[] {"p%zzll/counts?article=/p", "poll/counts?article=%zz"}) {
      var request = RawHttp.request("GET", "/api/v1/" + bad, new byte[0]);
      var answer = RawHttp.send(server.url(), request);
      assertThat(answer.status()).as(bad).isEqualTo(400);
      assertThat(answer.body()).contains("\"code\":\"request-malformed\"");
    }
    assertThat(server.get("/api/v1/p+ll/counts?article=/p").statusCode()).isEqualTo(404);
  }

  private static void view(String article, String from) {
    var path = "/api/v1/poll/views?article=" + article;
    assertThat(server.send("POST", path, "", "X-Forwarded-For", from).statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> counts(String query, String... headers) {
    return server.get("/api/v1/poll/counts?" + query, headers);
  }

  private static long views(HttpResponse<String> answer, String article) {
    return of(answer, article).getLong("views");
  }

  private static long visitors(HttpResponse<String> answer, String article) {
    return of(answer, article).getLong("visitors");
  }

  private static JsonObject of(HttpResponse<String> answer, String article) {
    return new JsonObject(answer.body()).getJsonObject("counts").getJsonObject(article);
  }
}
